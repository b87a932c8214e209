"""Patients and what is known of them."""

from patients.models.account import PatientAccount
from patients.models.facts import (
    ContraceptionAttestation,
    CycleReport,
    MenarcheReport,
    PatientSurvey,
    PregnancyTest,
    Report,
    ReportClosing,
    TherapyDate,
)
from patients.models.patient import IdentityCorrection, Patient

__all__ = [
    "ContraceptionAttestation",
    "CycleReport",
    "IdentityCorrection",
    "MenarcheReport",
    "Patient",
    "PatientAccount",
    "PatientSurvey",
    "PregnancyTest",
    "Report",
    "ReportClosing",
    "TherapyDate",
]
