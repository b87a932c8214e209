"""The facts as one question sees them: in the program's zone, without what lies after it."""

from datetime import UTC, date, datetime
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from eligibility.calendar import day_of, end_of_day, instant_of, start_of_day
from eligibility.edition import Edition
from eligibility.facts import Facts, IssuedNumber, PregnancyTest, Report, When
from eligibility.findings import INSTANT
from eligibility.vocabulary import (
    FALSE_POSITIVE,
    STILL_OPEN,
    Category,
    ReportKind,
    Result,
    Stage,
    Subject,
)


class SeenTest(NamedTuple):
    """A test result by the time of the question. ``sensitive``: known, and good enough."""

    instant: datetime
    day: date
    result: Result
    sensitive: bool
    accepted_place: bool
    test: PregnancyTest

    @property
    def qualifies(self) -> bool:
        """A negative that counts (rule book, "Pregnancy tests")."""
        return self.result is Result.NEGATIVE and self.sensitive and self.accepted_place


class SwitchSpan(NamedTuple):
    """How long a flexibility has been, and will be, as it is now; None: no end known."""

    since: date | None
    until: datetime | None


SEVERITY = {Result.NEGATIVE: 0, Result.INDETERMINATE: 1, Result.POSITIVE: 2}


class Case:
    """One question: an edition, the facts, a stage. Read-only; derived values are kept."""

    def __init__(self, *, edition: Edition, facts: Facts, stage: Stage) -> None:
        if facts.at.tzinfo is None:
            raise ValueError(f"the question's instant {facts.at.isoformat()} has no zone")
        self.edition = edition
        self.facts = facts
        self.stage = stage
        self.zone: ZoneInfo = edition.zone
        self.at = facts.at.astimezone(UTC)
        self.today = self.at.astimezone(self.zone).date()
        self.patient = facts.patient
        self.category: Category | None = facts.patient.category
        self.can_get_pregnant = self.category is None or self.category.can_get_pregnant
        self.female = self.category is None or not self.category.male

    def day(self, when: When) -> date:
        """The calendar day in the program's zone."""
        return day_of(when, self.zone)

    def instant(self, when: When) -> datetime:
        """The instant in UTC; of a date its 00:00."""
        return instant_of(when, self.zone)

    def start(self, day: date) -> datetime:
        """The first instant of a day in the program's zone."""
        return start_of_day(day, self.zone)

    def end(self, day: date) -> datetime:
        """The last instant of a day in the program's zone."""
        return end_of_day(day, self.zone)

    def happened(self, when: When | None) -> bool:
        """Whether something lies at or before the question; a date counts from its day on."""
        if when is None:
            return False
        return self.instant(when) <= self.at if isinstance(when, datetime) else when <= self.today

    def before(self, one: When, other: When) -> bool:
        """An earlier instant, or an earlier day where no time is known (rule book, D)."""
        if isinstance(one, datetime) and isinstance(other, datetime):
            return self.instant(one) < self.instant(other)
        return self.day(one) < self.day(other)

    def marked(self, state: bool | When) -> bool:
        """Whether a number was used or cancelled by the question."""
        return state if isinstance(state, bool) else self.happened(state)

    def switch(self, name: str) -> bool:
        """Whether a flexibility is on at the question; set by hand goes before the edition."""
        by_hand = self.facts.flexibilities.get(name)
        return self.edition.switch(name, self.today) if by_hand is None else by_hand

    def switch_span(self, name: str) -> SwitchSpan:
        """Since which day and until which instant a flexibility is as it is now."""
        if name in self.facts.flexibilities:
            return SwitchSpan(None, None)
        edges = self.edition.switch_edges(name)
        since = max((day for day in edges if day <= self.today), default=None)
        ahead = min((day for day in edges if day > self.today), default=None)
        return SwitchSpan(since, self.start(ahead) - INSTANT if ahead else None)

    @cached_property
    def authorization(self) -> IssuedNumber | None:
        """The authorization, if it was issued by the question."""
        number = self.facts.authorization
        return number if number is not None and self.happened(number.issued) else None

    @cached_property
    def confirmation(self) -> IssuedNumber | None:
        """The confirmation, if it was issued by the question."""
        number = self.facts.confirmation
        return number if number is not None and self.happened(number.issued) else None

    def issued(self, number: IssuedNumber) -> datetime:
        """When a number that is there was issued."""
        if number.issued is None:
            raise ValueError("the number was never issued")
        return self.instant(number.issued)

    @cached_property
    def as_of_authorization(self) -> bool:
        """Surveys and the two first tests are judged as of the authorization that is there."""
        return self.stage is not Stage.AUTHORIZE and self.authorization is not None

    @cached_property
    def prescribed_at(self) -> datetime:
        """The issue of the authorization; while it is asked for, the question."""
        if self.as_of_authorization and self.authorization:
            return self.issued(self.authorization)
        return self.at

    @cached_property
    def prescribed_on(self) -> date:
        """The calendar day of ``prescribed_at``."""
        return self.day(self.prescribed_at)

    @cached_property
    def last_dispensed(self) -> When | None:
        """When the last dispensing was, if that is known."""
        return self.facts.last_dispense.date if self.facts.last_dispense else None

    @cached_property
    def dispensings(self) -> tuple[When, ...]:
        """Every dispensing whose day is known, the last one among them."""
        last = () if self.last_dispensed is None else (self.last_dispensed,)
        return (*self.facts.dispensings, *last)

    # Tests -----------------------------------------------------------------------------------

    @cached_property
    def tests(self) -> tuple[SeenTest, ...]:
        """Results by the question, oldest first; of one instant only the worst (rule book, D)."""
        seen = sorted(
            (self._see(test) for test in self.facts.tests if self._counts(test)),
            key=lambda t: (t.instant, SEVERITY[t.result]),
        )
        worst = {t.instant: SEVERITY[t.result] for t in seen}
        return tuple(t for t in seen if SEVERITY[t.result] == worst[t.instant])

    def _counts(self, test: PregnancyTest) -> bool:
        """Collected by the question. Of an unknown day only what is no negative counts, as of now."""
        if test.collected is None:
            return test.result is not Result.NEGATIVE
        return self.happened(test.collected)

    def _see(self, test: PregnancyTest) -> SeenTest:
        known = test.result in (Result.NEGATIVE, Result.POSITIVE)
        limit = self.edition.max_miu_ml
        detects = test.sensitivity_miu_ml
        return SeenTest(
            instant=self.instant(test.collected) if test.collected else self.at,
            day=self.day(test.collected) if test.collected else self.today,
            result=test.result if known and test.result else Result.INDETERMINATE,
            sensitive=detects is not None and 0 < detects <= limit,
            accepted_place=not test.home or self.home_tests_accepted,
            test=test,
        )

    @cached_property
    def home_tests_accepted(self) -> bool:
        """Whether the program's dated switch accepts home tests at the question."""
        return self.switch("home_tests")

    @cached_property
    def negatives(self) -> tuple[SeenTest, ...]:
        """The negatives that count, oldest first."""
        return tuple(t for t in self.tests if t.qualifies)

    @cached_property
    def unqualified(self) -> tuple[SeenTest, ...]:
        """The negatives that count for nothing."""
        return tuple(t for t in self.tests if t.result is Result.NEGATIVE and not t.qualifies)

    # Reports ---------------------------------------------------------------------------------

    @cached_property
    def reports(self) -> tuple[Report, ...]:
        """What was reported by the question; an unknown opening counts as before it."""
        return tuple(r for r in self.facts.reports if r.opened is None or self.happened(r.opened))

    def closed(self, report: Report) -> bool:
        """Whether a pregnancy report was closed by the question, with an outcome that closes it."""
        return self.happened(report.closed) and report.outcome not in STILL_OPEN

    # The initiation sequence -----------------------------------------------------------------

    @cached_property
    def restarts(self) -> tuple[When, ...]:
        """Every event by the question that starts the initiation anew, oldest first."""
        if not self.can_get_pregnant:
            return ()
        closings = [
            r.closed
            for r in self.reports
            if r.kind is ReportKind.PREGNANCY
            and r.subject is not Subject.PARTNER
            and self.closed(r)
            and r.outcome != FALSE_POSITIVE
        ]
        events = (self.facts.therapy_ended, self.patient.able_since, *closings)
        return tuple(
            sorted(
                (e for e in events if e is not None and self.happened(e)),
                key=self.instant,
            )
        )

    @cached_property
    def restarted(self) -> bool:
        """Whether such an event lies after the last dispensing."""
        return any(not self._before_last_dispensing(event) for event in self.restarts)

    def _before_last_dispensing(self, event: When) -> bool:
        return self.last_dispensed is not None and self.before(event, self.last_dispensed)

    @cached_property
    def initiating(self) -> bool:
        """No dispensing on record, or the sequence started anew since: two tests are asked."""
        return self.facts.last_dispense is None or self.restarted

    def is_history(self, test: SeenTest) -> bool:
        """Whether a result lies before a restart; it stays history at the fills after it."""
        if not self.restarts:
            return False
        return self.before(test.test.collected or self.at, self.restarts[-1])

    @cached_property
    def day_zero(self) -> date | None:
        """The first day of use in this course: the first dose, if unknown the first dispensing.

        A first dose before a restart of the sequence counts as unknown.
        """
        dose, newest = self.facts.first_dose, self.restarts[-1] if self.restarts else None
        if dose is not None and self.happened(dose) and (newest is None or self.day(dose) >= self.day(newest)):
            return self.day(dose)
        course = [d for d in self.facts.dispensings if newest is None or self.before(newest, d)]
        first = min(course, key=self.instant, default=self.last_dispensed)
        return self.day(first) if first is not None else None
