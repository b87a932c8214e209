"""What is done to pharmacy sites: registration, certification, staff, training."""

from datetime import date
from typing import Any, Required, TypedDict, Unpack

from accounts import certification, registration
from accounts.models import Person
from accounts.roles import Permission
from accounts.signatures import Given, sign_record
from accounts.standing import Forbidden, must, must_own
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

CORRECTED = "I corrected this entry for the reason stated with it."
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

    For that person and the program. Raises Forbidden to anybody else, and
    ValidationError naming the field: a wrong NCPDP id, NPI or zone, or one registered already.
    """
    own = representative.pk if representative is not None else None
    must_own(by, own, Permission.APPLY_FOR_SITE, Permission.DECIDE_CERTIFICATIONS)
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

    For its representative and the program. Raises Forbidden, InvalidFact for a missing
    reason or a field that is not one of Details, and ValidationError naming a wrong one.
    """
    registration.check_changes(changes, names=Details.__annotations__, reason=reason)
    held = lock(pharmacy.pk)
    must_own(by, held.representative_id, Permission.APPLY_FOR_SITE, Permission.DECIDE_CERTIFICATIONS)
    return registration.change(frame, held, changes, reason=reason)


@act("pharmacies.appoint_representative")
def appoint_representative(
    frame: Act, *, pharmacy: Pharmacy, person: Person, by: Person, key: str | None = None
) -> Pharmacy:
    """Make a person the site's authorized representative, in place of the one before. Raises Forbidden."""
    must(by, Permission.DECIDE_CERTIFICATIONS)
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
    given: Given | None = None,
    key: str | None = None,
) -> CertificationApplication:
    """Sign and submit the site's enrollment form. ``form``: whatever else was asked on it;
    ``given``: how its own person signs.

    Signed by ``by`` where they are its representative, otherwise on paper, which the program enters.
    Raises Forbidden and InvalidFact.
    """
    held = lock(pharmacy.pk)
    must_own(by, held.representative_id, Permission.APPLY_FOR_SITE, Permission.DECIDE_CERTIFICATIONS)
    certification.check_application(
        held.applications.all(), program=program, education_completed_on=education_completed_on, at=frame.at
    )
    application = CertificationApplication(
        pharmacy=held,
        program=program,
        education_completed_on=education_completed_on,
        stated=registration.details_of(held, Details.__annotations__),
        form=form or {},
    )
    how = certification.signing(given, own=held.representative_id, by=by, printed_name=printed_name)
    return certification.submit(frame, application, meaning=MEANING, given=how, by=by)


@act("pharmacies.approve")
def approve(frame: Act, *, application: CertificationApplication, by: Person, key: str | None = None) -> Certification:
    """Certify the site for the program.

    Raises Forbidden, and InvalidFact where it was decided already or is one's own.
    """
    own = lock(application.pharmacy_id).representative_id
    return certification.approve(frame, application, kind=Certification, by=by, own=own)


@act("pharmacies.refuse")
def refuse(
    frame: Act, *, application: CertificationApplication, reason: str, by: Person, key: str | None = None
) -> CertificationApplication:
    """Refuse the application and say why. Raises Forbidden and InvalidFact, as for an approval."""
    own = lock(application.pharmacy_id).representative_id
    return certification.refuse(frame, application, reason=reason, by=by, own=own)


@act("pharmacies.deactivate")
def deactivate(
    frame: Act, *, pharmacy: Pharmacy, program: str, reason: str, by: Person, key: str | None = None
) -> Deactivation:
    """End the site's certification for one program: from now on nothing is confirmed there.

    Raises Forbidden, and InvalidFact where the reason or the certification is missing.
    """
    held = lock(pharmacy.pk)
    found = queries.standing(held.pk, program, frame.at)
    return certification.deactivate(frame, held, kind=Deactivation, found=found, program=program, reason=reason, by=by)


@act("pharmacies.name_pharmacist")
def name_pharmacist(
    frame: Act, *, pharmacy: Pharmacy, person: Person, by: Person, key: str | None = None
) -> Pharmacist:
    """Let a person work at the site as a pharmacist. Raises Forbidden, and InvalidFact where they do already."""
    held = lock(pharmacy.pk)
    must_own(by, held.representative_id, Permission.KEEP_SITE_STAFF)
    if held.pharmacists.filter(person=person, ended_at__isnull=True).exists():
        raise InvalidFact(field="person", message=f"{person.name} works at this site already.")
    pharmacist = Pharmacist.objects.create(person=person, pharmacy=held, from_at=frame.at, from_by=by)
    frame.record(pharmacist, details={"pharmacy": held.pk, "person": person.pk})
    return pharmacist


@act("pharmacies.end_pharmacist")
def end_pharmacist(frame: Act, *, pharmacist: Pharmacist, by: Person, key: str | None = None) -> Pharmacist:
    """End a pharmacist's work at the site. Raises Forbidden, and InvalidFact where it ended already."""
    held = lock_row(Pharmacist, pharmacist.pk)
    must_own(by, held.pharmacy.representative_id, Permission.KEEP_SITE_STAFF)
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
    """Record that a person completed the program's training. Raises Forbidden, and InvalidFact for a day to come."""
    _must_employ(by, person)
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
    given: Given | None = None,
    key: str | None = None,
) -> Training:
    """Supersede a training entry, or withdraw it (``void``). Raises Forbidden and InvalidFact."""
    _must_employ(by, training.person)
    newer = facts.corrected(training, changes=changes, reason=reason, void=void)
    if newer.completed_on > clock.local_date(frame.at):
        raise InvalidFact(field="completed_on", message="This day lies in the future.")
    facts.insert(frame, newer)
    sign_record(newer, meaning=CORRECTED, given=given, by=by)
    frame.record(newer, details={"supersedes": training.pk, "changes": changes, "void": void}, reason=reason)
    return newer


def _must_employ(by: Person, person: Person) -> None:
    """Forbidden to anybody but the representative of a site at which the person works or worked."""
    must(by, Permission.KEEP_SITE_STAFF)
    if not Pharmacist.objects.filter(person=person, pharmacy__representative=by).exists():
        raise Forbidden(f"{person.name} does not work at a site of {by.name}.")
