"""Notices of what happened: a positive test, a report, what a patient told, an opened record.

The end of every act looks for them.

No act calls it, so none can forget it: what it wrote about a patient whom it held is found by its instant.
Who did it is not told of it.
"""

import logging
from collections.abc import Collection, Iterator
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from audit.acts import Act
from audit.denials import record_denial
from patients.actions.reports import BY_POSITIVE
from patients.choices import ReportKind, Result, Subject
from patients.models import Patient, PregnancyTest, Report
from rems.extended import hours_open
from rems.horizon.renewal import is_left_for_later
from rems.models import Concern, Confirmation, Enrollment, Opening
from rems.models.choices import AT_ONCE, NoticeKind
from rems.outbox import News, put
from rems.recipients import Circle, People, circle

log = logging.getLogger(__name__)

Told = tuple[News, People]


def tell_after(frame: Act) -> None:
    """The step that ends every outermost act; see ``audit.acts.close_with``.

    A load of history is no news. A failure to tell does not undo what was recorded: it is in the trail and
    the log. A database that is away, or a lock that is not to be had, does.
    """
    patients = {row_id for model, row_id in frame.locked if model is Patient}
    if not patients or is_left_for_later():
        return
    try:
        with transaction.atomic():
            told = {news: _others(people, frame.by.pk) for news, people in _found(patients, frame.at)}
            put({news: people for news, people in told.items() if people}, at=frame.at)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("Nobody could be told of what happened to %s patients", len(patients))
        for patient_id in sorted(patients):
            reason = f"Nobody could be told: {type(error).__name__}."
            record_denial(action="rems.notice_failed", by=frame.by, patient_id=patient_id, reason=reason)


def _others(people: People, by: int) -> People:
    """Without who did it. What then concerns nobody is not kept."""
    return [one for one in people if one != by]


def _found(patients: Collection[int], at: datetime) -> Iterator[Told]:
    """What was written at this instant, with whom it concerns."""
    openings = list(Opening.objects.filter(patient__in=patients, opened_at=at))
    tests, reports = _positives(patients, at), _reports(patients, at)
    concerns = list(Concern.objects.filter(patient__in=patients, recorded_at=at).order_by("pk"))
    if not (openings or tests or reports or concerns):
        return
    enrolled = list(Enrollment.objects.filter(patient__in=patients).select_related("prescriber"))
    held = {test.patient_id for test in tests} | {r.patient_id for r in reports if r.subject == Subject.PATIENT}
    confirmed = _open_confirmations(held, at)
    around = circle(
        prescribers={row.prescriber_id for row in enrolled},
        sites={row.pharmacy_id for row in confirmed},
        program=True,
    )
    care = {patient: _care(patient, enrolled, around) for patient in patients}
    yield from ((_news(NoticeKind.POSITIVE_TEST, test, at), care[test.patient_id]) for test in tests)
    yield from ((_of_report(report, at), _told_of(report, care[report.patient_id], around)) for report in reports)
    yield from ((_of_confirmation(row, at), around.counter(row)) for row in confirmed)
    yield from ((_news(NoticeKind.RECORD_OPENED, opening, at), around.program) for opening in openings)
    yield from ((_news(NoticeKind.TOLD, said, at), care[said.patient_id] + around.program) for said in concerns)


def _positives(patients: Collection[int], at: datetime) -> list[PregnancyTest]:
    """Positive tests, but for corrections of what was positive before."""
    found = PregnancyTest.objects.current().filter(patient__in=patients, recorded_at=at, result=Result.POSITIVE)
    return list(found.exclude(supersedes__result=Result.POSITIVE).order_by("pk"))


def _reports(patients: Collection[int], at: datetime) -> list[Report]:
    found = Report.objects.current().filter(patient__in=patients, recorded_at=at, supersedes__isnull=True)
    return list(found.order_by("pk"))


def _open_confirmations(patients: Collection[int], at: datetime) -> list[Confirmation]:
    """Numbers on which these patients could still be given something: whoever has them ready is to know."""
    unused = Q(cancelled_at__isnull=True, lapsed_at__isnull=True, dispensing__isnull=True)
    found = Confirmation.objects.filter(unused, hours_open(at), authorization__patient__in=patients)
    return list(found.select_related("authorization").order_by("pk"))


def _care(patient: int, enrolled: Collection[Enrollment], around: Circle) -> People:
    found = [one for row in enrolled if row.patient_id == patient for one in around.care(row.prescriber)]
    return list(dict.fromkeys(found))


def _told_of(report: Report, care: People, around: Circle) -> People:
    """A pregnancy is the program's, too; one that a positive test opened is told to the care by the test."""
    if report.kind != ReportKind.PREGNANCY:
        return care
    return around.program if report.note == BY_POSITIVE else care + around.program


def _of_report(report: Report, at: datetime) -> News:
    pregnancy = report.kind == ReportKind.PREGNANCY
    return _news(NoticeKind.PREGNANCY_REPORT if pregnancy else NoticeKind.EVALUATION, report, at)


def _of_confirmation(row: Confirmation, at: datetime) -> News:
    return _at_once(NoticeKind.CONFIRMATION_HELD, f"confirmation:{row.pk}", row.authorization.patient_id, at)


def _news(kind: NoticeKind, row: PregnancyTest | Report | Opening | Concern, at: datetime) -> News:
    return _at_once(kind, f"{type(row).__name__.lower()}:{row.pk}", row.patient_id, at)


def _at_once(kind: NoticeKind, subject: str, patient: int, at: datetime) -> News:
    return News(kind=kind, step=AT_ONCE, subject=subject, due_at=at, at=at, late=False, patient=patient)
