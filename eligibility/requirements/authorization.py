"""Authorization numbers: there, of this program, not cancelled, unused, in their window."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from eligibility.calendar import add_days
from eligibility.case import Case
from eligibility.extensions import Extended, extended
from eligibility.facts import IssuedNumber, When
from eligibility.findings import Finding, blocked, met, noted
from eligibility.reasons import Reason
from eligibility.requirements.base import Requirement, unit
from eligibility.requirements.confirmation import lapse, moment
from eligibility.vocabulary import Stage, Window


@dataclass(frozen=True, kw_only=True)
class AuthorizationThere(Requirement):
    """The prescription has an authorization number that was issued by the question."""

    stage: ClassVar[Stage] = Stage.CONFIRM
    title: ClassVar[str] = "Authorization number"
    says: ClassVar[str] = "The prescription shows an authorization number."

    def check(self, case: Case) -> Finding:
        """A number of a later moment counts for nothing."""
        return met(self) if case.authorization else blocked(self, Reason.AUTHORIZATION_MISSING)


@dataclass(frozen=True, kw_only=True)
class NumbersOfProgram(Requirement):
    """The numbers belong to the program of the prescription."""

    stage: ClassVar[Stage] = Stage.CONFIRM
    title: ClassVar[str] = "Program of the number"
    says: ClassVar[str] = "The number is of this program; nothing of one program authorizes another."

    def check(self, case: Case) -> Finding:
        """The confirmation is asked from the hand-over on."""
        numbers = [("authorization", case.authorization)]
        if case.stage is Stage.HAND_OVER:
            numbers.append(("confirmation", case.confirmation))
        for kind, number in numbers:
            if number and number.program is not None and number.program != case.facts.program:
                return blocked(self, Reason.PROGRAM_MISMATCH, case=kind, program=number.program)
        return met(self)


@dataclass(frozen=True, kw_only=True)
class AuthorizationNotCancelled(Requirement):
    """The authorization was not cancelled."""

    stage: ClassVar[Stage] = Stage.CONFIRM
    title: ClassVar[str] = "Authorization stands"
    says: ClassVar[str] = "The authorization was not cancelled."

    def check(self, case: Case) -> Finding:
        """A cancelled number is never good again."""
        number = case.authorization
        if number and case.marked(number.cancelled):
            return blocked(
                self,
                Reason.AUTHORIZATION_CANCELLED,
                cancelled=moment(number.cancelled),
            )
        return met(self)


@dataclass(frozen=True, kw_only=True)
class AuthorizationUnused(Requirement):
    """Each authorization serves one dispensing, recorded by the hand-over."""

    stage: ClassVar[Stage] = Stage.CONFIRM
    title: ClassVar[str] = "One number, one dispensing"
    says: ClassVar[str] = "The authorization was not used by a recorded hand-over."

    def check(self, case: Case) -> Finding:
        """A confirmation that was handed over has used its authorization too."""
        number, confirmed = case.authorization, case.confirmation
        used: bool | When = number.used if number else False
        if number and confirmed and not case.marked(used):
            used = confirmed.used
        if case.marked(used):
            return blocked(self, Reason.AUTHORIZATION_USED, used=moment(used))
        return met(self)


@dataclass(frozen=True, kw_only=True)
class AuthorizationWindow(Requirement):
    """The authorization is in its window, which is fixed at the issue."""

    stage: ClassVar[Stage] = Stage.CONFIRM
    title: ClassVar[str] = "Authorization's window"
    says: ClassVar[str] = (
        "A number serves through the end of the day {after_test_days} after the newest negative test at its issue, for "
        "those who can get pregnant; {after_issue_days} after the issue for all others."
    )

    after_test_days: int = unit("days")
    after_issue_days: int = unit("days")

    def closes(self, case: Case, *, issued: datetime) -> datetime | None:
        """The last instant of a window opened at ``issued``; None: no test opens one."""
        if not case.can_get_pregnant:
            return case.end(add_days(case.day(issued), self.after_issue_days))
        before = [t for t in case.negatives if t.instant <= issued]
        return case.end(add_days(before[-1].day, self.after_test_days)) if before else None

    def check(self, case: Case) -> Finding:
        """At the hand-over judged as of the confirmation; a window closed since is noted."""
        number = case.authorization
        if number is None:
            return met(self)
        closes = self.closes(case, issued=case.issued(number))
        if closes is None:
            return blocked(self, Reason.AUTHORIZATION_EXPIRED, case="no_test")
        if number.closes is not None:
            closes = min(closes, case.instant(number.closes))
        confirmed = case.confirmation if case.stage is Stage.HAND_OVER else None
        judged = case.issued(confirmed) if confirmed else case.at
        extension = extended(case, Window.AUTHORIZATION, closed=closes, judged=judged) if judged > closes else None
        ends = extension.until if extension else closes
        if judged > ends:
            kind, days = ("test", self.after_test_days) if case.can_get_pregnant else ("issue", self.after_issue_days)
            return blocked(self, Reason.AUTHORIZATION_EXPIRED, case=kind, closed=ends, n=days)
        if confirmed is None:
            return self._open(until=ends, extension=extension)
        return self._since_confirmed(case, confirmed, ends, extension)

    def _open(self, *, until: datetime | None, extension: Extended | None) -> Finding:
        """In the window; where only its extension still holds it open, that is said."""
        if extension is None:
            return met(self, until=until)
        return noted(self, Reason.AUTHORIZATION_EXPIRED, until=until, case="extended", **extension.details)

    def _since_confirmed(
        self, case: Case, confirmed: IssuedNumber, closes: datetime, extension: Extended | None
    ) -> Finding:
        """A window that closes inside the confirmation's hours is noted from then on.

        A confirmation that an extension made possible says that, at each question and whatever the hour.
        """
        if extension is not None:
            return self._open(until=None, extension=extension)
        lapses = lapse(case, confirmed)
        if lapses is not None and (case.at > lapses or lapses <= closes):
            return met(self)
        if case.at <= closes:
            return met(self, until=closes)
        reason = Reason.AUTHORIZATION_EXPIRED_AFTER_CONFIRMATION
        return noted(self, reason, until=lapses, closed=closes, lapses=lapses)
