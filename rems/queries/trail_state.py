"""How the trail stands now: sealed up to when, how strongly it is guarded, what waits for a review."""

from datetime import timedelta
from enum import Enum
from typing import NamedTuple

from django.conf import settings
from django.db import connection, connections

from accounts.models import Person
from audit import clock, sealed
from audit.models import Event
from rems.queries.audit import events_visible_to
from rems.services import roles

LATE = 30.0
"""Seconds after which an entry that is not sealed means that the sealer stands."""
FRESH = timedelta(hours=24)
"""How old the last checkpoint outside may be."""
MOST_WAITING = 100
WAITING = """
SELECT e.id FROM audit.entry e
 WHERE e.out_of_band
   AND NOT EXISTS (
       SELECT FROM public.rems_trailreview r
         JOIN audit.leaf l ON l.event_id = e.id
        WHERE e.at >= r.since AND e.at < r.until AND l.idx < r.sealed_entries)
 ORDER BY e.id DESC LIMIT %s
"""


class Level(Enum):
    """How strongly the trail is guarded; the value says it in words."""

    E1 = "Triggers alone guard the trail: the application’s own database role could change it."
    E2 = (
        "The application’s role cannot change the trail, and a change by anybody else is found. No checkpoint of the "
        "last 24 hours is said to be kept outside, so that somebody with the database and the signing key could write "
        "it anew."
    )
    E3 = (
        "The application’s role cannot change the trail, a change by anybody else is found, and a checkpoint of the "
        "last 24 hours is kept outside: who wrote the trail anew would contradict it."
    )


class State(NamedTuple):
    """Sealed up to where, since when nothing was sealed, the last checkpoint, the level."""

    newest: sealed.Sealed | None
    ago: timedelta
    oldest_unsealed: float
    checkpoint: sealed.Checkpoint | None
    level: Level

    @property
    def stands(self) -> bool:
        """Whether entries wait longer than a running sealer lets them."""
        return self.oldest_unsealed > LATE


def state() -> State:
    """How the trail stands. Raises OperationalError where the reader's connection is away."""
    newest, checkpoint = sealed.newest(), sealed.last_checkpoint()
    ago = clock.unshifted() - newest.at if newest else timedelta(0)
    return State(newest, ago, sealed.oldest_unsealed(), checkpoint, level(checkpoint))


def level(checkpoint: sealed.Checkpoint | None) -> Level:
    """The assurance level, by what the connected role could do and how old the last checkpoint is.

    Nobody but the operator knows whether checkpoints leave the machine: ``settings.CHECKPOINTS_OUTSIDE`` says it.
    """
    with connection.cursor() as cursor:
        cursor.execute(roles.POWERS)
        if cursor.fetchone() is not None:
            return Level.E1
    outside = checkpoint if settings.CHECKPOINTS_OUTSIDE else None
    fresh = outside is not None and clock.unshifted() - outside.at <= FRESH
    return Level.E3 if fresh else Level.E2


def waiting(*, by: Person) -> list[Event]:
    """Out-of-band changes that no signed review has covered, newest first, at most MOST_WAITING and one more.

    A review covers what lies in its period and was sealed when it was signed: what was committed later
    with an older time still waits.
    """
    with connections[settings.TRAIL_DATABASE].cursor() as cursor:
        cursor.execute(WAITING, [MOST_WAITING + 1])
        ids = [number for (number,) in cursor.fetchall()]
    return list(events_visible_to(by).filter(pk__in=ids))
