"""Flags for lists: which pregnancy tests are due soon or overdue. For the eye alone; no gate reads them.

The gate is asked as of an instant, as every list asks it; its finding on the test calendar says
when the next test is due. Only what changed since the last run is written.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import NamedTuple

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet

from accounts.models import Person
from accounts.people import system_person
from audit import clock
from audit.acts import Act, Busy, act
from audit.denials import record_denial
from eligibility.calendar import end_of_day
from eligibility.edition import Edition
from eligibility.editions import edition_in_force
from eligibility.findings import Finding, Level
from eligibility.vocabulary import Category, Stage
from rems.gate import preview
from rems.models import CategoryAssignment, DisplayFlag, Enrollment
from rems.models.choices import FlagKind
from rems.records import Records

log = logging.getLogger(__name__)

DUE_SOON = timedelta(days=7)
"""A test is shown as due soon in its last 7 days: a convention of this project (mark D), sources are silent."""

CALENDAR = "test-calendar"
"""The requirement of every edition that says when the next test is due."""

JOB = "overdue"
AT_A_TIME = 200
END_OF_RUN = (OperationalError, InterfaceError, SoftTimeLimitExceeded)
"""The database is gone, or the job's time is up: no one patient's failure."""

CAN_GET_PREGNANT = [category.value for category in Category if category.can_get_pregnant]


class Due(NamedTuple):
    """What a list should show of one enrollment. ``due_at``: the end of the day on which the test is due.

    Where no test or no first dose is known, no day follows from the rules: None, and the flag
    keeps the instant at which it was raised.
    """

    kind: FlagKind
    due_at: datetime | None

    def stands_as(self, flag: DisplayFlag) -> bool:
        """Whether a flag says this already."""
        return flag.kind == self.kind and self.due_at in (None, flag.due_at)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What one run did. ``busy`` enrollments were left to another run, ``failed`` ones are in the trail."""

    asked: int = 0
    raised: int = 0
    cleared: int = 0
    busy: int = 0
    failed: int = 0


class LeftToAnother(Exception):
    """Another run holds this enrollment, or has done the work already. Nothing was written."""


def flag_due_tests(at: datetime | None = None) -> Counts:
    """Ask for everyone who may owe a test, and raise or clear the flags that changed.

    Safe to run twice, or in two places at once. One patient's failure is recorded and does not
    keep the others from their flags. A database that is gone, or the end of the job's time, ends the
    run: what is done stands, and the next run finds the rest.
    """
    moment, by = at or clock.now(), system_person(JOB)
    counts = Counts()
    for enrollment, records in _with_records(to_ask(), at=moment):
        counts = replace(counts, asked=counts.asked + 1)
        try:
            raised, cleared = _look_again(enrollment, at=moment, by=by, records=records)
            counts = replace(counts, raised=counts.raised + raised, cleared=counts.cleared + cleared)
        except (Busy, LeftToAnother):
            counts = replace(counts, busy=counts.busy + 1)
        except END_OF_RUN:
            raise
        except Exception as error:
            _record_failure(enrollment, error, by=by)
            counts = replace(counts, failed=counts.failed + 1)
    return counts


def to_ask() -> Iterator[Enrollment]:
    """Enrollments whose category says that the patient can get pregnant, and all that bear a flag."""
    able = CategoryAssignment.objects.current().filter(category__in=CAN_GET_PREGNANT).values("enrollment_id")
    flagged = DisplayFlag.objects.filter(cleared_at__isnull=True).values("enrollment_id")
    found = Enrollment.objects.filter(pk__in=able) | Enrollment.objects.filter(pk__in=flagged)
    yield from found.select_related("patient", "prescriber").order_by("pk").iterator(AT_A_TIME)


def _with_records(enrollments: Iterator[Enrollment], *, at: datetime) -> Iterator[tuple[Enrollment, Records | None]]:
    """Each with what is known of it, read for many at a time; or with nothing, where that failed."""
    while some := list(islice(enrollments, AT_A_TIME)):
        try:
            records = Records(some, at=at)
        except END_OF_RUN:
            raise
        except Exception:
            log.exception("%s enrollments could not be read together; each is read alone", len(some))
            records = None
        yield from ((enrollment, records) for enrollment in some)


