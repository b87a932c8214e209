"""Pregnancy tests: the two before the start, the calendar on treatment, and what a test must be."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from eligibility.calendar import add_days
from eligibility.case import Case, SeenTest
from eligibility.findings import Finding, blocked, met, noted
from eligibility.reasons import Reason
from eligibility.requirements.base import Requirement, unit
from eligibility.vocabulary import Cycle


class TestSlot(Requirement):
    """A requirement that a qualifying negative has to fill."""

    __test__ = False

    def applies(self, case: Case) -> bool:
        """Whether this slot is asked of this patient now."""
        raise TypeError(f"{type(self).__name__} does not say when it applies")

    def fits(self, test: SeenTest, case: Case) -> bool:
        """Whether a test lies where this slot needs one."""
        raise TypeError(f"{type(self).__name__} does not say what fits")

    def filling(self, case: Case) -> tuple[SeenTest, ...]:
        """The qualifying negatives that fill the slot, oldest first."""
        return tuple(t for t in case.negatives if self.fits(t, case))


@dataclass(frozen=True, kw_only=True)
class FirstTest(TestSlot):
    """Before the start: a negative some days before the authorization, in calendar days."""

    title: ClassVar[str] = "First of two tests"
    says: ClassVar[str] = (
        "Before the first prescription a negative test is collected {min_days} to {max_days} before the authorization, "
        "both included."
    )

    min_days: int = unit("days")
    max_days: int = unit("days")

    def applies(self, case: Case) -> bool:
        """Can get pregnant, and the sequence starts (anew)."""
        return case.can_get_pregnant and case.initiating

    def fits(self, test: SeenTest, case: Case) -> bool:
        """Calendar days between collection and the issue, both ends included."""
        age = (case.prescribed_on - test.day).days
        return self.min_days <= age <= self.max_days

    def check(self, case: Case) -> Finding:
        """While it is asked for, time may open the window of a test that is too young."""
        if not self.applies(case):
            return met(self)
        if self.filling(case):
            return met(
                self,
                until=None if case.as_of_authorization else self._covered_until(case),
            )
        first, last = (
            add_days(case.prescribed_on, -self.max_days),
            add_days(case.prescribed_on, -self.min_days),
        )
        if case.as_of_authorization:
            return blocked(self, Reason.FIRST_TEST_MISSING, case="issued", first=first, last=last)
        young = [add_days(t.day, self.min_days) for t in case.negatives if t.day > last]
        opens = case.start(min(young)) if young else None
        ask_from, ask_to = (add_days(case.today, n) for n in (self.min_days, self.max_days))
        return blocked(
            self,
            Reason.FIRST_TEST_MISSING,
            opens=opens,
            first=first,
            last=last,
            ask_from=ask_from,
            ask_to=ask_to,
        )

    def _covered_until(self, case: Case) -> datetime:
        """The last instant at which some test that is on file still lies in the window."""
        reach = case.today
        for test in case.negatives:
            if add_days(test.day, self.min_days) <= add_days(reach, 1):
                reach = max(reach, add_days(test.day, self.max_days))
        return case.end(reach)


@dataclass(frozen=True, kw_only=True)
class SecondTest(TestSlot):
    """Before the start: a negative within some hours before the authorization, elapsed time."""

    title: ClassVar[str] = "Second of two tests"
    says: ClassVar[str] = (
        "Before the first prescription a negative test is collected in the {hours} before the authorization, "
        "the last second included."
    )

    hours: int = unit("hours")

    def applies(self, case: Case) -> bool:
        """Can get pregnant, and the sequence starts (anew)."""
        return case.can_get_pregnant and case.initiating

    def fits(self, test: SeenTest, case: Case) -> bool:
        """Elapsed time between collection and the issue."""
        return timedelta(0) <= case.prescribed_at - test.instant <= timedelta(hours=self.hours)

    def check(self, case: Case) -> Finding:
        """As of the authorization once there is one."""
        if not self.applies(case):
            return met(self)
        tests = self.filling(case)
        if not tests:
            return blocked(self, Reason.SECOND_TEST_MISSING, hours=self.hours)
        until = None if case.as_of_authorization else tests[-1].instant + timedelta(hours=self.hours)
        return met(self, until=until)


@dataclass(frozen=True, kw_only=True)
class TestCurrent(TestSlot):
    """On treatment: the test calendar. It goes on during interruptions."""

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

    def applies(self, case: Case) -> bool:
        """Can get pregnant, and on treatment."""
        return case.can_get_pregnant and not case.initiating

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

    def fits(self, test: SeenTest, case: Case) -> bool:
        """The next test after this one is not overdue."""
        due = self.due_after(test, case)
        return due is not None and due >= case.today

    def check(self, case: Case) -> Finding:
        """Judged as of the question at every stage: the calendar goes on."""
        if not self.applies(case):
            return met(self)
        newest = case.negatives[-1] if case.negatives else None
        due = self.due_after(newest, case) if newest else None
        if due is None:
            return blocked(
                self,
                Reason.TEST_OVERDUE,
                case="none" if newest is None else "start_unknown",
            )
        if due < case.today:
            return blocked(
                self,
                Reason.TEST_OVERDUE,
                case="late",
                due=due,
                n=(case.today - due).days,
            )
        return met(self, until=case.end(due))


@dataclass(frozen=True, kw_only=True)
class TestFresh(TestSlot):
    """On treatment: an authorization rests on a recent test."""

    title: ClassVar[str] = "Test at the authorization"
    says: ClassVar[str] = "On treatment the newest negative is at most {max_days} old when an authorization is issued."

    max_days: int = unit("days")

    def applies(self, case: Case) -> bool:
        """Can get pregnant, and on treatment."""
        return case.can_get_pregnant and not case.initiating

    def fits(self, test: SeenTest, case: Case) -> bool:
        """Calendar days between collection and the issue."""
        return test.instant <= case.prescribed_at and (case.prescribed_on - test.day).days <= self.max_days

    def check(self, case: Case) -> Finding:
        """As of the authorization once there is one."""
        if not self.applies(case):
            return met(self)
        tests = self.filling(case)
        if tests:
            until = None if case.as_of_authorization else case.end(add_days(tests[-1].day, self.max_days))
            return met(self, until=until)
        older = [t for t in case.negatives if t.instant <= case.prescribed_at]
        if not older:
            return blocked(self, Reason.TEST_TOO_OLD, case="none")
        age = (case.prescribed_on - older[-1].day).days
        return blocked(
            self,
            Reason.TEST_TOO_OLD,
            case="old",
            collected=older[-1].test.collected,
            n=age,
        )


@dataclass(frozen=True, kw_only=True)
class TestOnTime(Requirement):
    """On treatment: a test that came after its due date is said, not blocked."""

    title: ClassVar[str] = "Late test"
    says: ClassVar[str] = "A newest test that came after its due date is noted as a deviation."

    def check(self, case: Case) -> Finding:
        """Judged on the newest negative and the one before it."""
        calendar = next((r for r in case.edition.test_slots if isinstance(r, TestCurrent)), None)
        if calendar is None or not calendar.applies(case) or len(case.negatives) < 2:
            return met(self)
        before, newest = case.negatives[-2:]
        due = calendar.due_after(before, case)
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
