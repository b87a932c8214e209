"""A program edition: what a program demands from a day on, as the engine holds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from eligibility.calendar import add_days
from eligibility.vocabulary import Stage

if TYPE_CHECKING:
    from eligibility.requirements.base import Requirement
    from eligibility.requirements.results import Sensitivity
    from eligibility.requirements.testing import TestSlot


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
    requirements: tuple["Requirement", ...]
    header: Mapping[str, Value]
    sha256: str
    path: str
    until: datetime | None = None
    """The last instant before a later edition is in force, where there is one."""

    @cached_property
    def asked(self) -> Mapping[Stage, tuple["Requirement", ...]]:
        """The requirements of each stage, those of the stages before it included."""
        return {stage: tuple(r for r in self.requirements if r.asked_at(stage)) for stage in Stage}

    @cached_property
    def test_slots(self) -> tuple["TestSlot", ...]:
        """The requirements that a pregnancy test has to fill."""
        from eligibility.requirements.testing import TestSlot

        return tuple(r for r in self.requirements if isinstance(r, TestSlot))

    @cached_property
    def sensitivity(self) -> "Sensitivity | None":
        """What a test must detect to qualify; None: nothing qualifies."""
        from eligibility.requirements.results import Sensitivity

        return next((r for r in self.requirements if isinstance(r, Sensitivity)), None)

    def switch(self, name: str, day: date) -> bool:
        """Whether a flexibility is on that day."""
        return any(span.holds(day) for span in self.switches.get(name, ()))

    def switch_edges(self, name: str) -> list[date]:
        """The days on which a flexibility goes on or off."""
        spans = self.switches.get(name, ())
        return sorted({span.start for span in spans} | {add_days(span.until, 1) for span in spans if span.until})
