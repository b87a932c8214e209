"""Stored JSON as lines that a person reads: where it stands, and what."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

MOST = 400


class Line(NamedTuple):
    """One value: the names that lead to it, and the value as a text, an instant or a day."""

    name: str
    text: str
    instant: datetime | None = None
    day: date | None = None


def lines(stored: Any) -> list[Line]:
    """At most 400 lines; empty groups say "none"."""
    found: list[Line] = []
    for line in _walk(stored, ()):
        if len(found) == MOST:
            return [*found, Line("…", "more is stored than is shown here")]
        found.append(line)
    return found


def _walk(value: Any, path: tuple[str, ...]) -> Iterator[Line]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _walk(inner, (*path, str(name).replace("_", " ")))
    elif isinstance(value, list) and value:
        if all(not isinstance(inner, (dict, list)) for inner in value):
            yield Line(" › ".join(path), ", ".join(_plain(inner) for inner in value))
            return
        for number, inner in enumerate(value, start=1):
            yield from _walk(inner, (*path, str(number)))
    else:
        yield _line(" › ".join(path), value)


def _line(name: str, value: Any) -> Line:
    if isinstance(value, str) and len(value) >= 10 and value[:4].isdecimal() and value[4] == "-":
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return Line(name, value)
        if len(value) == 10:
            return Line(name, value, day=moment.date())
        return Line(name, value, instant=moment if moment.tzinfo else None)
    return Line(name, _plain(value))


def _plain(value: Any) -> str:
    if value is None or value in ({}, [], ""):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
