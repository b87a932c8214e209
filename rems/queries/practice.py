"""The work list of a practice: each thing that is to be done, with what was decided about it."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from rems.display.items import item_words
from rems.lists.attention import Attention
from rems.models import Enrollment
from rems.queries.administration import narrowed
from rems.queries.due import GROUPS, Task

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
