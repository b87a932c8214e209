"""Taking values out of an edition's file, with their place for every error."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from eligibility.edition import Span, Value

MARKS = frozenset("ABCD")


class EditionError(Exception):
    """A program file that cannot be used. The message names file and line."""


class Reader:
    """Takes values out of one file and says where something is wrong."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.read_text(encoding="utf-8")

    def fail(self, node: yaml.Node, message: str) -> EditionError:
        """The error for a place in the file."""
        return EditionError(f"{self.path.name}:{node.start_mark.line + 1}: {message} ({self.path.parent.name})")

    def root(self) -> yaml.Node:
        """The file's single document."""
        try:
            node = yaml.compose(self.text, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            raise EditionError(f"{self.path.parent.name}/{self.path.name}: not readable as YAML: {error}") from error
        if node is None:
            raise EditionError(f"{self.path.parent.name}/{self.path.name}:1: the file is empty")
        return node

    def mapping(self, node: yaml.Node, *, allowed: tuple[str, ...] | None = None) -> dict[str, yaml.Node]:
        """The keys of a mapping; unknown and repeated ones are errors."""
        if not isinstance(node, yaml.MappingNode):
            raise self.fail(node, "expected keys and values")
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if allowed is not None and key.value not in allowed:
                raise self.fail(key, f"unknown key {key.value!r}")
            if key.value in found:
                raise self.fail(key, f"key {key.value!r} stands twice")
            found[key.value] = value
        return found

    def need(self, mapping: Mapping[str, yaml.Node], key: str, node: yaml.Node) -> yaml.Node:
        """A key that has to be there."""
        if key not in mapping:
            raise self.fail(node, f"key {key!r} is missing")
        return mapping[key]

    def plain(self, node: yaml.Node) -> Any:
        """A scalar or list as Python."""
        loader = yaml.SafeLoader("")
        try:
            return loader.construct_document(node)
        except (yaml.YAMLError, ValueError) as error:
            raise self.fail(node, f"not readable: {error}") from error
        finally:
            loader.dispose()

    def text_of(self, node: yaml.Node) -> str:
        """A text that is not empty."""
        value = self.plain(node)
        if not isinstance(value, str) or not value.strip():
            raise self.fail(node, "expected a text")
        return value

    def mark(self, node: yaml.Node) -> str:
        """A to D, or two of them joined by a slash."""
        text = self.text_of(node)
        if not set(text.split("/")) <= MARKS:
            raise self.fail(node, f"unknown mark {text!r}; A, B, C or D")
        return text

    def value(self, node: yaml.Node, *, unit: str, source: str = "", mark: str = "") -> Value:
        """One value with its unit, source and mark; the latter two may stand with its requirement."""
        parts = self.mapping(node, allowed=("value", "unit", "mark", "source"))
        given = self.plain(self.need(parts, "value", node))
        said = self.text_of(parts["unit"]) if "unit" in parts else "text"
        if said != unit:
            raise self.fail(
                parts.get("unit", node),
                f"wrong unit {said!r}; this value is in {unit!r}",
            )
        source = self.text_of(parts["source"]) if "source" in parts else source
        mark = self.mark(parts["mark"]) if "mark" in parts else mark
        if not source or not mark:
            raise self.fail(node, "a value needs its source and mark")
        return Value(self._typed(given, unit, parts["value"]), unit, source, mark)

    def _typed(self, given: object, unit: str, node: yaml.Node) -> object:
        if unit == "list" and isinstance(given, list) and all(isinstance(item, str) for item in given):
            return tuple(given)
        if unit == "spans" and isinstance(given, list):
            return tuple(self._span(item) for item in getattr(node, "value", []))
        if unit == "date" and isinstance(given, date) and not isinstance(given, datetime):
            return given
        if unit in ("text", "zone") and isinstance(given, str) and given.strip():
            return given
        if unit == "days each" and isinstance(given, list) and all(type(day) is int and day >= 0 for day in given):
            return tuple(given)
        counted = unit not in ("list", "spans", "date", "text", "zone", "days each")
        if counted and isinstance(given, int) and not isinstance(given, bool) and given > 0:
            return given
        raise self.fail(node, f"{given!r} is no value in {unit!r}")

    def _span(self, node: yaml.Node) -> Span:
        parts = {k: self.plain(v) for k, v in self.mapping(node, allowed=("start", "until")).items()}
        start, until = parts.get("start"), parts.get("until")
        if type(start) is not date or (until is not None and (type(until) is not date or until < start)):
            raise self.fail(
                node,
                "a span needs a start and may have an until, both dates, in their order",
            )
        return Span(start, until)
