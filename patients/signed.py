"""What is signed of the facts about a patient. The fields are listed, so that a later column changes nothing."""

from typing import Any

from django.db.models import Model

from accounts.signed import Said, fields_of, says
from audit.facts import Fact
from patients import models
from patients.models import Patient

FIELDS: dict[type[Fact], tuple[str, ...]] = {
    models.PregnancyTest: (
        "collected_at",
        "resulted_at",
        "result",
        "method",
        "sensitivity_miu_ml",
        "home",
        "laboratory",
    ),
    models.ContraceptionAttestation: ("attested_at", "since", "abstinence", "methods", "attested_by_name"),
    models.CycleReport: ("reported_at", "cycle"),
    models.MenarcheReport: ("reported_at",),
    models.PatientSurvey: ("program", "completed_at", "answers", "answered_by"),
    models.Report: ("kind", "subject", "opened_at", "note", "root_cause"),
    models.ReportClosing: ("report_id", "closed_at", "outcome"),
    models.TherapyDate: ("program", "kind", "starts_on", "ends_on"),
}


def people_of(patient: Patient) -> dict[str, Any]:
    """Who the patient is on record, for what is signed of the patient's identity."""
    return {"patient": {"name": patient.name, "born": patient.born}}


def said_of(fact: Model, *names: str) -> Said:
    """A fact as it is signed: of which patient, these fields, when it was recorded, what it corrects.

    The patient's number binds it to the patient; a name that is corrected changes nothing of the fact.
    """
    patient: Patient = fact.patient  # type: ignore[attr-defined]
    return {"patient": patient.number, **fields_of(fact, *names)}, {}


def _register(model: type[Fact], names: tuple[str, ...]) -> None:
    @says(model)
    def said(fact: Fact) -> Said:
        return said_of(fact, *names)


for _model, _names in FIELDS.items():
    _register(_model, _names)


@says(models.IdentityCorrection)
def said_of_correction(correction: models.IdentityCorrection) -> Said:
    """What stood before, what stands now, and why."""
    return said_of(correction, "corrected_at", "reason", "before", "after")
