"""How a patient stands, as a list says it in few words; and whose test is overdue or due soon."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from eligibility.findings import Outcome
from eligibility.moments import day_words
from eligibility.wording import say
from rems.models import DisplayFlag, Enrollment
from rems.models.choices import FlagKind
from rems.overdue import CALENDAR, is_late
from rems.queries.due import AT_ONCE, names_of
from rems.queries.standing import Standing


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
        said = say(row.held, zone=row.zone, names=names_of(row))
        return State("is-held", "held", "Everything held", said.title)
    if row.stopped:
        return State("is-neutral", "neutral", "Stopped", "New start: a new agreement")
    blocking = [f for f in row.decision.unmet if f.reason in AT_ONCE]
    if blocking:
        said = say(blocking[0], zone=row.zone, names=names_of(row))
        return State("is-refused", "refused", said.title, said.what)
    if row.number is not None:
        closes = day_words(row.number.closes_at.astimezone(row.zone).date())
        return State("is-allowed", "allowed", "Authorized", f"Pharmacy, by {closes}")
    if row.decision.unmet:
        return _not_ready(row)
    word = "On treatment" if row.on_treatment else "Ready to start"
    return State("is-neutral", "check", word, _fill(row))


def _not_ready(row: Standing) -> State:
    said = say(row.decision.unmet[0], zone=row.zone, names=names_of(row))
    more = len(row.decision.unmet) - 1
    what = f"{said.title}{f', and {more} more' if more else ''}"
    if row.on_treatment and not row.fill_is_open:
        return State("is-neutral", "check", "On treatment", _fill(row))
    return State("is-warning", "clock", "To clear", what)


def _fill(row: Standing) -> str:
    if row.fill_opens is None or row.fill_is_open:
        return "Ask for an authorization"
    return f"Fill opens {day_words(row.fill_opens.astimezone(row.zone).date())}"
