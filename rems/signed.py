"""What is signed of an agreement, counseling, the prescriber's survey, a review of the trail, a deviation's end."""

from datetime import date
from typing import Any

from accounts.models import SigningMethod
from accounts.signed import Said, fields_of, says
from audit import clock
from patients.models import PregnancyTest
from patients.signed import FIELDS, people_of
from rems import models
from rems.models.prescription import OfPrescription

WHEN_SIGNED = "the day on which patient and guardian sign"
OF_TEST = FIELDS[PregnancyTest]


@says(models.Agreement)
def said_of_agreement(agreement: models.Agreement) -> Said:
    """Who, which program, which category on which basis, when, and the statements that were read.

    By link the day is that of the signatures themselves, which is not known when it is prepared: an
    agreement that holds another day than theirs is not what they signed.
    """
    patient, prescriber = agreement.enrollment.patient, agreement.prescriber
    names = ("category", "basis", "last_menses", "diagnosis", "statements", "contraception", "guardian_signed")
    said: dict[str, Any] = {
        "agreement": "Patient-Physician Agreement",
        "program": agreement.enrollment.program,
        "patient": patient.number,
        "prescriber": prescriber.pk,
        "signed_on": WHEN_SIGNED if _signed_when_signed(agreement) else agreement.signed_on,
        **{name: getattr(agreement, name) for name in names},
    }
    return said, {**people_of(patient), "prescriber": {"name": prescriber.name, "npi": prescriber.npi}}


def _signed_when_signed(agreement: models.Agreement) -> bool:
    """Whether the day of the agreement is the one of its signatures by link, or open because it is prepared."""
    day: date | None = agreement.signed_on
    signature = agreement.patient_signature
    if day is None or signature is None:
        return day is None
    return signature.method == SigningMethod.LINK and clock.local_date(signature.signed_at) == day


@says(models.Counseling)
def said_of_counseling(counseling: models.Counseling) -> Said:
    """When, and for which prescription."""
    return _of_prescription(counseling, "counseled_at")


@says(models.PrescriberSurvey)
def said_of_survey(survey: models.PrescriberSurvey) -> Said:
    """The answers, and the results that are attested with them, whoever entered those."""
    said, people = _of_prescription(survey, "completed_at", "answers")
    tests = PregnancyTest.objects.filter(pk__in=survey.answers.get("results", [])).order_by("pk")
    results = [{"id": test.pk, **{name: getattr(test, name) for name in OF_TEST}} for test in tests]
    return {**said, "results": results}, people


@says(models.TrailReview)
def said_of_review(review: models.TrailReview) -> Said:
    """The period, what it held, the seals of its entries, and the findings."""
    names = ("since", "until", "events", "out_of_band", "denials", "first_seal", "last_seal", "seals_sha256")
    return {**fields_of(review, *names, "sealed_entries", "findings")}, {}


@says(models.DeviationSignOff)
def said_of_sign_off(sign_off: models.DeviationSignOff) -> Said:
    """The deviation, what was planned about it until then, and what was found."""
    deviation, planned = sign_off.deviation, ("what", "responsible", "due_on", "planned_at", "planned_by_id")
    corrections = deviation.corrections.filter(planned_at__lte=sign_off.signed_at).order_by("pk")
    named = ("id", "program", "kind", "subject", "period", "at", "stopped", "prescriber_id", "pharmacy_id", "details")
    said: dict[str, Any] = {
        "deviation": fields_of(deviation, *named),
        "patient": deviation.patient.number,
        "corrections": [{"id": row.pk, **fields_of(row, *planned)} for row in corrections],
    }
    return {**said, **fields_of(sign_off, "conclusion", "findings", "signed_at", "signed_by_id")}, {}


def _of_prescription(row: OfPrescription, *names: str) -> Said:
    patient = row.prescription.enrollment.patient
    return {"patient": patient.number, "prescription": row.prescription_id, **fields_of(row, *names)}, {}
