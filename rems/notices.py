"""Notices of what falls due, by the ladder of the program's edition: once each, to whom it concerns."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import F

from rems.horizon.asking import Subject
from rems.models import Dispensing
from rems.models.choices import DueKind, EventKind, NoticeKind
from rems.outbox import News, put
from rems.recipients import Circle, circle

ADMINISTRATOR = "administrator"
"""The last step of a ladder: the program is told."""
THEIRS = frozenset({DueKind.TEST, DueKind.SURVEY, DueKind.RE_ENROLLMENT, DueKind.ADULT_FORM})
"""What a patient can do something about; a number and a certification are for others to mind."""
FILL = NoticeKind.FILL_OPENS
"""Where a site has no pharmacist any more, nobody is told of it, and nothing is kept."""


class Due(NamedTuple):
    """One step of a ladder that has come. ``name``: the subject as the natural key has it."""

    kind: DueKind | EventKind
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
    filled = _last_filled({one.subject.enrollment.pk for one in due if one.kind is EventKind.FILL_OPENS})
    sites = {one.subject.confirmation.pharmacy_id for one in due if one.subject.confirmation is not None}
    around = circle(
        prescribers={one.subject.enrollment.prescriber_id for one in due},
        sites=sites | {last.pharmacy_id for last in filled.values()},
        patients={one.subject.enrollment.patient_id for one in due if one.kind in THEIRS},
        program=any(one.step == ADMINISTRATOR for one in due),
    )
    told = {one.news(at=at): list(_told(one, around, filled)) for one in due}
    return put({news: people for news, people in told.items() if people or news.kind is not FILL}, at=at)


def _last_filled(enrollments: Collection[int]) -> dict[int, Dispensing]:
    """The newest dispensing of each of these enrollments."""
    if not enrollments:
        return {}
    within = "authorization__prescription__enrollment"
    found = Dispensing.objects.filter(**{f"{within}__in": enrollments}).annotate(enrollment_id=F(within))
    newest = found.order_by("enrollment_id", "-handed_over_at", "-pk").distinct("enrollment_id")
    return {vars(last)["enrollment_id"]: last for last in newest}


def _told(one: Due, around: Circle, filled: Mapping[int, Dispensing]) -> Sequence[int]:
    """Who is told: whoever confirmed a number, or handed the last fill over; else the patient's care, and the
    patient of what is theirs to do. At the last step of a ladder the program.
    """
    if one.kind is EventKind.FILL_OPENS:
        last = filled.get(one.subject.enrollment.pk)
        return around.counter(last) if last is not None else []
    if one.step == ADMINISTRATOR:
        return around.program
    if one.subject.confirmation is not None:
        return around.counter(one.subject.confirmation)
    enrollment = one.subject.enrollment
    own = around.own.get(enrollment.patient_id, []) if one.kind in THEIRS else []
    return around.care(enrollment.prescriber) + own
