"""Horizons for what has none, and for editions that were published since: once, when a worker starts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Least

from accounts.models import Person
from accounts.people import system_person
from audit.acts import Act, act
from eligibility.editions import programs
from eligibility.findings import INSTANT
from patients.models import Patient
from rems.horizon.passing import JOB
from rems.horizon.renewal import left_for_later, renew
from rems.models import Enrollment, Horizon

AT_A_TIME = 100


def make_missing() -> int:
    """Make the horizon of every enrollment that has none: rows of before this software kept any. How many."""
    made, last, by = 0, 0, system_person(JOB)
    own = Horizon.objects.filter(enrollment=OuterRef("pk"), authorization__isnull=True)
    missing = Enrollment.objects.filter(~Exists(own)).order_by("pk")
    while found := list(missing.filter(pk__gt=last).values_list("pk", "patient_id")[:AT_A_TIME]):
        last = found[-1][0]
        made += make_horizons(patients=sorted({patient for _, patient in found}), by=by)
    return made


@act("rems.make_horizons")
def make_horizons(frame: Act, *, patients: Sequence[int], by: Person, key: str | None = None) -> int:
    """Compute the horizons of these patients, but for those whom somebody else holds; how many patients."""
    free = Patient.objects.filter(pk__in=patients).order_by("pk").select_for_update(skip_locked=True, no_key=True)
    held = [patient.pk for patient in free]
    renew(held, at=frame.at)
    frame.record(None, details={"patients": len(held)})
    return len(held)


@contextmanager
def once_at_the_end() -> Iterator[None]:
    """For a load of many acts in one transaction: their patients' horizons are renewed once, when it ends.

    Raises RuntimeError outside of a transaction: what was written would stand without its horizon.
    """
    if not connection.in_atomic_block and connection.get_autocommit():
        raise RuntimeError("Renewing later needs one transaction around all acts.")
    with left_for_later() as waiting:
        yield
    patients, by = sorted(waiting), system_person(JOB)
    for start in range(0, len(patients), AT_A_TIME):
        make_horizons(patients=patients[start : start + AT_A_TIME], by=by)


def wake_for_editions() -> int:
    """Let whatever rests on an edition be looked at when its successor begins, though it was not known before."""
    woken = 0
    for editions in programs().values():
        for edition in editions:
            if edition.until is not None:
                begins = edition.until + INSTANT
                asleep = Horizon.objects.filter(program=edition.program, edition=edition.id)
                asleep = asleep.filter(Q(wakes_at__isnull=True) | Q(wakes_at__gt=begins))
                woken += asleep.update(wakes_at=Least(F("wakes_at"), begins))
    return woken
