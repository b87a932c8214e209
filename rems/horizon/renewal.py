"""The end of every act: the horizons of the patients whom it locked are computed anew, in its transaction."""

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q
from django.db.models.functions import Least

from audit.acts import Act
from audit.denials import record_denial
from patients.models import Patient
from pharmacies import queries as pharmacies
from pharmacies.models import Pharmacy
from prescribers import queries as prescribers
from prescribers.models import Prescriber
from rems.horizon.asking import look, subjects_of
from rems.horizon.book import Book, begun, key_of
from rems.models import Enrollment, Horizon
from rems.records import Records

log = logging.getLogger(__name__)

_later: ContextVar[set[int] | None] = ContextVar("rems.horizon.later", default=None)


def renew_after(frame: Act) -> None:
    """The step that ends every outermost act; see ``audit.acts.close_with``."""
    patients = {row_id for model, row_id in frame.locked if model is Patient}
    later = _later.get()
    if later is not None:
        later |= patients
    elif patients:
        _renew_or_leave(patients, frame)
    for model, row_id in sorted(frame.locked, key=lambda locked: locked[1]):
        if model is Prescriber:
            _wake_of_prescriber(row_id, at=frame.at)
        elif model is Pharmacy:
            _wake_of_site(row_id, at=frame.at)


def _renew_or_leave(patients: set[int], frame: Act) -> None:
    """A failure to look ahead does not undo what was recorded: it is kept, and the next pass looks again.

    A database that is away, or a lock that is not to be had, does.
    """
    try:
        with transaction.atomic():
            renew(patients, at=frame.at)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("The horizons of %s patients could not be renewed", len(patients))
        Horizon.objects.filter(patient__in=patients).update(wakes_at=Least(F("wakes_at"), frame.at))
        for patient_id in sorted(patients):
            reason = f"The horizon could not be renewed: {type(error).__name__}."
            record_denial(action="rems.horizon_failed", by=frame.by, patient_id=patient_id, reason=reason)


def renew(patients: Collection[int], *, at: datetime) -> Book:
    """Compute the horizons of these patients as of ``at`` and bring flags and notices in line.

    The caller holds the patients' locks. Horizons are locked in the order of their numbers.
    """
    book = Book(at=at)
    found = Enrollment.objects.filter(patient__in=patients).select_related("patient", "prescriber").order_by("pk")
    enrollments = list(found)
    if not enrollments:
        return book
    held = Horizon.objects.filter(enrollment__in=enrollments).order_by("pk").select_for_update(of=("self",))
    stored = {key_of(horizon): horizon for horizon in held}
    records = Records(enrollments, at=at)
    for subject in subjects_of(enrollments, at=at):
        seen = look(subject, at=at, records=records)
        horizon = stored.pop(subject.key, None) or begun(seen, at=at)
        book.settle(horizon, seen)
        book.keep(horizon, over=seen.over)
    for horizon in stored.values():
        book.end(horizon)
    book.write()
    return book


@contextmanager
def left_for_later() -> Iterator[set[int]]:
    """While it lasts acts note their patients and renew nothing; see ``making.once_at_the_end``."""
    waiting: set[int] = set()
    token = _later.set(waiting)
    try:
        yield waiting
    finally:
        _later.reset(token)


def is_left_for_later() -> bool:
    """Whether a load of many acts runs, of what happened before."""
    return _later.get() is not None


def _wake_of_prescriber(prescriber_id: int, *, at: datetime) -> None:
    """Where a certification began or ended in this act, all horizons that rest on it are due now."""
    own = Q(enrollment__prescriber=prescriber_id) | Q(authorization__prescription__prescriber=prescriber_id)
    rest = Horizon.objects.filter(own)
    programs = rest.order_by("program").values_list("program", flat=True).distinct()
    for program in [p for p in programs if at in prescribers.standing(prescriber_id, p, at)]:
        wake(Q(own, program=program), at=at)


def _wake_of_site(pharmacy_id: int, *, at: datetime) -> None:
    own = Q(confirmation__pharmacy=pharmacy_id)
    programs = Horizon.objects.filter(own).order_by("program").values_list("program", flat=True).distinct()
    for program in [p for p in programs if at in pharmacies.standing(pharmacy_id, p, at)]:
        wake(Q(own, program=program), at=at)


def wake(which: Q, *, at: datetime) -> int:
    """Let these horizons be looked at as of ``at``, in one UPDATE that locks in the order of their numbers."""
    held = Horizon.objects.filter(which).order_by("pk").select_for_update(of=("self",))
    return Horizon.objects.filter(pk__in=list(held.values_list("pk", flat=True))).update(
        wakes_at=Least(F("wakes_at"), at)
    )
