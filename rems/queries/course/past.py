"""What happened in a patient's course, out of the rows that stand, in a fixed number of queries."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from eligibility.calendar import add_days, day_of
from eligibility.case import Case
from eligibility.edition import Edition
from eligibility.editions import edition_in_force
from eligibility.facts import Facts
from eligibility.findings import Level
from eligibility.moments import count_words, day_words
from eligibility.requirements.testing import TestOnTime
from eligibility.vocabulary import Cycle, Stage
from eligibility.windows import requirement
from eligibility.wording import template
from patients.choices import DateKind, ReportKind, Result, Subject
from patients.models import PregnancyTest
from rems.display.course.entries import Entry, Sign, Tag, between, short
from rems.models import Agreement, Authorization, Confirmation, Decision, Dispensing
from rems.models.choices import Answer
from rems.queries.pharmacy_windows import is_held
from rems.queries.record import closing_of, is_open, reports_of
from rems.queries.standing import Standing

DONE: Tag = ("neutral", "check", "Completed")
LONGEST_LABEL = 20


def past(standing: Standing) -> list[Entry]:
    """Everything that is drawn of what happened by the standing's instant."""
    edition = edition_in_force(standing.enrollment.program, standing.at)
    found: list[Entry] = []
    found += _tests(standing, edition)
    found += _numbers(standing)
    found += _refusals(standing)
    found += _surveys(standing)
    found += _therapy(standing)
    found += _reports(standing)
    found += _agreements(standing)
    return found


# Tests ---------------------------------------------------------------------------------------


def _tests(standing: Standing, edition: Edition | None) -> Iterator[Entry]:
    patient = standing.enrollment.patient
    rows = list(patient.pregnancy_tests.current().order_by("collected_at", "pk"))
    late = _late(standing, edition) if rows else {}
    counted = _counted(standing, edition)
    for row in rows:
        sign, tag, note = _result(row, counted, late)
        detects = f"{row.sensitivity_miu_ml} mIU/mL" if row.sensitivity_miu_ml else "sensitivity not known"
        place = "at home" if row.home else "laboratory"
        yield Entry(
            when=row.collected_at,
            what="Pregnancy test",
            sign=sign,
            tag=tag,
            detail=f"{detects}, {place}",
            note=note,
            label=tag[2].removeprefix("Negative, ") if sign is not Sign.NEGATIVE else "",
        )


def _result(row: PregnancyTest, counted: set[datetime], late: dict[datetime, date]) -> tuple[Sign, Tag, str]:
    """How a test looks: what it said, whether it counts, and whether it was late."""
    if row.result == Result.POSITIVE:
        return Sign.POSITIVE, ("refused", "warning", "Positive"), ""
    if row.result != Result.NEGATIVE:
        return Sign.UNCLEAR, ("warning", "unknown", row.get_result_display()), "never a negative"
    if row.collected_at not in counted:
        return Sign.UNCLEAR, ("warning", "unknown", "Negative, not counted"), "by its place or its sensitivity"
    if due := late.get(row.collected_at):
        return Sign.LATE, ("warning", "warning", "Negative, late"), f"due {day_words(due, weekday=False)}"
    return Sign.NEGATIVE, ("allowed", "allowed", "Negative"), ""


def _counted(standing: Standing, edition: Edition | None) -> set[datetime]:
    """The instants of the negatives that the engine counts now; none without an edition."""
    if edition is None:
        return set()
    return {test.instant for test in Case(edition=edition, facts=standing.facts, stage=Stage.AUTHORIZE).negatives}


def _late(standing: Standing, edition: Edition | None) -> dict[datetime, date]:
    """When each late test was due. The engine is asked about each test as of its own instant."""
    rule = requirement(edition, TestOnTime) if edition else None
    if edition is None or rule is None:
        return {}
    found: dict[datetime, date] = {}
    cycles = list(standing.enrollment.patient.cycle_reports.current().order_by("reported_at", "pk"))
    for test in Case(edition=edition, facts=standing.facts, stage=Stage.AUTHORIZE).negatives:
        known = [row.cycle for row in cycles if row.reported_at <= test.instant]
        facts = _as_of(standing.facts, test.instant, Cycle(known[-1]) if known else None)
        finding = rule.check(Case(edition=edition, facts=facts, stage=Stage.AUTHORIZE))
        due = finding.details.get("due")
        if finding.level is Level.NOTED and isinstance(due, date):
            found[test.instant] = day_of(due, standing.zone)
    return found


