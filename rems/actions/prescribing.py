"""What a prescriber does before asking for a number: prescribe, counsel, answer the survey."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.models import Person
from accounts.roles import Permission
from accounts.signatures import Given, sign_record
from audit.acts import Act, act
from audit.facts import InvalidFact, insert
from patients.lock import lock
from patients.models import Patient
from rems import models
from rems.actions.standing import Forbidden, must, must_prescribe, must_serve

COUNSELED = "I counseled the patient for this prescription."
SURVEYED = "I answered this survey and attest the results listed in it."
RESULTS_SHOWN = 6


@act("rems.prescribe")
def prescribe(
    frame: Act,
    *,
    enrollment: models.Enrollment,
    items: Sequence[tuple[models.Product, int]],
    days_supply: int | None,
    category: str,
    refill: bool = False,
    verbal: bool = False,
    written_at: datetime | None = None,
    by: Person,
    key: str | None = None,
) -> models.Prescription:
    """Write down a prescription of the patient's prescriber.

    ``items``: products with capsules, each strength once; ``days_supply`` in days covered; ``category``
    as it stands on the prescription, '' for none. InvalidFact names the field: ``items``, ``written_at``.
    Forbidden: neither the patient's prescriber nor a delegate of theirs.
    """
    must(by, Permission.PREPARE_PRESCRIPTIONS)
    lock(enrollment.patient_id)
    enrollment.refresh_from_db()
    must_serve(by, enrollment.prescriber)
    products = [product for product, _ in items]
    if not products or len({product.pk for product in products}) < len(products):
        raise InvalidFact(field="items", message="Name each strength once, at least one.")
    if any(product.program != enrollment.program for product in products):
        raise InvalidFact(field="items", message="This product belongs to another program.")
    if written_at is not None and written_at > frame.at:
        raise InvalidFact(field="written_at", message="This lies in the future.")
    prescription = insert(
        frame,
        models.Prescription(
            enrollment=enrollment,
            prescriber=enrollment.prescriber,
            written_at=written_at or frame.at,
            days_supply=days_supply,
            refill=refill,
            verbal=verbal,
            category=category,
        ),
    )
    for product, capsules in items:
        item = models.PrescriptionItem(prescription=prescription, product=product, capsules=capsules)
        item.clean_fields(exclude=["prescription", "product"])
        item.save(force_insert=True)
    frame.record(prescription, details={"items": {str(p): n for p, n in items}, "days_supply": days_supply})
    return prescription


@act("rems.record_counseling")
def record_counseling(
    frame: Act, *, prescription: models.Prescription, by: Person, given: Given | None = None, key: str | None = None
) -> models.Counseling:
    """The prescriber counseled for this prescription, and signs it. Forbidden to others, and a second time."""
    must(by, Permission.ATTEST)
    must_prescribe(by, prescription.prescriber)
    lock(prescription.patient_id)
    if prescription.counseling_set.exists():
        raise Forbidden("Counseling for this prescription was recorded already.")
    counseling = insert(frame, models.Counseling(prescription=prescription, counseled_at=frame.at))
    sign_record(counseling, meaning=COUNSELED, given=given, patient=prescription.enrollment.patient, by=by)
    frame.record(counseling)
    return counseling


@act("rems.answer_prescriber_survey")
def answer_prescriber_survey(
    frame: Act,
    *,
    prescription: models.Prescription,
    answers: Mapping[str, Any],
    results: Sequence[int] = (),
    by: Person,
    given: Given | None = None,
    key: str | None = None,
) -> models.PrescriberSurvey:
    """The prescriber's own answers for this prescription, signed. Forbidden to others, and a second time.

    ``results``: the rows of the pregnancy tests that are attested with it, whoever entered them. InvalidFact
    for ``results`` that are not the newest ones of this patient.
    """
    must(by, Permission.ANSWER_PRESCRIBER_SURVEYS)
    must_prescribe(by, prescription.prescriber)
    lock(prescription.patient_id)
    if prescription.prescribersurvey_set.exists():
        raise Forbidden("The survey of this prescription was answered already.")
    patient = prescription.enrollment.patient
    if results and list(results) != newest_results(patient):
        raise InvalidFact(field="results", message="A result was recorded or corrected meanwhile. Look at it first.")
    said = {**answers, "results": list(results)} if results else dict(answers)
    survey = insert(frame, models.PrescriberSurvey(prescription=prescription, completed_at=frame.at, answers=said))
    sign_record(survey, meaning=SURVEYED, given=given, patient=patient, by=by)
    frame.record(survey)
    return survey


def newest_results(patient: Patient) -> list[int]:
    """The rows of the newest pregnancy tests that stand, newest first: those that the survey lists."""
    rows = patient.pregnancy_tests.current().order_by("-collected_at", "-pk")
    return list(rows.values_list("pk", flat=True)[:RESULTS_SHOWN])
