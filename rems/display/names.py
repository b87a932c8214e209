"""Who and what the sentences of a decision name. Every page takes its names from here."""

from datetime import datetime

from eligibility.editions import programs
from eligibility.findings import Decision
from eligibility.reasons import Reason
from patients.choices import ReportKind
from patients.models import Patient, Report
from pharmacies.models import Pharmacy
from prescribers.models import Prescriber
from rems.display.verdicts import edition_of


def names_for(
    *,
    program: str,
    patient: Patient | None = None,
    prescriber: Prescriber | None = None,
    site: Pharmacy | None = None,
    decision: Decision | None = None,
    named: bool = True,
    **others: str,
) -> dict[str, str]:
    """The names for ``say``: patient, prescriber, site, program, drug, case, and ``others`` as given.

    ``decision``: program and drug as its edition calls them, and the report that it found open.
    ``named`` False: the reader may not know the patient's name. What is not known is left out, and
    is said in general words.
    """
    edition = edition_of(decision) if decision else None
    if edition is None and (editions := programs().get(program)):
        edition = editions[-1]
    found = {
        "patient": patient.name if patient and named else "",
        "prescriber": prescriber.name if prescriber else "",
        "site": site.name if site else "",
        "program": edition.name if edition else "",
        "drug": edition.drug if edition else "",
        "case": _case(decision, patient) if decision and patient else "",
    }
    return {name: words for name, words in (found | others).items() if words}


def _case(decision: Decision, patient: Patient) -> str:
    """The open pregnancy report that stands in the way, by its number; '' where none does."""
    for finding in decision.unmet:
        opened = finding.details.get("opened")
        if finding.reason is Reason.PREGNANCY_CASE_OPEN and isinstance(opened, datetime):
            reports = Report.objects.filter(patient=patient, kind=ReportKind.PREGNANCY, opened_at=opened)
            newest = reports.order_by("-pk").first()
            return f"report {newest.pk}" if newest else ""
    return ""
