"""The practice's list without asking the engine about everybody: narrowed, sorted, counted and cut by the database.

Each horizon keeps the lines of its enrollment until it wakes (``kept_lines``). Who has none that holds at the
instant is asked about; so is everybody on the page that is shown. No gate reads any of it.
"""

import json
import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache, cached_property
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from rems.display.items import item_words
from rems.lists.attention import ASKED, NOTHING, OPEN, WAIVED, attention_to
from rems.lists.listing import PER_PAGE
from rems.models import Enrollment, Horizon
from rems.models.work_lists import KINDS, ItemKey, key_of
from rems.queries.due import GROUPS, Task, tasks_of
from rems.queries.kept_lines import stored_lines
from rems.queries.practice import Line
from rems.queries.standing import Standing, standings

PAGE = re.compile(r"[1-9][0-9]{0,6}", re.ASCII)
log = logging.getLogger(__name__)

Read = tuple[dict[tuple[str, str, str], int], list[tuple[int, ItemKey]]]
"""How many lines there are of each group, kind and state; and some lines: the enrollment, the item."""

LINES = """
WITH mine AS MATERIALIZED (SELECT unnest(%(every)s::bigint[]) AS id), line AS (
  SELECT h.enrollment_id, l.*
    FROM mine JOIN rems_horizon AS h ON h.enrollment_id = mine.id CROSS JOIN LATERAL jsonb_to_recordset(h.lines)
      AS l(place int, "group" text, kind text, subject text, due timestamptz, at timestamptz, until timestamptz)
   WHERE h.enrollment_id <> ALL(%(unknown)s::bigint[]) AND h.authorization_id IS NULL AND h.confirmation_id IS NULL
  UNION ALL
  SELECT l.* FROM jsonb_to_recordset(%(asked)s::jsonb) AS l(enrollment_id bigint, place int, "group" text, kind text,
         subject text, due timestamptz, at timestamptz, until timestamptz)
), quiet AS (
  SELECT DISTINCT ON (kind, subject, due_at) kind, subject, due_at, until FROM rems_acknowledgment
   WHERE enrollment_id IN (SELECT id FROM mine) AND at <= %(now)s ORDER BY kind, subject, due_at, at DESC, id DESC
), waiver AS (
  SELECT kind, subject, due_at, bool_or(ruling = 'approved') AS approved FROM rems_waiver
   WHERE enrollment_id IN (SELECT id FROM mine) AND asked_at <= %(now)s AND ruling <> 'refused' GROUP BY 1, 2, 3
), told AS MATERIALIZED (
  SELECT line.*, array_position(%(groups)s, line."group") AS "order",
         CASE WHEN waiver.approved THEN 'waived' WHEN quiet.until >= %(now)s THEN 'quiet'
              WHEN waiver.kind IS NOT NULL THEN 'asked' ELSE 'open' END AS state
    FROM line
    LEFT JOIN quiet ON (quiet.kind, quiet.subject, quiet.due_at) = (line.kind, line.subject, line.due)
    LEFT JOIN waiver ON (waiver.kind, waiver.subject, waiver.due_at) = (line.kind, line.subject, line.due)
), shown AS (
  SELECT told.enrollment_id, told.kind, told.subject, told.due, row_number() OVER () AS nth FROM (
    SELECT told.* FROM told {people}
     WHERE %(when)s IN ('', told."group") AND %(what)s IN ('', told.kind)
       AND CASE WHEN %(state)s = '' THEN told.state <> 'waived' ELSE told.state = %(state)s END
     ORDER BY {by}, told."order", coalesce(told.at, %(now)s), told.enrollment_id, told.place
     LIMIT %(many)s OFFSET %(first)s) AS told
), counted AS (SELECT "group", kind, state, count(*) AS many FROM told GROUP BY 1, 2, 3)
SELECT (SELECT jsonb_agg(counted) FROM counted), (SELECT jsonb_agg(shown ORDER BY nth) FROM shown)
"""
"""One reading: how many lines there are of each group, kind and state, and some of those that fit, in their order."""
PEOPLE = """JOIN rems_enrollment AS enrollment ON enrollment.id = told.enrollment_id
            JOIN patients_patient AS patient ON patient.id = enrollment.patient_id"""
BY = {
    "order": 'told."order"',
    "until": "coalesce(told.until, told.at, %(now)s)",
    "words": 'lower(%(words)s::jsonb ->> told.kind) COLLATE "C"',
    "task__enrollment__patient__last_name": 'lower(patient.last_name) COLLATE "C"',
    "task__enrollment__patient__first_name": 'lower(patient.first_name) COLLATE "C"',
}
"""What columns are sorted by, as the database says it."""


class Chosen(NamedTuple):
    """What the list is narrowed by: a group, a kind of item, a state; '' is any, of states all but waived."""

    when: str = ""
    what: str = ""
    state: str = ""

    def fits(self, group: str, kind: str, state: str) -> bool:
        """Whether such a line is shown."""
        shown = state == self.state if self.state else state != WAIVED
        return shown and self.when in ("", group) and self.what in ("", kind)


ALL = Chosen()


