"""The prescription's days, and the days still on hand."""

from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import ClassVar

from eligibility.calendar import add_days
from eligibility.case import Case
from eligibility.findings import INSTANT, Finding, blocked, met, noted
from eligibility.reasons import Reason
from eligibility.requirements.base import Requirement, unit
from eligibility.vocabulary import Stage


@dataclass(frozen=True, kw_only=True)
class SupplyWithin(Requirement):
    """The prescription covers no more days than the program allows."""

    title: ClassVar[str] = "Days' supply"
    says: ClassVar[str] = "The prescription covers at most {max_days}, counted in days covered, not in capsules."

    max_days: int = unit("days")

    def check(self, case: Case) -> Finding:
        """Days that are not stated in whole days, one or more, are unknown, and unknown blocks."""
        days = case.facts.prescription.days_supply
        if days is not None and days > self.max_days:
            return blocked(self, Reason.SUPPLY_OVER_LIMIT, case="over", n=days, limit=self.max_days)
        if days is None or days < 1 or days != int(days):
            return blocked(self, Reason.SUPPLY_OVER_LIMIT, case="unknown", limit=self.max_days)
        return met(self)


@dataclass(frozen=True, kw_only=True)
class NoRefill(Requirement):
    """Each dispensing has its own prescription."""

    title: ClassVar[str] = "No refills"
    says: ClassVar[str] = "A prescription has no refills."

    def check(self, case: Case) -> Finding:
        """A refill is never allowed."""
        return blocked(self, Reason.REFILL_NOT_ALLOWED) if case.facts.prescription.refill else met(self)


@dataclass(frozen=True, kw_only=True)
class WrittenPrescription(Requirement):
    """A prescription given by voice needs the program's dated switch."""

    title: ClassVar[str] = "Verbal prescriptions"
    says: ClassVar[str] = "A verbal prescription is not accepted unless the program's dated switch allows it."

    def check(self, case: Case) -> Finding:
        """Noted while the switch is on."""
        if not case.facts.prescription.verbal:
            return met(self)
        span = case.switch_span("verbal_prescriptions")
        if case.switch("verbal_prescriptions"):
            return noted(self, Reason.VERBAL_PRESCRIPTION_ACCEPTED, until=span.until, since=span.since)
        return blocked(self, Reason.VERBAL_PRESCRIPTION_NOT_ALLOWED, opens=span.until + INSTANT if span.until else None)


@dataclass(frozen=True, kw_only=True)
class NearlyUsedUp(Requirement):
    """The next fill comes when few days are on hand."""

    stage: ClassVar[Stage] = Stage.CONFIRM
    title: ClassVar[str] = "Days on hand"
    says: ClassVar[str] = "The next fill is dispensed with {max_days} or fewer on hand, as computed or counted."

    max_days: int = unit("days")

    @staticmethod
    def on_hand(dispensed: date, supplied: float, *, today: date) -> int:
        """Days left of a dispensing: its day + days supplied - today; below 0 once it was to be used up."""
        return dispensed.toordinal() + ceil(supplied) - today.toordinal()

    def opens_on(self, dispensed: date, supplied: float) -> date:
        """The first day on which so few are on hand that the next fill is not too early."""
        return add_days(dispensed, ceil(supplied) - self.max_days)

    def check(self, case: Case) -> Finding:
        """On hand: last dispensing + days supplied - today, unless the pharmacist counted."""
        counted, last = case.facts.days_on_hand, case.facts.last_dispense
        if counted is not None:
            if counted <= self.max_days:
                return met(self)
            return blocked(self, Reason.TOO_EARLY, case="counted", n=counted, limit=self.max_days)
        if last is None:
            return met(self)
        if last.date is None or last.days_supply is None:
            return blocked(self, Reason.TOO_EARLY, case="unknown", limit=self.max_days)
        supplied, dispensed = ceil(last.days_supply), case.day(last.date)
        on_hand = self.on_hand(dispensed, supplied, today=case.today)
        if on_hand <= self.max_days:
            return met(self)
        opens = case.start(self.opens_on(dispensed, supplied))
        return blocked(
            self,
            Reason.TOO_EARLY,
            opens=opens,
            case="computed",
            n=on_hand,
            limit=self.max_days,
            m=supplied,
            dispensed=last.date,
        )
