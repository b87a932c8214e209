"""The instant that one page shows, and the zone in which it shows it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from audit import clock
from eligibility.calendar import zone_named
from eligibility.editions import programs


def now_of(context: Any) -> datetime:
    """The instant at which this page is shown: read once for each request."""
    request = context.get("request")
    shown = getattr(request, "_shown_at", None)
    if shown is None:
        shown = clock.now()
        if request is not None:
            request._shown_at = shown
    return shown


def zone_of(given: ZoneInfo | str | None) -> ZoneInfo:
    """A zone, an IANA name or a program's id. Nothing given: the zone of the installation."""
    if isinstance(given, ZoneInfo):
        return given
    if not given:
        return zone_named(settings.TIME_ZONE)
    editions = programs().get(given)
    return editions[-1].zone if editions else zone_named(given)
