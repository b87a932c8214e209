"""The work list of a practice: each thing that is to be done, with what was decided about it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from rems.display.items import item_words
from rems.lists.attention import NOTHING, Attention, attention_to
from rems.models import Enrollment
from rems.queries.administration import narrowed
from rems.queries.due import GROUPS, Task, tasks_of
from rems.queries.standing import standings

FIELDS = ("patient__first_name", "patient__last_name", "patient__number")


class Line(NamedTuple):
    """One line: what is to be done, and whether it is quiet, waived or waits for a ruling."""

    task: Task
    attention: Attention

    @property
    def patient_id(self) -> int:
        """The row of the patient whom it names."""
        return self.task.enrollment.patient_id

    @property
    def order(self) -> int:
        """Overdue first, then today, this week, held."""
        return GROUPS.index(self.task.group)

    @property
    def until(self) -> datetime:
        """What it is sorted by: by when it is to be done, or else from when."""
        return self.task.until or self.task.at

    @property
    def words(self) -> str:
        """What it is, as filters and files call it."""
        return item_words(self.task.item.kind)


def enrollments_narrowed(rows: "QuerySet[Enrollment]", *, words: str = "", program: str = "") -> "QuerySet[Enrollment]":
    """Those of a program whose patient's name or number holds the words."""
    rows = rows.filter(program=program) if program else rows
    return narrowed(rows, words=words, fields=FIELDS)


def lines_of(enrollments: Iterable[Enrollment], *, at: datetime) -> list[Line]:
    """Everything that is to be done for these patients, what comes first on top; in a fixed number of queries."""
    tasks = [task for row in standings(enrollments, at=at) for task in tasks_of(row)]
    said = attention_to((task.item for task in tasks), at=at)
    found = [Line(task, said.get(task.item, NOTHING)) for task in tasks]
    return sorted(found, key=lambda line: (line.order, line.task.at))


def narrowed_lines(lines: Iterable[Line], *, when: str = "", what: str = "", state: str = "") -> list[Line]:
    """Lines of a group, of a kind, and in a state; without a state all that are not waived."""
    return [
        line
        for line in lines
        if when in ("", line.task.group) and what in ("", line.task.item.kind) and line.attention.fits(state)
    ]


def counts(lines: Iterable[Line]) -> Mapping[str, int]:
    """How much of each group is to be done; what is quiet or waived does not count."""
    return Counter(line.task.group for line in lines if not (line.attention.is_quiet or line.attention.is_waived))
