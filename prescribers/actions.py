"""What is done to prescribers: registration, certification, delegates."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Required, TypedDict, Unpack

from accounts import certification, registration
from accounts.models import Person
from accounts.roles import Permission
from accounts.signatures import Given
from accounts.standing import must_own
from audit import clock
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
EDUCATION_ATTESTED = {"education": "attested as completed by the day of the signature"}
"""What stands in the form, and is signed, where nobody stated the day of the education."""


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

    For that person and the program. Raises Forbidden to anybody else, and
    ValidationError naming the field: a wrong NPI, one that is registered, no license.
    """
    own = person.pk if person is not None else None
    must_own(by, own, Permission.APPLY_AS_PRESCRIBER, Permission.DECIDE_CERTIFICATIONS)
    prescriber = Prescriber(**details, person=person, registered_at=frame.at, registered_by=by)
    prescriber.full_clean()
    prescriber.save(force_insert=True)
    frame.record(prescriber, details=dict(details))
    return prescriber


@act("prescribers.enroll")
def enroll(
    frame: Act,
    *,
    programs: Sequence[str],
    given: Given,
    by: Person,
    form: dict[str, Any] | None = None,
    key: str | None = None,
    **details: Unpack[Details],
) -> Prescriber:
    """A prescriber's own enrollment form: the data, and a signed application for each of the programs.

    The education is attested as completed by now. All of it is recorded or nothing. Raises as
    ``register`` and ``apply_for_certification``, and InvalidFact where no program is named.
    """
    if not programs:
        raise InvalidFact(field="program", message="Name the program.")
    prescriber = register(**details, person=by, by=by)
    for place, program in enumerate(programs):
        apply_for_certification(
            prescriber=prescriber,
            program=program,
            printed_name=given.printed_name,
            form=form,
            given=given.under(place),
            by=by,
        )
    frame.record(prescriber, details={"programs": list(programs)})
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

    For the prescriber and the program. Raises Forbidden, InvalidFact for a missing
    reason or a field that is not one of Details, and ValidationError naming a wrong one.
    """
    registration.check_changes(changes, names=Details.__annotations__, reason=reason)
    held = lock(prescriber.pk)
    must_own(by, held.person_id, Permission.APPLY_AS_PRESCRIBER, Permission.DECIDE_CERTIFICATIONS)
    return registration.change(frame, held, changes, reason=reason)


@act("prescribers.apply_for_certification")
def apply_for_certification(
    frame: Act,
    *,
    prescriber: Prescriber,
    program: str,
    printed_name: str,
    by: Person,
    education_completed_on: date | None = None,
    form: dict[str, Any] | None = None,
    given: Given | None = None,
    key: str | None = None,
) -> CertificationApplication:
    """Sign and submit the enrollment form of a program. ``form``: whatever else was asked on it;
    ``given``: how its own person signs; ``education_completed_on``: None where the signature attests it.

    Signed by ``by`` where they are the prescriber, otherwise on paper, which the program enters.
    Raises Forbidden and InvalidFact.
    """
    held = lock(prescriber.pk)
    must_own(by, held.person_id, Permission.APPLY_AS_PRESCRIBER, Permission.DECIDE_CERTIFICATIONS)
    completed_on = education_completed_on or clock.local_date(frame.at)
    certification.check_application(
        held.applications.all(), program=program, education_completed_on=completed_on, at=frame.at
    )
    application = CertificationApplication(
        prescriber=held,
        program=program,
        education_completed_on=completed_on,
        stated=registration.details_of(held, Details.__annotations__),
        form=(form or {}) if education_completed_on else {**(form or {}), **EDUCATION_ATTESTED},
    )
    how = certification.signing(given, own=held.person_id, by=by, printed_name=printed_name)
    return certification.submit(frame, application, meaning=MEANING, given=how, by=by)


@act("prescribers.approve")
def approve(frame: Act, *, application: CertificationApplication, by: Person, key: str | None = None) -> Certification:
    """Certify the applicant for the program.

    Raises Forbidden, and InvalidFact where it was decided already or is one's own.
    """
    own = lock(application.prescriber_id).person_id
    return certification.approve(frame, application, kind=Certification, by=by, own=own)


@act("prescribers.refuse")
def refuse(
    frame: Act, *, application: CertificationApplication, reason: str, by: Person, key: str | None = None
) -> CertificationApplication:
    """Refuse the application and say why. Raises Forbidden and InvalidFact, as for an approval."""
    own = lock(application.prescriber_id).person_id
    return certification.refuse(frame, application, reason=reason, by=by, own=own)


@act("prescribers.deactivate")
def deactivate(
    frame: Act, *, prescriber: Prescriber, program: str, reason: str, by: Person, key: str | None = None
) -> Deactivation:
    """End the certification for one program: from now on it blocks, also for numbers issued before.

    Raises Forbidden, and InvalidFact where the reason or the certification is missing.
    """
    held = lock(prescriber.pk)
    found = queries.standing(held.pk, program, frame.at)
    return certification.deactivate(frame, held, kind=Deactivation, found=found, program=program, reason=reason, by=by)


@act("prescribers.name_delegate")
def name_delegate(
    frame: Act, *, prescriber: Prescriber, person: Person, by: Person, key: str | None = None
) -> Delegate:
    """Let a person prepare and enter for the prescriber, who says so.

    Raises Forbidden, and InvalidFact where they do already.
    """
    held = lock(prescriber.pk)
    must_own(by, held.person_id, Permission.NAME_DELEGATES)
    if held.delegates.filter(person=person, ended_at__isnull=True).exists():
        raise InvalidFact(field="person", message=f"{person.name} is a delegate already.")
    if held.person_id == person.pk:
        raise InvalidFact(field="person", message="A prescriber is not their own delegate.")
    delegate = Delegate.objects.create(prescriber=held, person=person, named_at=frame.at, named_by=by)
    frame.record(delegate, details={"prescriber": held.pk, "person": person.pk})
    return delegate


@act("prescribers.end_delegate")
def end_delegate(frame: Act, *, delegate: Delegate, by: Person, key: str | None = None) -> Delegate:
    """End a delegate's work for the prescriber, who says so. Raises Forbidden and InvalidFact."""
    held = lock_row(Delegate, delegate.pk)
    must_own(by, held.prescriber.person_id, Permission.NAME_DELEGATES)
    if held.ended_at is not None:
        raise InvalidFact(field="person", message="This delegate's work ended already.")
    held.ended_at, held.ended_by = frame.at, by
    held.save(update_fields=["ended_at", "ended_by"])
    frame.record(held, details={"prescriber": held.prescriber_id, "person": held.person_id})
    return held
