"""What every kind of requirement has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from eligibility.case import Case
from eligibility.edition import Value
from eligibility.findings import Finding, Level
from eligibility.vocabulary import Stage


def unit(name: str) -> Any:
    """A number or list that the edition must give, in this unit."""
    return field(metadata={"unit": name})


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One thing that a program demands.

    ``stage``: the first stage that asks it. ``says``: the rule as a person reads it, with the
    edition's values filled in. ``values``: each value with its own source and mark.
    """

    stage: ClassVar[Stage] = Stage.AUTHORIZE
    title: ClassVar[str]
    says: ClassVar[str]

    id: str
    source: str
    mark: str
    values: Mapping[str, Value] = field(default_factory=dict)

    @classmethod
    def asked_at(cls, stage: Stage) -> bool:
        """Whether a stage asks this; each asks again what those before it asked."""
        return cls.stage.rank <= stage.rank

    def check(self, case: Case) -> Finding:
        """How the requirement stands for this question."""
        raise TypeError(f"{type(self).__name__} has no check")

    @cached_property
    def as_met(self) -> Finding:
        """The finding that it is met and stays so; most are, so it is made once."""
        return Finding(self.id, Level.MET, None, self.source, self.mark)

    @property
    def words(self) -> str:
        """The rule with the edition's values."""
        return self.says.format(**{name: value.words for name, value in self.values.items()})
