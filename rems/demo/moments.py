"""Past instants, relative to the moment of the load, in the days of the programs' time zone."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from eligibility.calendar import add_days, add_months, instant_of, start_of_day


class Moments:
    """Days and hours before ``now``, the aware instant of the load."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.zone = ZoneInfo(settings.TIME_ZONE)
        self.today = now.astimezone(self.zone).date()

    def date_of(self, days: int) -> date:
        """The calendar day so many days ago."""
        return add_days(self.today, -days)

    def day(self, days: int, hour: int = 9, minute: int = 0) -> datetime:
        """A time of the day so many days ago, one or more: today's hours may still lie ahead."""
        if days < 1:
            raise ValueError("Today's hours may lie ahead; use ago() or this_day().")
        return instant_of(datetime.combine(self.date_of(days), time(hour, minute), tzinfo=self.zone), self.zone)

    def ago(self, hours: float) -> datetime:
        """So many elapsed hours ago, whatever day that was."""
        return self.now - timedelta(hours=hours)

    def this_day(self, share: float) -> datetime:
        """An instant of today: 0 is its 00:00, 1 the load. Just after midnight the day is short."""
        start = start_of_day(self.today, self.zone)
        return start + (self.now - start) * share

    def days_before(self, instant: datetime, days: int, *, hour: int = 9) -> datetime:
        """An hour of the calendar day that lies so many days before that of ``instant``."""
        day = add_days(instant.astimezone(self.zone).date(), -days)
        return instant_of(datetime.combine(day, time(hour), tzinfo=self.zone), self.zone)

    def birthday(self, years: int, *, days: int) -> date:
        """Who is born then turned so many years old that many days ago."""
        return add_months(self.date_of(days), -12 * years)
