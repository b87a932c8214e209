"""Patients of the horizon's tests, and what was written about them."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import ContactChoice, Person
from patients.models import PatientSurvey
from rems.models import DisplayFlag, Enrollment, Horizon, Notice
from rems.models.choices import DueKind
from tests.rems.program_cast import NOW, PROGRAM, Cast, collect, dispensed, enrolled, on_treatment

NEW_YORK = ZoneInfo("America/New_York")


def treated(name: str, cast: Cast, *, days_ago: int) -> Enrollment:
    """A patient on treatment whose newest test was collected so many days ago, with a survey since the last fill."""
    made = enrolled(name, cast.prescriber)
    on_treatment(made)
    dispensed(made, cast.cedar, days_ago=20)
    PatientSurvey.objects.create(
        patient=made.patient,
        program=PROGRAM,
        completed_at=NOW,
        answers={},
        answered_by="Leila Haddad",
        recorded_at=NOW,
        recorded_by=made.enrolled_by,
    )
    collect(made, days_ago=days_ago)
    return made


def reached(someone: Person, **chosen: Any) -> ContactChoice:
    """What the person chose; else e-mail, and quiet from 21:00 until 07:00 in New York."""
    return ContactChoice.objects.create(person=someone, changed_at=NOW, **chosen)


def horizon_of(enrollment: Enrollment) -> Horizon:
    """What is stored about the enrollment itself."""
    return Horizon.objects.get(enrollment=enrollment, authorization=None)


def told(enrollment: Enrollment, kind: DueKind = DueKind.TEST) -> list[tuple[str, datetime, bool]]:
    """The steps of the notices, when they were to be made, and whether they were late."""
    found = Notice.objects.filter(enrollment=enrollment, kind=kind).order_by("at")
    return list(found.values_list("step", "at", "late"))


def flags(enrollment: Enrollment, what: str = "test-calendar") -> list[str]:
    """What lists say."""
    found = DisplayFlag.objects.filter(enrollment=enrollment, what=what, cleared_at__isnull=True)
    return list(found.values_list("kind", flat=True))


def new_york(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """An instant of 2026 by the clocks in New York."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=NEW_YORK).astimezone(UTC)
