"""The practice's list as it is when the engine is asked about every patient: what the kept lines are held against."""

from collections.abc import Iterable
from datetime import datetime

from rems.lists.attention import NOTHING, attention_to
from rems.models import Enrollment
from rems.queries.due import tasks_of
from rems.queries.practice import Line
from rems.queries.standing import standings


def lines_of(enrollments: Iterable[Enrollment], *, at: datetime) -> list[Line]:
    """Everything that is to be done for these patients, what comes first on top."""
    tasks = [task for row in standings(enrollments, at=at) for task in tasks_of(row)]
    said = attention_to((task.item for task in tasks), at=at)
    found = [Line(task, said.get(task.item, NOTHING)) for task in tasks]
    return sorted(found, key=lambda line: (line.order, line.task.at))
