"""What is due for a prescriber's patients: overdue, today, this week, held.

All of it is read out of the engine's findings (``until``, ``opens``, what is unmet) and the windows
of open numbers. The order of work is this project's convention (D); it clears and blocks nothing.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

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
from rems.models import Enrollment, ItemKey
from rems.models.choices import DueKind, OtherItem
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


FALLS_DUE = {
    Reason.TEST_OVERDUE: DueKind.TEST,
    Reason.PATIENT_SURVEY_OVERDUE: DueKind.SURVEY,
    Reason.AGE_FORM_MISMATCH: DueKind.ADULT_FORM,
    Reason.RE_ENROLLMENT_REQUIRED: DueKind.RE_ENROLLMENT,
}
"""What was to be done by a day: the item is the same before that day and after it."""


class Task(NamedTuple):
    """One line of the list. ``reason`` decides which form clears it; None: ask for an authorization.

    ``item``: its natural key. ``until``: by when it is to be done, or since when it is late; None: no day
    follows from the rules.
    """

    group: str
    tone: str
    icon: str
    tag: str
    enrollment: Enrollment
    title: str
    sentence: str
    reason: Reason | None
    at: datetime
    item: ItemKey
    until: datetime | None = None
    more: int = 0


GROUPS = ("overdue", "today", "week", "held")


def tasks_of(row: Standing) -> list[Task]:
    """What is due for one patient in one program."""
    if row.decision.outcome is Outcome.NOT_GATED:
        return []
    if row.held is not None:
        return [_task(row, "held", row.held, tone="is-held", icon="held", tag="Held")]
    if row.stopped:
        return list(_coming(row, kinds=(ReEnrolled,)))
    return [*_at_once(row), *_before_next(row), *_coming(row, kinds=tuple(COMING)), *_number(row), *_ready(row)]


def names_of(row: Standing) -> dict[str, str]:
    """The names in sentences. No list asks for the number of a report: it would be a query for each line."""
    enrollment = row.enrollment
    return names_for(program=enrollment.program, patient=enrollment.patient, prescriber=enrollment.prescriber)


def _task(row: Standing, group: str, finding: Finding, *, tone: str, icon: str, tag: str, more: int = 0) -> Task:
    said = say(finding, zone=row.zone, names=names_of(row))
    title = said.title[:1].lower() + said.title[1:]
    item, until = _item_of(row, finding)
    at = until or finding.opens or row.at
    return Task(group, tone, icon, tag, row.enrollment, title, said.sentence, finding.reason, at, item, until, more)


def _item_of(row: Standing, finding: Finding) -> tuple[ItemKey, datetime | None]:
    """The item that a finding is, and when it was due.

    What no day follows for is counted from the day on which it was reported, or else from the last
    dispensing: what is missing for one fill is one item.
    """
    kind = FALLS_DUE.get(finding.reason) if finding.reason else None
    deadline = next((d for d in row.deadlines if d.kind is kind), None)
    if kind is not None and deadline is not None:
        return _item(row, kind, deadline.ends), deadline.due_at
    since = finding.details.get("opened") or finding.details.get("collected")
    begun = since if isinstance(since, datetime) else row.since
    return _item(row, finding.reason.value if finding.reason else finding.requirement, begun), None


def _item(row: Standing, kind: str, due_at: datetime) -> ItemKey:
    return ItemKey(str(kind), f"enrollment:{row.enrollment.pk}", due_at.astimezone(UTC))


def _at_once(row: Standing) -> Iterator[Task]:
    """What blocks whatever number there is."""
    for finding, more in _lines([f for f in row.decision.unmet if f.reason in AT_ONCE]):
        tag = _late(row, finding)
        yield _task(row, "overdue", finding, tone="is-refused", icon="warning", tag=tag, more=more)


def _lines(findings: list[Finding]) -> Iterator[tuple[Finding, int]]:
    """What falls due by a day has a line of its own; of all else the first says how much more there is."""
    rest = [f for f in findings if f.reason not in FALLS_DUE]
    yield from ((f, 0) for f in findings if f.reason in FALLS_DUE)
    if rest:
        yield rest[0], len(rest) - 1


def _late(row: Standing, finding: Finding) -> str:
    """How long a test is overdue, or that it blocks now."""
    days = finding.details.get("n")
    if finding.reason is Reason.TEST_OVERDUE and isinstance(days, int):
        return f"{days} day{'' if days == 1 else 's'} overdue"
    return "Blocks now"


def _before_next(row: Standing) -> Iterator[Task]:
    """What the next authorization asks, once its fill is near."""
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
    if start > row.at + SOON:
        return
    for finding, more in _lines(left):
        if start <= row.at:
            yield _task(row, "today", finding, tone="is-warning", icon="clock", tag="Today", more=more)
        else:
            tag = _opening(row, start)
            line = _task(row, "week", finding, tone="is-neutral", icon="calendar", tag=tag, more=more)
            yield line._replace(at=start)


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
            _item(row, FALLS_DUE[reason], finding.until),
            finding.until,
        )


def _number(row: Standing) -> Iterator[Task]:
    """An open number that was not used yet."""
    if row.number is None or row.number.closes_at > row.at + SOON:
        return
    closes = row.number.closes_at
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
        ItemKey(DueKind.AUTHORIZATION.value, f"authorization:{row.number.pk}", closes),
        closes,
    )


def _ready(row: Standing) -> Iterator[Task]:
    """Everything is met, the fill is open and there is no number."""
    if row.decision.allowed and row.number is None and row.fill_is_open:
        sentence = "Nothing of the patient’s is missing."
        if row.fill_opens is None and row.facts.last_dispense is not None:
            sentence += " The fill is open."
        item, until = _item(row, OtherItem.NEXT_AUTHORIZATION, row.since), row.decision.until
        group = ("today", "is-warning", "clock", "Today")
        yield Task(*group, row.enrollment, "authorization", sentence, None, row.at, item, until)
