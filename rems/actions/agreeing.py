"""The agreement itself: what it says, who signs it, and how. Part of the acts that need one."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Person, SigningMethod
from accounts.signatures import Given, reserve_number, sign_record
from accounts.signed import content_of
from audit import clock
from audit.acts import Act
from audit.facts import InvalidFact, insert
from audit.payloads import sha256
from eligibility import Category
from patients.models import Patient
from rems import models
from rems.actions.attesting import Attested
from rems.actions.drafts import withdraw_open
from rems.agreements import agreement_points

PATIENT_MEANING = "I understand the risk of birth defects and agree to what the program asks of me."
GUARDIAN_MEANING = "I am the parent or guardian and agree for the patient."
PRESCRIBER_MEANING = "I counseled the patient and attest the risk category and its basis."
CHANGED = (
    "What patient and guardian signed is no longer what stands here: the record was corrected, or the patient "
    "moved, meanwhile. Prepare the agreement anew."
)


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What a new agreement says, and who signed it.

    ``how``: the method by which patient and guardian signed; ``given``: how the prescriber signs.
    ``prepared``: what patient and guardian have signed by link; the names are theirs then.
    """

    category: Category
    basis: str
    last_menses: date | None
    diagnosis: str
    signed_on: date
    patient_name: str
    guardian_name: str
    how: SigningMethod
    given: Given | None
    attested: Attested | None
    prepared: models.PreparedAgreement | None


def signed(*, category: str, **rest: Any) -> Signed:
    """Raises InvalidFact for a category that is none."""
    try:
        return Signed(category=Category(category), **rest)
    except ValueError as error:
        raise InvalidFact(field="category", message="Choose the category.") from error


def agree(frame: Act, enrollment: models.Enrollment, what: Signed, *, by: Person) -> models.Agreement:
    """Keep the agreement with the signatures of patient, guardian and prescriber, who all signed the same.

    Raises InvalidFact that names the field.
    """
    _check(frame, enrollment.patient, what)
    agreement = _written(enrollment, what)
    if what.prepared is None:
        withdraw_open(frame, enrollment.patient, enrollment.program, reason="Signed without the link.", by=by)
        _sign_here(agreement, what, by=by)
    else:
        agreement.patient_signature = what.prepared.patient_signature
        agreement.guardian_signature = what.prepared.guardian_signature
    agreement.sha256 = sha256(content_of(agreement))
    theirs = agreement.patient_signature
    if theirs is None or theirs.sha256 != agreement.sha256:
        raise InvalidFact(field="patient_name", message=CHANGED)
    agreement.prescriber_signature = sign_record(
        agreement, meaning=PRESCRIBER_MEANING, given=what.given, patient=enrollment.patient, by=by
    )
    return insert(frame, agreement)


def _written(enrollment: models.Enrollment, what: Signed) -> models.Agreement:
    """The agreement before anybody signs it here; its number is known already."""
    prepared = what.prepared
    return models.Agreement(
        pk=prepared.agreement_number if prepared else reserve_number(models.Agreement),
        enrollment=enrollment,
        category=what.category.value,
        prescriber=enrollment.prescriber,
        basis=what.basis,
        last_menses=what.last_menses,
        statements=prepared.statements if prepared else agreement_points(what.category),
        contraception=what.attested.signed() if what.attested else {},
        diagnosis=what.diagnosis.strip().upper(),
        signed_on=what.signed_on,
        guardian_signed=bool(what.guardian_name.strip()),
    )


def _sign_here(agreement: models.Agreement, what: Signed, *, by: Person) -> None:
    """The signatures of patient and guardian, on the prescriber's device or on paper, which ``by`` entered."""
    patient = agreement.enrollment.patient
    given = Given(printed_name=what.patient_name, method=what.how)
    agreement.patient_signature = sign_record(agreement, meaning=PATIENT_MEANING, given=given, patient=patient, by=by)
    if agreement.guardian_signed:
        given = Given(printed_name=what.guardian_name, method=what.how)
        agreement.guardian_signature = sign_record(
            agreement, meaning=GUARDIAN_MEANING, given=given, patient=patient, by=by
        )


def _check(frame: Act, patient: Patient, what: Signed) -> None:
    """Raise InvalidFact for days that cannot be, and for a name that is missing."""
    today = clock.local_date(frame.at)
    if what.signed_on > today:
        raise InvalidFact(field="signed_on", message="This day lies in the future.")
    if what.signed_on < patient.born:
        raise InvalidFact(field="signed_on", message="This day lies before the patient's birth.")
    check_last_menses(what.last_menses, patient=patient, today=today)
    if what.how not in {SigningMethod.DEVICE, SigningMethod.PAPER, SigningMethod.LINK}:
        raise InvalidFact(field="how", message="Say how the patient signs.")
    if not what.patient_name.strip():
        raise InvalidFact(field="patient_name", message="Type the name as the patient signed it.")
    if what.category.child and not what.guardian_name.strip():
        raise InvalidFact(field="guardian_name", message="A parent or guardian signs for a child.")


def check_last_menses(day: date | None, *, patient: Patient, today: date) -> None:
    """Raise InvalidFact for a last period that lies before the birth or ahead."""
    if day is not None and not patient.born <= day <= today:
        raise InvalidFact(field="last_menses", message="This day lies in the future or before birth.")
