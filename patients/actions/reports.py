"""Reports of a missed period, bleeding or pregnancy, and their closing."""

from datetime import datetime

from accounts.models import Person
from accounts.roles import Permission
from accounts.standing import must
from audit.acts import Act, act
from audit.facts import InvalidFact
from patients import queries
from patients.actions.storing import store
from patients.choices import STILL_OPEN, ReportKind, ReportOutcome, Result, Subject
from patients.lock import lock
from patients.models import Patient, PregnancyTest, Report, ReportClosing

BY_POSITIVE = "Opened by a positive pregnancy test."
NOW_KNOWN = "The outcome became known."


@act("patients.open_report")
def open_report(
    frame: Act,
    *,
    patient: Patient,
    kind: str,
    by: Person,
    subject: str = Subject.PATIENT.value,
    opened_at: datetime | None = None,
    note: str = "",
    root_cause: str = "",
    key: str | None = None,
) -> Report:
    """Open a report, now unless ``opened_at`` says when. Raises ValidationError naming the field."""
    held = lock(patient.pk)
    must(by, Permission.REPORT_EVENTS)
    report = Report(
        patient=held,
        kind=kind,
        subject=subject,
        opened_at=opened_at or frame.at,
        note=note,
        root_cause=root_cause,
    )
    return store(frame, report, patient=held)


@act("patients.close_report")
def close_report(
    frame: Act,
    *,
    report: Report,
    outcome: str,
    by: Person,
    closed_at: datetime | None = None,
    key: str | None = None,
) -> ReportClosing:
    """Record how a report ended. An outcome ``ongoing`` or ``unknown`` is replaced by a later one.

    Raises InvalidFact where the report was superseded, was closed with a known outcome already, or
    the outcome is not one of its kind.
    """
    held = lock(report.patient_id)
    must(by, *_closers(report))
    check_outcome(report, outcome)
    earlier = ReportClosing.objects.current().filter(report=report).first()
    if earlier is not None and earlier.outcome not in STILL_OPEN:
        raise InvalidFact(field="outcome", message="This report was closed already.")
    closing = ReportClosing(report=report, outcome=outcome, closed_at=closed_at or frame.at)
    if earlier is not None:
        closing.supersedes, closing.correction_reason = earlier, NOW_KNOWN
    return store(frame, closing, patient=held)


def report_positive(test: PregnancyTest, *, by: Person) -> Report | None:
    """Open a pregnancy report about the patient of a positive test, unless one is open already.

    The project's convention (rule book, D). Part of the act that records the test.
    """
    if test.void or test.result != Result.POSITIVE:
        return None
    if queries.open_pregnancy_reports(test.patient_id).exists():
        return None
    return open_report(patient=test.patient, kind=ReportKind.PREGNANCY.value, note=BY_POSITIVE, by=by)


def _closers(report: Report) -> tuple[Permission, ...]:
    """The program closes a pregnancy report; the prescriber too an evaluation."""
    alone = report.kind == ReportKind.PREGNANCY
    return (Permission.CLOSE_REPORTS,) if alone else (Permission.CLOSE_REPORTS, Permission.ATTEST)


def check_outcome(report: Report, outcome: str) -> None:
    """Raises InvalidFact where the report does not stand, or an outcome is not one of its kind."""
    if not Report.objects.current().filter(pk=report.pk).exists():
        raise InvalidFact(field="report", message="This report was corrected or withdrawn.")
    if report.kind == ReportKind.PREGNANCY and outcome == ReportOutcome.EVALUATED:
        raise InvalidFact(field="outcome", message="Say how the pregnancy report ended.")
