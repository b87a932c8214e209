"""What is done to prescribers: registration, certification, delegates."""

from datetime import date
from typing import Any, Required, TypedDict, Unpack

from accounts import certification
from accounts.models import Person
from accounts.signatures import sign
from audit.acts import Act, act
from audit.facts import InvalidFact
from audit.locks import lock as lock_row
from prescribers import queries
from prescribers.lock import lock
from prescribers.models import (
    Certification,
    CertificationApplication,
    Deactivation,
    Delegate,
    Prescriber,
)

MEANING = "I enroll in the program, completed its education and will follow its requirements."


class Details(TypedDict, total=False):
    """Who a prescriber is and where they are reached."""

    first_name: Required[str]
    last_name: Required[str]
    credential: Required[str]
    specialty: Required[str]
    npi: Required[str]
    dea: str
    state_license: str
    address_line_1: str
    address_line_2: str
    city: str
    state: str
    zip_code: str
    phone: str
    fax: str
    email: str


@act("prescribers.register")
def register(
    frame: Act,
    *,
    by: Person,
    person: Person | None = None,
    key: str | None = None,
    **details: Unpack[Details],
) -> Prescriber:
    """Put a prescriber on record; ``person`` is the account they sign in with.

    Raises ValidationError naming the field: a wrong NPI, one that is registered, no license.
    """
    prescriber = Prescriber(**details, person=person, registered_at=frame.at, registered_by=by)
    prescriber.full_clean()
    prescriber.save(force_insert=True)
    frame.record(prescriber, details=dict(details))
    return prescriber


@act("prescribers.correct_details")
def correct_details(
    frame: Act,
    *,
    prescriber: Prescriber,
    changes: dict[str, Any],
    reason: str,
    by: Person,
    key: str | None = None,
) -> Prescriber:
    """Change who the prescriber is or where they are reached; the trail keeps what stood before.

    Raises InvalidFact for a missing reason or a field that is not one of Details, and
    ValidationError naming a wrong one.
    """
    _check_changes(changes, reason)
    held = lock(prescriber.pk)
    before = {name: getattr(held, name) for name in changes}
    for name, value in changes.items():
        setattr(held, name, value)
    held.full_clean()
    held.save(update_fields=list(changes))
    frame.record(held, details={"before": before, "after": changes}, reason=reason.strip())
    return held


@act("prescribers.apply_for_certification")
def apply_for_certification(
    frame: Act,
    *,
    prescriber: Prescriber,
    program: str,
    education_completed_on: date,
    printed_name: str,
    by: Person,
    form: dict[str, Any] | None = None,
    key: str | None = None,
) -> CertificationApplication:
    """Sign and submit the enrollment form of a program. ``form``: whatever else was asked on it.

    Signed by ``by`` where they are the prescriber, otherwise on paper. Raises InvalidFact.
    """
    held = lock(prescriber.pk)
    certification.check_application(
        held.applications.all(), program=program, education_completed_on=education_completed_on, at=frame.at
    )
    content = {"program": program, "education_completed_on": education_completed_on, "form": form or {}}
    content["prescriber"] = _as_signed(held)
    signer = by if held.person_id == by.pk else None
    signature = sign(content=content, meaning=MEANING, printed_name=printed_name, person=signer, by=by)
    application = CertificationApplication.objects.create(
        prescriber=held,
        program=program,
        education_completed_on=education_completed_on,
        signature=signature,
        submitted_at=frame.at,
        submitted_by=by,
    )
    frame.record(application, details={"prescriber": held.pk, "program": program})
    return application


@act("prescribers.approve")
def approve(frame: Act, *, application: CertificationApplication, by: Person, key: str | None = None) -> Certification:
    """Certify the applicant for the program. Raises InvalidFact where it was decided already."""
    lock(application.prescriber_id)
    decided = certification.decide(
        application, outcome=certification.Outcome.APPROVED, at=frame.at, by_id=by.pk, reason=""
    )
    made = Certification.objects.create(
        prescriber=decided.prescriber,
        program=decided.program,
        certified_at=frame.at,
        by=by,
        application=decided,
    )
    frame.record(made, details={"application": decided.pk, "program": decided.program})
    return made


@act("prescribers.refuse")
def refuse(
    frame: Act, *, application: CertificationApplication, reason: str, by: Person, key: str | None = None
) -> CertificationApplication:
    """Refuse the application and say why. Raises InvalidFact."""
    lock(application.prescriber_id)
    decided = certification.decide(
        application, outcome=certification.Outcome.REFUSED, at=frame.at, by_id=by.pk, reason=reason
    )
    frame.record(decided, details={"program": decided.program}, reason=decided.reason)
    return decided


@act("prescribers.deactivate")
def deactivate(
    frame: Act, *, prescriber: Prescriber, program: str, reason: str, by: Person, key: str | None = None
) -> Deactivation:
    """End the certification for one program: from now on it blocks, also for numbers issued before.

    Raises InvalidFact where the reason or the certification is missing.
    """
    held = lock(prescriber.pk)
    certification.check_deactivation(queries.standing(held.pk, program, frame.at), reason=reason)
    ended = Deactivation.objects.create(
        prescriber=held, program=program, deactivated_at=frame.at, by=by, reason=reason.strip()
    )
    frame.record(ended, details={"prescriber": held.pk, "program": program}, reason=ended.reason)
    return ended


@act("prescribers.name_delegate")
def name_delegate(
    frame: Act, *, prescriber: Prescriber, person: Person, by: Person, key: str | None = None
) -> Delegate:
    """Let a person prepare and enter for the prescriber. Raises InvalidFact where they do already."""
    held = lock(prescriber.pk)
    if held.delegates.filter(person=person, ended_at__isnull=True).exists():
        raise InvalidFact(field="person", message=f"{person.name} is a delegate already.")
    if held.person_id == person.pk:
        raise InvalidFact(field="person", message="A prescriber is not their own delegate.")
    delegate = Delegate.objects.create(prescriber=held, person=person, named_at=frame.at, named_by=by)
    frame.record(delegate, details={"prescriber": held.pk, "person": person.pk})
    return delegate


@act("prescribers.end_delegate")
def end_delegate(frame: Act, *, delegate: Delegate, by: Person, key: str | None = None) -> Delegate:
    """End a delegate's work for the prescriber. Raises InvalidFact where it ended already."""
    held = lock_row(Delegate, delegate.pk)
    if held.ended_at is not None:
        raise InvalidFact(field="person", message="This delegate's work ended already.")
    held.ended_at, held.ended_by = frame.at, by
    held.save(update_fields=["ended_at", "ended_by"])
    frame.record(held, details={"prescriber": held.prescriber_id, "person": held.person_id})
    return held


def _as_signed(prescriber: Prescriber) -> dict[str, Any]:
    return {name: getattr(prescriber, name) for name in Details.__annotations__}


def _check_changes(changes: dict[str, Any], reason: str) -> None:
    if not reason.strip():
        raise InvalidFact(field="reason", message="Say why this is corrected.")
    for name in changes.keys() - set(Details.__annotations__):
        raise InvalidFact(field=name, message="This cannot be changed here.")
