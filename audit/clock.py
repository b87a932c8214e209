"""The one clock: the database's, shifted only in demonstrations and tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

_standing: ContextVar[datetime | None] = ContextVar("audit.clock", default=None)


def now() -> datetime:
    """The database's ``clock_timestamp()``, aware and in UTC; it moves on within a transaction.

    ``settings.REMS_CLOCK`` adds an offset (timedelta) or stands for it (aware datetime);
    inside ``stand_at`` the clock stands.
    """
    standing = _standing.get()
    if standing is not None:
        return standing
    shift = getattr(settings, "REMS_CLOCK", None)
    if isinstance(shift, datetime):
        return shift.astimezone(UTC)
    read = _database_clock()
    return read + shift if isinstance(shift, timedelta) else read


def unshifted() -> datetime:
    """The database's own time, whatever the clock is shifted by: that of entries and of running jobs."""
    return _database_clock()


def local_date(at: datetime) -> date:
    """The calendar day of an instant in ``settings.TIME_ZONE``."""
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def local_time(at: datetime) -> time:
    """The time of day of an instant in ``settings.TIME_ZONE``."""
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).time()


@contextmanager
def stand_at(instant: datetime) -> Iterator[datetime]:
    """Let the clock stand at an aware instant. Only in a demonstration or a test.

    Raises RuntimeError anywhere else, ValueError for an instant without a zone.
    """
    if getattr(settings, "REMS_ENV", None) not in {"demo", "test"}:
        raise RuntimeError("The clock stands only in a demonstration or a test.")
    if instant.tzinfo is None:
        raise ValueError("The clock needs an instant with a time zone.")
    token = _standing.set(instant.astimezone(UTC))
    try:
        yield instant
    finally:
        _standing.reset(token)


def _database_clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        read: datetime = cursor.fetchone()[0]
    return read.astimezone(UTC)
