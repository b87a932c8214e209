"""A patient's record as it is read: every entry, the corrected and withdrawn ones too, newest first."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from audit.facts import Fact, Facts
from eligibility.moments import day_words, moment_words
from eligibility.wording import word_for
from patients import models as patient_facts
from patients.choices import DateKind, ReportKind, Result, Subject
from patients.models import Patient
from patients.queries import ends, open_reports
from rems.models import Agreement, Authorization, CategoryAssignment, Enrollment, Prescription
from rems.queries.signatures import Shown, by_row

Tag = tuple[str, str, str]
"""Tone, icon and word."""


class Line(NamedTuple):
    """One entry. ``correction``: what superseded it; ``kind`` addresses its correction, '' where there is none here."""

    when: datetime | date
    what: str
    detail: str
    tag: Tag | None
    fact: Any
    kind: str = ""
    note: str = ""
    correction: Any = None
    signatures: Sequence[Shown] = ()

    @property
    def stands(self) -> bool:
        """Whether nothing superseded it."""
        return self.correction is None


Describe = Callable[[Any, ZoneInfo], Line]
RESULT_TAGS: dict[str, Tag] = {
    Result.NEGATIVE: ("allowed", "allowed", "Negative"),
    Result.POSITIVE: ("refused", "warning", "Positive"),
}


def _test(row: patient_facts.PregnancyTest, zone: ZoneInfo) -> Line:
    detects = f"{row.sensitivity_miu_ml} mIU/mL" if row.sensitivity_miu_ml else "sensitivity not known"
    place = "at home" if row.home else row.laboratory or "laboratory"
    tag = RESULT_TAGS.get(row.result, ("warning", "unknown", row.get_result_display()))
    days = (row.recorded_at.astimezone(zone).date() - row.collected_at.astimezone(zone).date()).days
    late = f"entered {days} day{'' if days == 1 else 's'} later" if days else ""
    known = f"result known {moment_words(row.resulted_at, zone=zone)}" if row.resulted_at else ""
    note = "; ".join(filter(None, (known, late)))
    return Line(
        row.collected_at, "Pregnancy test", f"{row.get_method_display()}, {detects}, {place}", tag, row, "test", note
    )


def _attestation(row: patient_facts.ContraceptionAttestation, _zone: ZoneInfo) -> Line:
    methods = "continuous abstinence" if row.abstinence else ", ".join(word_for(method) for method in row.methods)
    since = f"since {day_words(row.since, weekday=False)}" if row.since else "since when is not known"
    note = f"attested by {row.attested_by_name}"
    return Line(row.attested_at, "Contraception", f"{methods}, {since}", None, row, "attestation", note)


def _cycle(row: patient_facts.CycleReport, _zone: ZoneInfo) -> Line:
    return Line(row.reported_at, "Cycles", row.get_cycle_display(), None, row, "cycle")


def _menarche(row: patient_facts.MenarcheReport, _zone: ZoneInfo) -> Line:
    return Line(row.reported_at, "First period", "reported", ("warning", "flag", "Reported"), row, "menarche")


def _survey(row: patient_facts.PatientSurvey, _zone: ZoneInfo) -> Line:
    tag = ("neutral", "check", "Completed")
    return Line(row.completed_at, "Patient survey", f"answered by {row.answered_by}", tag, row, "survey")


def _therapy(row: patient_facts.TherapyDate, _zone: ZoneInfo) -> Line:
    end = ""
    if row.kind == DateKind.INTERRUPTION:
        end = f"to {day_words(row.ends_on, weekday=False)}" if row.ends_on else "end not known"
    return Line(row.starts_on, row.get_kind_display(), end, None, row, "date")


def closing_of(report: patient_facts.Report) -> patient_facts.ReportClosing | None:
    """The newest closing of a report that stands."""
    rows = [row for row in report.closings.all() if not row.void and not _superseding(row)]
    return max(rows, key=lambda row: (row.closed_at, row.pk), default=None)


def is_open(report: patient_facts.Report) -> bool:
    """Whether nothing closed the report, as a list shows it; whether it blocks, the gate says."""
    closing = closing_of(report)
    return closing is None or not ends(closing)


def _report(row: patient_facts.Report, zone: ZoneInfo) -> Line:
    what = "Partner’s pregnancy" if row.subject == Subject.PARTNER else row.get_kind_display()
    closing, tag = closing_of(row), ("warning", "flag", "Open")
    note = ""
    if closing is not None:
        note = f"{closing.get_outcome_display()}, {moment_words(closing.closed_at, zone=zone)}"
        tag = tag if is_open(row) else ("neutral", "check", "Closed")
    kind = "" if row.kind == ReportKind.PREGNANCY else "report"
    return Line(row.opened_at, what, row.note, tag, row, kind, note)


def _superseding(row: Fact) -> Any:
    """What superseded a row; None: nothing did."""
    return getattr(row, "superseded_by", None)


def lines(rows: QuerySet[Any], describe: Describe, zone: ZoneInfo) -> list[Line]:
    """The entries in words. A row that withdraws another is told beside the one that it withdrew."""
    read = list(rows.select_related("recorded_by", "on_behalf_of", "superseded_by__recorded_by"))
    signed = by_row(read)
    described = []
    for row in read:
        if not row.void:
            newer = _superseding(row)
            under = signed.get(row.pk, []) + (signed.get(newer.pk, []) if newer is not None and newer.void else [])
            described.append(describe(row, zone)._replace(correction=newer, signatures=under))
    return described


class Section(NamedTuple):
    """Entries of one kind. ``url`` and ``verb``: the form that adds one."""

    code: str
    title: str
    rows: list[Line]
    empty: str


def sections_of(patient: Patient, *, zone: ZoneInfo) -> list[Section]:
    """What is known of the patient in all programs."""
    tests = lines(patient.pregnancy_tests.order_by("-collected_at", "-pk"), _test, zone)
    attested = lines(patient.attestations.order_by("-attested_at", "-pk"), _attestation, zone)
    cycles = lines(patient.cycle_reports.order_by("-reported_at", "-pk"), _cycle, zone)
    menarches = lines(patient.menarche_reports.order_by("-reported_at", "-pk"), _menarche, zone)
    reports = lines(reports_of(patient).order_by("-opened_at", "-pk"), _report, zone)
    return [
        Section("tests", "Pregnancy tests", tests, "No test was recorded."),
        Section("contraception", "Contraception", attested, "No attestation was recorded."),
        Section("cycles", "Cycles", [*cycles, *menarches], "Nothing was recorded about cycles."),
        Section("reports", "Reports", reports, "No missed period, bleeding or pregnancy was reported."),
    ]


def program_sections_of(patient: Patient, enrollments: Iterable[Enrollment], *, zone: ZoneInfo) -> list[Section]:
    """What is known of the patient in one program each: surveys, dates of the therapy."""
    programs = [enrollment.program for enrollment in enrollments]
    surveys = patient.surveys.filter(program__in=programs).order_by("-completed_at", "-pk")
    dates = patient.therapy_dates.filter(program__in=programs).order_by("-starts_on", "-pk")
    return [
        Section("surveys", "Patient surveys", lines(surveys, _survey, zone), "No survey was completed."),
        Section("therapy", "Therapy", lines(dates, _therapy, zone), "No dose date was recorded."),
    ]


def newest_attestation(patient: Patient) -> patient_facts.ContraceptionAttestation | None:
    """What was attested about contraception last, and stands."""
    return patient.attestations.current().order_by("attested_at", "pk").last()


def reports_of(patient: Patient) -> Facts:
    """The patient's reports with their closings."""
    rows: Facts = patient.reports.prefetch_related("closings__superseded_by")
    return rows


