"""What lies ahead is what the engine says at those instants: each day of the plan is held against its decision."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from eligibility import Facts, Reason, Stage, decide
from eligibility.calendar import add_days, end_of_day, start_of_day
from eligibility.editions import edition_in_force
from eligibility.facts import PregnancyTest
from eligibility.findings import INSTANT
from eligibility.plan import DueTest, Fill, plan
from eligibility.vocabulary import Result
from eligibility.windows import authorization_closes, days_on_hand
from tests.eligibility.courses import AFTER_MENOPAUSE, BEGINNER, CHILD, MAN, PROGRAM, WOMAN, facts, negative

NEW_YORK = ZoneInfo("America/New_York")
AT = datetime.fromisoformat("2026-06-16T08:05:00-04:00")
FILLED = {"date": "2026-06-10T09:00:00-04:00", "days_supply": 28}
ON_TREATMENT = {"man": MAN, "woman": WOMAN, "child": CHILD, "after menopause": AFTER_MENOPAUSE}


def fills(course: dict[str, Any], **changes: Any) -> tuple[Fill, ...]:
    found = plan(facts(course, AT, **changes))
    assert found is not None
    return found.fills


def calendar_of(course: dict[str, Any], **changes: Any) -> list[tuple[date, bool]]:
    found = plan(facts(course, AT, **changes))
    assert found is not None
    return [(test.day, test.assumed) for test in found.tests]


def asked_on(known: Facts, day: date) -> tuple[bool, datetime | None]:
    """Whether an authorization is given on that day to who is tested and surveyed then; and the window's end."""
    at = max(known.at, start_of_day(day, NEW_YORK) + timedelta(hours=12))
    negative_then = PregnancyTest(collected=at, result=Result.NEGATIVE, sensitivity_miu_ml=25)
    then = replace(known, at=at, tests=(*known.tests, negative_then), surveys=(*known.surveys, at))
    edition = edition_in_force(PROGRAM, at)
    assert edition is not None
    return decide(edition, then, Stage.AUTHORIZE).allowed, authorization_closes(edition, then)


@pytest.mark.parametrize("course", ON_TREATMENT.values(), ids=ON_TREATMENT)
def test_the_window_of_every_day_between_reaches_the_fill_and_of_no_day_outside(course: dict[str, Any]) -> None:
    known = facts(course, AT, last_dispense=FILLED)
    fill, edition = fills(course, last_dispense=FILLED)[0], edition_in_force(PROGRAM, AT)
    assert edition is not None
    assert fill.opens == date(2026, 7, 1)
    assert fill.earliest
    assert fill.latest
    opens = start_of_day(fill.opens, NEW_YORK)
    day = AT.date()
    while day <= fill.latest:
        allowed, closes = asked_on(known, day)
        fits = allowed and closes is not None and closes >= opens
        assert fits is (day >= fill.earliest), day
        day = add_days(day, 1)
    filled = datetime.fromisoformat(FILLED["date"])  # type: ignore[arg-type]
    for last, left in ((fill.latest, 1), (add_days(fill.latest, 1), 0)):
        noon = start_of_day(last, NEW_YORK) + timedelta(hours=12)
        assert days_on_hand(edition, dispensed=filled, days_supply=28, at=noon) == left
    assert fill.supply_ends == add_days(fill.latest, 1)


def test_a_woman_asks_from_seven_days_before_the_fill_opens_a_man_from_thirty() -> None:
    assert fills(WOMAN, last_dispense=FILLED)[0].earliest == date(2026, 6, 24)
    assert fills(MAN, last_dispense={"date": "2026-06-15T09:00:00-04:00", "days_supply": 28})[0].earliest == AT.date()
    assert fills(WOMAN, last_dispense=FILLED)[0].latest == date(2026, 7, 7)


def test_the_ends_of_the_windows_are_those_of_the_first_and_the_last_day() -> None:
    fill = fills(WOMAN, last_dispense=FILLED)[0]
    assert fill.closes == (end_of_day(date(2026, 7, 1), NEW_YORK), end_of_day(date(2026, 7, 14), NEW_YORK))


def test_the_calendar_goes_on_from_each_last_day_in_time() -> None:
    """The days of the picture of Elena Marsh: July 8, August 5, September 2."""
    found = calendar_of(WOMAN)
    assert found == [(date(2026, 7, 8), False), (date(2026, 8, 5), True), (date(2026, 9, 2), True)]
    irregular = calendar_of(WOMAN, patient={"cycle": "irregular"})
    assert [day for day, _ in irregular[:3]] == [date(2026, 6, 24), date(2026, 7, 8), date(2026, 7, 22)]


