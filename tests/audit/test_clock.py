"""The one clock."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import override_settings

from audit import clock

INSTANT = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_it_is_the_databases_clock_and_moves_within_a_transaction() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT transaction_timestamp(), pg_sleep(0.01)")
        started = cursor.fetchone()[0]
    first, second = clock.now(), clock.now()
    assert started < first < second
    assert first.tzinfo is UTC


@pytest.mark.django_db
def test_an_offset_is_added() -> None:
    with override_settings(REMS_CLOCK=timedelta(days=14)):
        ahead = clock.now()
    assert timedelta(days=13, hours=23) < ahead - clock.now() < timedelta(days=14)


def test_an_instant_in_the_settings_stands_still_and_needs_no_database() -> None:
    with override_settings(REMS_CLOCK=INSTANT):
        assert clock.now() == clock.now() == INSTANT


def test_it_stands_inside_the_block_and_inside_another_block() -> None:
    with clock.stand_at(INSTANT):
        with clock.stand_at(INSTANT + timedelta(hours=1)):
            assert clock.now() == INSTANT + timedelta(hours=1)
        assert clock.now() == INSTANT


@pytest.mark.parametrize("stage", ["production", None, "staging"])
def test_in_production_nobody_stops_the_clock(stage: str | None) -> None:
    with override_settings(REMS_ENV=stage), pytest.raises(RuntimeError, match="demonstration or a test"):
        clock.stand_at(INSTANT).__enter__()


def test_an_instant_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.stand_at(datetime(2026, 3, 2)).__enter__()  # noqa: DTZ001


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 3, 3, 4, 59, 59, tzinfo=UTC), 2),
        (datetime(2026, 3, 3, 5, 0, 0, tzinfo=UTC), 3),
        (datetime(2026, 7, 3, 3, 59, 59, tzinfo=UTC), 2),
        (datetime(2026, 7, 3, 4, 0, 0, tzinfo=UTC), 3),
    ],
)
def test_a_day_is_that_of_the_settings_zone_in_winter_and_summer(at: datetime, day: int) -> None:
    with override_settings(TIME_ZONE="America/New_York"):
        assert clock.local_date(at).day == day
