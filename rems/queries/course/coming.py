"""What comes next in a course, as far as the rules say it today: each thing if what comes before it is done on its day.

Nothing is decided here: the tests ahead are those of the plan (``eligibility.plan``).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from eligibility.calendar import day_of, end_of_day, start_of_day
from eligibility.edition import Edition
from eligibility.editions import edition_in_force
from eligibility.facts import Facts, PregnancyTest
from eligibility.plan import due_tests
from eligibility.requirements import Requirement
from eligibility.requirements.authorization import AuthorizationWindow
from eligibility.requirements.confirmation import ConfirmationHours
from eligibility.requirements.supply import NearlyUsedUp
from eligibility.requirements.testing import TestCurrent
from eligibility.vocabulary import Result, Stage
from eligibility.windows import authorization_closes, next_fill_opens, requirement
from rems.display.course.entries import Entry, Sign, Tag, between, short
from rems.extended import hours_open
from rems.horizon.deadlines import Deadline, deadlines_of
from rems.models.choices import DueKind
from rems.queries.pharmacy_windows import is_held
from rems.queries.standing import Standing

NOON = timedelta(hours=12)
DUE: Tag = ("note", "calendar", "Due")
WORDS = {
    DueKind.RE_ENROLLMENT: "New agreement, after the stop",
    DueKind.ADULT_FORM: "Agreement for adults",
    DueKind.CERTIFICATION: "Prescriber’s certification ends",
}


def coming(standing: Standing, *, last: date) -> list[Entry]:
    """What lies ahead through ``last``. Nothing while everything is held: then no day leads anywhere."""
    edition = edition_in_force(standing.enrollment.program, standing.at)
    if edition is None or edition.ended or is_held(standing.decision):
        return []
    found = [
        *_number(standing, edition),
        *_fill(standing, edition),
        *_deadlines(standing, edition, last),
        *_cleared_by_time(standing, edition),
        *_treatment(standing, last),
    ]
    limit = end_of_day(last, edition.zone)
    return [entry for entry in found if _at(entry, edition) <= limit]


def _at(entry: Entry, edition: Edition) -> datetime:
    when = entry.when
    return when if isinstance(when, datetime) else start_of_day(when, edition.zone)


def _mark(rule: Requirement | None) -> str:
    return rule.mark if rule else ""


def _number(standing: Standing, edition: Edition) -> Iterator[Entry]:
    """The open number: to be confirmed, or to be handed over. Its window is drawn already."""
    number = standing.number
    if number is None:
        return
    rows = number.confirmations.filter(hours_open(standing.at), cancelled_at__isnull=True, lapsed_at__isnull=True)
    confirmed = rows.select_related("pharmacy").order_by("-issued_at").first()
    if confirmed is not None:
        yield Entry(
            when=confirmed.stands_until, what="Hand over", sign=None, tag=("note", "clock", "Open"),
            by=confirmed.stands_until, detail=confirmed.pharmacy.name, note=f"At {confirmed.pharmacy.name}.",
            mark=_mark(requirement(edition, ConfirmationHours)),
        )  # fmt: skip
        return
    yield Entry(
        when=number.stands_until, what="Confirm at the pharmacy", sign=None, tag=("note", "clock", "Open"),
        by=number.stands_until, mark=_mark(requirement(edition, AuthorizationWindow)),
    )  # fmt: skip


def _fill(standing: Standing, edition: Edition) -> Iterator[Entry]:
    """When the next fill opens; with an open number, the one after it if that is dispensed today."""
    nearly = requirement(edition, NearlyUsedUp)
    opens, note = standing.fill_opens, ""
    if standing.number is not None and opens is None and (days := standing.number.prescription.days_supply):
        opens, note = next_fill_opens(edition, dispensed=standing.at, days_supply=days), "If dispensed today."
    if opens is None or nearly is None:
        return
    day = day_of(opens, edition.zone)
    yield Entry(
        when=_day_or_instant(opens, edition), what="Next fill opens", sign=Sign.FILL_OPENS,
        tag=("note", "calendar", "Opens"), opens=opens, note=note, mark=nearly.mark, label=f"opens {short(day)}",
    )  # fmt: skip
    if not _tested(standing):
        yield from _window_on(day, standing.facts, edition)


def _tested(standing: Standing) -> bool:
    return standing.category is None or standing.category.can_get_pregnant


def _deadlines(standing: Standing, edition: Edition, last: date) -> Iterator[Entry]:
    for deadline in deadlines_of(standing.decision, standing.facts, edition, stage=Stage.AUTHORIZE):
        if deadline.due_at is None:
            continue
        due = day_of(deadline.due_at, edition.zone)
        if deadline.kind is DueKind.TEST:
            yield from _tests(standing, edition, due, last)
        elif deadline.kind is DueKind.SURVEY:
            yield _due(deadline, edition, "Patient survey", Sign.SURVEY_DUE, f"by {short(due)}")
        else:
            yield _due(deadline, edition, WORDS[deadline.kind], None, "")


def _due(deadline: Deadline, edition: Edition, what: str, sign: Sign | None, label: str) -> Entry:
    mark = next((r.mark for r in edition.requirements if r.id == deadline.requirement), "")
    day = day_of(deadline.ends, edition.zone)
    late: Tag = ("refused", "warning", "Overdue")
    tag = DUE if deadline.flag_at(deadline.since) != "overdue" else late
    return Entry(when=day, what=what, sign=sign, tag=tag, by=deadline.due_at, label=label, mark=mark)


def _tests(standing: Standing, edition: Edition, due: date, last: date) -> Iterator[Entry]:
    """The test that is due, and those after it if each is taken on its day, with the window that each opens."""
    mark = _mark(requirement(edition, TestCurrent))
    for test in due_tests(standing.facts, until=last):
        day = due if test.was_due else test.day
        yield Entry(
            when=day, what="Pregnancy test due", sign=Sign.TEST_DUE,
            tag=("refused", "warning", "Overdue") if test.was_due else DUE, by=end_of_day(day, edition.zone),
            detail="negative, on its day" if not test.was_due else "nothing is authorized until tested",
            label=f"{'was due' if test.was_due else 'due'} {short(day)}", mark=mark,
        )  # fmt: skip
        if not test.was_due:
            yield from _window_on(day, standing.facts, edition)


def _window_on(day: date, facts: Facts, edition: Edition) -> Iterator[Entry]:
    """The window of an authorization issued on a day, on a test of that day where one is asked for."""
    noon = start_of_day(day, edition.zone) + NOON
    test = PregnancyTest(collected=noon, result=Result.NEGATIVE, sensitivity_miu_ml=edition.max_miu_ml)
    then = replace(facts, at=noon, tests=(*facts.tests, test))
    closes = authorization_closes(edition, then)
    if closes is not None:
        end = day_of(closes, edition.zone)
        yield Entry(
            when=day, ends=end, what="Authorization, if asked for then", sign=Sign.WINDOW_AHEAD,
            tag=("note", "calendar", "Ahead"), detail=f"window {between(day, end)}", label=between(day, end),
            mark=_mark(requirement(edition, AuthorizationWindow)),
        )  # fmt: skip


def _cleared_by_time(standing: Standing, edition: Edition) -> Iterator[Entry]:
    """What stands in the way now and time alone clears, the next fill apart."""
    titles = {rule.id: rule.title for rule in edition.requirements}
    for finding in standing.decision.unmet:
        if finding.opens is not None and finding.opens != standing.fill_opens:
            yield Entry(
                when=_day_or_instant(finding.opens, edition), what=titles.get(finding.requirement, finding.requirement),
                sign=None, tag=("note", "calendar", "Opens"), opens=finding.opens, note="Clears with time.",
                mark=finding.mark,
            )  # fmt: skip


def _day_or_instant(opens: datetime, edition: Edition) -> date | datetime:
    """What opens at the beginning of a day is said as the day."""
    day = day_of(opens, edition.zone)
    return day if start_of_day(day, edition.zone) == opens else opens


def _treatment(standing: Standing, last: date) -> Iterator[Entry]:
    if standing.on_treatment:
        today = day_of(standing.at, standing.zone)
        yield Entry(
            when=standing.at, ends=last, what="On treatment", sign=Sign.PLANNED, tag=("note", "calendar", "Ahead"),
            detail="as long as nothing ends or interrupts it", note=f"from {short(today)} on",
        )  # fmt: skip
