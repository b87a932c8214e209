"""Notices of what falls due, by the ladder of the program's edition: once each, to whom it concerns."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from rems.horizon.asking import Subject
from rems.models.choices import DueKind, NoticeKind
from rems.outbox import News, put
from rems.recipients import Circle, circle

ADMINISTRATOR = "administrator"
"""The last step of a ladder: the program is told."""


class Due(NamedTuple):
    """One step of a ladder that has come. ``name``: the subject as the natural key has it."""

    kind: DueKind
    step: str
    subject: Subject
    name: str
    due_at: datetime
    at: datetime
    late_after: timedelta

    def news(self, *, at: datetime) -> News:
        """What is told, where it is told at this instant."""
        enrollment = self.subject.enrollment
        return News(
            kind=NoticeKind(self.kind.value),
            step=self.step,
            subject=self.name,
            due_at=self.due_at,
            at=self.at,
            late=at - self.at > self.late_after,
            patient=enrollment.patient_id,
            enrollment=enrollment.pk,
            program=enrollment.program,
        )


def tell(found: Iterable[Due], *, at: datetime) -> int:
    """Make the notices that were not made yet, each with its messages; how many those were."""
    due = list(found)
    if not due:
        return 0
    around = circle(
        prescribers={one.subject.enrollment.prescriber_id for one in due},
        sites={one.subject.confirmation.pharmacy_id for one in due if one.subject.confirmation is not None},
        program=any(one.step == ADMINISTRATOR for one in due),
    )
    return put({one.news(at=at): list(_told(one, around)) for one in due}, at=at)


def _told(one: Due, around: Circle) -> Sequence[int]:
    """Who is told: whoever confirmed a number, else the patient's care; at the last step the program."""
    if one.step == ADMINISTRATOR:
        return around.program
    if one.subject.confirmation is not None:
        return around.counter(one.subject.confirmation)
    return around.care(one.subject.enrollment.prescriber)
