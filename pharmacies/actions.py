"""What is done to pharmacy sites: registration, certification, staff, training."""

from datetime import date
from typing import Any, Required, TypedDict, Unpack

from accounts import certification
from accounts.models import Person
from accounts.signatures import sign
from audit import clock, facts
from audit.acts import Act, act
from audit.facts import InvalidFact
from audit.locks import lock as lock_row
from pharmacies import queries
from pharmacies.lock import lock
from pharmacies.models import (
    Certification,
    CertificationApplication,
    Deactivation,
    Pharmacist,
    Pharmacy,
    Training,
)

MEANING = "I enroll this site in the program; its staff is trained and will follow its requirements."


class Details(TypedDict, total=False):
    """What a site is and where it is reached. ``zone``: IANA, such as America/Chicago."""

    name: Required[str]
    ncpdp_id: Required[str]
    npi: Required[str]
    zone: Required[str]
    chain: str
    address_line_1: str
    address_line_2: str
    city: str
    state: str
    zip_code: str
    phone: str
    fax: str
    email: str


@act("pharmacies.register")
def register(
    frame: Act,
    *,
    by: Person,
    representative: Person | None = None,
    key: str | None = None,
    **details: Unpack[Details],
) -> Pharmacy:
    """Put a site on record, with its authorized representative.

    Raises ValidationError naming the field: a wrong NCPDP id, NPI or zone, or one registered already.
    """
    pharmacy = Pharmacy(**details, representative=representative, registered_at=frame.at, registered_by=by)
    pharmacy.full_clean()
    pharmacy.save(force_insert=True)
    named = {"representative": representative.pk if representative else None}
    frame.record(pharmacy, details={**details, **named})
    return pharmacy


@act("pharmacies.correct_details")
def correct_details(
    frame: Act,
    *,
    pharmacy: Pharmacy,
    changes: dict[str, Any],
    reason: str,
    by: Person,
    key: str | None = None,
) -> Pharmacy:
    """Change what the site is or where it is reached; the trail keeps what stood before.

    Raises InvalidFact for a missing reason or a field that is not one of Details, and
    ValidationError naming a wrong one.
    """
    _check_changes(changes, reason)
    held = lock(pharmacy.pk)
    before = {name: getattr(held, name) for name in changes}
    for name, value in changes.items():
        setattr(held, name, value)
    held.full_clean()
    held.save(update_fields=list(changes))
    frame.record(held, details={"before": before, "after": changes}, reason=reason.strip())
    return held


@act("pharmacies.appoint_representative")
def appoint_representative(
    frame: Act, *, pharmacy: Pharmacy, person: Person, by: Person, key: str | None = None
) -> Pharmacy:
    """Make a person the site's authorized representative, in place of the one before."""
    held = lock(pharmacy.pk)
    before, held.representative = held.representative_id, person
    held.save(update_fields=["representative"])
    frame.record(held, details={"before": before, "after": person.pk})
    return held


@act("pharmacies.apply_for_certification")
def apply_for_certification(
    frame: Act,
    *,
    pharmacy: Pharmacy,
    program: str,
    education_completed_on: date,
    printed_name: str,
    by: Person,
    form: dict[str, Any] | None = None,
    key: str | None = None,
) -> CertificationApplication:
    """Sign and submit the site's enrollment form. ``form``: whatever else was asked on it.

    Signed by ``by`` where they are its representative, otherwise on paper. Raises InvalidFact.
    """
    held = lock(pharmacy.pk)
    certification.check_application(
        held.applications.all(), program=program, education_completed_on=education_completed_on, at=frame.at
    )
    content = {"program": program, "education_completed_on": education_completed_on, "form": form or {}}
    content["pharmacy"] = _as_signed(held)
    signer = by if held.representative_id == by.pk else None
    signature = sign(content=content, meaning=MEANING, printed_name=printed_name, person=signer, by=by)
    application = CertificationApplication.objects.create(
        pharmacy=held,
        program=program,
        education_completed_on=education_completed_on,
        signature=signature,
        submitted_at=frame.at,
        submitted_by=by,
    )
    frame.record(application, details={"pharmacy": held.pk, "program": program})
    return application


@act("pharmacies.approve")
def approve(frame: Act, *, application: CertificationApplication, by: Person, key: str | None = None) -> Certification:
    """Certify the site for the program. Raises InvalidFact where it was decided already."""
    lock(application.pharmacy_id)
    decided = certification.decide(
        application, outcome=certification.Outcome.APPROVED, at=frame.at, by_id=by.pk, reason=""
    )
    made = Certification.objects.create(
        pharmacy=decided.pharmacy,
        program=decided.program,
        certified_at=frame.at,
        by=by,
        application=decided,
    )
    frame.record(made, details={"application": decided.pk, "program": decided.program})
    return made