class DueRows:
    """The lines of these enrollments at an instant. A page of them is a slice, as of a list.

    ``page``: the one that is likely to be shown, as an address names it; it is read together with the counts.
    """

    def __init__(
        self, enrollments: "QuerySet[Enrollment]", *, at: datetime, chosen: Chosen = ALL, page: str | None = None
    ) -> None:
        self._enrollments, self._at, self._chosen = enrollments, at, chosen
        self._likely = PER_PAGE * (int(page) - 1 if page and PAGE.fullmatch(page) else 0)
        self._by: tuple[str, ...] = ("order", "until")
        self._down = False

    def sorted_by(self, fields: Iterable[str], *, down: bool) -> "DueRows":
        """The same in another order. Equal lines: overdue first, and then by their instants."""
        self._by, self._down = tuple(fields), down
        return self

    def count(self) -> int:
        """How many lines there are."""
        return sum(many for line, many in self._counts.items() if self._chosen.fits(*line))

    def groups(self) -> Mapping[str, int]:
        """How much of each group is to be done, whatever is chosen; what is quiet or waived does not count."""
        found: Counter[str] = Counter()
        for (group, _, state), many in self._counts.items():
            found[group] += many if state in (OPEN, ASKED) else 0
        return found

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Line]:
        first, last = part.start or 0, self.count() if part.stop is None else part.stop
        known = first == self._likely and last - first == PER_PAGE
        keys = self._read_first[1] if known else self._read(first, max(last - first, 0))[1]
        tasks = self._tasks({enrollment for enrollment, _ in keys})
        found = [task for _, key in keys if (task := self._task(key, tasks)) is not None]
        said = attention_to((task.item for task in found), at=self._at)
        return [Line(task, said.get(task.item, NOTHING)) for task in found]

    def _task(self, key: ItemKey, tasks: Mapping[ItemKey, list[Task]]) -> Task | None:
        """What the engine says of a line now. A line that it does not confirm is not shown, and is a defect."""
        if tasks.get(key):
            return tasks[key].pop(0)
        log.error("The engine does not confirm the line %s of %s", key.kind, key.subject)
        return None

    def _tasks(self, ids: set[int]) -> dict[ItemKey, list[Task]]:
        """What the engine says now of the enrollments on a page, by item."""
        found: dict[ItemKey, list[Task]] = {}
        known = [row for pk, row in self._asked.items() if pk in ids and row is not None]
        for row in (*self._standings(ids - self._asked.keys()), *known):
            for task in tasks_of(row):
                found.setdefault(task.item, []).append(task)
        return found

    @property
    def _counts(self) -> dict[tuple[str, str, str], int]:
        return self._read_first[0]

    @cached_property
    def _read_first(self) -> Read:
        return self._read(self._likely, PER_PAGE)

    @cached_property
    def _known(self) -> dict[int, bool]:
        """Every enrollment, and whether its horizon knows its lines now."""
        holds = Q(wakes_at__isnull=True) | Q(wakes_at__gt=self._at)
        own = Horizon.objects.filter(enrollment=OuterRef("pk"), authorization=None, confirmation=None)
        kept = own.filter(holds, looked_at__lte=self._at, lines__isnull=False)
        rows = self._enrollments.order_by().annotate(kept=Exists(kept))
        return dict(rows.values_list("pk", "kept"))

    @cached_property
    def _asked(self) -> dict[int, Standing | None]:
        """The standing of each enrollment that no horizon knows the lines of now."""
        ids = {pk for pk, kept in self._known.items() if not kept}
        return dict.fromkeys(ids) | {row.enrollment.pk: row for row in self._standings(ids)}

    def _standings(self, ids: set[int]) -> list[Standing]:
        return standings(self._enrollments.filter(pk__in=ids), at=self._at) if ids else []

    def _read(self, first: int, many: int) -> Read:
        """How many lines there are, and so many of those that fit."""
        by = ", ".join(f"{BY[field]} {'DESC' if self._down else 'ASC'}" for field in self._by)
        query = LINES.format(by=by, people=PEOPLE if "patient." in by else "")
        with connection.cursor() as cursor:
            cursor.execute(query, self._given() | {"first": first, "many": many})
            counted, shown = (json.loads(said or "[]") for said in cursor.fetchone())
        counts = {(row["group"], row["kind"], row["state"]): row["many"] for row in counted}
        return counts, [(row["enrollment_id"], key_of(row["kind"], row["subject"], row["due"])) for row in shown]

    def _given(self) -> dict[str, Any]:
        lines = [
            {"enrollment_id": pk, **line}
            for pk, row in sorted(self._asked.items())
            if row is not None
            for line in stored_lines(row)
        ]
        return {
            "every": list(self._known),
            "unknown": list(self._asked),
            "asked": json.dumps(lines, cls=DjangoJSONEncoder),
            "groups": list(GROUPS),
            "words": _words(),
            "now": self._at,
            **self._chosen._asdict(),
        }


@cache
def _words() -> str:
    """What each kind of item is called, for the database to sort by."""
    return json.dumps({kind: item_words(kind) for kind in sorted(KINDS)})
