"""Days of the therapy: first dose, interruption, end."""

from datetime import date

from accounts.models import Person
from accounts.roles import Permission
from accounts.standing import must
from audit.acts import Act, act
from patients.actions.storing import store
from patients.choices import DateKind
from patients.lock import lock
from patients.models import Patient, TherapyDate


@act("patients.record_first_dose")
def record_first_dose(
    frame: Act, *, patient: Patient, program: str, starts_on: date, by: Person, key: str | None = None
) -> TherapyDate:
    """Record the day of the first dose: day 0 of the test calendar. Raises ValidationError."""
    must(by, Permission.RECORD_FACTS)
    return _record(frame, patient, program, DateKind.FIRST_DOSE, starts_on)


@act("patients.record_interruption")
def record_interruption(
    frame: Act,
    *,
    patient: Patient,
    program: str,
    starts_on: date,
    by: Person,
    ends_on: date | None = None,
    key: str | None = None,
) -> TherapyDate:
    """Record a pause, both days included; ``ends_on`` None: not known yet. Raises ValidationError."""
    must(by, Permission.RECORD_FACTS)
    return _record(frame, patient, program, DateKind.INTERRUPTION, starts_on, ends_on)


@act("patients.record_therapy_end")
def record_therapy_end(
    frame: Act, *, patient: Patient, program: str, starts_on: date, by: Person, key: str | None = None
) -> TherapyDate:
    """Record the day on which the therapy ended. Raises ValidationError."""
    must(by, Permission.RECORD_FACTS)
    return _record(frame, patient, program, DateKind.END, starts_on)


def _record(
    frame: Act,
    patient: Patient,
    program: str,
    kind: DateKind,
    starts_on: date,
    ends_on: date | None = None,
) -> TherapyDate:
    held = lock(patient.pk)
    day = TherapyDate(patient=held, program=program, kind=kind.value, starts_on=starts_on, ends_on=ends_on)
    return store(frame, day, patient=held)
