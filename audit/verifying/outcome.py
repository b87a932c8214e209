"""What verifying found: sound, altered, or that it cannot tell; and where."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any


class Verdict(Enum):
    """The answer, with its exit code."""

    SOUND = 0
    ALTERED = 1
    UNKNOWN = 2


@dataclass(frozen=True, kw_only=True, order=True)
class Fault:
    """One thing that is not as it was sealed or laid. ``leaf`` orders those that have a place in the tree."""

    leaf: int
    place: str
    what: str


def fault(place: str, what: str, *, leaf: int = -1) -> Fault:
    """A fault; without a leaf it stands before all others."""
    return Fault(leaf=leaf, place=place, what=what)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far it is: entries looked at, of how many, and the faults found so far."""

    done: int
    of: int
    faults: int


Watch = Callable[[Progress], bool]
"""Is told how far it is, in the caller's own thread; False stops the verifying."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was found. ``why`` says why it cannot be told; ``warnings`` are no alterations, but somebody should look."""

    verdict: Verdict
    at: datetime | None = None
    entries: int = 0
    seals: int = 0
    sealed_upto: datetime | None = None
    head: str = ""
    rows: int = 0
    unsealed: int = 0
    unsealed_seconds: float = 0.0
    checkpoints: int = 0
    faults: tuple[Fault, ...] = ()
    faults_in_all: int = 0
    warnings: tuple[str, ...] = ()
    why: str = ""
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """0 sound, 1 altered, 2 cannot tell."""
        return self.verdict.value

    def as_json(self) -> dict[str, Any]:
        """It as plain values."""
        said = {name: value for name, value in vars(self).items() if name not in ("verdict", "faults")}
        for name in ("at", "sealed_upto"):
            said[name] = said[name] and said[name].isoformat()
        faults = [{"place": one.place, "what": one.what} for one in self.faults]
        return {"verdict": self.verdict.name.lower(), **said, "warnings": list(self.warnings), "faults": faults}
