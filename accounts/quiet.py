"""Quiet hours: the hours of a person's own clock in which nothing rings. Pure; no clock of its own."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


class Quiet(NamedTuple):
    """From ``begins`` on, included, until ``ends``, not included, by the clocks in ``zone``; past midnight, too."""

    begins: time
    ends: time
    zone: ZoneInfo

    def on(self, day: date) -> tuple[datetime, datetime]:
        """The span that begins on this day, as instants. Where clocks go back it lasts until its end comes again."""
        last = day if self.begins < self.ends else day + DAY
        return _instant(day, self.begins, self.zone, again=False), _instant(last, self.ends, self.zone, again=True)


def after_quiet(quiet: Quiet | None, at: datetime) -> datetime:
    """The instant itself, or the end of the quiet hours that it lies in; those that follow at once count, too."""
    if quiet is None:
        return at
    today = at.astimezone(quiet.zone).date()
    for day in (today - DAY, today, today + DAY):
        begin, end = quiet.on(day)
        if begin <= at < end:
            at = end
    return at


def _instant(day: date, wall: time, zone: ZoneInfo, *, again: bool) -> datetime:
    """When the clocks show this. ``again``: the second time where they go back; skipped: when they go forward."""
    local = datetime.combine(day, wall, tzinfo=zone)
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first > second:
        return _jump(second, first, zone)
    return second if again else first


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant between the two at which the clocks go forward, to the second."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + timedelta(seconds=(after - before) // SECOND // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