def _as_of(facts: Facts, at: datetime, cycle: Cycle | None) -> Facts:
    return replace(facts, at=at, patient=replace(facts.patient, cycle=cycle))


# Numbers -------------------------------------------------------------------------------------


def _numbers(standing: Standing) -> Iterator[Entry]:
    enrollment = standing.enrollment
    rows = Authorization.objects.filter(patient=enrollment.patient_id, program=enrollment.program)
    read = rows.select_related("dispensing__pharmacy").prefetch_related("confirmations__pharmacy")
    for row in read.order_by("issued_at", "pk"):
        yield _window(row, standing)
        dispensing: Dispensing | None = getattr(row, "dispensing", None)
        for confirmation in row.confirmations.all():
            yield _confirmation(confirmation, dispensing, standing)
        if dispensing is not None:
            yield _dispensed(dispensing, standing.zone)


def _window(row: Authorization, standing: Standing) -> Entry:
    """An authorization from its issue to the end of its window, or to what ended it."""
    closed = f"window to {day_words(day_of(row.closes_at, standing.zone), weekday=False)}"
    shown = Entry(
        when=row.issued_at, ends=row.closes_at, what="Authorization", sign=Sign.USED, tag=("neutral", "check", "Used"),
        detail="number issued", note=closed,
    )  # fmt: skip
    if getattr(row, "dispensing", None) is not None:
        return shown
    if row.cancelled_at is not None:
        tag: Tag = ("neutral", "close", "Cancelled")
        ended = replace(shown, ends=row.cancelled_at, note=row.cancel_reason)
        return replace(ended, sign=Sign.LAPSED, tag=tag, label="cancelled")
    if standing.at > row.closes_at:
        return replace(shown, sign=Sign.LAPSED, tag=("warning", "close", "Lapsed"), label="lapsed")
    if is_held(standing.decision):
        return replace(shown, sign=Sign.HELD, tag=("held", "held", "Held"), detail="", number=row.number, label="held")
    until = f"until {short(day_of(row.closes_at, standing.zone))}"
    tag = ("allowed", "allowed", "Open")
    return replace(shown, sign=Sign.OPEN, tag=tag, detail="", number=row.number, label=until)


def _confirmation(row: Confirmation, dispensing: Dispensing | None, standing: Standing) -> Entry:
    """A confirmation: its hours, or until what ended it."""
    ends, tag = row.lapses_at, ("warning", "close", "Lapsed")
    if dispensing is not None and dispensing.confirmation_id == row.pk:
        ends, tag = dispensing.handed_over_at, ("neutral", "check", "Used")
    elif row.cancelled_at is not None:
        ends, tag = row.cancelled_at, ("neutral", "close", "Cancelled")
    elif standing.at <= row.lapses_at:
        tag = ("allowed", "allowed", "Open")
    return Entry(
        when=row.issued_at, ends=ends, what="Confirmation", sign=Sign.CONFIRMED, tag=tag,
        detail=row.pharmacy.name, note=row.cancel_reason,
    )  # fmt: skip


def _dispensed(row: Dispensing, zone: ZoneInfo) -> Entry:
    """A dispensing with the days that it covers, the day of the hand-over the first of them."""
    day = day_of(row.handed_over_at, zone)
    covered = add_days(day, row.days_supply - 1)
    return Entry(
        when=row.handed_over_at,
        ends=covered,
        what="Dispensed",
        sign=Sign.DISPENSED,
        tag=("neutral", "check", row.get_method_display()),
        detail=f"{count_words(row.days_supply, 'day')}, {row.pharmacy.name}",
        note=f"covers {between(day, covered)}",
        label=short(day),
    )


def _refusals(standing: Standing) -> Iterator[Entry]:
    """Where a number was refused, at the prescriber's or at the counter; previews are no questions."""
    enrollment = standing.enrollment
    rows = Decision.objects.filter(patient=enrollment.patient_id, program=enrollment.program, outcome=Answer.REFUSED)
    for row in rows.order_by("at", "pk").select_related("pharmacy"):
        unmet = [finding for finding in row.findings if finding["level"] == Level.UNMET]
        titles = [template(finding["reason"], finding["case"])["title"] for finding in unmet]
        yield Entry(
            when=row.at,
            what=f"Asked for the {row.get_stage_display().lower()}",
            sign=Sign.REFUSED,
            tag=("refused", "refused", "Refused"),
            detail=row.pharmacy.name if row.pharmacy else "",
            note="; ".join(titles),
            label=titles[0].lower() if len(titles) == 1 and len(titles[0]) <= LONGEST_LABEL else "refused",
        )