@act("pharmacies.refuse")
def refuse(
    frame: Act, *, application: CertificationApplication, reason: str, by: Person, key: str | None = None
) -> CertificationApplication:
    """Refuse the application and say why. Raises InvalidFact."""
    lock(application.pharmacy_id)
    decided = certification.decide(
        application, outcome=certification.Outcome.REFUSED, at=frame.at, by_id=by.pk, reason=reason
    )
    frame.record(decided, details={"program": decided.program}, reason=decided.reason)
    return decided


@act("pharmacies.deactivate")
def deactivate(
    frame: Act, *, pharmacy: Pharmacy, program: str, reason: str, by: Person, key: str | None = None
) -> Deactivation:
    """End the site's certification for one program: from now on nothing is confirmed there.

    Raises InvalidFact where the reason or the certification is missing.
    """
    held = lock(pharmacy.pk)
    certification.check_deactivation(queries.standing(held.pk, program, frame.at), reason=reason)
    ended = Deactivation.objects.create(
        pharmacy=held, program=program, deactivated_at=frame.at, by=by, reason=reason.strip()
    )
    frame.record(ended, details={"pharmacy": held.pk, "program": program}, reason=ended.reason)
    return ended


@act("pharmacies.name_pharmacist")
def name_pharmacist(
    frame: Act, *, pharmacy: Pharmacy, person: Person, by: Person, key: str | None = None
) -> Pharmacist:
    """Let a person work at the site as a pharmacist. Raises InvalidFact where they do already."""
    held = lock(pharmacy.pk)
    if held.pharmacists.filter(person=person, ended_at__isnull=True).exists():
        raise InvalidFact(field="person", message=f"{person.name} works at this site already.")
    pharmacist = Pharmacist.objects.create(person=person, pharmacy=held, from_at=frame.at, from_by=by)
    frame.record(pharmacist, details={"pharmacy": held.pk, "person": person.pk})
    return pharmacist


@act("pharmacies.end_pharmacist")
def end_pharmacist(frame: Act, *, pharmacist: Pharmacist, by: Person, key: str | None = None) -> Pharmacist:
    """End a pharmacist's work at the site. Raises InvalidFact where it ended already."""
    held = lock_row(Pharmacist, pharmacist.pk)
    if held.ended_at is not None:
        raise InvalidFact(field="person", message="This pharmacist's work here ended already.")
    held.ended_at, held.ended_by = frame.at, by
    held.save(update_fields=["ended_at", "ended_by"])
    frame.record(held, details={"pharmacy": held.pharmacy_id, "person": held.person_id})
    return held


@act("pharmacies.record_training")
def record_training(
    frame: Act, *, person: Person, program: str, completed_on: date, by: Person, key: str | None = None
) -> Training:
    """Record that a person completed the program's training. Raises InvalidFact for a day to come."""
    if completed_on > clock.local_date(frame.at):
        raise InvalidFact(field="completed_on", message="This day lies in the future.")
    training = facts.insert(frame, Training(person=person, program=program, completed_on=completed_on))
    frame.record(training, details={"person": person.pk, "program": program, "completed_on": completed_on})
    return training


@act("pharmacies.correct_training")
def correct_training(
    frame: Act,
    *,
    training: Training,
    changes: dict[str, Any],
    reason: str,
    by: Person,
    void: bool = False,
    key: str | None = None,
) -> Training:
    """Supersede a training entry, or withdraw it (``void``). Raises InvalidFact."""
    newer = facts.corrected(training, changes=changes, reason=reason, void=void)
    if newer.completed_on > clock.local_date(frame.at):
        raise InvalidFact(field="completed_on", message="This day lies in the future.")
    facts.insert(frame, newer)
    frame.record(newer, details={"supersedes": training.pk, "changes": changes, "void": void}, reason=reason)
    return newer


def _as_signed(pharmacy: Pharmacy) -> dict[str, Any]:
    return {name: getattr(pharmacy, name) for name in Details.__annotations__}


def _check_changes(changes: dict[str, Any], reason: str) -> None:
    if not reason.strip():
        raise InvalidFact(field="reason", message="Say why this is corrected.")
    for name in changes.keys() - set(Details.__annotations__):
        raise InvalidFact(field=name, message="This cannot be changed here.")
