"""What is due for a prescriber's patients, in groups: overdue, today, this week, held.

All of it is read out of the engine's findings (``until``, ``opens``, what is unmet) and the windows
of open numbers. The order of work is this project's convention (D); it clears and blocks nothing.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from eligibility.calendar import end_of_day
from eligibility.editions import edition_in_force
from eligibility.findings import Finding, Outcome
from eligibility.moments import day_words, moment_words
from eligibility.reasons import Reason
from eligibility.requirements import Requirement
from eligibility.requirements.care import PatientSurvey
from eligibility.requirements.standing import AgeFitsForm, ReEnrolled
from eligibility.requirements.testing import TestCurrent
from eligibility.windows import finding_of, requirement
from eligibility.wording import say
from rems.display import chips
from rems.display.names import names_for
from rems.models import DisplayFlag, Enrollment
from rems.models.choices import FlagKind
from rems.overdue import CALENDAR, is_late
from rems.queries.standing import Standing

SOON = timedelta(days=7)
AT_ONCE = frozenset(
    {
        Reason.EVALUATION_OPEN,
        Reason.TEST_OVERDUE,
        Reason.AGREEMENT_MISSING,
        Reason.GUARDIAN_SIGNATURE_MISSING,
        Reason.AGE_FORM_MISMATCH,
        Reason.CATEGORY_CHANGE_REQUIRED,
        Reason.CATEGORY_CRITERION_NOT_MET,
        Reason.CATEGORY_MISMATCH,
    }
)
"""What waits for no prescription: it blocks a number that was issued, too."""

COMING: dict[type[Requirement], tuple[str, Reason]] = {
    TestCurrent: ("pregnancy test", Reason.TEST_OVERDUE),
    PatientSurvey: ("patient survey", Reason.PATIENT_SURVEY_OVERDUE),
    AgeFitsForm: ("agreement for adults", Reason.AGE_FORM_MISMATCH),
    ReEnrolled: ("new agreement", Reason.RE_ENROLLMENT_REQUIRED),
}
"""What is met now and ends with time: what it is called, and the reason that it turns into."""


class Task(NamedTuple):
    """One line of the list. ``reason`` decides which form clears it; None: ask for an authorization."""

    group: str
    tone: str
    icon: str
    tag: str
    enrollment: Enrollment
    title: str
    sentence: str
    reason: Reason | None
    at: datetime
    more: int = 0


GROUPS = ("overdue", "today", "week", "held")


def grouped(rows: Iterable[Standing]) -> dict[str, list[Task]]:
    """One line for each patient and program, by group, what comes first on top."""
    gravest = (gravest_of(tasks_of(row)) for row in rows)
    found = sorted((task for task in gravest if task is not None), key=lambda task: task.at)
    return {group: [task for task in found if task.group == group] for group in GROUPS}


def gravest_of(tasks: list[Task]) -> Task | None:
    """What to do first; the line says how much more there is."""
    if not tasks:
        return None
    first, *others = sorted(tasks, key=lambda task: (GROUPS.index(task.group), task.at))
    return first._replace(more=first.more + sum(1 + other.more for other in others))


def tasks_of(row: Standing) -> list[Task]:
    """What is due for one patient in one program."""
    if row.decision.outcome is Outcome.NOT_GATED:
        return []
    if row.held is not None:
        return [_task(row, "held", row.held, tone="is-held", icon="held", tag="Held")]
    if row.stopped:
        return list(_coming(row, kinds=(ReEnrolled,)))
    return [*_at_once(row), *_before_next(row), *_coming(row, kinds=tuple(COMING)), *_number(row), *_ready(row)]


def _names(row: Standing) -> dict[str, str]:
    """The names in sentences. No list asks for the number of a report: it would be a query for each line."""
    enrollment = row.enrollment
    return names_for(program=enrollment.program, patient=enrollment.patient, prescriber=enrollment.prescriber)


def _task(row: Standing, group: str, finding: Finding, *, tone: str, icon: str, tag: str, more: int = 0) -> Task:
    said = say(finding, zone=row.zone, names=_names(row))
    title = said.title[:1].lower() + said.title[1:]
    at = finding.opens or row.at
    return Task(group, tone, icon, tag, row.enrollment, title, said.sentence, finding.reason, at, more)


def _at_once(row: Standing) -> Iterator[Task]:
    """One line for everything that blocks whatever number there is."""
    blocking = [f for f in row.decision.unmet if f.reason in AT_ONCE]
    if blocking:
        yield _task(
            row,
            "overdue",
            blocking[0],
            tone="is-refused",
            icon="warning",
            tag=_late(row, blocking[0]),
            more=len(blocking) - 1,
        )


def _late(row: Standing, finding: Finding) -> str:
    """How long a test is overdue, or that it blocks now."""
    days = finding.details.get("n")
    if finding.reason is Reason.TEST_OVERDUE and isinstance(days, int):
        return f"{days} day{'' if days == 1 else 's'} overdue"
    return "Blocks now"


def _before_next(row: Standing) -> Iterator[Task]:
    """One line for what the next authorization asks, once its fill is near."""
    if row.number is not None or (row.fill_opens is not None and row.fill_opens > row.at + SOON):
        return
    left = [
        f for f in row.decision.unmet if f.reason not in AT_ONCE and f.reason is not Reason.PRESCRIBER_NOT_CERTIFIED
    ]
    if not left:
        return
    times = [f.opens for f in left if f.opens is not None]
    waits = max(times) if len(times) == len(left) else None
    start = max(filter(None, (waits, row.fill_opens)), default=row.at)
    if start <= row.at:
        yield _task(row, "today", left[0], tone="is-warning", icon="clock", tag="Today", more=len(left) - 1)
    elif start <= row.at + SOON:
        tag = _opening(row, start)
        yield _task(row, "week", left[0], tone="is-neutral", icon="calendar", tag=tag, more=len(left) - 1)._replace(
            at=start
        )


def _opening(row: Standing, at: datetime) -> str:
    words = chips.opening(at, now=row.at, zone=row.zone).words
    return words[:1].upper() + words[1:]


def _closing(row: Standing, at: datetime) -> str:
    words = chips.closing(at, now=row.at, zone=row.zone).words.removesuffix(" left")
    return f"In {words}"


def _coming(row: Standing, *, kinds: tuple[type[Requirement], ...]) -> Iterator[Task]:
    """What is met and will not be within the week."""
    edition = edition_in_force(row.enrollment.program, row.at)
    for kind in kinds:
        finding = finding_of(row.decision, requirement(edition, kind) if edition else None)
        if finding is None or finding.until is None or finding.reason or finding.until > row.at + SOON:
            continue
        if kind is PatientSurvey and row.number is not None:
            continue
        title, reason = COMING[kind]
        last = finding.until.astimezone(row.zone).date()
        today = finding.until <= end_of_day(row.at.astimezone(row.zone).date(), row.zone)
        word = "Due" if kind is TestCurrent else "Good through" if kind is PatientSurvey else "Needed after"
        yield Task(
            "today" if today else "week",
            "is-warning" if today else "is-neutral",
            "clock" if today else "calendar",
            "Today" if today else _closing(row, finding.until),
            row.enrollment,
            title,
            f"{word} {day_words(last)}.",
            reason,
            finding.until,
        )


def _number(row: Standing) -> Iterator[Task]:
    """An open number that was not used yet."""
    if row.number is None or row.number.stands_until > row.at + SOON:
        return
    closes = row.number.stands_until
    today = closes <= end_of_day(row.at.astimezone(row.zone).date(), row.zone)
    sentence = f"Authorization open, not yet used; closes {moment_words(closes, zone=row.zone)}."
    tag, tone = ("Today", "is-warning") if today else (_closing(row, closes), "is-neutral")
    yield Task(
        "today" if today else "week",
        tone,
        "clock",
        tag,
        row.enrollment,
        "confirm at the pharmacy",
        sentence,
        Reason.AUTHORIZATION_MISSING,
        closes,
    )


def _ready(row: Standing) -> Iterator[Task]:
    """Everything is met, the fill is open and there is no number."""
    if row.decision.allowed and row.number is None and row.fill_is_open:
        sentence = "Nothing of the patient’s is missing."
        if row.fill_opens is None and row.facts.last_dispense is not None:
            sentence += " The fill is open."
        yield Task("today", "is-warning", "clock", "Today", row.enrollment, "authorization", sentence, None, row.at)


def with_test(rows: "QuerySet[Enrollment]", kind: str, *, at: datetime) -> "QuerySet[Enrollment]":
    """Those whose flag says that a test is overdue, or due soon, at this instant.

    A flag is raised by a job; whether its day is over is asked now.
    """
    flags = DisplayFlag.objects.filter(enrollment=OuterRef("pk"), what=CALENDAR, cleared_at__isnull=True)
    late = is_late(at=at)
    return rows.filter(Exists(flags.filter(late if kind == FlagKind.OVERDUE else ~late)))


class State(NamedTuple):
    """How a patient stands, as a list says it in few words."""

    tone: str
    icon: str
    word: str
    next: str


def state_of(row: Standing) -> State:
    """The one state that matters most, and what comes next."""
    if row.decision.outcome is Outcome.NOT_GATED:
        return State("is-neutral", "neutral", "Not gated", "Usual rules")
    if row.held is not None:
        said = say(row.held, zone=row.zone, names=_names(row))
        return State("is-held", "held", "Everything held", said.title)
    if row.stopped:
        return State("is-neutral", "neutral", "Stopped", "New start: a new agreement")
    blocking = [f for f in row.decision.unmet if f.reason in AT_ONCE]
    if blocking:
        said = say(blocking[0], zone=row.zone, names=_names(row))
        return State("is-refused", "refused", said.title, said.what)
    if row.number is not None:
        closes = day_words(row.number.stands_until.astimezone(row.zone).date())
        return State("is-allowed", "allowed", "Authorized", f"Pharmacy, by {closes}")
    if row.decision.unmet:
        return _not_ready(row)
    word = "On treatment" if row.on_treatment else "Ready to start"
    return State("is-neutral", "check", word, _fill(row))


def _not_ready(row: Standing) -> State:
    said = say(row.decision.unmet[0], zone=row.zone, names=_names(row))
    more = len(row.decision.unmet) - 1
    what = f"{said.title}{f', and {more} more' if more else ''}"
    if row.on_treatment and not row.fill_is_open:
        return State("is-neutral", "check", "On treatment", _fill(row))
    return State("is-warning", "clock", "To clear", what)


def _fill(row: Standing) -> str:
    if row.fill_opens is None or row.fill_is_open:
        return "Ask for an authorization"
    return f"Fill opens {day_words(row.fill_opens.astimezone(row.zone).date())}"
