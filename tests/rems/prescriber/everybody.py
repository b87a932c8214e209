"""The practice's list as it is when the engine is asked about every patient: what the kept lines are held against."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from patients.models import Report
from rems.lists.attention import NOTHING, attention_to
from rems.lists.listing import Listing
from rems.models import Enrollment
from rems.queries import due_rows
from rems.queries.due import tasks_of
from rems.queries.due_rows import Chosen, DueRows
from rems.queries.practice import Line
from rems.queries.standing import standings
from rems.views.prescriber.due import COLUMNS
from tests.rems.program_cast import NOW, PROGRAM

DAY = timedelta(days=1)


def lines_of(enrollments: Iterable[Enrollment], *, at: datetime) -> list[Line]:
    """Everything that is to be done for these patients, what comes first on top."""
    tasks = [task for row in standings(enrollments, at=at) for task in tasks_of(row)]
    said = attention_to((task.item for task in tasks), at=at)
    found = [Line(task, said.get(task.item, NOTHING)) for task in tasks]
    return sorted(found, key=lambda line: (line.order, line.task.at))


def happened(enrollment: Enrollment, fact: Any, *, days_ago: int, **more: Any) -> None:
    """A fact of a patient, recorded so many days ago."""
    more |= {"program": PROGRAM} if fact is not Report else {}
    recorded_then = {"recorded_at": NOW - days_ago * DAY, "recorded_by": enrollment.enrolled_by}
    fact.objects.create(patient=enrollment.patient, **more, **recorded_then)


def everybody() -> Any:
    """All patients."""
    return Enrollment.objects.select_related("patient", "prescriber__person").order_by("pk")


def told(lines: Any) -> list[tuple[Any, ...]]:
    """Every word of the lines, in their order."""
    return [(line.task.item, line.task.group, line.task.tag, line.task.sentence, line.attention) for line in lines]


def listed(at: datetime, sort: str = "when", chosen: Chosen = due_rows.ALL) -> list[Line]:
    """The list as it is shown."""
    rows = DueRows(everybody(), at=at, chosen=chosen)
    return list(Listing(rows, COLUMNS, asked={"sort": sort}, default="when").rows[:])


def by_asking(at: datetime, sort: str = "when", chosen: Chosen = due_rows.ALL) -> list[Line]:
    """The list as it is when everybody is asked about."""
    return in_order(fitting(lines_of(everybody(), at=at), chosen), sort)


def fitting(lines: list[Line], chosen: Chosen) -> list[Line]:
    """Those of the lines that were asked for."""
    return [line for line in lines if chosen.fits(line.task.group, line.task.item.kind, line.attention.state)]


def in_order(lines: list[Line], sort: str) -> list[Line]:
    """These lines in the order that was asked for."""
    return list(Listing(lines, COLUMNS, asked={"sort": sort}, default="when").rows)