def due(enrollment: Enrollment, *, at: datetime, records: Records | None = None) -> Due | None:
    """What the engine says of the next test as of ``at``; None: none is due within the week, or none at all."""
    edition = edition_in_force(enrollment.program, at)
    if edition is None:
        return None
    decision = preview(stage=Stage.AUTHORIZE, enrollment=enrollment, at=at, records=records)
    calendar = next((f for f in decision.findings if f.requirement == CALENDAR), None)
    return None if calendar is None else _due(calendar, edition, at)


def _due(calendar: Finding, edition: Edition, at: datetime) -> Due | None:
    if calendar.level is Level.UNMET:
        day = calendar.details.get("due")
        return Due(FlagKind.OVERDUE, end_of_day(day, edition.zone) if isinstance(day, date) else None)
    if calendar.until is not None and calendar.until - at <= DUE_SOON:
        return Due(FlagKind.DUE_SOON, calendar.until)
    return None


def open_flags(enrollments: "QuerySet[Enrollment] | Iterable[Enrollment]") -> "QuerySet[DisplayFlag]":
    """The flags that stand on these enrollments, what was due first on top. For lists, never for a decision."""
    flags = DisplayFlag.objects.filter(enrollment__in=enrollments, cleared_at__isnull=True, what=CALENDAR)
    return flags.order_by("due_at", "pk")


def is_late(*, at: datetime) -> Q:
    """Of a flag: its day is over at ``at``, whatever it was raised as. The job may not have run since."""
    return Q(kind=FlagKind.OVERDUE) | Q(due_at__lt=at)


@act("rems.raise_flag")
def raise_flag(frame: Act, *, enrollment: Enrollment, due: Due, by: Person, key: str | None = None) -> DisplayFlag:
    """Show a test as due soon or overdue. Raises LeftToAnother where another run is at it, or was."""
    held = Enrollment.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=enrollment.pk)
    if not held.exists() or _standing(enrollment):
        raise LeftToAnother
    flag = DisplayFlag.objects.create(
        enrollment=enrollment,
        kind=due.kind,
        what=CALENDAR,
        due_at=due.due_at or frame.at,
        raised_at=frame.at,
    )
    frame.record(flag, patient=enrollment.patient, details={"kind": due.kind, "due_at": flag.due_at})
    return flag


@act("rems.clear_flag")
def clear_flag(frame: Act, *, flag: DisplayFlag, by: Person, key: str | None = None) -> DisplayFlag:
    """Show a test no longer as due. Raises LeftToAnother where another run is at it, or was."""
    held = DisplayFlag.objects.select_for_update(skip_locked=True).filter(pk=flag.pk, cleared_at__isnull=True).first()
    if held is None:
        raise LeftToAnother
    held.cleared_at = frame.at
    held.save(update_fields=["cleared_at"])
    frame.record(held, patient=flag.enrollment.patient, details={"kind": held.kind, "due_at": held.due_at})
    return held


def _look_again(enrollment: Enrollment, *, at: datetime, by: Person, records: Records | None) -> tuple[int, int]:
    """Bring the flags of one enrollment up to date; how many were raised and cleared."""
    standing, wanted = _standing(enrollment), due(enrollment, at=at, records=records)
    stale = [flag for flag in standing if wanted is None or not wanted.stands_as(flag)]
    for flag in stale:
        clear_flag(flag=flag, by=by)
    if wanted is None or len(stale) < len(standing):
        return 0, len(stale)
    raise_flag(enrollment=enrollment, due=wanted, by=by)
    return 1, len(stale)


def _standing(enrollment: Enrollment) -> list[DisplayFlag]:
    return list(DisplayFlag.objects.filter(enrollment=enrollment, what=CALENDAR, cleared_at__isnull=True))


def _record_failure(enrollment: Enrollment, error: Exception, *, by: Person) -> None:
    """Keep what went wrong: the kind of error in the trail, all of it in the log."""
    log.error("Flags of enrollment %s could not be looked at again", enrollment.pk, exc_info=error)
    record_denial(
        action="rems.flags_failed",
        by=by,
        subject=enrollment,
        patient_id=enrollment.patient_id,
        reason=f"The flags could not be looked at again: {type(error).__name__}.",
    )
