"""Days in a zone, and instants. Hours are elapsed time: every instant here is in UTC."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from eligibility.findings import INSTANT

DAY = timedelta(days=1)
LAST_DAY = date(9999, 12, 30)


def add_days(day: date, days: int) -> date:
    """``day`` plus ``days``; what the calendar cannot hold ends on its last days."""
    ordinal = day.toordinal() + days
    return date.fromordinal(ordinal) if 1 <= ordinal <= LAST_DAY.toordinal() else LAST_DAY


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later, or that month's last day (rule book, D)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    if year > LAST_DAY.year:
        return LAST_DAY
    following = date(year + month // 12, month % 12 + 1, 1) if (year, month) < (9999, 12) else LAST_DAY
    return day.replace(year=year, month=month, day=min(day.day, (following - DAY).day))


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day in a zone."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last instant of a day in a zone."""
    return start_of_day(add_days(day, 1), zone) - INSTANT


def instant_of(when: date | datetime, zone: ZoneInfo) -> datetime:
    """The instant, in UTC; of a date its 00:00 in the zone. ValueError for a time without zone."""
    if not isinstance(when, datetime):
        return start_of_day(when, zone)
    if when.tzinfo is None:
        raise ValueError(f"{when.isoformat()} has no zone")
    return when.astimezone(UTC)


def day_of(when: date | datetime, zone: ZoneInfo) -> date:
    """The calendar day in the zone. ValueError for a time without zone."""
    if not isinstance(when, datetime):
        return when
    if when.tzinfo is None:
        raise ValueError(f"{when.isoformat()} has no zone")
    return when.astimezone(zone).date()


@cache
def zone_named(name: str) -> ZoneInfo:
    """The zone of an IANA name. ValueError, with the name, where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"{name} is no time zone") from error
