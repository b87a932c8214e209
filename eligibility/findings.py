"""What a decision says: one finding for each requirement that was asked, met or not."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

from eligibility.reasons import Clearer, Reason, clearers
from eligibility.vocabulary import Stage

INSTANT = timedelta(microseconds=1)
Detail = str | int | float | date | datetime | None
NOTHING: Mapping[str, Detail] = {}


class Outcome(StrEnum):
    """The answer to the question. A refusal is an answer, never an exception."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    NOT_GATED = "not_gated"


class Level(StrEnum):
    """How one requirement stands."""

    MET = "met"
    NOTED = "noted"
    UNMET = "unmet"


class Sourced(Protocol):
    """What a finding needs to know of its requirement."""

    @property
    def id(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def mark(self) -> str: ...
    @property
    def as_met(self) -> "Finding": ...


class Finding(NamedTuple):
    """How one requirement stands at the question.

    ``until``: the last instant at which this stays so if nothing new is recorded; None: no end.
    ``opens``: the first instant at which time alone clears it; None: time does not.
    ``case``: which of the reason's sentences fits; ``details``: what fills it.
    """

    requirement: str
    level: Level
    reason: Reason | None
    source: str
    mark: str
    until: datetime | None = None
    opens: datetime | None = None
    case: str = ""
    details: Mapping[str, Detail] = NOTHING

    @property
    def clearers(self) -> tuple[Clearer, ...]:
        """Who can clear it; nobody has to where it is met or only noted."""
        if self.reason is None or self.level is not Level.UNMET:
            return (Clearer.NOBODY,)
        return clearers(self.reason, by_time=self.opens is not None)

    @property
    def last_instant(self) -> datetime | None:
        """The last instant at which this finding says what it says now."""
        if self.opens is None:
            return self.until
        before = self.opens - INSTANT
        return before if self.until is None else min(self.until, before)


def met(requirement: Sourced, *, until: datetime | None = None) -> Finding:
    """The requirement is met, until ``until`` if nothing new is recorded."""
    return requirement.as_met if until is None else requirement.as_met._replace(until=until)


def noted(
    requirement: Sourced,
    reason: Reason,
    *,
    until: datetime | None = None,
    case: str = "",
    **details: Detail,
) -> Finding:
    """The requirement is met, and something has to be said about it."""
    return Finding(
        requirement.id,
        Level.NOTED,
        reason,
        requirement.source,
        requirement.mark,
        until,
        None,
        case,
        details,
    )


def blocked(
    requirement: Sourced,
    reason: Reason,
    *,
    opens: datetime | None = None,
    until: datetime | None = None,
    case: str = "",
    **details: Detail,
) -> Finding:
    """The requirement is not met; ``opens`` where time alone will clear it."""
    return Finding(
        requirement.id, Level.UNMET, reason, requirement.source, requirement.mark, until, opens, case, details
    )


class Decision(NamedTuple):
    """The answer, with everything that it rests on."""

    outcome: Outcome
    stage: Stage
    at: datetime
    program: str
    edition: str | None
    edition_sha256: str | None
    findings: tuple[Finding, ...]
    edition_until: datetime | None = None
    """The last instant of the edition, where a later one is known."""

    @property
    def allowed(self) -> bool:
        """Whether the gate asked and said yes."""
        return self.outcome is Outcome.ALLOWED

    @property
    def unmet(self) -> tuple[Finding, ...]:
        """What blocks, in the order in which people are told; what only time clears comes last."""
        order = list(Reason)
        rows = [f for f in self.findings if f.level is Level.UNMET]
        return tuple(
            sorted(
                rows,
                key=lambda f: (f.opens is not None, order.index(f.reason or order[0])),
            )
        )

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What has to be said though it does not block."""
        return tuple(f for f in self.findings if f.level is Level.NOTED)

    @property
    def reasons(self) -> frozenset[Reason]:
        """The reason codes of what blocks; of a program that does not gate, why not."""
        rows = self.warnings if self.outcome is Outcome.NOT_GATED else self.unmet
        return frozenset(f.reason for f in rows if f.reason)

    @property
    def until(self) -> datetime | None:
        """The last instant at which every finding stays as it is; None: nothing changes with time."""
        instants = [self.edition_until, *(f.last_instant for f in self.findings)]
        return min((instant for instant in instants if instant is not None), default=None)

    @property
    def opens(self) -> datetime | None:
        """When time alone will have cleared all that time can clear, if that is everything."""
        instants = [f.opens for f in self.unmet]
        if not instants or None in instants:
            return None
        return max(instant for instant in instants if instant is not None)
