"""A patient in a program: enroll, change category, sign anew, move to another prescriber."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Person, Signature
from accounts.roles import Permission
from accounts.signatures import sign
from audit import clock
from audit.acts import Act, act
from audit.facts import InvalidFact, insert
from eligibility import Category
from eligibility.editions import programs
from patients.lock import lock
from patients.models import Patient
from prescribers.models import Prescriber
from prescribers.queries import is_certified
from rems import models
from rems.actions.attesting import Attested, record_attested
from rems.actions.gate import mark_cancelled
from rems.actions.standing import must, must_prescribe
from rems.agreements import agreement_points

PATIENT_MEANING = "I understand the risk of birth defects and agree to what the program asks of me."
GUARDIAN_MEANING = "I am the parent or guardian and agree for the patient."
PRESCRIBER_MEANING = "I counseled the patient and attest the risk category and its basis."


@dataclass(frozen=True, kw_only=True)
class _Signed:
    """What a new agreement says, and who signed it."""

    category: Category
    basis: str
    last_menses: date | None
    diagnosis: str
    signed_on: date
    patient_name: str
    guardian_name: str


@act("rems.enroll")
def enroll(
    frame: Act,
    *,
    patient: Patient,
    program: str,
    prescriber: Prescriber,
    category: str,
    diagnosis: str,
    signed_on: date,
    patient_name: str,
    guardian_name: str = "",
    basis: str = "",
    last_menses: date | None = None,
    attested: Attested | None = None,
    by: Person,
    key: str | None = None,
) -> models.Enrollment:
    """Enroll a patient in a program on an agreement that patient, guardian and prescriber signed.

    ``signed_on``: the day of the signatures; ``diagnosis``: an ICD-10 code; ``basis`` and
    ``last_menses``: why an adult female cannot get pregnant; ``attested``: her contraception, with it.
    InvalidFact names the field: ``program``, ``category``, ``signed_on``, ``since`` …
    """
    must(by, Permission.SIGN_AGREEMENTS)
    must_prescribe(by, prescriber)
    lock(patient.pk)
    if program not in programs():
        raise InvalidFact(field="program", message="There is no such program.")
    if models.Enrollment.objects.filter(patient=patient, program=program).exists():
        raise InvalidFact(field="program", message="The patient is enrolled in this program already.")
    enrollment = models.Enrollment.objects.create(
        patient=patient, program=program, prescriber=prescriber, enrolled_at=frame.at, enrolled_by=by
    )
    models.Transfer.objects.create(
        enrollment=enrollment, prescriber=prescriber, at=frame.at, by=by, reason="Enrollment"
    )
    signed = _signed(
        category=category,
        basis=basis,
        last_menses=last_menses,
        diagnosis=diagnosis,
        signed_on=signed_on,
        patient_name=patient_name,
        guardian_name=guardian_name,
    )
    agreement = _agree(frame, enrollment, signed, by=by)
    _assign(frame, enrollment, signed, agreement=agreement, before="")
    record_attested(patient, attested, by=by)
    frame.record(enrollment, details={"program": program, "category": signed.category.value})
    return enrollment


@act("rems.change_category")
def change_category(
    frame: Act,
    *,
    enrollment: models.Enrollment,
    category: str,
    reason: str,
    diagnosis: str,
    signed_on: date,
    patient_name: str,
    guardian_name: str = "",
    basis: str = "",
    last_menses: date | None = None,
    attested: Attested | None = None,
    by: Person,
    key: str | None = None,
) -> models.CategoryAssignment:
    """Put the patient into another category on a new agreement. Numbers of the old one are cancelled.

    InvalidFact names the field, as in ``enroll``; and ``reason``.
    """
    must(by, Permission.SIGN_AGREEMENTS)
    lock(enrollment.patient_id)
    enrollment.refresh_from_db()
    must_prescribe(by, enrollment.prescriber)
    if not reason.strip():
        raise InvalidFact(field="reason", message="Say why the category changes.")
    present = enrollment.categories.current().order_by("since", "pk").last()
    before = present.category if present else ""
    signed = _signed(
        category=category,
        basis=basis,
        last_menses=last_menses,
        diagnosis=diagnosis,
        signed_on=signed_on,
        patient_name=patient_name,
        guardian_name=guardian_name,
    )
    agreement = _agree(frame, enrollment, signed, by=by)
    assignment = _assign(frame, enrollment, signed, agreement=agreement, before=before)
    record_attested(enrollment.patient, attested, by=by)
    voided = _void_numbers(frame, enrollment, category=signed.category) if before != signed.category.value else []
    details = {"before": before, "after": signed.category.value, "cancelled": voided}
    frame.record(assignment, reason=reason.strip(), details=details)
    return assignment


@act("rems.re_enroll")
def re_enroll(
    frame: Act,
    *,
    enrollment: models.Enrollment,
    signed_on: date,
    patient_name: str,
    guardian_name: str = "",
    by: Person,
    key: str | None = None,
) -> models.Agreement:
    """Sign the agreement of the present category anew, as after a long stop. InvalidFact names the field."""
    must(by, Permission.SIGN_AGREEMENTS)
    lock(enrollment.patient_id)
    enrollment.refresh_from_db()
    must_prescribe(by, enrollment.prescriber)
    present = enrollment.categories.current().order_by("since", "pk").last()
    before = enrollment.agreements.current().order_by("signed_on", "pk").last()
    if present is None or before is None:
        raise InvalidFact(field="category", message="The patient has no category yet; enroll the patient.")
    signed = _signed(
        category=present.category,
        basis=present.basis,
        last_menses=present.last_menses,
        diagnosis=before.diagnosis,
        signed_on=signed_on,
        patient_name=patient_name,
        guardian_name=guardian_name,
    )
    agreement = _agree(frame, enrollment, signed, by=by)
    frame.record(agreement)
    return agreement


@act("rems.transfer")
def transfer(
    frame: Act,
    *,
    enrollment: models.Enrollment,
    prescriber: Prescriber,
    reason: str,
    by: Person,
    key: str | None = None,
) -> models.Transfer:
    """Move the patient into another prescriber's care: by that prescriber's present one, or the program.

    InvalidFact names ``prescriber`` or ``reason``.
    """
    lock(enrollment.patient_id)
    enrollment.refresh_from_db()
    if not by.may(Permission.DECIDE_CERTIFICATIONS):
        must(by, Permission.SIGN_AGREEMENTS)
        must_prescribe(by, enrollment.prescriber)
    if not reason.strip():
        raise InvalidFact(field="reason", message="Say why the patient moves.")
    if prescriber.pk == enrollment.prescriber_id:
        raise InvalidFact(field="prescriber", message="The patient is in this prescriber's care already.")
    if not is_certified(prescriber.pk, enrollment.program, frame.at):
        raise InvalidFact(field="prescriber", message="This prescriber is not certified for the program.")
    moved = models.Transfer.objects.create(
        enrollment=enrollment, prescriber=prescriber, at=frame.at, by=by, reason=reason.strip()
    )
    enrollment.prescriber = prescriber
    enrollment.save(update_fields=["prescriber"])
    frame.record(moved, patient=enrollment.patient, reason=moved.reason)
    return moved


def _signed(*, category: str, **rest: Any) -> _Signed:
    try:
        return _Signed(category=Category(category), **rest)
    except ValueError as error:
        raise InvalidFact(field="category", message="Choose the category.") from error


def _agree(frame: Act, enrollment: models.Enrollment, signed: _Signed, *, by: Person) -> models.Agreement:
    """Keep the agreement with the signatures of patient, guardian and prescriber."""
    today = clock.local_date(frame.at)
    if signed.signed_on > today:
        raise InvalidFact(field="signed_on", message="This day lies in the future.")
    if signed.signed_on < enrollment.patient.born:
        raise InvalidFact(field="signed_on", message="This day lies before the patient's birth.")
    if signed.last_menses is not None and not enrollment.patient.born <= signed.last_menses <= today:
        raise InvalidFact(field="last_menses", message="This day lies in the future or before birth.")
    if not signed.patient_name.strip():
        raise InvalidFact(field="patient_name", message="Type the name as the patient signed it.")
    if signed.category.child and not signed.guardian_name.strip():
        raise InvalidFact(field="guardian_name", message="A parent or guardian signs for a child.")
    content = _content(enrollment, signed)
    guardian = _sign(content, GUARDIAN_MEANING, signed.guardian_name, by=by) if signed.guardian_name.strip() else None
    prescriber = sign(content=content, meaning=PRESCRIBER_MEANING, printed_name=by.name, person=by, by=by)
    return insert(
        frame,
        models.Agreement(
            enrollment=enrollment,
            category=signed.category.value,
            prescriber=enrollment.prescriber,
            diagnosis=signed.diagnosis.strip().upper(),
            signed_on=signed.signed_on,
            patient_signature=_sign(content, PATIENT_MEANING, signed.patient_name, by=by),
            guardian_signature=guardian,
            prescriber_signature=prescriber,
            guardian_signed=guardian is not None,
            sha256=prescriber.sha256,
        ),
    )


def _sign(content: dict[str, Any], meaning: str, name: str, *, by: Person) -> Signature:
    """A signature given on the prescriber's device or on paper."""
    return sign(content=content, meaning=meaning, printed_name=name, by=by)


