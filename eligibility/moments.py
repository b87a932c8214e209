"""Days, moments and spans as people read them: weekday, spelled month, 24 hours, zone."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)


def day_words(day: date, *, weekday: bool = True) -> str:
    """``Wed, Jun 17, 2026``, or ``Jun 17, 2026``."""
    text = f"{day:%b} {day.day}, {day.year}"
    return f"{day:%a}, {text}" if weekday else text


def moment_words(instant: datetime, *, zone: ZoneInfo, seconds: bool = False) -> str:
    """``Wed, Jun 17, 2026, 23:59 EDT``. ValueError for a time without a zone."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no zone")
    local = instant.astimezone(zone)
    clock = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    return f"{day_words(local.date())}, {clock} {local:%Z}"


def count_words(n: int, unit: str) -> str:
    """``1 day``, ``3 days``: the unit is given in the singular."""
    return f"{n:,} {unit}" if n == 1 else f"{n:,} {unit}s"


def span_words(span: timedelta, *, rough: bool = False) -> str:
    """``22 days``, ``1 d 14 h``, ``3 h 12 min``, ``12 min``; ``rough`` leaves out the smaller unit.

    Rounded down: never more time than there is.
    """
    span = abs(span)
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    days, hours_left = divmod(hours, 24)
    if days >= 2 or (days and rough):
        return count_words(days, "day")
    if days:
        return f"{days} d {hours_left} h" if hours_left else "24 h"
    if hours:
        return f"{hours} h" if rough or not minutes else f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else "under 1 min"


def years_between(born: date, day: date) -> int:
    """Whole years of life on a day; who was born on 29 February turns older on the 28th."""
    birthday_passed = (day.month, day.day) >= (born.month, min(born.day, 28) if born.month == 2 else born.day)
    return day.year - born.year - (not birthday_passed)
