"""Days and instants, counted once more: the oracle borrows no calendar."""

import calendar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from eligibility.facts import When

NEW_YORK = ZoneInfo("America/New_York")


def day(when: When, zone: ZoneInfo = NEW_YORK) -> date:
    """ "In the program's time zone (America/New_York)"; "a date without a time means the whole day"."""
    return when.astimezone(zone).date() if isinstance(when, datetime) else when


def instant(when: When) -> datetime:
    """ "Where hours are counted, its 00:00"; "hours are elapsed time between instants"."""
    if isinstance(when, datetime):
        return when.astimezone(UTC)
    return datetime.combine(when, time(0, 0), tzinfo=NEW_YORK).astimezone(UTC)


def by(when: When | None, at: datetime) -> bool:
    """ "What lies after the question counts for nothing"."""
    return when is not None and instant(when) <= at


def later(one: When, other: When) -> bool:
    """ "A later instant, or a later day where no time is known"."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one.astimezone(UTC) > other.astimezone(UTC)
    return day(one) > day(other)


def months_after(start: date, months: int) -> date:
    """ "Months and years end on the same day of the month, or on its last day where it has no such day"."""
    count = start.month - 1 + months
    year, month = start.year + count // 12, count % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
