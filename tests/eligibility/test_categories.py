"""The category that follows from plain answers, who is a minor, and who stopped."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from eligibility import Agreement, Dispensed, Facts
from eligibility.categories import category_from, is_minor
from eligibility.therapy import is_on_treatment, is_stopped
from eligibility.vocabulary import Category

ZONE = ZoneInfo("America/New_York")
FACTS = Facts(at=datetime(2026, 6, 16, 13, 12, tzinfo=UTC), program="us-lenalidomide")


@pytest.mark.parametrize(
    ("female", "child", "menses", "basis", "category"),
    [
        (False, False, False, "", Category.ADULT_MALE),
        (False, True, True, "", Category.MALE_CHILD),
        (True, True, True, "", Category.FEMALE_CHILD_RP),
        (True, True, False, "premenarchal", Category.FEMALE_CHILD_NRP),
        (True, False, False, "", Category.ADULT_FEMALE_RP),
        (True, False, True, "hysterectomy", Category.ADULT_FEMALE_NRP),
    ],
)
def test_the_category_follows_from_the_answers(
    female: bool, child: bool, menses: bool, basis: str, category: Category
) -> None:
    assert category_from(female=female, child=child, menses=menses, basis=basis) is category


@pytest.mark.parametrize(
    ("born", "years", "minor"),
    [
        (date(2008, 6, 16), 18, False),
        (date(2008, 6, 17), 18, True),
        (date(2007, 6, 16), 19, False),
        (date(2007, 6, 17), 19, True),
    ],
)
def test_a_minor_is_one_until_the_birthday_that_the_edition_names(born: date, years: int, minor: bool) -> None:
    assert is_minor(born, today=date(2026, 6, 16), adult_from_years=years) is minor


def test_who_was_born_on_february_29_is_grown_up_on_the_28th_as_the_gate_counts() -> None:
    assert is_minor(date(2008, 2, 29), today=date(2026, 2, 27), adult_from_years=18)
    assert not is_minor(date(2008, 2, 29), today=date(2026, 2, 28), adult_from_years=18)


@pytest.mark.parametrize(
    ("ended", "dispensed", "signed", "stopped"),
    [
        (None, None, None, False),
        (date(2026, 5, 1), None, None, True),
        (date(2026, 5, 1), date(2026, 5, 1), date(2026, 1, 1), True),
        (date(2026, 5, 1), date(2026, 5, 2), None, False),
        (date(2026, 5, 1), date(2026, 4, 1), date(2026, 5, 2), False),
        (date(2026, 5, 1), datetime(2026, 5, 2, 3, 0, tzinfo=UTC), None, True),
    ],
)
def test_a_therapy_is_stopped_until_something_follows_its_end(
    ended: date | None, dispensed: date | None, signed: date | None, stopped: bool
) -> None:
    facts = replace(
        FACTS,
        therapy_ended=ended,
        last_dispense=Dispensed(date=dispensed) if dispensed else None,
        agreement=Agreement(signed_on=signed) if signed else None,
    )
    assert is_stopped(facts, ZONE) is stopped
    assert is_on_treatment(facts, ZONE) is (dispensed is not None and not stopped)
