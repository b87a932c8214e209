"""What a pregnancy test result is worth: sensitivity, place, clear, positive."""

from dataclasses import dataclass
from typing import ClassVar

from eligibility.case import Case, SeenTest
from eligibility.facts import When
from eligibility.findings import Finding, blocked, met, noted
from eligibility.reasons import Reason
from eligibility.requirements.base import Requirement, unit
from eligibility.requirements.testing import next_change, slots_of
from eligibility.vocabulary import FALSE_POSITIVE, ReportKind, Result, Subject


def _missing_for(case: Case, tests: tuple[SeenTest, ...]) -> SeenTest | None:
    """The newest of these that would have been a missing test, had it qualified."""
    slots = [slot for slot in slots_of(case.edition) if slot.applies(case) and not slot.filling(case)]
    found = [test for test in tests if any(slot.fits(test, case) for slot in slots)]
    return found[-1] if found else None


@dataclass(frozen=True, kw_only=True)
class Sensitivity(Requirement):
    """A negative counts only from a test that detects little enough."""

    title: ClassVar[str] = "Sensitivity of the test"
    says: ClassVar[str] = "A test detects {max_miu_ml} or less; a test of unknown sensitivity does not count."

    max_miu_ml: int = unit("mIU/mL")

    def check(self, case: Case) -> Finding:
        """Said only where the test would have been one that is missing."""
        tests = tuple(t for t in case.unqualified if not t.sensitive)
        if not tests:
            return met(self)
        until = next_change(case, case.negatives + case.unqualified)
        test = _missing_for(case, tests)
        if test is None:
            return met(self, until=until)
        detects = test.test.sensitivity_miu_ml
        return blocked(
            self,
            Reason.TEST_NOT_SENSITIVE_ENOUGH,
            until=until,
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
        if not any(t.test.home for t in case.negatives + case.unqualified):
            return met(self)
        span, changes = case.switch_span("home_tests"), next_change(case, case.negatives + case.unqualified)
        until = min((instant for instant in (span.until, changes) if instant), default=None)
        refused = tuple(t for t in case.unqualified if not t.accepted_place)
        if test := _missing_for(case, refused):
            return blocked(self, Reason.HOME_TEST_NOT_ACCEPTED, until=until, collected=test.test.collected)
        for slot in slots_of(case.edition):
            tests = slot.filling(case) if slot.applies(case) else ()
            if tests and all(t.test.home for t in tests):
                collected = tests[-1].test.collected
                return noted(self, Reason.HOME_TEST_ACCEPTED, until=until, collected=collected, since=span.since)
        return met(self, until=until)


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
        return blocked(
            self,
            Reason.TEST_INDETERMINATE,
            collected=test.collected,
            result=test.result or "not stated",
        )


@dataclass(frozen=True, kw_only=True)
class NoPositive(Requirement):
    """No positive result, unless every one was closed as a false positive and a negative followed."""

    title: ClassVar[str] = "Positive result"
    says: ClassVar[str] = (
        "A positive blocks until a pregnancy report about the patient was closed on or after its day as a false "
        "positive and a negative came after it."
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
            return noted(
                self,
                Reason.FALSE_POSITIVE_RESOLVED,
                collected=newest.test.collected,
                closed=closed,
            )
        return met(self)

    def _closed_as_false(self, positive: SeenTest, case: Case) -> When | None:
        """When the positive was resolved; None: it was not."""
        taken = positive.test.collected or case.at
        if not any(case.before(taken, t.test.collected or case.at) for t in case.negatives):
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