# Surveys, therapy, reports -------------------------------------------------------------------


def _surveys(standing: Standing) -> Iterator[Entry]:
    enrollment = standing.enrollment
    rows = enrollment.patient.surveys.current().filter(program=enrollment.program)
    for row in rows.order_by("completed_at", "pk"):
        yield Entry(
            when=row.completed_at,
            what="Patient survey",
            sign=Sign.SURVEY,
            tag=DONE,
            detail=f"answered by {row.answered_by}",
        )


def _therapy(standing: Standing) -> Iterator[Entry]:
    enrollment, today = standing.enrollment, day_of(standing.at, standing.zone)
    rows = list(enrollment.patient.therapy_dates.current().filter(program=enrollment.program).order_by("starts_on"))
    starts = [row.starts_on for row in rows if row.kind == DateKind.FIRST_DOSE]
    stops = [row.starts_on for row in rows if row.kind == DateKind.END]
    last = standing.facts.dispensings
    if not starts and last:
        starts = [min(day_of(when, standing.zone) for when in last)]
    yield from _spans(starts, stops, today)
    for row in rows:
        if row.kind == DateKind.INTERRUPTION:
            ends = f"to {day_words(row.ends_on, weekday=False)}" if row.ends_on else "end not known"
            over = row.ends_on is not None and row.ends_on < today
            tag: Tag = ("neutral", "neutral", "Ended" if over else "Goes on")
            note = "tests go on" if standing.category and standing.category.can_get_pregnant else ""
            yield Entry(
                when=row.starts_on, ends=row.ends_on or max(today, row.starts_on), what="Interruption",
                sign=Sign.INTERRUPTED, tag=tag, detail=ends, note=note, label="interrupted",
            )  # fmt: skip


def _spans(starts: Iterable[date], stops: Iterable[date], today: date) -> Iterator[Entry]:
    """Each time on treatment, from its first dose to its end; the last one goes on."""
    firsts, ends = sorted(set(starts)), sorted(set(stops))
    for place, first in enumerate(firsts):
        following = firsts[place + 1] if place + 1 < len(firsts) else None
        end = next((day for day in ends if day >= first and (following is None or day <= following)), None)
        if end is None and following is not None:
            end = following - timedelta(days=1)
        running = end is None
        yield Entry(
            when=first,
            ends=end or max(today, first),
            what="First dose",
            sign=Sign.TAKEN,
            tag=("allowed", "allowed", "On treatment") if running else ("neutral", "check", "Ended"),
            detail="day 0 of the course",
            note="" if end is None else f"therapy to {day_words(end, weekday=False)}",
            label=f"first dose {short(first)}",
        )


def _reports(standing: Standing) -> Iterator[Entry]:
    for row in reports_of(standing.enrollment.patient).filter(superseded_by__isnull=True, void=False):
        what = "Partner’s pregnancy" if row.subject == Subject.PARTNER else row.get_kind_display()
        closing = closing_of(row)
        open_ = is_open(row)
        held = row.kind == ReportKind.PREGNANCY and row.subject == Subject.PATIENT
        yield Entry(
            when=row.opened_at,
            ends=standing.at if open_ or closing is None else closing.closed_at,
            what=f"Report: {what[:1].lower()}{what[1:]}",
            sign=Sign.REPORT_OPEN if open_ else Sign.REPORT_CLOSED,
            tag=("held" if held else "warning", "flag", "Open") if open_ else ("neutral", "check", "Closed"),
            note=closing.get_outcome_display() if closing else "",
            label=what.split(" or ")[0].lower(),
        )


def _agreements(standing: Standing) -> Iterator[Entry]:
    """Signed agreements: in the table alone."""
    for row in Agreement.objects.current().filter(enrollment=standing.enrollment):
        signed: date | datetime = row.signed_at or row.signed_on
        tag: Tag = ("neutral", "check", "Signed")
        yield Entry(when=signed, what="Agreement", sign=None, tag=tag, detail=row.get_category_display())
