"""Quiet hours by the person's own clock: to the second, past midnight, and when the clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.quiet import Quiet, after_quiet

NEW_YORK, KOLKATA, LORD_HOWE = (ZoneInfo(name) for name in ("America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"))
NIGHT = Quiet(time(21), time(7), NEW_YORK)
NOON = Quiet(time(12), time(13, 30), NEW_YORK)
SECOND = timedelta(seconds=1)


def here(month: int, day: int, at: time, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.combine(datetime(2026, month, day), at, tzinfo=zone).astimezone(UTC)  # noqa: DTZ001 - only its day


MORNING = here(6, 23, time(7))


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (here(6, 22, time(20, 59, 59)), here(6, 22, time(20, 59, 59))),
        (here(6, 22, time(21)), MORNING),
        (here(6, 22, time(21, 0, 1)), MORNING),
        (here(6, 23, time(0)), MORNING),
        (here(6, 23, time(6, 59, 59)), MORNING),
        (MORNING, MORNING),
        (MORNING + SECOND, MORNING + SECOND),
    ],
)
def test_what_comes_at_night_falls_due_in_the_morning(at: datetime, due: datetime) -> None:
    assert after_quiet(NIGHT, at) == due


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (time(11, 59, 59), time(11, 59, 59)),
        (time(12), time(13, 30)),
        (time(12, 0, 1), time(13, 30)),
        (time(13, 29, 59), time(13, 30)),
        (time(13, 30), time(13, 30)),
        (time(13, 30, 1), time(13, 30, 1)),
    ],
)
def test_quiet_hours_within_a_day_end_on_it(at: time, due: time) -> None:
    assert after_quiet(NOON, here(6, 22, at)) == here(6, 22, due)


def test_who_has_none_is_told_at_any_hour() -> None:
    assert after_quiet(None, here(6, 23, time(3))) == here(6, 23, time(3))


def test_they_are_those_of_the_persons_own_clock() -> None:
    at = here(6, 22, time(15))
    assert after_quiet(NIGHT, at) == at
    assert after_quiet(NIGHT._replace(zone=KOLKATA), at) == here(6, 23, time(7), KOLKATA)


@pytest.mark.parametrize(
    ("day", "hours"), [((3, 7), 9), ((10, 31), 11), ((6, 22), 10)], ids=["clocks go on", "clocks go back", "summer"]
)
def test_the_night_ends_at_seven_however_long_it_was(day: tuple[int, int], hours: int) -> None:
    month, number = day
    begin = here(month, number, time(21))
    end = after_quiet(NIGHT, begin)
    assert end - begin == timedelta(hours=hours)
    assert end.astimezone(NEW_YORK).time() == time(7)


def test_an_end_that_the_clocks_skip_is_where_they_go_on() -> None:
    """On March 8 the clocks in New York show no 02:30: from 01:59:59 they go to 03:00."""
    quiet, jump = Quiet(time(23), time(2, 30), NEW_YORK), datetime(2026, 3, 8, 7, tzinfo=UTC)
    assert after_quiet(quiet, jump - SECOND) == jump
    assert after_quiet(quiet, jump) == jump
    assert jump.astimezone(NEW_YORK).time() == time(3)


def test_a_beginning_that_the_clocks_skip_is_where_they_go_on() -> None:
    quiet, jump = Quiet(time(2, 30), time(5), NEW_YORK), datetime(2026, 3, 8, 7, tzinfo=UTC)
    assert after_quiet(quiet, jump - SECOND) == jump - SECOND
    assert after_quiet(quiet, jump) == here(3, 8, time(5))


def test_an_end_that_comes_twice_counts_the_second_time() -> None:
    """On November 1 the clocks in New York show 01:30 twice; nobody is woken between."""
    quiet, first = Quiet(time(23), time(1, 30), NEW_YORK), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    second = first + timedelta(hours=1)
    assert {at.astimezone(NEW_YORK).time() for at in (first, second)} == {time(1, 30)}
    for at in (first - SECOND, first, first + SECOND, second - SECOND):
        assert after_quiet(quiet, at) == second
    assert after_quiet(quiet, second) == second


def test_a_change_of_half_an_hour_is_found_too() -> None:
    """On Lord Howe Island the clocks go from 02:00 to 02:30 on October 4."""
    quiet, jump = Quiet(time(22), time(2, 15), LORD_HOWE), datetime(2026, 10, 3, 15, 30, tzinfo=UTC)
    assert after_quiet(quiet, jump - SECOND) == jump
    assert after_quiet(quiet, jump) == jump
    assert jump.astimezone(LORD_HOWE).time() == time(2, 30)


def test_after_quiet_hours_it_is_never_quiet() -> None:
    """Every ten minutes of two days around each change of the clocks."""
    for day in (datetime(2026, 3, 7, tzinfo=UTC), datetime(2026, 10, 31, tzinfo=UTC)):
        for quiet in (
            NIGHT,
            NOON,
            Quiet(time(1, 15), time(1, 45), NEW_YORK),
            Quiet(time(1, 30), time(1, 15), NEW_YORK),
        ):
            for step in range(288):
                at = day + timedelta(minutes=10 * step)
                due = after_quiet(quiet, at)
                assert due >= at
                assert after_quiet(quiet, due) == due
