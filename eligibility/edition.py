"""A program edition: what a program demands from a day on, as the engine holds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from eligibility.calendar import add_days
from eligibility.findings import Finding
from eligibility.vocabulary import Stage


class Value(NamedTuple):
    """One value of an edition as a person checks it: number, unit, source and mark."""

    value: object
    unit: str
    source: str
    mark: str

    @property
    def words(self) -> str:
        """The value with its unit."""
        items = self.value if isinstance(self.value, tuple) else (self.value,)
        text = ", ".join(str(item).replace("_", " ") if self.unit == "list" else str(item) for item in items)
        if self.unit == "spans":
            return text or "off"
        if self.unit == "days each":
            return f"{text} days"
        return text if self.unit in ("text", "list", "date", "zone") else f"{text} {self.unit}"


class Span(NamedTuple):
    """Days on which a switch is on, both included; no ``until``: until further notice."""

    start: date
    until: date | None

    def __str__(self) -> str:
        return f"on from {self.start} to {self.until or 'further notice'}"

    def holds(self, day: date) -> bool:
        """Whether the switch is on that day."""
        return self.start <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """When people are reminded of the day on which something is due, in calendar days of the program's zone.

    ``steps``: days from the due day, those before it negative, in their order; ``administrator``: the day
    after it on which the program is told; ``late_after``: a reminder made later than this is a late one.
    """

    steps: tuple[int, ...] = ()
    administrator: int | None = None
    late_after: timedelta = timedelta(0)


class Rule(Protocol):
    """A requirement, as an edition holds it; ``eligibility.requirements`` has the kinds."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def mark(self) -> str: ...
    @property
    def stage(self) -> Stage: ...
    @property
    def values(self) -> Mapping[str, Value]: ...
    def asked_at(self, stage: Stage) -> bool: ...
    def check(self, case: Any) -> Finding: ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Edition:
    """One edition. It is superseded by a later one and never edited."""

    program: str
    id: str
    name: str
    drug: str
    brand: str
    starts: date
    ended: bool
    zone: ZoneInfo
    switches: Mapping[str, tuple[Span, ...]]
    max_miu_ml: int
    """What a pregnancy test must detect to qualify, in mIU/mL; 0: none qualifies."""
    requirements: tuple[Rule, ...]
    header: Mapping[str, Value]
    reminders: Mapping[str, Value]
    ladder: Ladder
    sha256: str
    path: str
    until: datetime | None = None
    """The last instant before a later edition is in force, where there is one."""

    @cached_property
    def asked(self) -> Mapping[Stage, tuple[Rule, ...]]:
        """The requirements of each stage, those of the stages before it included."""
        return {stage: tuple(r for r in self.requirements if r.asked_at(stage)) for stage in Stage}

    def switch(self, name: str, day: date) -> bool:
        """Whether a flexibility is on that day."""
        return any(span.holds(day) for span in self.switches.get(name, ()))

    def switch_edges(self, name: str) -> list[date]:
        """The days on which a flexibility goes on or off."""
        spans = self.switches.get(name, ())
        return sorted({span.start for span in spans} | {add_days(span.until, 1) for span in spans if span.until})
