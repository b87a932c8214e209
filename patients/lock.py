"""The lock on a patient: every writer of a fact about one takes it first, and so does the gate."""

from audit import locks
from patients.models import Patient


def lock(patient_id: int) -> Patient:
    """The row, read anew and locked FOR UPDATE until the act ends. Raises Patient.DoesNotExist."""
    return locks.lock(Patient, patient_id)
