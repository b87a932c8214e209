"""A calendar file (RFC 5545): days with a neutral title, for the calendar of a phone."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

OCTETS = 75
"""A line holds no more of them (RFC 5545, 3.1); it goes on in the next one after a space."""


class Entry(NamedTuple):
    """One whole day. ``uid``: the same at each download, so that a calendar changes what it has."""

    uid: str
    day: date
    title: str
    note: str


def calendar_file(entries: Iterable[Entry], *, at: datetime, name: str) -> str:
    """The file, made at an instant."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//REMS gate//Own pages//EN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{_text(name)}")
    for entry in entries:
        lines += _event(entry, at=at)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(entry: Entry, *, at: datetime) -> list[str]:
    """One day; it blocks no time, and rings the day before at 9 in the phone's own zone."""
    return [
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(entry.title)}",
        f"DESCRIPTION:{_text(entry.note)}",
        "TRANSP:TRANSPARENT",
        "CLASS:PRIVATE",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(entry.title)}",
        "TRIGGER:-PT15H",
        "END:VALARM",
        "END:VEVENT",
    ]


def _text(words: str) -> str:
    """A text with its special characters escaped (RFC 5545, 3.3.11)."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n")):
        words = words.replace(plain, escaped)
    return words


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most OCTETS, never cut within a character."""
    part = ""
    for character in line:
        if len(f"{part}{character}".encode()) > OCTETS:
            yield part
            part = " "
        part += character
    yield part
