"""What is done to patients and recorded about them. Every act takes the patient's lock first."""

from patients.actions.corrections import correct
from patients.actions.identity import Details, correct_identity, register_patient
from patients.actions.reports import close_report, open_report
from patients.actions.results import (
    record_attestation,
    record_cycle,
    record_menarche,
    record_survey,
    record_test,
)
from patients.actions.therapy import record_first_dose, record_interruption, record_therapy_end

__all__ = [
    "Details",
    "close_report",
    "correct",
    "correct_identity",
    "open_report",
    "record_attestation",
    "record_cycle",
    "record_first_dose",
    "record_interruption",
    "record_menarche",
    "record_survey",
    "record_test",
    "record_therapy_end",
    "register_patient",
]
