"""Days, moments and spans are said as the mockups say them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from eligibility.moments import count_words, day_words, moment_words, span_words, years_between

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=22, hours=3), "22 days"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=2, seconds=-1), "1 d 23 h"),
        (timedelta(days=1, hours=14, minutes=59), "1 d 14 h"),
        (timedelta(hours=24, minutes=59), "24 h"),
        (timedelta(hours=3, minutes=12), "3 h 12 min"),
        (timedelta(hours=9), "9 h"),
        (timedelta(minutes=12, seconds=59), "12 min"),
        (timedelta(seconds=59), "under 1 min"),
        (timedelta(hours=-9), "9 h"),
    ],
)
def test_a_span_is_rounded_down(span: timedelta, words: str) -> None:
    assert span_words(span) == words


def test_a_rough_span_has_one_unit() -> None:
    assert span_words(timedelta(hours=9, minutes=12), rough=True) == "9 h"
    assert span_words(timedelta(days=1, hours=9), rough=True) == "1 day"


def test_a_moment_has_its_weekday_and_zone() -> None:
    instant = datetime(2026, 6, 18, 3, 59, 59, tzinfo=UTC)
    assert moment_words(instant, zone=NEW_YORK) == "Wed, Jun 17, 2026, 23:59 EDT"
    assert moment_words(instant, zone=NEW_YORK, seconds=True) == "Wed, Jun 17, 2026, 23:59:59 EDT"


def test_the_two_hours_of_the_autumn_night_are_told_apart() -> None:
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert moment_words(first, zone=NEW_YORK).endswith("01:30 EDT")
    assert moment_words(first + timedelta(hours=1), zone=NEW_YORK).endswith("01:30 EST")


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no zone"):
        moment_words(datetime(2026, 6, 17, 23, 59), zone=NEW_YORK)  # noqa: DTZ001


def test_a_day_may_leave_out_its_weekday() -> None:
    assert day_words(date(2026, 7, 8)) == "Wed, Jul 8, 2026"
    assert day_words(date(2026, 7, 8), weekday=False) == "Jul 8, 2026"


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (date(1985, 4, 2), date(2026, 4, 1), 40),
        (date(1985, 4, 2), date(2026, 4, 2), 41),
        (date(2008, 2, 29), date(2026, 2, 28), 18),
        (date(2008, 2, 29), date(2026, 2, 27), 17),
        (date(2026, 6, 1), date(2026, 6, 16), 0),
    ],
)
def test_age_in_whole_years(born: date, day: date, years: int) -> None:
    assert years_between(born, day) == years


def test_one_is_singular() -> None:
    assert [count_words(n, "day") for n in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
