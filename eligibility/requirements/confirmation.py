"""Confirmation numbers: there, unused, within their hours; one at a time; shipped on their day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from eligibility.calendar import day_of, end_of_day, zone_named
from eligibility.case import Case
from eligibility.extensions import extended
from eligibility.facts import IssuedNumber, When
from eligibility.findings import INSTANT, Finding, blocked, met, noted
from eligibility.reasons import Reason
from eligibility.requirements.base import Requirement, unit
from eligibility.vocabulary import Method, Stage, Window


def moment(state: bool | When) -> When | None:
    """When a number was used or cancelled, if that is known."""
    return None if isinstance(state, bool) else state


@dataclass(frozen=True, kw_only=True)
class ConfirmationHours(Requirement):
    """The medicine is handed over within some hours of the confirmation, elapsed time."""

    stage: ClassVar[Stage] = Stage.HAND_OVER
    title: ClassVar[str] = "Hand-over in time"
    says: ClassVar[str] = "The medicine is handed over within {hours} of the confirmation, the last second included."

    hours: int = unit("hours")

    def own_end(self, case: Case, number: IssuedNumber) -> datetime:
        """The last instant of its hours."""
        return case.issued(number) + timedelta(hours=self.hours)

    def lapses(self, case: Case, number: IssuedNumber) -> datetime:
        """The last instant at which a confirmation serves: that of its hours, or of their extension."""
        own = self.own_end(case, number)
        extension = extended(case, Window.CONFIRMATION, closed=own, judged=case.at)
        return extension.until if extension else own

    def check(self, case: Case) -> Finding:
        """Elapsed time, whatever the clocks on the wall do."""
        number = case.confirmation
        if number is None:
            return met(self)
        lapses = self.lapses(case, number)
        if case.at > lapses:
            return blocked(
                self,
                Reason.CONFIRMATION_EXPIRED,
                issued=number.issued,
                hours=self.hours,
                lapsed=lapses,
            )
        own = self.own_end(case, number)
        if case.at <= own:
            return met(self, until=own)
        extension = extended(case, Window.CONFIRMATION, closed=own, judged=case.at)
        details = extension.details if extension else {}
        return noted(self, Reason.CONFIRMATION_EXPIRED, until=lapses, case="extended", **details)


def lapse(case: Case, number: IssuedNumber) -> datetime | None:
    """The last instant at which a confirmation serves by this edition; None: it sets no hours."""
    hours = next((r for r in case.edition.requirements if isinstance(r, ConfirmationHours)), None)
    return hours.lapses(case, number) if hours else None


@dataclass(frozen=True, kw_only=True)
class NoOpenConfirmation(Requirement):
    """No second confirmation is issued while one is open."""

    stage: ClassVar[Stage] = Stage.CONFIRM
    title: ClassVar[str] = "One confirmation at a time"
    says: ClassVar[str] = "No confirmation of this number is open; a cancelled or lapsed one gives it back."

    @classmethod
    def asked_at(cls, stage: Stage) -> bool:
        """Only where a confirmation is asked for."""
        return stage is Stage.CONFIRM

    def check(self, case: Case) -> Finding:
        """Time opens it again when the open one lapses."""
        number = case.confirmation
        if number is None or case.marked(number.used) or case.marked(number.cancelled):
            return met(self)
        hours = next(
            (r for r in case.edition.requirements if isinstance(r, ConfirmationHours)),
            None,
        )
        lapses = hours.lapses(case, number) if hours else None
        if lapses is not None and case.at > lapses:
            return met(self)
        opens = lapses + INSTANT if lapses else None
        return blocked(
            self,
            Reason.CONFIRMATION_OPEN,
            opens=opens,
            issued=number.issued,
            lapses=lapses,
        )


@dataclass(frozen=True, kw_only=True)
class ConfirmationThere(Requirement):
    """The dispensing has a confirmation number that was issued by the question."""

    stage: ClassVar[Stage] = Stage.HAND_OVER
    title: ClassVar[str] = "Confirmation number"
    says: ClassVar[str] = "A confirmation number was obtained and stands on the prescription."

    def check(self, case: Case) -> Finding:
        """One issued before the authorization is none for it."""
        number, authorization = case.confirmation, case.authorization
        if number is None or number.issued is None:
            return blocked(self, Reason.CONFIRMATION_MISSING)
        if authorization and authorization.issued and case.before(number.issued, authorization.issued):
            return blocked(self, Reason.CONFIRMATION_MISSING)
        return met(self)


@dataclass(frozen=True, kw_only=True)
class ConfirmationNotCancelled(Requirement):
    """The confirmation was not cancelled."""

    stage: ClassVar[Stage] = Stage.HAND_OVER
    title: ClassVar[str] = "Confirmation stands"
    says: ClassVar[str] = "The confirmation was not cancelled."

    def check(self, case: Case) -> Finding:
        """A cancelled number is never good again."""
        number = case.confirmation
        if number and case.marked(number.cancelled):
            return blocked(self, Reason.CONFIRMATION_CANCELLED, cancelled=moment(number.cancelled))
        return met(self)


@dataclass(frozen=True, kw_only=True)
class ConfirmationUnused(Requirement):
    """One confirmation, one dispensing."""

    stage: ClassVar[Stage] = Stage.HAND_OVER
    title: ClassVar[str] = "One confirmation, one dispensing"
    says: ClassVar[str] = "The confirmation was not used."

    def check(self, case: Case) -> Finding:
        """A used number never serves again."""
        number = case.confirmation
        if number and case.marked(number.used):
            return blocked(self, Reason.CONFIRMATION_USED, used=moment(number.used))
        return met(self)


@dataclass(frozen=True, kw_only=True)
class ShippedSameDay(Requirement):
    """For a patient who can get pregnant, a parcel leaves on the day of the confirmation."""

    stage: ClassVar[Stage] = Stage.HAND_OVER
    title: ClassVar[str] = "Shipped on the same day"
    says: ClassVar[str] = "Can get pregnant: shipped on the calendar day of the confirmation at the pharmacy's site."

    @staticmethod
    def until(issued: date | datetime, zone: ZoneInfo) -> datetime:
        """The last instant of the confirmation's day at the site."""
        return end_of_day(day_of(issued, zone), zone)

    def check(self, case: Case) -> Finding:
        """An unknown way blocks; handing over has the confirmation's hours."""
        if not case.can_get_pregnant or case.facts.method is Method.HAND:
            return met(self)
        number = case.confirmation
        if case.facts.method is None:
            return blocked(self, Reason.NOT_SHIPPED_SAME_DAY, case="unknown")
        if number is None or number.issued is None:
            return met(self)
        zone = zone_named(case.facts.pharmacy.zone) if case.facts.pharmacy.zone else case.zone
        issued = day_of(number.issued, zone)
        if day_of(case.at, zone) != issued:
            lapses = lapse(case, number)
            return blocked(self, Reason.NOT_SHIPPED_SAME_DAY, case="later", issued=number.issued, lapses=lapses)
        return met(self, until=self.until(number.issued, zone))
