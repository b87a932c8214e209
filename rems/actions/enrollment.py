"""A patient in a program: enroll, change category, sign anew, move to another prescriber."""

from datetime import date

from accounts.models import Person, SigningMethod
from accounts.roles import Permission
from accounts.signatures import Given
from audit.acts import Act, act
from audit.facts import InvalidFact, insert
from eligibility import Category
from eligibility.editions import programs
from patients.lock import lock
from patients.models import Patient
from prescribers.models import Prescriber
from prescribers.queries import is_certified
from rems import models
from rems.actions.agreeing import Signed, agree, signed
from rems.actions.attesting import Attested, record_attested
from rems.actions.gate import mark_cancelled
from rems.actions.standing import must, must_prescribe

DEVICE = SigningMethod.DEVICE


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
    how: SigningMethod = DEVICE,
    given: Given | None = None,
    prepared: models.PreparedAgreement | None = None,
    by: Person,
    key: str | None = None,
) -> models.Enrollment:
    """Enroll a patient in a program on an agreement that patient, guardian and prescriber signed.

    ``signed_on``: the day of the signatures; ``diagnosis``: an ICD-10 code; ``basis`` and
    ``last_menses``: why an adult female cannot get pregnant; ``attested``: her contraception, with it.
    ``how`` patient and guardian signed; ``given``: how the prescriber signs; ``prepared``: what they signed by link.
    InvalidFact names the field: ``program``, ``category``, ``signed_on``, ``since`` …
    """
    must(by, Permission.SIGN_AGREEMENTS)
    must_prescribe(by, prescriber)
    patient = lock(patient.pk)
    enrollment = _enrolled(frame, patient, program=program, prescriber=prescriber, by=by)
    what = signed(
        category=category,
        basis=basis,
        last_menses=last_menses,
        diagnosis=diagnosis,
        signed_on=signed_on,
        patient_name=patient_name,
        guardian_name=guardian_name,
        how=how,
        given=given,
        attested=attested,
        prepared=prepared,
    )
    agreement = agree(frame, enrollment, what, by=by)
    _assign(frame, enrollment, what, agreement=agreement, before="")
    record_attested(patient, attested, given=given, by=by)
    frame.record(enrollment, details={"program": program, "category": what.category.value})
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
    how: SigningMethod = DEVICE,
    given: Given | None = None,
    prepared: models.PreparedAgreement | None = None,
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
    before = _present_category(enrollment)
    what = signed(
        category=category,
        basis=basis,
        last_menses=last_menses,
        diagnosis=diagnosis,
        signed_on=signed_on,
        patient_name=patient_name,
        guardian_name=guardian_name,
        how=how,
        given=given,
        attested=attested,
        prepared=prepared,
    )
    agreement = agree(frame, enrollment, what, by=by)
    assignment = _assign(frame, enrollment, what, agreement=agreement, before=before)
    record_attested(enrollment.patient, attested, given=given, by=by)
    voided = _void_numbers(frame, enrollment, category=what.category) if before != what.category.value else []
    details = {"before": before, "after": what.category.value, "cancelled": voided}
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
    how: SigningMethod = DEVICE,
    given: Given | None = None,
    prepared: models.PreparedAgreement | None = None,
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
    what = signed(
        category=present.category,
        basis=present.basis,
        last_menses=present.last_menses,
        diagnosis=before.diagnosis,
        signed_on=signed_on,
        patient_name=patient_name,
        guardian_name=guardian_name,
        how=how,
        given=given,
        attested=None,
        prepared=prepared,
    )
    agreement = agree(frame, enrollment, what, by=by)
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


def _enrolled(frame: Act, patient: Patient, *, program: str, prescriber: Prescriber, by: Person) -> models.Enrollment:
    """The enrollment, and that the patient came into this prescriber's care. InvalidFact names ``program``."""
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
    return enrollment


def _present_category(enrollment: models.Enrollment) -> str:
    """The code of the category that the patient is in; '' where none was assigned."""
    present = enrollment.categories.current().order_by("since", "pk").last()
    return str(present.category) if present else ""


def _assign(
    frame: Act, enrollment: models.Enrollment, what: Signed, *, agreement: models.Agreement, before: str
) -> models.CategoryAssignment:
    return insert(
        frame,
        models.CategoryAssignment(
            enrollment=enrollment,
            category=what.category.value,
            basis=what.basis,
            last_menses=what.last_menses,
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
