"""What the trail holds of a period, and what a signature on its review covers."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from audit import sealed
from audit.models import Event, Kind

WORK = Q(kind__in=[Kind.ACT, Kind.CHANGE, Kind.DENIAL])


class Period(NamedTuple):
    """What the trail holds from ``since`` until before ``until``. ``seals``: of the batches of its entries."""

    since: datetime
    until: datetime
    events: int
    out_of_band: int
    denials: int
    seals: sealed.SealsOfPeriod
    unsealed: bool

    def counted(self) -> dict[str, Any]:
        """The period as an entry of the trail tells it."""
        return {
            "since": self.since.astimezone(UTC),
            "until": self.until.astimezone(UTC),
            "events": self.events,
            "out_of_band": self.out_of_band,
            "denials": self.denials,
            "seals": self.seals._asdict(),
        }


def events_in(since: datetime, until: datetime) -> "QuerySet[Event]":
    """The entries from ``since`` until before ``until``, by the database's time, in no order."""
    return Event.objects.order_by().filter(at__gte=since, at__lt=until)


def count_period(since: datetime, until: datetime) -> Period:
    """What the period holds now. It takes as long as it has entries: seconds for a million."""
    found = events_in(since, until)
    return Period(
        since,
        until,
        events=found.count(),
        out_of_band=found.filter(out_of_band=True).count(),
        denials=found.filter(allowed=False).count(),
        seals=sealed.seals_of(since, until),
        unsealed=sealed.unsealed_in(since, until),
    )


def is_work_of_one(person_id: int, since: datetime, until: datetime) -> bool:
    """Whether all acts, changes and denials of the period are this person's. False where there are none."""
    work = events_in(since, until).filter(WORK)
    return work.exists() and not work.filter(~Q(person_id=person_id) | Q(person_id__isnull=True)).exists()