def _content(enrollment: models.Enrollment, signed: _Signed) -> dict[str, Any]:
    """What is signed: who, which program, which category on which basis, when, and the statements."""
    patient, prescriber = enrollment.patient, enrollment.prescriber
    return {
        "agreement": "Patient-Physician Agreement",
        "program": enrollment.program,
        "patient": {"number": patient.number, "name": patient.name, "born": patient.born},
        "prescriber": {"name": prescriber.name, "npi": prescriber.npi},
        "category": signed.category.value,
        "basis": signed.basis,
        "last_menses": signed.last_menses,
        "diagnosis": signed.diagnosis,
        "signed_on": signed.signed_on,
        "statements": agreement_points(signed.category),
    }


def _assign(
    frame: Act, enrollment: models.Enrollment, signed: _Signed, *, agreement: models.Agreement, before: str
) -> models.CategoryAssignment:
    return insert(
        frame,
        models.CategoryAssignment(
            enrollment=enrollment,
            category=signed.category.value,
            basis=signed.basis,
            last_menses=signed.last_menses,
            since=frame.at,
            before=before,
            agreement=agreement,
        ),
    )


def _void_numbers(frame: Act, enrollment: models.Enrollment, *, category: Category) -> list[int]:
    """Numbers issued under another category are void (rule book, Risk categories)."""
    open_ones = models.Authorization.objects.select_for_update(of=("self",)).filter(
        prescription__enrollment=enrollment, cancelled_at__isnull=True, dispensing__isnull=True
    )
    voided = [number for number in open_ones if number.category != category.value]
    for number in voided:
        mark_cancelled(frame, number, reason="The risk category changed.")
    return [number.pk for number in voided]