@pytest.mark.parametrize(("collected", "was_due"), [("2026-05-19", False), ("2026-05-18", True)])
def test_a_test_that_is_due_today_or_was_due_counts_from_today(collected: str, was_due: bool) -> None:
    """Due today: today. Overdue since yesterday: today too, and the next four weeks after."""
    found = plan(facts(WOMAN, AT, tests=[negative(f"{collected}T09:00:00-04:00")]))
    assert found is not None
    assert found.tests[:2] == (
        DueTest(date(2026, 6, 16), assumed=False, was_due=was_due),
        DueTest(date(2026, 7, 14), assumed=True, was_due=False),
    )


@pytest.mark.parametrize("course", [MAN, CHILD, AFTER_MENOPAUSE, BEGINNER], ids=["man", "child", "after", "beginner"])
def test_who_has_no_calendar_has_no_tests_in_it(course: dict[str, Any]) -> None:
    assert calendar_of(course) == []


@pytest.mark.parametrize(("earlier", "counts"), [(1, False), (0, True)])
def test_a_survey_counts_from_its_day_on_and_not_before(earlier: int, counts: bool) -> None:
    """With so many days on hand, a survey of today would be too old by the latest day."""
    filled = {"date": "2026-06-15T09:00:00-04:00", "days_supply": 60}
    fill = fills(MAN, last_dispense=filled, surveys=[])[0]
    assert fill.survey_from
    assert fill.latest
    at, surveyed = (start_of_day(day, NEW_YORK) + timedelta(hours=12) for day in (fill.latest, fill.survey_from))
    then = facts(MAN, at, last_dispense=filled, surveys=[(surveyed - timedelta(days=earlier)).isoformat()])
    found = decide(edition_in_force(PROGRAM, at), then, Stage.AUTHORIZE)
    assert (Reason.PATIENT_SURVEY_OVERDUE not in found.reasons) is counts
    assert fill.survey_from > AT.date()


def test_after_menopause_a_survey_serves_for_six_months_and_none_is_asked_for_again() -> None:
    assert {fill.survey_from for fill in fills(AFTER_MENOPAUSE, last_dispense=FILLED)} == {None}
    old = fills(AFTER_MENOPAUSE, last_dispense=FILLED, surveys=["2026-01-05"])
    assert old[0].survey_from is not None or old[1].survey_from is not None


def test_one_test_serves_calendar_and_authorization_through_its_due_day() -> None:
    assert fills(WOMAN, last_dispense=FILLED)[0].one_test_through == date(2026, 7, 7)
    assert fills(MAN, last_dispense=FILLED)[0].one_test_through is None


def test_each_further_fill_is_as_if_the_one_before_came_on_its_latest_day() -> None:
    first, second, *_ = fills(MAN, last_dispense=FILLED)
    assert (first.assumed, second.assumed) == (False, True)
    assert second.opens == add_days(first.latest, 21) if first.latest else None
    assert all(fill.opens is None or fill.opens <= date(2026, 9, 8) for fill in fills(MAN, last_dispense=FILLED))


def test_before_the_start_the_days_are_those_of_the_first_test() -> None:
    (fill,) = fills(BEGINNER)
    assert (fill.earliest, fill.latest) == (date(2026, 6, 16), date(2026, 6, 17))
    (fill,) = fills(BEGINNER, tests=[])
    assert (fill.first_test_today, fill.earliest, fill.latest) == (True, date(2026, 6, 26), date(2026, 6, 30))


def test_before_the_start_no_last_day_follows_for_a_man() -> None:
    (fill,) = fills(MAN, last_dispense=None, first_dose=None)
    assert (fill.earliest, fill.latest) == (AT.date(), None)


def test_what_stands_in_the_way_is_said_where_no_day_fits() -> None:
    reported = [{"kind": "missed_period", "subject": "patient", "opened": "2026-06-14"}]
    (fill,) = fills(WOMAN, last_dispense=FILLED, reports=reported)
    assert (fill.earliest, fill.latest, fill.closes) == (None, None, ())
    assert [finding.reason for finding in fill.missing] == [Reason.EVALUATION_OPEN]


def test_what_time_clears_moves_the_earliest_day() -> None:
    contraception = {"since": "2026-06-10", "methods": ["iud", "male_condom"]}
    fill = fills(WOMAN, last_dispense={"date": "2026-05-25", "days_supply": 28}, contraception=contraception)[0]
    assert fill.earliest == date(2026, 7, 8)


@pytest.mark.parametrize(("ago", "there"), [(INSTANT, False), (timedelta(0), True)])
def test_there_is_a_plan_from_the_first_instant_of_an_edition_on(ago: timedelta, there: bool) -> None:
    edition = edition_in_force(PROGRAM, AT)
    assert edition is not None
    first = start_of_day(edition.starts, NEW_YORK) - ago
    assert (plan(replace(facts(MAN, AT), at=first)) is not None) is there


def test_the_plan_ends_after_twelve_weeks() -> None:
    found = plan(facts(WOMAN, AT))
    assert found is not None
    assert (found.since, found.until) == (date(2026, 6, 16), date(2026, 9, 8))
    assert max(test.day for test in found.tests) <= found.until
