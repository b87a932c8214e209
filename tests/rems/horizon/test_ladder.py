"""When the steps of a ladder come, in the program's days; and what the jobs' settings promise."""

from datetime import date, timedelta

import pytest
from celery.signals import worker_ready
from django.conf import settings

from eligibility.calendar import end_of_day
from eligibility.edition import Ladder
from rems import celery, tasks
from rems.celery import app
from rems.horizon.deadlines import Deadline, read, steps
from rems.models.choices import DueKind, FlagKind
from tests.rems.horizon.people import NEW_YORK, new_york

LADDER = Ladder(steps=(-7, 0, 1), administrator=4, late_after=timedelta(hours=1))


def due_on(day: date, kind: DueKind = DueKind.TEST) -> Deadline:
    return Deadline(kind, "test-calendar", end_of_day(day, NEW_YORK), new_york(1, 1))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 6, 29), [(6, 22), (6, 29), (6, 30), (7, 3)]),
        (date(2026, 3, 8), [(3, 1), (3, 8), (3, 9), (3, 12)]),
        (date(2026, 11, 1), [(10, 25), (11, 1), (11, 2), (11, 5)]),
    ],
    ids=["in summer", "on the day the clocks go on", "on the day they go back"],
)
def test_steps_come_at_midnight_whatever_the_clocks_do(day: date, expected: list[tuple[int, int]]) -> None:
    found = list(steps(due_on(day), LADDER, NEW_YORK))
    assert [name for name, _ in found] == ["7_before", "on_the_day", "1_after", "administrator"]
    assert [instant for _, instant in found] == [new_york(month, number) for month, number in expected]


def test_a_ladder_without_steps_tells_nobody() -> None:
    assert list(steps(due_on(date(2026, 6, 29)), Ladder(), NEW_YORK)) == []


def test_what_is_overdue_without_a_day_counts_from_when_it_was_seen() -> None:
    seen = Deadline(DueKind.TEST, "test-calendar", None, new_york(6, 16, 9))
    assert seen.flag_at(new_york(6, 16, 9)) is FlagKind.OVERDUE
    assert [instant for name, instant in steps(seen, LADDER, NEW_YORK) if name == "1_after"] == [new_york(6, 17)]


@pytest.mark.parametrize("kind", list(DueKind))
def test_a_deadline_comes_back_as_it_was_kept(kind: DueKind) -> None:
    deadline = due_on(date(2026, 6, 29), kind)
    assert read(deadline.stored()) == deadline
    assert (deadline.flag_at(new_york(6, 28)) is FlagKind.CLOSING) is kind.is_number


def test_a_job_ends_before_the_broker_hands_it_out_again() -> None:
    again = [task for task in app.tasks.values() if task.acks_late]
    limits = [settings.CELERY_TASK_TIME_LIMIT, *(task.time_limit for task in again if task.time_limit)]
    assert max(limits) < settings.VISIBILITY_SECONDS
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT
    assert settings.CELERY_TASK_ACKS_LATE
    assert settings.CELERY_TASK_REJECT_ON_WORKER_LOST


def test_every_job_on_the_schedule_is_there_and_what_must_be_is_on_it() -> None:
    named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert named <= set(app.tasks)
    assert tasks.look_at_due.name in named
    assert named >= {"rems.tasks.look_at_due", "rems.tasks.send_messages", "rems.tasks.compare_horizons"}


def test_a_worker_that_starts_looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(celery.app, "send_task", lambda name, **_: sent.append(name))
    worker_ready.send(sender=None)
    assert sent == ["rems.tasks.make_horizons", "rems.tasks.look_at_due"]
