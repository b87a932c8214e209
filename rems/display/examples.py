"""Fictional content for the page that shows the template parts in every state. Nobody of it is on record."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from eligibility.calendar import add_days, day_of
from eligibility.edition import Edition
from eligibility.editions import programs
from eligibility.findings import Decision, Finding, Level, Outcome
from eligibility.reasons import Reason
from eligibility.vocabulary import Stage
from patients.models import Patient
from rems.display.course.drawing import draw
from rems.display.course.entries import Entry, Sign, Span, newest_first, said
from rems.display.meeting import Meeting, Reach, meet
from rems.display.plots import Column, Counted, Plot, Point, columns, discs, line
from rems.display.windows import LAST_HOURS, Window

PROGRAM = "us-lenalidomide"
NUMBER, WITNESS = "A7KQ2M9DXW4R", "2f3c22cf979aa33b"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NAMES = {
    "patient": "Dana Whitfield",
    "prescriber": "Ruth Abara, MD",
    "site": "Cedar Street Pharmacy",
    "program": "Lenalidomide REMS",
    "case": "report 212",
}


def edition() -> Edition:
    """The newest edition of a program, for titles and links."""
    return programs()[PROGRAM][-1]


def decisions(at: datetime) -> dict[str, Decision]:
    """An answer of each kind, by what it is called."""
    note = _finding(Level.NOTED, Reason.TEST_WAS_LATE, "D", collected=_day(at, -3), due=_day(at, -5), next=_day(at, 25))
    positive = _finding(Level.UNMET, Reason.TEST_POSITIVE, "A", collected=at - 5 * DAY)
    evaluation = _finding(Level.UNMET, Reason.EVALUATION_OPEN, "A", case="missed_period", opened=at - 2 * DAY)
    closed = _finding(Level.UNMET, Reason.AUTHORIZATION_EXPIRED, "B", case="test", closed=at - 9 * HOUR, n=7)
    early = _finding(
        Level.UNMET, Reason.TOO_EARLY, "B", case="computed", n=13, m=28, limit=7, dispensed=_day(at, -15)
    )._replace(opens=at + 6 * DAY)
    ended = _finding(Level.NOTED, Reason.PROGRAM_ENDED, "A", ended=_day(at, -16))
    return {
        "may": _decision(at, Outcome.ALLOWED),
        "note": _decision(at, Outcome.ALLOWED, note),
        "refused": _decision(at, Outcome.REFUSED, evaluation, closed, early),
        "one": _decision(at, Outcome.REFUSED, early),
        "held": _decision(at, Outcome.REFUSED, positive),
        "not_gated": _decision(at, Outcome.NOT_GATED, ended),
    }


def _finding(level: Level, reason: Reason, mark: str, *, case: str = "", **details: Any) -> Finding:
    rule = next(iter(edition().requirements))
    return Finding(rule.id, level, reason, rule.source, mark, None, None, case, details)


def _decision(at: datetime, outcome: Outcome, *findings: Finding) -> Decision:
    rules = [rule for rule in edition().requirements if rule.id != next(iter(edition().requirements)).id][:4]
    met = [Finding(rule.id, Level.MET, None, rule.source, rule.mark, at + 38 * HOUR) for rule in rules]
    return Decision(outcome, Stage.CONFIRM, at, PROGRAM, edition().id, edition().sha256, (*met, *findings))


def _day(at: datetime, days: int) -> date:
    return add_days(day_of(at, edition().zone), days)


def person(at: datetime) -> dict[str, Any]:
    """Somebody with a guardian, enrolled in a program."""
    patient = Patient(
        first_name="Hannah", last_name="Doyle", number="P-0041301", born=_day(at, -15 * 365),
        guardian_name="Moira Doyle", guardian_relationship="mother", phone="555-0177",
    )  # fmt: skip
    enrollment = SimpleNamespace(program=PROGRAM, enrolled_at=at - 140 * DAY, prescriber=NAMES["prescriber"])
    return {"patient": patient, "enrollment": enrollment, "category": "female_child_rp"}


def windows(at: datetime) -> list[Window]:
    """A window of each kind: far, tomorrow, in its last hours, closed, opening, open."""
    return [
        Window("Authorization closes", until=at + 6 * DAY, note="7 days after the test.", mark="B"),
        Window("Closes tomorrow", until=at + DAY, mark="A"),
        Window("Hand over by", until=at + 5 * HOUR, hours=LAST_HOURS, mark="B"),
        Window("Authorization closed", until=at - 9 * HOUR, mark="B"),
        Window("Fill opens", opens=at + 6 * DAY, mark="A/D"),
        Window("Fill is open", opens=at - DAY, mark="C"),
    ]


def course(at: datetime) -> SimpleNamespace:
    """A course in which every sign occurs once."""
    zone = edition().zone
    span = Span(first=_day(at, -125), last=_day(at, 84), now=at, zone=zone)
    entries = list(_entries(at))
    return SimpleNamespace(
        span=span, picture=draw(entries, span), description=said(entries, zone), rows=newest_first(entries, zone)
    )


def _entries(at: datetime) -> Iterator[Entry]:
    """Each sign in turn, those of the past from left to right, those ahead right of today."""
    places: dict[Any, int] = {}
    for sign in Sign:
        place = places[sign.lane] = places.get(sign.lane, -1) + 1
        days = 20 + 22 * place - (40 if sign.lane.name == "THERAPY" else 66) if sign.ahead else -118 + 22 * place
        when = at + (abs(days) if sign.ahead else days) * DAY
        yield Entry(
            when=when, ends=when + 14 * DAY if sign.bar else None, what=sign.one.capitalize(), sign=sign,
            tag=("note", "calendar", "Ahead") if sign.ahead else ("neutral", "check", "Done"),
            label=sign.one.split(",")[0],
        )  # fmt: skip


def meeting(at: datetime) -> Meeting:
    """A closed window, one that would open, and a fill that opens."""
    reaches = [
        Reach(
            "Authorization", "test + 7 days", "refused", "soft", _day(at, -8), _day(at, -1), "no longer", counts=False
        ),
        Reach("If tested today", "a new number", "note", "plan", _day(at, 0), _day(at, 7), "would reach"),
        Reach("Fill may open", "7 days or fewer left", "allowed", "soft", _day(at, 6), None, "from then"),
    ]
    return meet(reaches, now=at, zone=edition().zone, hint="")


def plots(at: datetime) -> list[Plot]:
    """A plot of each kind; their links lead to the top of the page."""
    weeks = [f"{day:%b} {day.day}" for day in (_day(at, -7 * back) for back in range(5, -1, -1))]
    given, refused = (38, 41, 36, 44, 47, 42), (4, 3, 6, 2, 0, 3)
    shares = (91.2, 92.0, 90.4, None, 94.8, 96.1)
    rows = zip(weeks, given, refused, strict=True)
    points = [
        Point(week, share, f"{share} %", "#main", (f"{share}",)) for week, share in zip(weeks, shares, strict=True)
    ]
    reasons = [
        Counted(name, many, ["#main"] * 6, "#main")
        for name, many in (("Too early", (2, 1, 3, 1, 0, 2)), ("Test overdue", (1, 0, 0, 1, 0, 1)))
    ]
    return [
        columns(
            [Column(week, many, others, "#main", "#main") for week, many, others in rows],
            title="Columns by week", text="two kinds", kinds=("dispensing", "refusal"),
        ),
        discs(reasons, weeks, title="Counts by week", text="the area of a disc says how many"),
        line(points, title="A line by week", text="a week without a value has no point", head=("Week of", "Percent"),
             low=80, high=100),
    ]  # fmt: skip
