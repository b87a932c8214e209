"""The plan of the next weeks for one enrollment: the engine asked at later instants, on what is known now."""

from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from eligibility.facts import Dispensed
from eligibility.moments import day_words, moment_words
from eligibility.plan import DueTest, Fill, Plan, plan
from eligibility.wording import say
from rems.display.verdicts import HELD
from rems.models import Enrollment
from rems.queries.due import AT_ONCE, names_of
from rems.queries.standing import Standing, standings

KNOWN, ASSUMED = "if nothing new is recorded", "if each before it is done on its last day"


class Step(NamedTuple):
    """One line of the plan: from which day, through which (None: no end follows), what, and on what it rests."""

    kind: str
    first: date
    last: date | None
    what: str
    detail: str
    rests_on: str
    tone: str
    icon: str


class Ahead(NamedTuple):
    """The plan of an enrollment. ``missing``: why no authorization can be given within it, in words."""

    row: Standing
    plan: Plan
    steps: list[Step]
    missing: list[tuple[str, str]]
    number_serves: bool
    """Whether the days are those after an open number, taken as dispensed."""

    @property
    def is_late(self) -> bool:
        """Whether nothing is on hand any more on the earliest day."""
        return self.next is not None and runs_dry(self.next)

    @property
    def next(self) -> Fill | None:
        """The next authorization."""
        return self.plan.fills[0] if self.plan.fills else None


def plan_of(enrollment: Enrollment, *, at: datetime) -> Ahead | None:
    """The plan as of ``at``; None where no edition gates the program then.

    An open number is taken as dispensed as soon as its fill is open, where its window reaches that.
    """
    row = next(iter(standings([enrollment], at=at)), None)
    facts = row.facts if row else None
    if row is None or facts is None:
        return None
    given = _given(row)
    if given is not None:
        facts = replace(facts, last_dispense=given, dispensings=(*facts.dispensings, given.date or at))
    found = plan(facts)
    if found is None:
        return None
    steps = [_test(test) for test in found.tests]
    steps += [step for fill in found.fills for step in _of_fill(fill, found, row)]
    said = [say(f, zone=row.zone, names=names_of(row)) for fill in found.fills for f in fill.missing]
    return Ahead(
        row=row,
        plan=found,
        steps=sorted(steps, key=lambda step: step.first),
        missing=[(one.title, one.sentence) for one in said],
        number_serves=given is not None,
    )


def _given(row: Standing) -> Dispensed | None:
    """The open number, dispensed as soon as its fill is open; None: none reaches it, or something blocks it."""
    given = max(row.at, row.fill_opens or row.at)
    if row.number is None or row.number.stands_until < given or row.decision.reasons & (AT_ONCE | HELD):
        return None
    return Dispensed(date=given, days_supply=row.number.prescription.days_supply)


def _test(test: DueTest) -> Step:
    what, detail = "Pregnancy test due", "The last day on which it is in time by the calendar."
    if test.was_due:
        detail = "Overdue: the days after it are counted from a test today."
        return Step("test", test.day, test.day, "Pregnancy test overdue", detail, KNOWN, "is-refused", "warning")
    return Step("test", test.day, test.day, what, detail, ASSUMED if test.assumed else KNOWN, "is-note", "calendar")


def _of_fill(fill: Fill, found: Plan, row: Standing) -> list[Step]:
    """The survey, the authorization and the fill, as far as they lie in the plan."""
    rests_on = ASSUMED if fill.assumed else KNOWN
    if not fill.assumed and _given(row) is not None:
        rests_on = "if the open number is dispensed"
    steps = []
    if fill.survey_from is not None:
        what, detail = "Patient survey", "The days on which one counts for the next authorization."
        steps.append(Step("survey", fill.survey_from, fill.latest, what, detail, rests_on, "is-note", "pencil"))
    if fill.earliest is not None:
        detail = _authorization(fill, row)
        tone = "is-warning" if fill.latest == found.since else "is-allowed"
        what = "Next authorization" if not fill.assumed else "Authorization"
        steps.append(Step("authorization", fill.earliest, fill.latest, what, detail, rests_on, tone, "check"))
    if fill.opens is not None:
        ends = f"Something is on hand through the day before {day_words(fill.supply_ends)}." if fill.supply_ends else ""
        steps.append(Step("fill", fill.opens, fill.supply_ends, "Fill opens", ends, rests_on, "is-neutral", "clock"))
    return steps


def runs_dry(fill: Fill) -> bool:
    """Whether nothing is on hand any more on the earliest day."""
    return fill.supply_ends is not None and fill.earliest is not None and fill.supply_ends <= fill.earliest


def _authorization(fill: Fill, row: Standing) -> str:
    """Until when the windows of the first and the last day reach, and what has to be done by then."""
    first, last = (moment_words(closes, zone=row.zone) for closes in fill.closes)
    said = f"A window opened on the first day closes {first}"
    said += f", on the last {last}." if fill.latest not in (None, fill.earliest) else "."
    if row.category is None or row.category.can_get_pregnant:
        said += " Each day with a test of that day."
    if fill.first_test_today:
        said += " Only if the first of the two tests is taken today."
    if fill.one_test_through is not None:
        said += f" One test serves the calendar, too, through {day_words(fill.one_test_through)}."
    if runs_dry(fill):
        said += " Nothing is on hand any more."
    return said
