"""What lies ahead of a patient, found by asking the engine at later instants. No rule stands here.

What is asked rests on what is known now, and on what is assumed of the days between: each answer says which.
``facts`` are those of an authorization whose prescription is in order: what is left is the patient's.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from eligibility.calendar import add_days, day_of, instant_of, start_of_day
from eligibility.decide import decide
from eligibility.edition import Edition
from eligibility.editions import edition_in_force
from eligibility.facts import Dispensed, Facts, PregnancyTest
from eligibility.findings import Decision, Finding, Level
from eligibility.reasons import Reason
from eligibility.requirements.care import PatientSurvey
from eligibility.requirements.testing import TestCurrent
from eligibility.vocabulary import Result, Stage
from eligibility.windows import authorization_closes, days_on_hand, finding_of, next_fill_opens, requirement

WEEKS = 12
BEYOND = 42
"""Days after the plan's end up to which the last day of a fill that opens within it is looked for."""
NOON = timedelta(hours=12)


class DueTest(NamedTuple):
    """The day through which a pregnancy test is in time. ``assumed``: if each one before is taken on its day.

    ``overdue``: it was due before, and what is counted from is a test on ``day``, the day of the question.
    """

    day: date
    assumed: bool
    was_due: bool = False


class Fill(NamedTuple):
    """The next authorization, and the fill that it is for.

    ``opens``: the first day of the fill; None: it is open, or nothing was dispensed yet. ``supply_ends``: the
    first day with nothing on hand. ``earliest`` and ``latest``: the days on which an authorization can be
    asked for whose window reaches the fill while something is on hand. Without ``earliest`` there is no such
    day, and ``missing`` is what stands in the way; without ``latest`` alone no last one follows from the rules.
    ``closes``: the ends of windows opened on those days. ``survey_from``: the first day on which a survey
    counts for it; None: none is needed. ``one_test_through``: the last of those days on which the test for it
    is in time by the calendar, too. ``assumed``: if each fill before it is dispensed on its latest day.
    """

    opens: date | None
    supply_ends: date | None
    earliest: date | None
    latest: date | None
    closes: tuple[datetime, ...]
    survey_from: date | None
    one_test_through: date | None
    missing: tuple[Finding, ...]
    first_test_today: bool
    assumed: bool


class Plan(NamedTuple):
    """The days ahead through ``until``, as of ``since``."""

    since: date
    until: date
    tests: tuple[DueTest, ...]
    fills: tuple[Fill, ...]


def plan(facts: Facts, *, weeks: int = WEEKS) -> Plan | None:
    """The plan as of ``facts.at``; None where no edition gates then, or it has ended."""
    edition = _edition(facts)
    if edition is None:
        return None
    since = day_of(facts.at, edition.zone)
    until = add_days(since, 7 * weeks)
    tests = tuple(due_tests(facts, until=until))
    return Plan(since, until, tests, tuple(_fills(facts, edition, until, tests)))


def _edition(facts: Facts) -> Edition | None:
    found = edition_in_force(facts.program, facts.at)
    return None if found is None or found.ended else found


def due_tests(facts: Facts, *, until: date) -> Iterator[DueTest]:
    """By the calendar: the last day in time, then as if a negative were collected in its last instant."""
    edition, assumed, was_due = _edition(facts), False, False
    while edition is not None:
        found = _asked(facts, TestCurrent)
        if found is None or (found.level is Level.MET and found.until is None) or was_due:
            return
        late = found.level is Level.UNMET or found.until is None
        # Of one that is overdue now, the calendar goes on from a test of today.
        was_due, last = late and assumed, facts.at if late or found.until is None else found.until
        day = day_of(last, edition.zone)
        if day > until:
            return
        yield DueTest(day, assumed, late)
        facts, assumed = _tested(replace(facts, at=last)), True


def _asked(facts: Facts, kind: type[TestCurrent] | type[PatientSurvey]) -> Finding | None:
    """What the engine finds of a requirement at ``facts.at``; None: it is not asked."""
    edition = _edition(facts)
    if edition is None:
        return None
    return finding_of(decide(edition, facts, Stage.AUTHORIZE), requirement(edition, kind))


def _tested(facts: Facts) -> Facts:
    """With a negative collected at ``facts.at``, as the program accepts it."""
    edition = _edition(facts)
    negative = PregnancyTest(
        collected=facts.at, result=Result.NEGATIVE, sensitivity_miu_ml=edition.max_miu_ml if edition else None
    )
    return replace(facts, tests=(*facts.tests, negative))


def _surveyed(facts: Facts) -> Facts:
    """With a survey completed at ``facts.at``."""
    return replace(facts, surveys=(*facts.surveys, facts.at))


def _on(facts: Facts, day: date, edition: Edition) -> Facts:
    """The same facts at noon of a later day; those of today as they are."""
    if day <= day_of(facts.at, edition.zone):
        return facts
    return replace(facts, at=start_of_day(day, edition.zone) + NOON)