def open_evaluations(patient: Patient) -> list[Any]:
    """Missed periods and bleedings that were not closed."""
    return list(open_reports(patient.pk).exclude(kind=ReportKind.PREGNANCY))


class Paper(NamedTuple):
    """A prescription with what became of it."""

    prescription: Prescription
    number: Authorization | None
    tag: Tag
    detail: str


def prescriptions_of(enrollments: Iterable[Enrollment], *, at: datetime) -> list[Paper]:
    """The prescriptions of a patient, newest first."""
    rows = Prescription.objects.current().filter(enrollment__in=list(enrollments))
    read = rows.select_related("enrollment", "authorization__dispensing__pharmacy").prefetch_related(
        "items__product", "authorization__later_entries", "authorization__extensions"
    )
    return [_paper(row, at=at) for row in read.order_by("-written_at", "-pk")]


def _paper(row: Prescription, *, at: datetime) -> Paper:
    number: Authorization | None = getattr(row, "authorization", None)
    items = ", ".join(f"{item.capsules} × {item.product}" for item in row.items.all())
    days = f"{row.days_supply} days" if row.days_supply else "days not stated"
    return Paper(row, number, number_tag(number, at=at), f"{items}; {days}")


def number_tag(number: Authorization | None, *, at: datetime) -> Tag:
    """How an authorization stands, as a list says it; whether it may be used, the gate says."""
    if number is None:
        return ("neutral", "pencil", "No number yet")
    if getattr(number, "dispensing", None) is not None:
        return ("neutral", "check", "Dispensed")
    if number.by_telephone is not None:
        return ("warning", "phone", "Dispensed by telephone, recorded after the fact")
    if number.cancelled_at is not None:
        return ("neutral", "close", "Cancelled")
    if at > number.stands_until:
        return ("warning", "close", "Lapsed")
    return ("allowed", "allowed", "Open")


def correctable(model: type[Fact]) -> QuerySet[Any]:
    """The entries of a kind that a prescriber corrects: those that stand. A pregnancy report is the program's."""
    rows: QuerySet[Any] = model.objects.current()
    return rows.exclude(kind=ReportKind.PREGNANCY) if model is patient_facts.Report else rows


def newest_agreement(enrollments: Iterable[Enrollment]) -> Agreement | None:
    """The agreement that was signed last in these enrollments, and stands."""
    return Agreement.objects.current().filter(enrollment__in=list(enrollments)).order_by("signed_on", "pk").last()


def agreements_of(enrollments: Iterable[Enrollment]) -> list[Agreement]:
    """The signed agreements, newest first, corrected ones too."""
    rows = Agreement.objects.filter(enrollment__in=list(enrollments))
    return list(
        rows.select_related("enrollment", "prescriber", "prescriber_signature", "recorded_by").order_by("-recorded_at")
    )


def categories_of(enrollments: Iterable[Enrollment]) -> list[CategoryAssignment]:
    """The risk categories, newest first."""
    rows = CategoryAssignment.objects.filter(enrollment__in=list(enrollments))
    return list(rows.select_related("enrollment", "recorded_by").order_by("-since", "-pk"))
