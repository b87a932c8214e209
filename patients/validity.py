"""What can be true of a patient: nothing lies in the future, nothing before the birth."""

from datetime import date, datetime
from typing import Any

from audit import clock
from audit.facts import Fact, InvalidFact
from patients import models
from patients.models import Patient

MOMENTS: dict[type[Fact], tuple[str, ...]] = {
    models.PregnancyTest: ("collected_at", "resulted_at"),
    models.ContraceptionAttestation: ("attested_at", "since"),
    models.CycleReport: ("reported_at",),
    models.MenarcheReport: ("reported_at",),
    models.PatientSurvey: ("completed_at",),
    models.Report: ("opened_at",),
    models.ReportClosing: ("closed_at",),
    models.TherapyDate: ("starts_on",),
}
"""The fields of each fact that say when it happened. The end of an interruption may lie ahead."""


def check(fact: Fact, *, patient: Patient, at: datetime) -> None:
    """Raise InvalidFact naming the first field that cannot be so for this patient at ``at``."""
    for field in MOMENTS[type(fact)]:
        value: Any = getattr(fact, field)
        if isinstance(value, datetime):
            check_moment(field, value, patient=patient, at=at)
        elif value is not None:
            check_day(field, value, patient=patient, at=at)


def check_moment(field: str, moment: datetime, *, patient: Patient, at: datetime) -> None:
    """Raise InvalidFact for an instant without a zone, after ``at``, or before the birth."""
    if moment.tzinfo is None:
        raise InvalidFact(field=field, message="A time needs its zone.")
    if moment > at:
        raise InvalidFact(field=field, message="This lies in the future.")
    if clock.local_date(moment) < patient.born:
        raise InvalidFact(field=field, message="This lies before the patient's birth.")


def check_day(field: str, day: date, *, patient: Patient, at: datetime) -> None:
    """Raise InvalidFact for a day after that of ``at``, or before the birth."""
    if day > clock.local_date(at):
        raise InvalidFact(field=field, message="This day lies in the future.")
    if day < patient.born:
        raise InvalidFact(field=field, message="This day lies before the patient's birth.")