def _fills(facts: Facts, edition: Edition, until: date, tests: tuple[DueTest, ...]) -> Iterator[Fill]:
    """Fill after fill, each as if the one before were authorized and dispensed on its latest day."""
    assumed, last = False, facts.last_dispense
    while True:
        opens = _opens(facts, edition)
        if opens is not None and opens > until:
            return
        found = _fill(facts, edition, add_days(until, BEYOND), opens=opens, assumed=assumed)
        yield found._replace(one_test_through=_one_test(found, tests))
        if found.earliest is None or last is None or last.days_supply is None:
            return
        asked = _surveyed(_tested(_on(facts, found.latest or found.earliest, edition)))
        given = _on(asked, opens, edition) if opens else asked
        last = Dispensed(date=given.at, days_supply=last.days_supply)
        facts, assumed = replace(given, last_dispense=last, dispensings=(*given.dispensings, given.at)), True


def _one_test(fill: Fill, tests: tuple[DueTest, ...]) -> date | None:
    due = next((test.day for test in tests if fill.earliest and test.day >= fill.earliest), None)
    return min(due, fill.latest) if due and fill.latest else due


def _opens(facts: Facts, edition: Edition) -> date | None:
    """The first day of the next fill where it lies ahead of what is asked."""
    last = facts.last_dispense
    if last is None or last.date is None or last.days_supply is None:
        return None
    dispensed = instant_of(last.date, edition.zone)
    opens = next_fill_opens(edition, dispensed=dispensed, days_supply=last.days_supply)
    return day_of(opens, edition.zone) if opens is not None and opens > facts.at else None


def _supply_ends(facts: Facts, edition: Edition, far: date) -> date | None:
    """The first day, from the question on, with nothing of the last dispensing on hand."""
    last = facts.last_dispense
    if last is None or last.date is None or last.days_supply is None:
        return None
    dispensed, day = instant_of(last.date, edition.zone), day_of(facts.at, edition.zone)
    while day <= far:
        noon = start_of_day(day, edition.zone) + NOON
        if days_on_hand(edition, dispensed=dispensed, days_supply=last.days_supply, at=noon) == 0:
            return day
        day = add_days(day, 1)
    return None


def _fill(facts: Facts, edition: Edition, far: date, *, opens: date | None, assumed: bool) -> Fill:
    ends = _supply_ends(facts, edition, far)
    days, first_test_today = _days(facts, edition, far, opens=opens, ends=ends), False
    if not days and Reason.FIRST_TEST_MISSING in _as_good_as_can_be(facts).reasons:
        days = _days(_tested(facts), edition, far, opens=opens, ends=ends)
        first_test_today = bool(days)
    ended = bool(days) and days[-1][0] < far
    return Fill(
        opens=opens,
        supply_ends=ends,
        earliest=days[0][0] if days else None,
        latest=days[-1][0] if ended else None,
        closes=tuple(closes for _, closes in (days[0], days[-1])) if days else (),
        survey_from=_survey_from(facts, edition, days[-1 if ended else 0][0]) if days else None,
        one_test_through=None,
        missing=() if days else _as_good_as_can_be(facts).unmet,
        first_test_today=first_test_today,
        assumed=assumed,
    )


def _days(
    facts: Facts, edition: Edition, far: date, *, opens: date | None, ends: date | None
) -> list[tuple[date, datetime]]:
    """The first run of days on which an authorization is given whose window reaches the fill; each with its end.

    On each the patient is tested and surveyed. It ends before the supply does, where it begins before.
    """
    found: list[tuple[date, datetime]] = []
    day = day_of(facts.at, edition.zone)
    while day <= far and not (found and ends is not None and day >= ends):
        closes = _closes(_surveyed(_tested(_on(facts, day, edition))))
        if closes is not None and (opens is None or closes >= start_of_day(opens, edition.zone)):
            found.append((day, closes))
        elif found:
            break
        day = add_days(day, 1)
    return found


def _as_good_as_can_be(facts: Facts) -> Decision:
    """The answer on the next day, were the patient tested and surveyed then: after all that happened today."""
    edition = _edition(facts)
    if edition is None:
        return _decision(facts)
    return _decision(_surveyed(_tested(_on(facts, add_days(day_of(facts.at, edition.zone), 1), edition))))


def _decision(facts: Facts) -> Decision:
    return decide(_edition(facts), facts, Stage.AUTHORIZE)


def _closes(facts: Facts) -> datetime | None:
    """The end of the window of an authorization given at ``facts.at``; None: it is refused."""
    edition = _edition(facts)
    if edition is None or not decide(edition, facts, Stage.AUTHORIZE).allowed:
        return None
    return authorization_closes(edition, facts)


def _survey_from(facts: Facts, edition: Edition, latest: date) -> date | None:
    """The first day on which a survey counts for an authorization on ``latest``; None: none is needed."""
    then = _tested(_on(facts, latest, edition))
    found = _asked(then, PatientSurvey)
    if found is None or found.level is not Level.UNMET:
        return None
    day = day_of(facts.at, edition.zone)
    while day < latest:
        completed = _on(facts, day, edition).at
        asked = _asked(replace(then, surveys=(*then.surveys, completed)), PatientSurvey)
        if asked is not None and asked.level is not Level.UNMET:
            return day
        day = add_days(day, 1)
    return latest
