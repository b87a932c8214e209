"""Reading written values: dates, instants, flags, closed lists; an error names the key."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from eligibility.calendar import zone_named
from eligibility.facts import When

Convert = Callable[[Any], Any]
Moment = TypeVar("Moment", date, datetime)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})")


class FormatError(Exception):
    """A key or value that is not in the format. ``key`` is its dotted place."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key = key
        self.message = message


class Wrong(ValueError):
    """A value that does not fit; the place is added on the way out."""


def day(value: Any) -> date:
    """A calendar day, ``2026-06-15``."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise Wrong(f"{value!r} is no date like 2026-06-15")
    try:
        found = date.fromisoformat(value)
    except ValueError as error:
        raise Wrong(f"{value!r} is no date: {error}") from error
    return _sane(found)


def _sane(when: Moment) -> Moment:
    if not 1800 <= when.year <= 9000:
        raise Wrong(f"{when.isoformat()} lies outside the years 1800 to 9000")
    return when


def instant(value: Any) -> datetime:
    """An instant with its offset, ``2026-06-15T10:00:00-04:00``."""
    if not isinstance(value, str) or not MOMENT.fullmatch(value):
        raise Wrong(f"{value!r} is no instant with an offset like 2026-06-15T10:00:00-04:00")
    try:
        found = datetime.fromisoformat(value)
    except ValueError as error:
        raise Wrong(f"{value!r} is no instant: {error}") from error
    return _sane(found)


def moment(value: Any) -> When:
    """A day or an instant."""
    if isinstance(value, str) and DAY.fullmatch(value):
        return day(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return instant(value)


def flag(value: Any) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise Wrong(f"{value!r} is neither true nor false")
    return value


def state(value: Any) -> bool | When:
    """true, false or the moment at which it became true."""
    return value if isinstance(value, bool) else moment(value)


def number(value: Any) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        raise Wrong(f"{value!r} is no number")
    return value


def word(value: Any) -> str:
    """A text."""
    if not isinstance(value, str):
        raise Wrong(f"{value!r} is no text")
    return value


def zone(value: Any) -> str:
    """An IANA time zone."""
    zone_named(word(value))
    return str(value)


def one_of(kind: type[StrEnum]) -> Convert:
    """A member of a closed list."""

    def convert(value: Any) -> StrEnum:
        try:
            return kind(word(value))
        except ValueError as error:
            raise Wrong(f"unknown {kind.__name__.lower()} {value!r}; one of {', '.join(kind)}") from error

    return convert


def many(convert: Convert) -> Convert:
    """A list."""

    def each(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise Wrong(f"{value!r} is no list")
        return tuple(_at(f"{index}", convert, item) for index, item in enumerate(value))

    return each


def _at(place: str, convert: Convert, value: Any) -> Any:
    try:
        return convert(value)
    except FormatError as error:
        raise FormatError(f"{place}.{error.key}", error.message) from error
    except ValueError as error:
        raise FormatError(place, str(error)) from error


def fields(table: Mapping[str, Convert], value: Any) -> dict[str, Any]:
    """The converted keys of a mapping. Null is unknown, so it is left out; an unknown key is an error."""
    if not isinstance(value, Mapping):
        raise Wrong(f"{value!r} is no mapping of keys")
    for key in value:
        if key not in table:
            raise FormatError(str(key), "unknown key")
    return {key: _at(key, table[key], item) for key, item in value.items() if item is not None}


def record(kind: type, table: Mapping[str, Convert], renamed: Mapping[str, str] | None = None) -> Convert:
    """A mapping that becomes one of the facts."""

    def convert(value: Any) -> Any:
        found = fields(table, value)
        try:
            return kind(**{(renamed or {}).get(key, key): item for key, item in found.items()})
        except TypeError as error:
            raise Wrong(f"a key is missing: {error}") from error

    return convert
