"""Scenarios: one question each, with the answer that the rule book gives. Read from YAML and asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from eligibility.converters import (
    FormatError,
    Wrong,
    fields,
    instant,
    many,
    one_of,
    word,
)
from eligibility.decide import decide
from eligibility.editions import edition_in_force, programs
from eligibility.facts import Facts
from eligibility.findings import Decision, Outcome
from eligibility.reasons import Reason
from eligibility.scenario_format import FACTS, facts_of
from eligibility.vocabulary import Stage


class ScenarioError(Exception):
    """A file that is not in the format. The message names file, scenario and key."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a scenario demands of the answer."""

    decision: Outcome
    because: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    never: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One question with its expected answer. ``described``: the facts as they stand in the file."""

    file: str
    id: str
    title: str
    stage: Stage
    facts: Facts
    expected: Expected
    described: Mapping[str, Any] = field(repr=False)

    def ask(self) -> Decision:
        """The engine's answer, by the edition in force at the instant of the question."""
        return decide(edition_in_force(self.facts.program, self.facts.at), self.facts, self.stage)

    def differences(self, decision: Decision) -> list[str]:
        """In words, where an answer is not the one expected."""
        return differences(
            self.expected,
            outcome=decision.outcome,
            reasons=decision.reasons,
            warnings=frozenset(f.reason for f in decision.warnings if f.reason),
        )


def differences(
    expected: Expected,
    *,
    outcome: Outcome,
    reasons: frozenset[Reason],
    warnings: frozenset[Reason],
) -> list[str]:
    """In words, where an answer is not the one expected."""
    found = []
    if outcome is not expected.decision:
        found.append(f"expected {expected.decision}, came {outcome}")
    found += [f"{reason} not given" for reason in expected.because if reason not in reasons]
    found += [f"warning {reason} not given" for reason in expected.warnings if reason not in warnings]
    found += [f"{reason} given" for reason in expected.never if reason in reasons | warnings]
    if found:
        found.append(f"came because {', '.join(sorted(reasons)) or 'nothing'}")
        found.append(f"warnings {', '.join(sorted(warnings)) or 'none'}")
    return found


class PlainLoader(yaml.SafeLoader):
    """YAML in which dates stay texts and a key may stand once."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """A mapping; a repeated key is an error."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is no text", node.start_mark)
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

EXPECTED = {
    "decision": one_of(Outcome),
    "because": many(one_of(Reason)),
    "warnings": many(one_of(Reason)),
    "not": many(one_of(Reason)),
}
QUESTION = (
    "id",
    "title",
    "note",
    "confidence",
    "program",
    "ask",
    "at",
    "expect",
    *FACTS,
)


def read_scenarios(path: Path) -> list[Scenario]:
    """The scenarios of a file. ``ScenarioError`` for what is not in the format."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=PlainLoader)  # noqa: S506 - a SafeLoader, with fewer types
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ScenarioError(f"{path}: not readable: {error}") from error
    if not isinstance(content, Mapping) or not isinstance(content.get("scenarios"), list):
        raise ScenarioError(f"{path}: scenarios: expected a list")
    for key in content:
        if key not in ("defaults", "scenarios"):
            raise ScenarioError(f"{path}: {key}: unknown key")
    defaults = content.get("defaults") or {}
    if not isinstance(defaults, Mapping):
        raise ScenarioError(f"{path}: defaults: expected keys and values")
    return list(_scenarios(path, defaults, content["scenarios"]))


def _scenarios(path: Path, defaults: Any, entries: list[Any]) -> Iterator[Scenario]:
    seen: set[str] = set()
    for position, entry in enumerate(entries, start=1):
        name = str(entry.get("id", f"number {position}")) if isinstance(entry, Mapping) else f"number {position}"
        try:
            scenario = _scenario(path, merge(defaults, entry))
        except FormatError as error:
            raise ScenarioError(f"{path}: {name}: {error}") from error
        except ValueError as error:
            raise ScenarioError(f"{path}: {name}: {error}") from error
        if scenario.id in seen:
            raise ScenarioError(f"{path}: {name}: id: stands twice")
        seen.add(scenario.id)
        yield scenario


def merge(under: Any, over: Any) -> Any:
    """Mappings merge key by key, anything else replaces."""
    if not isinstance(under, Mapping) or not isinstance(over, Mapping):
        return over
    return {
        **under,
        **{key: merge(under.get(key), value) for key, value in over.items()},
    }


def _scenario(path: Path, entry: Any) -> Scenario:
    if not isinstance(entry, Mapping):
        raise Wrong(f"{entry!r} is no mapping of keys")
    for key in entry:
        if key not in QUESTION:
            raise FormatError(str(key), "unknown key")
    program = _program(_given(entry, "program", word))
    at: datetime = _given(entry, "at", instant)
    described = {key: value for key, value in entry.items() if key in FACTS}
    expected = _given(entry, "expect", lambda value: fields(EXPECTED, value))
    if "decision" not in expected:
        raise FormatError("expect.decision", "is missing")
    expected["never"] = expected.pop("not", ())
    facts = facts_of(described, at=at, program=program)
    for key, number in (("authorization", facts.authorization), ("confirmation", facts.confirmation)):
        if number and number.program is not None:
            _program(number.program, key=f"{key}.program")
    return Scenario(
        file=str(path),
        id=_given(entry, "id", word),
        title=str(entry.get("title", "")),
        stage=_given(entry, "ask", one_of(Stage)),
        facts=facts,
        expected=Expected(**expected),
        described=described,
    )


def _given(entry: Mapping[str, Any], key: str, convert: Any) -> Any:
    if entry.get(key) is None:
        raise FormatError(key, "is missing")
    try:
        return convert(entry[key])
    except FormatError as error:
        raise FormatError(f"{key}.{error.key}", error.message) from error
    except ValueError as error:
        raise FormatError(key, str(error)) from error


def _program(name: str, *, key: str = "program") -> str:
    if name not in programs():
        raise FormatError(key, f"unknown program {name!r}; one of {', '.join(programs())}")
    return name
