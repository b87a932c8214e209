"""Writing notices, once each, and the messages that carry them: in the transaction of what they tell of."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from accounts.contact import choices_of, usual_choice
from accounts.models import ContactChoice
from accounts.quiet import after_quiet
from rems.models.choices import Channel, NoticeKind
from rems.recipients import People

ONCE = """
INSERT INTO rems_notice
       (kind, step, subject, period, patient_id, enrollment_id, program, due_at, at, made_at, late)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::text[],
                     %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::boolean[])
ON CONFLICT (kind, step, subject, period) DO NOTHING
RETURNING id, kind, step, subject, period
"""
OUT = """
INSERT INTO rems_message (notice_id, patient_id, to_id, channel, written_at, try_at, sent_at, tried, trouble)
SELECT notice, patient, person, channel, %s, try_at, sent_at, 0, ''
  FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[])
       AS one (notice, patient, person, channel, try_at, sent_at)
ON CONFLICT (notice_id, to_id, channel) DO NOTHING
"""
Row = tuple[int, int, int, str, datetime, datetime | None]


class News(NamedTuple):
    """One thing to tell of. ``subject`` as the natural key has it; ``late``: later than it should be."""

    kind: NoticeKind
    step: str
    subject: str
    due_at: datetime
    at: datetime
    late: bool
    patient: int
    enrollment: int | None = None
    program: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """The natural key: whatever makes it again makes no second notice."""
        return self.kind.value, self.step, self.subject, self.due_at.isoformat()


def put(told: Mapping[News, People], *, at: datetime) -> int:
    """Write the notices that were not written yet, each with its messages to these people; how many those were."""
    if not told:
        return 0
    news = {one.key: one for one in told}
    rows = [
        (*key, one.patient, one.enrollment, one.program, one.due_at, one.at, at, one.late) for key, one in news.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(ONCE, [list(column) for column in zip(*rows, strict=True)])
        made = {row[0]: news[(row[1], row[2], row[3], row[4])] for row in cursor.fetchall()}
    _write({notice: (one, told[one]) for notice, one in made.items()}, at=at)
    return len(made)


def _write(made: Mapping[int, tuple[News, People]], *, at: datetime) -> None:
    chosen = choices_of({person for _, people in made.values() for person in people})
    usual = usual_choice()
    rows: list[Row] = [
        (notice, one.patient, person, channel, try_at, at if channel == Channel.IN_APP else None)
        for notice, (one, people) in made.items()
        for person in dict.fromkeys(people)
        for channel, try_at in _channels(one, chosen.get(person, usual), at=at)
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(OUT, [at, *(list(column) for column in zip(*rows, strict=True))])


def _channels(one: News, choice: ContactChoice, *, at: datetime) -> Iterator[tuple[str, datetime]]:
    """On the page at once, and by what the person chose: after their quiet hours, but for what is urgent."""
    yield Channel.IN_APP.value, at
    yield from ((channel, due_at(choice, at=at, urgent=one.kind.is_urgent(one.step))) for channel in choice.chosen)


def due_at(choice: ContactChoice, *, at: datetime, urgent: bool) -> datetime:
    """When a message falls due that is ready to go at this instant."""
    return at if urgent else after_quiet(choice.quiet, at)
