"""Two records that were opened by break-glass: one was reviewed, one waits."""

from dataclasses import dataclass

from accounts import proofs
from audit.denials import record_view
from patients.models import Patient
from rems.actions.openings import close_record, open_record, review_opening
from rems.demo.chronicle import Story
from rems.demo.company import Company
from rems.models.choices import Conclusion


@dataclass(frozen=True, kw_only=True)
class Opened:
    """Whose record was opened how many days ago, by whom and why; ``findings``: of the review the day after."""

    patient: str
    days: int
    by: str
    reason: str
    reviewer: str = ""
    findings: str = ""


OPENED = (
    Opened(
        patient="Rachel Adeyemi",
        days=4,
        by="administrator",
        reason="The pharmacy asked why the hand-over is held, and the prescriber's office was closed.",
        reviewer="administrator2",
        findings="The call of the pharmacy is on file. Only this record was read, for two minutes.",
    ),
    Opened(
        patient="Elena Marsh",
        days=2,
        by="administrator2",
        reason="The patient called about a survey that she had answered twice.",
    ),
)


def openings(company: Company, *, patients: set[str]) -> list[Story]:
    """The stories of those whose patients are in the demonstration."""
    return [_opened(company, each) for each in OPENED if each.patient in patients]


def _opened(company: Company, opened: Opened) -> Story:
    yield company.when.day(opened.days, 18)
    first, _, last = opened.patient.rpartition(" ")
    patient = Patient.objects.get(first_name=first, last_name=last)
    with company.administering(opened.by) as by:
        proof = proofs.proof(by, how="password")
        opening = open_record(patient=patient, reason=opened.reason, proof=proof, by=by)
        record_view(
            action="rems.view_opened_record",
            by=by,
            patient_ids=[patient.pk],
            subject=patient,
            details={"opening": opening.pk},
        )
    yield company.when.day(opened.days, 18, 2)
    with company.administering(opened.by) as by:
        close_record(opening=opening, by=by)
    if opened.reviewer:
        yield company.when.day(opened.days - 1, 10)
        with company.administering(opened.reviewer) as by:
            review_opening(opening=opening, conclusion=Conclusion.JUSTIFIED.value, findings=opened.findings, by=by)
