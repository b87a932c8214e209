"""The pass: what has come due is looked at again, and what changed is written. Its cost follows what changes.

Each batch is one short transaction. A batch holds the horizons that it looks at and their patients, and
takes neither where somebody else has them: an act that is running renews its patient itself. So the order is
the acts' order, nobody waits for a pass longer than one batch, and a pass waits for nobody.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Q

from accounts.models import Person
from accounts.people import system_person
from audit import clock
from audit.acts import Act, Busy, act
from rems.horizon.asking import Subject, authorizations, confirmations, look, of_authorization, of_confirmation
from rems.horizon.book import Book
from rems.models import Enrollment, Horizon
from rems.records import Records

log = logging.getLogger(__name__)

JOB = "horizon"
AT_A_TIME = 50
MOST = 4_000
"""What one run looks at; the next one, 30 seconds later, goes on."""
STEPS = 40
"""After a long standstill one horizon has several instants to catch up with; what is left waits for the next batch."""
AGAIN = timedelta(minutes=10)
END_OF_RUN = (OperationalError, InterfaceError, SoftTimeLimitExceeded)
"""The database is gone, or the job's time is up: no one patient's failure."""

FREE = "SELECT id FROM patients_patient WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE SKIP LOCKED"


@dataclass(kw_only=True)
class Counts:
    """What one run did. ``busy`` horizons were left to others, ``failed`` ones are in the trail."""

    looked: int = 0
    told: int = 0
    raised: int = 0
    cleared: int = 0
    busy: int = 0
    failed: int = 0


class LeftToOthers(Exception):
    """None of these horizons could be had, or none is due any more. Nothing was written."""


def run(*, most: int = MOST) -> Counts:
    """Look at everything that has come due. Safe to run twice, in many places, and to kill at any instant.

    Raises what ends a run: a database that is away, the end of the job's time. What is done stands.
    """
    counts, at, last = Counts(), clock.now(), None
    while counts.looked + counts.busy + counts.failed < most and (found := _due(at, last)):
        last = found[-1]
        ids = [horizon_id for _, horizon_id in found]
        by = system_person(JOB)
        if not _looked_at(ids, counts, by=by):
            for horizon_id in ids:
                if not _looked_at([horizon_id], counts, by=by):
                    postpone(horizon_id=horizon_id, by=by)
                    counts.failed += 1
    return counts


def _due(at: datetime, last: tuple[datetime, int] | None) -> list[tuple[datetime, int]]:
    """The next ones that are due, in the order in which they came due, beyond the last one seen."""
    found = Horizon.objects.filter(wakes_at__lte=at)
    if last is not None:
        found = found.filter(Q(wakes_at__gt=last[0]) | Q(wakes_at=last[0], pk__gt=last[1]))
    rows = found.order_by("wakes_at", "pk").values_list("wakes_at", "pk")[:AT_A_TIME]
    return [(wakes_at, horizon_id) for wakes_at, horizon_id in rows if wakes_at is not None]


def _looked_at(ids: list[int], counts: Counts, *, by: Person) -> bool:
    """Whether a batch went through; False: something in it failed, and nothing of it was written."""
    try:
        book = look_at_due(ids=ids, by=by)
    except (Busy, LeftToOthers):
        counts.busy += len(ids)
        return True
    except END_OF_RUN:
        raise
    except Exception:
        log.exception("%s horizons could not be looked at together", len(ids))
        return False
    done = len(book.stand)
    counts.looked += done
    counts.busy += len(ids) - done
    counts.told += book.told
    counts.raised += book.raised
    counts.cleared += book.cleared
    return True


@act("rems.look_at_due")
def look_at_due(frame: Act, *, ids: Sequence[int], by: Person, key: str | None = None) -> Book:
    """Look again at those of these horizons that are due and free. Raises LeftToOthers where none is."""
    held = _held(ids, at=frame.at)
    if not held:
        raise LeftToOthers
    book, subjects = Book(at=frame.at), _subjects(held)
    enrollments = {subject.enrollment.pk: subject.enrollment for subject in subjects.values()}
    records = Records(list(enrollments.values()), at=frame.at)
    for horizon in held:
        subject = subjects.get(horizon.pk)
        if subject is None:
            book.end(horizon)
        else:
            _catch_up(horizon, subject, book, records)
    book.write()
    frame.record(
        None,
        details={"looked_at": len(held), "told": book.told, "raised": book.raised, "cleared": book.cleared},
    )
    return book


@act("rems.postpone_horizon")
def postpone(frame: Act, *, horizon_id: int, by: Person, key: str | None = None) -> Horizon:
    """Try a horizon that could not be looked at again later; the failure is in the trail, all of it in the log.

    Until then lists ask the engine about it.
    """
    horizon = Horizon.objects.select_for_update(of=("self",)).get(pk=horizon_id)
    horizon.wakes_at, horizon.lines = frame.at + AGAIN, None
    horizon.save(update_fields=["wakes_at", "lines"])
    frame.record(
        horizon, allowed=False, details={"subject": horizon.subject}, reason="The horizon could not be looked at."
    )
    return horizon


def _catch_up(horizon: Horizon, subject: Subject, book: Book, records: Records) -> None:
    """Go from instant to instant up to now, as if the pass had never stood still."""
    over = False
    for _ in range(STEPS):
        if horizon.wakes_at is None or horizon.wakes_at > book.at:
            break
        seen = look(subject, at=horizon.wakes_at, records=records)
        book.settle(horizon, seen)
        over = seen.over
    book.keep(horizon, over=over)


def _held(ids: Sequence[int], *, at: datetime) -> list[Horizon]:
    """Those that are due, and that are free together with their patients, held until the act ends."""
    found = Horizon.objects.filter(pk__in=ids, wakes_at__lte=at).order_by("wakes_at", "pk")
    rows = list(found.select_for_update(skip_locked=True, of=("self",)))
    with connection.cursor() as cursor:
        cursor.execute(FREE, [sorted({row.patient_id for row in rows})])
        free = {patient for (patient,) in cursor.fetchall()}
    return [row for row in rows if row.patient_id in free]


def _subjects(horizons: Sequence[Horizon]) -> dict[int, Subject]:
    """What each stands for, by the horizon's number; a number that is none any more is missing."""
    ids = {horizon.enrollment_id for horizon in horizons}
    enrollments = Enrollment.objects.select_related("patient", "prescriber").in_bulk(ids)
    numbers = authorizations().in_bulk([h.authorization_id for h in horizons if h.authorization_id])
    confirmed = confirmations().in_bulk([h.confirmation_id for h in horizons if h.confirmation_id])
    found: dict[int, Subject] = {}
    for horizon in horizons:
        if horizon.confirmation_id is not None:
            if horizon.confirmation_id in confirmed:
                found[horizon.pk] = of_confirmation(confirmed[horizon.confirmation_id], enrollments)
        elif horizon.authorization_id is not None:
            if horizon.authorization_id in numbers:
                found[horizon.pk] = of_authorization(numbers[horizon.authorization_id], enrollments)
        else:
            found[horizon.pk] = Subject(enrollment=enrollments[horizon.enrollment_id])
    return found
