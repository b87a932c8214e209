"""Pregnancy tests: the two before the start, the calendar on treatment, and what a test must be."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from eligibility.calendar import add_days
from eligibility.case import Case, SeenTest
from eligibility.facts import When
from eligibility.findings import Finding, blocked, met, noted
from eligibility.reasons import Reason
from eligibility.requirements.base import Requirement, unit
from eligibility.vocabulary import FALSE_POSITIVE, Cycle, ReportKind, Result, Subject


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
            return met(self, until=None if case.as_of_authorization else self._covered_until(case))
        first, last = add_days(case.prescribed_on, -self.max_days), add_days(case.prescribed_on, -self.min_days)
        if case.as_of_authorization:
            return blocked(self, Reason.FIRST_TEST_MISSING, case="issued", first=first, last=last)
        young = [add_days(t.day, self.min_days) for t in case.negatives if t.day > last]
        opens = case.start(min(young)) if young else None
        ask_from, ask_to = (add_days(case.today, n) for n in (self.min_days, self.max_days))
        return blocked(
            self, Reason.FIRST_TEST_MISSING, opens=opens, first=first, last=last, ask_from=ask_from, ask_to=ask_to
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
            return blocked(self, Reason.TEST_OVERDUE, case="none" if newest is None else "start_unknown")
        if due < case.today:
            return blocked(self, Reason.TEST_OVERDUE, case="late", due=due, n=(case.today - due).days)
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
        return blocked(self, Reason.TEST_TOO_OLD, case="old", collected=older[-1].test.collected, n=age)


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
        return noted(self, Reason.TEST_WAS_LATE, collected=newest.test.collected, due=due, next=following)


def _missing_for(case: Case, *, fault: str) -> SeenTest | None:
    """The newest negative that would have been a missing test but for ``fault``."""
    found = [
        test
        for slot in case.edition.test_slots
        if slot.applies(case) and not slot.filling(case)
        for test in case.unqualified
        if not getattr(test, fault) and slot.fits(test, case)
    ]
    return max(found, key=lambda t: t.instant, default=None)


@dataclass(frozen=True, kw_only=True)
class Sensitivity(Requirement):
    """A negative counts only from a test that detects little enough."""

    title: ClassVar[str] = "Sensitivity of the test"
    says: ClassVar[str] = "A test detects {max_miu_ml} or less; a test of unknown sensitivity does not count."

    max_miu_ml: int = unit("mIU/mL")

    def check(self, case: Case) -> Finding:
        """Said only where the test would have been one that is missing."""
        test = _missing_for(case, fault="sensitive") if case.unqualified else None
        if test is None:
            return met(self)
        detects = test.test.sensitivity_miu_ml
        return blocked(
            self,
            Reason.TEST_NOT_SENSITIVE_ENOUGH,
            case="unknown" if detects is None else "over",
            collected=test.test.collected,
            n=detects,
            limit=self.max_miu_ml,
        )


@dataclass(frozen=True, kw_only=True)
class TestPlace(Requirement):
    """Home tests count only while the program's dated switch is on."""

    title: ClassVar[str] = "Home tests"
    says: ClassVar[str] = "A home test is not accepted unless the program's dated switch allows it."

    def check(self, case: Case) -> Finding:
        """Noted where a required test is met by home tests only."""
        if case.unqualified and (test := _missing_for(case, fault="accepted_place")):
            return blocked(self, Reason.HOME_TEST_NOT_ACCEPTED, collected=test.test.collected)
        for slot in case.edition.test_slots:
            tests = slot.filling(case) if slot.applies(case) else ()
            if tests and all(t.test.home for t in tests):
                spans = case.edition.switch_spans("home_tests")
                start = next((span.start for span in spans if span.holds(case.today)), None)
                return noted(self, Reason.HOME_TEST_ACCEPTED, collected=tests[-1].test.collected, since=start)
        return met(self)


@dataclass(frozen=True, kw_only=True)
class NewestIsClear(Requirement):
    """The newest result is not indeterminate, invalid or hemolysed."""

    title: ClassVar[str] = "Newest result"
    says: ClassVar[str] = "The newest result is clear: indeterminate, invalid and hemolysed are never a negative."

    def check(self, case: Case) -> Finding:
        """A negative that does not qualify counts for nothing, so it does not make it clear."""
        if not case.can_get_pregnant:
            return met(self)
        counted = [t for t in case.tests if t.result is not Result.NEGATIVE or t.qualifies]
        if not counted or counted[-1].result is not Result.INDETERMINATE:
            return met(self)
        test = counted[-1].test
        return blocked(self, Reason.TEST_INDETERMINATE, collected=test.collected, result=test.result or "not stated")


@dataclass(frozen=True, kw_only=True)
class NoPositive(Requirement):
    """No positive result, unless every one was closed as a false positive and a negative followed."""

    title: ClassVar[str] = "Positive result"
    says: ClassVar[str] = (
        "A positive blocks until a pregnancy report about the patient was closed on or after its day as a false positive "
        "and a negative came after it."
    )

    def check(self, case: Case) -> Finding:
        """Asked of every female patient: one who cannot get pregnant has the wrong category."""
        positives = [t for t in case.tests if t.result is Result.POSITIVE] if case.female else []
        closings = {t.instant: self._closed_as_false(t, case) for t in positives}
        standing = [t for t in positives if closings[t.instant] is None and not case.is_history(t)]
        if standing:
            return blocked(self, Reason.TEST_POSITIVE, collected=standing[-1].test.collected)
        if positives and None not in closings.values():
            newest = positives[-1]
            closed = closings[newest.instant]
            return noted(self, Reason.FALSE_POSITIVE_RESOLVED, collected=newest.test.collected, closed=closed)
        return met(self)

    def _closed_as_false(self, positive: SeenTest, case: Case) -> When | None:
        """When the positive was resolved; None: it was not."""
        if not any(t.instant > positive.instant for t in case.negatives):
            return None
        closings = [
            r.closed
            for r in case.reports
            if r.kind is ReportKind.PREGNANCY
            and r.subject is Subject.PATIENT
            and r.outcome == FALSE_POSITIVE
            and r.closed is not None
            and case.happened(r.closed)
            and case.day(r.closed) >= positive.day
        ]
        return closings[-1] if closings else None
