"""Pregnancy tests: the two before the start, the calendar on treatment, and what a test must be."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import ClassVar

from eligibility.calendar import add_days
from eligibility.case import Case, SeenTest
from eligibility.edition import Edition
from eligibility.findings import INSTANT, Finding, blocked, met, noted
from eligibility.reasons import Reason
from eligibility.requirements.base import Requirement, unit
from eligibility.vocabulary import Cycle


class TestSlot(Requirement):
    """A requirement that a qualifying negative has to fill.

    A test fits from one instant of the question to another. The slots of the authorization are judged
    as of its issue once there is one; then time changes nothing any more.
    """

    __test__ = False
    initiation: ClassVar[bool]
    of_authorization: ClassVar[bool] = True

    def span(self, test: SeenTest, case: Case) -> tuple[datetime, datetime] | None:
        """The first and the last instant at which a test fits; None: it never does."""
        raise TypeError(f"{type(self).__name__} does not say what fits")

    def applies(self, case: Case) -> bool:
        """Can get pregnant, and in the part of the course to which the slot belongs."""
        return case.can_get_pregnant and case.initiating is self.initiation

    def settled(self, case: Case) -> bool:
        """Whether the slot was judged at the issue of an authorization that is there."""
        return self.of_authorization and case.as_of_authorization

    def fits(self, test: SeenTest, case: Case) -> bool:
        """Whether a test lies where this slot needs one."""
        span = self.span(test, case)
        judged = case.prescribed_at if self.of_authorization else case.at
        return span is not None and span[0] <= judged <= span[1]

    def filling(self, case: Case) -> tuple[SeenTest, ...]:
        """The qualifying negatives that fill the slot, oldest first."""
        return tuple(t for t in case.negatives if self.fits(t, case))

    def covered_until(self, case: Case) -> datetime | None:
        """The last instant at which some test on file still fills a slot that is filled now."""
        if self.settled(case):
            return None
        reach = case.at
        for span in (self.span(t, case) for t in case.negatives):
            if span and span[0] <= reach + INSTANT:
                reach = max(reach, span[1])
        return reach

    def opening(self, case: Case) -> datetime | None:
        """When time alone lets a test on file fill a slot that is empty now."""
        spans = () if self.settled(case) else (self.span(t, case) for t in case.negatives)
        return min((span[0] for span in spans if span and span[0] > case.at), default=None)


@cache
def slots_of(edition: Edition) -> tuple[TestSlot, ...]:
    """The requirements of an edition that a pregnancy test has to fill."""
    return tuple(r for r in edition.requirements if isinstance(r, TestSlot))


def next_change(case: Case, tests: tuple[SeenTest, ...]) -> datetime | None:
    """The last instant before one of these tests begins or ceases to fit a slot that is asked."""
    ends = []
    for slot in slots_of(case.edition):
        if slot.applies(case) and not slot.settled(case):
            spans = [span for t in tests if (span := slot.span(t, case))]
            ends += [start - INSTANT for start, _ in spans if start > case.at]
            ends += [end for _, end in spans if end >= case.at]
    return min(ends, default=None)


@dataclass(frozen=True, kw_only=True)
class FirstTest(TestSlot):
    """Before the start: a negative some days before the authorization, in calendar days."""

    initiation: ClassVar[bool] = True
    title: ClassVar[str] = "First of two tests"
    says: ClassVar[str] = (
        "Before the first prescription a negative test is collected {min_days} to {max_days} before the authorization, "
        "both included."
    )

    min_days: int = unit("days")
    max_days: int = unit("days")

    def span(self, test: SeenTest, case: Case) -> tuple[datetime, datetime]:
        """Calendar days between collection and the issue, both ends included."""
        return case.start(add_days(test.day, self.min_days)), case.end(add_days(test.day, self.max_days))

    def check(self, case: Case) -> Finding:
        """While it is asked for, time may open the window of a test that is too young."""
        if not self.applies(case):
            return met(self)
        if self.filling(case):
            return met(self, until=self.covered_until(case))
        return blocked(
            self,
            Reason.FIRST_TEST_MISSING,
            opens=self.opening(case),
            case="issued" if self.settled(case) else "",
            low=self.min_days,
            high=self.max_days,
            first=add_days(case.prescribed_on, -self.max_days),
            last=add_days(case.prescribed_on, -self.min_days),
            ask_from=add_days(case.today, self.min_days),
            ask_to=add_days(case.today, self.max_days),
        )


@dataclass(frozen=True, kw_only=True)
class SecondTest(TestSlot):
    """Before the start: a negative within some hours before the authorization, elapsed time."""

    initiation: ClassVar[bool] = True
    title: ClassVar[str] = "Second of two tests"
    says: ClassVar[str] = (
        "Before the first prescription a negative test is collected in the {hours} before the authorization, "
        "the last second included."
    )

    hours: int = unit("hours")

    def span(self, test: SeenTest, case: Case) -> tuple[datetime, datetime]:
        """Elapsed time between collection and the issue."""
        return test.instant, test.instant + timedelta(hours=self.hours)

    def check(self, case: Case) -> Finding:
        """As of the authorization once there is one."""
        if not self.applies(case) or self.filling(case):
            return met(self, until=self.covered_until(case) if self.applies(case) else None)
        return blocked(self, Reason.SECOND_TEST_MISSING, hours=self.hours)


@dataclass(frozen=True, kw_only=True)
class TestCurrent(TestSlot):
    """On treatment: the test calendar. It goes on during interruptions."""

    initiation: ClassVar[bool] = False
    of_authorization: ClassVar[bool] = False
    title: ClassVar[str] = "Test calendar"
    says: ClassVar[str] = (
        "On treatment a test is due every {weekly_days} until day {weekly_until_day} after the first dose, then every "
        "{regular_days} with regular cycles or none, every {irregular_days} with irregular or unknown ones; "
        "overdue from the day after."
    )

    weekly_days: int = unit("days")
    weekly_until_day: int = unit("days")
    regular_days: int = unit("days")
    irregular_days: int = unit("days")

    def due_after(self, test: SeenTest, case: Case) -> date | None:
        """The day on which the next test is due; None: the first day of use is not known."""
        zero = case.day_zero
        if zero is None:
            return None
        counted = max(test.day, zero)
        if counted < add_days(zero, self.weekly_until_day):
            return add_days(counted, self.weekly_days)
        steady = case.patient.cycle in (Cycle.REGULAR, Cycle.NONE)
        return add_days(counted, self.regular_days if steady else self.irregular_days)

    def span(self, test: SeenTest, case: Case) -> tuple[datetime, datetime] | None:
        """Until the end of the day on which the next test is due."""
        due = self.due_after(test, case)
        return (test.instant, case.end(due)) if due else None

    def check(self, case: Case) -> Finding:
        """Judged as of the question at every stage: the calendar goes on."""
        if not self.applies(case):
            return met(self)
        newest = case.negatives[-1] if case.negatives else None
        due = self.due_after(newest, case) if newest else None
        if due is None:
            return blocked(self, Reason.TEST_OVERDUE, case="none" if newest is None else "start_unknown")
        if due < case.today:
            return blocked(self, Reason.TEST_OVERDUE, case="late", due=due, n=(case.today - due).days)
        return met(self, until=case.end(due))


@dataclass(frozen=True, kw_only=True)
class TestFresh(TestSlot):
    """On treatment: an authorization rests on a recent test."""

    initiation: ClassVar[bool] = False
    title: ClassVar[str] = "Test at the authorization"
    says: ClassVar[str] = "On treatment the newest negative is at most {max_days} old when an authorization is issued."

    max_days: int = unit("days")

    def span(self, test: SeenTest, case: Case) -> tuple[datetime, datetime]:
        """Calendar days between collection and the issue."""
        return test.instant, case.end(add_days(test.day, self.max_days))

    def check(self, case: Case) -> Finding:
        """As of the authorization once there is one."""
        if not self.applies(case):
            return met(self)
        if self.filling(case):
            return met(self, until=self.covered_until(case))
        older = [t for t in case.negatives if t.instant <= case.prescribed_at]
        if not older:
            return blocked(self, Reason.TEST_TOO_OLD, case="none")
        age = (case.prescribed_on - older[-1].day).days
        return blocked(self, Reason.TEST_TOO_OLD, case="old", collected=older[-1].test.collected, n=age)


@dataclass(frozen=True, kw_only=True)
class TestOnTime(Requirement):
    """On treatment: a test that came after its due date is said, not blocked."""

    title: ClassVar[str] = "Late test"
    says: ClassVar[str] = "A newest test that came after its due date is noted as a deviation."

    def check(self, case: Case) -> Finding:
        """Judged on the newest negative and the one before it; another of the same instant lies not before it."""
        calendar = next((r for r in slots_of(case.edition) if isinstance(r, TestCurrent)), None)
        newest = case.negatives[-1] if case.negatives else None
        if calendar is None or newest is None or not calendar.applies(case):
            return met(self)
        before = [t for t in case.negatives if t.instant < newest.instant]
        due = calendar.due_after(before[-1], case) if before else None
        counted = max(newest.day, case.day_zero or newest.day)
        if due is None or counted <= due:
            return met(self)
        following = calendar.due_after(newest, case)
        return noted(
            self,
            Reason.TEST_WAS_LATE,
            collected=newest.test.collected,
            due=due,
            next=following,
        )
