"""Who a patient is: registration, and corrections that keep what stood before."""

from datetime import date
from typing import Any, Required, TypedDict, Unpack

from accounts.models import Person
from accounts.roles import Permission
from accounts.signatures import Given, sign_record
from accounts.standing import must
from audit import clock
from audit.acts import Act, act
from audit.facts import InvalidFact
from patients.lock import lock
from patients.models import IdentityCorrection, Patient

CORRECTED = "I corrected who the patient is on record, for the reason stated with it."
MADE_BY_DATABASE = ("number",)


class Details(TypedDict, total=False):
    """Identity, contact and guardian."""

    first_name: Required[str]
    middle_name: str
    last_name: Required[str]
    born: Required[date]
    address_line_1: str
    address_line_2: str
    city: str
    state: str
    zip_code: str
    phone: str
    email: str
    language: str
    guardian_name: str
    guardian_relationship: str
    guardian_phone: str


@act("patients.register_patient")
def register_patient(frame: Act, *, by: Person, key: str | None = None, **details: Unpack[Details]) -> Patient:
    """Put a patient on record. Show ``queries.likely_duplicates`` first.

    Raises ValidationError naming the field.
    """
    must(by, Permission.ENROLL_PATIENTS)
    _check_born(details["born"], frame)
    patient = Patient(**details, created_at=frame.at, created_by=by)
    patient.full_clean(exclude=MADE_BY_DATABASE)
    patient.save(force_insert=True)
    frame.record(patient, patient=patient, details={"number": patient.number, **details})
    return patient


@act("patients.correct_identity")
def correct_identity(
    frame: Act,
    *,
    patient: Patient,
    changes: dict[str, Any],
    reason: str,
    by: Person,
    given: Given | None = None,
    key: str | None = None,
) -> IdentityCorrection:
    """Change identity, contact or guardian; what stood before is kept with the reason, and signed.

    Raises InvalidFact for a missing reason or a field that is not one of Details, and
    ValidationError naming a wrong one.
    """
    _check_changes(changes, reason)
    held = lock(patient.pk)
    must(by, Permission.ENROLL_PATIENTS)
    if "born" in changes:
        _check_born(changes["born"], frame)
    before = {name: getattr(held, name) for name in changes}
    for name, value in changes.items():
        setattr(held, name, value)
    held.full_clean(exclude=MADE_BY_DATABASE)
    held.save(update_fields=list(changes))
    correction = IdentityCorrection.objects.create(
        patient=held,
        corrected_at=frame.at,
        corrected_by=by,
        reason=reason.strip(),
        before=before,
        after=changes,
    )
    sign_record(correction, meaning=CORRECTED, given=given, patient=held, by=by)
    frame.record(held, patient=held, details={"before": before, "after": changes}, reason=correction.reason)
    return correction


def _check_born(born: date, frame: Act) -> None:
    if born > clock.local_date(frame.at):
        raise InvalidFact(field="born", message="This day lies in the future.")
    if born.year < 1900:
        raise InvalidFact(field="born", message="Nobody alive was born before 1900.")


def _check_changes(changes: dict[str, Any], reason: str) -> None:
    if not reason.strip():
        raise InvalidFact(field="reason", message="Say why this is corrected.")
    for name in changes.keys() - set(Details.__annotations__):
        raise InvalidFact(field=name, message="This cannot be changed here.")
