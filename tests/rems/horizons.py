"""Rows that a test wrote by itself, brought to where acts would have left them."""

from accounts.people import system_person
from patients.models import Patient
from rems.horizon import making, passing
from rems.models import Enrollment


def renewed(*only: Enrollment) -> None:
    """The horizons of these or all patients as of the clock, as the acts that record facts renew them."""
    everybody = Patient.objects.order_by("pk").values_list("pk", flat=True)
    patients = [enrollment.patient_id for enrollment in only] or list(everybody)
    making.make_horizons(patients=patients, by=system_person("tests"))


def looked() -> passing.Counts:
    """All renewed, and what has come due looked at."""
    renewed()
    return passing.run()
