"""Countdowns: how long something is still open, or when it opens."""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from eligibility.moments import count_words, day_words, moment_words, span_words

TOMORROW = 1


class Chip(NamedTuple):
    """A tone, an icon and how long, in words."""

    tone: str
    icon: str
    words: str


def closing(until: datetime | None, *, now: datetime, zone: ZoneInfo, hours: int | None = None) -> Chip:
    """How long something is open. Warning from the day before its end on, or in the last ``hours``."""
    if until is None:
        return Chip("is-allowed", "clock", "open, no end")
    if now > until:
        return Chip("is-refused", "clock", f"closed {span_words(now - until, rough=True)} ago")
    if hours is not None:
        near = until - now <= timedelta(hours=hours)
    else:
        near = (until.astimezone(zone).date() - now.astimezone(zone).date()).days <= TOMORROW
    return Chip("is-warning" if near else "is-neutral", "clock", f"{span_words(until - now)} left")


def opening(opens: datetime, *, now: datetime, zone: ZoneInfo) -> Chip:
    """In how many days, or hours, something opens."""
    days = (opens.astimezone(zone).date() - now.astimezone(zone).date()).days
    if opens <= now:
        return Chip("is-allowed", "calendar", "open now")
    words = count_words(days, "day") if days else span_words(opens - now)
    return Chip("is-neutral", "calendar", f"in {words}")


def opening_words(opens: datetime, *, zone: ZoneInfo) -> str:
    """The day, where it opens at the day's beginning; the moment otherwise."""
    local = opens.astimezone(zone)
    if local.hour == local.minute == 0:
        return day_words(local.date())
    return moment_words(opens, zone=zone)
