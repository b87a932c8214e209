"""The windows that pages show are those of the engine: each is held against its decision."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from eligibility import Reason, Stage
from eligibility.edition import Edition
from eligibility.editions import edition_in_force
from eligibility.findings import INSTANT
from eligibility.requirements.supply import NearlyUsedUp
from eligibility.vocabulary import Category
from eligibility.windows import confirmation_lapses, days_on_hand, next_fill_opens, requirement, ships_until
from tests.eligibility.courses import MAN, PROGRAM, WOMAN, ask

CHICAGO = ZoneInfo("America/Chicago")
FILLED = datetime.fromisoformat("2026-06-01T22:30:00-04:00")


def edition() -> Edition:
    found = edition_in_force(PROGRAM, FILLED)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("at", "days"),
    [
        ("2026-06-01T23:00:00-04:00", 28),
        ("2026-06-01T23:59:59-05:00", 27),
        ("2026-06-22T12:00:00-04:00", 7),
        ("2026-06-29T12:00:00-04:00", 0),
        ("2026-09-01T12:00:00-04:00", 0),
    ],
)
def test_days_on_hand_are_counted_in_days_of_the_program_and_never_below_none(at: str, days: int) -> None:
    assert days_on_hand(edition(), dispensed=FILLED, days_supply=28, at=datetime.fromisoformat(at)) == days


@pytest.mark.parametrize("days_supply", [1, 7, 8, 14, 28])
def test_the_next_fill_opens_where_the_engine_says_no_more_that_it_is_too_early(days_supply: int) -> None:
    opens = next_fill_opens(edition(), dispensed=FILLED, days_supply=days_supply)
    assert opens is not None
    last = {"date": FILLED.isoformat(), "days_supply": days_supply}
    confirmed = {"last_dispense": last, "confirmation": None, "days_on_hand": None}
    for at, early in [(opens, False), (opens - INSTANT, True)]:
        assert (Reason.TOO_EARLY in ask(MAN, Stage.CONFIRM, at, **confirmed).reasons) is early


def test_a_parcel_leaves_on_its_day_at_the_site_where_the_patient_can_get_pregnant() -> None:
    issued = datetime.fromisoformat("2026-06-15T13:00:00-04:00")
    lapses = confirmation_lapses(edition(), issued)
    until = ships_until(edition(), issued=issued, lapses=lapses, site=CHICAGO, category=Category.ADULT_FEMALE_RP)
    assert until == datetime.fromisoformat("2026-06-16T00:00:00-05:00") - INSTANT
    for at, late in [(until, False), (until + INSTANT, True)]:
        shipped = {"hand_over": {"method": "ship"}, "pharmacy": {"zone": "America/Chicago"}}
        assert (Reason.NOT_SHIPPED_SAME_DAY in ask(WOMAN, Stage.HAND_OVER, at, **shipped).reasons) is late


def test_any_other_parcel_has_the_hours_of_a_hand_over() -> None:
    issued = datetime.fromisoformat("2026-06-15T13:00:00-04:00")
    lapses = confirmation_lapses(edition(), issued)
    assert ships_until(edition(), issued=issued, lapses=lapses, site=CHICAGO, category=Category.ADULT_MALE) == lapses


def test_a_number_that_lapses_before_the_day_ends_is_not_shipped_after_it() -> None:
    issued = datetime.fromisoformat("2026-06-15T13:00:00-04:00")
    lapses = datetime.fromisoformat("2026-06-15T14:00:00-04:00")
    until = ships_until(edition(), issued=issued, lapses=lapses, site=CHICAGO, category=Category.ADULT_FEMALE_RP)
    assert until == lapses


def test_an_edition_without_a_rule_opens_nothing() -> None:
    bare = replace(edition(), requirements=())
    assert requirement(bare, NearlyUsedUp) is None
    assert next_fill_opens(bare, dispensed=FILLED, days_supply=28) is None
