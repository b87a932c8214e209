"""The cast shows the same whenever it is loaded: leap day, year's end, changes of the clocks, near midnight.

The leap day at 00:30 is the moment of ``test_cast``, in every run; these moments are for ``make soak``.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from audit import clock
from rems.demo.loading import load
from tests.rems.demo.answers import wrong_answers
from tests.soak import in_full

NEW_YORK = ZoneInfo("America/New_York")
SPRING_FORWARD, FALL_BACK, LEAP_DAY, YEARS_END = "2027-03-14", "2027-11-07", "2028-02-29", "2026-12-31"
ALONE, WITH_CROWD = False, True
LOADS = [
    (FALL_BACK, "23:30", ALONE),
    ("2026-06-16", "09:12", ALONE),
    (FALL_BACK, "00:30", WITH_CROWD),
    (LEAP_DAY, "23:30", WITH_CROWD),
    (FALL_BACK, "01:30", ALONE),
    (SPRING_FORWARD, "00:30", ALONE),
    (SPRING_FORWARD, "03:05", ALONE),
    (SPRING_FORWARD, "23:30", ALONE),
    (YEARS_END, "00:00", ALONE),
    (YEARS_END, "23:59", ALONE),
    ("2028-03-03", "12:00", ALONE),
]


@in_full
@pytest.mark.django_db
@pytest.mark.parametrize(("day", "time", "crowd"), LOADS)
def test_the_cast_shows_what_is_said(day: str, time: str, crowd: bool) -> None:
    with clock.stand_at(datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=NEW_YORK)):
        assert load(crowd=crowd).patients >= 51
        assert wrong_answers() == []
