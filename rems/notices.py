"""Making notices, once each, and writing the messages that carry them: in the transaction of the change."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from accounts.models import RoleGrant
from accounts.roles import Role
from rems.horizon.asking import Subject
from rems.models.choices import Channel, DueKind
from rems.own_notices import patients_told

ADMINISTRATOR = "administrator"
"""The last step of a ladder: the program is told."""

ONCE = """
INSERT INTO rems_notice
       (kind, step, subject, period, patient_id, enrollment_id, program, due_at, at, made_at, late)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::text[],
                     %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::boolean[])
ON CONFLICT (kind, step, subject, period) DO NOTHING
RETURNING id, kind, step, subject, period
"""
OUT = """
INSERT INTO rems_message (notice_id, patient_id, to_id, channel, written_at, try_at, tried, trouble)
SELECT notice, patient, person, channel, %s, %s, 0, ''
  FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[]) AS one (notice, patient, person, channel)
ON CONFLICT (notice_id, to_id, channel) DO NOTHING
"""


class Due(NamedTuple):
    """One step of a ladder that has come. ``name``: the subject as the natural key has it."""

    kind: DueKind
    step: str
    subject: Subject
    name: str
    due_at: datetime
    at: datetime
    late_after: timedelta

    @property
    def key(self) -> tuple[str, str, str, str]:
        """The natural key: whatever makes it again makes no second notice."""
        return self.kind.value, self.step, self.name, self.due_at.isoformat()


def tell(found: Iterable[Due], *, at: datetime) -> int:
    """Make the notices that were not made yet, each with its messages; how many those were."""
    due = {one.key: one for one in found}
    if not due:
        return 0
    rows = [
        (
            *one.key,
            one.subject.enrollment.patient_id,
            one.subject.enrollment.pk,
            one.subject.enrollment.program,
            one.due_at,
            one.at,
            at,
            at - one.at > one.late_after,
        )
        for one in due.values()
    ]
    with connection.cursor() as cursor:
        cursor.execute(ONCE, [list(column) for column in zip(*rows, strict=True)])
        made = {row[0]: due[(row[1], row[2], row[3], row[4])] for row in cursor.fetchall()}
    _write_messages(made, at=at)
    return len(made)


def _write_messages(made: Mapping[int, Due], *, at: datetime) -> None:
    program = administrators() if any(one.step == ADMINISTRATOR for one in made.values()) else []
    rows = [
        (notice, one.subject.enrollment.patient_id, person, Channel.EMAIL.value)
        for notice, one in made.items()
        for person in _told(one, program=program)
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(OUT, [at, at, *(list(column) for column in zip(*rows, strict=True))])


def _told(one: Due, *, program: Sequence[int]) -> Sequence[int]:
    """Who is told: whoever confirmed a number, else the patient's prescriber, and the patient of what they can do
    something about; at the last step the program.
    """
    if one.step == ADMINISTRATOR:
        return program
    if one.subject.confirmation is not None:
        return [one.subject.confirmation.by_id]
    person = one.subject.enrollment.prescriber.person_id
    return [*([person] if person is not None else []), *patients_told(one.kind, one.subject.enrollment.patient)]


def administrators() -> list[int]:
    """The people who hold the administrator's role."""
    held = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, withdrawn_at__isnull=True, person__is_active=True)
    return list(held.order_by("person_id").values_list("person_id", flat=True))
