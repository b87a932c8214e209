"""One patient's course in one program: what happened, what comes next, and the picture of both."""

from datetime import date, timedelta
from typing import NamedTuple

from eligibility.calendar import add_days, day_of
from rems.display.course.drawing import Picture, draw
from rems.display.course.entries import Entry, Span, newest_first, next_of_each, said
from rems.display.windows import Window
from rems.models import Enrollment
from rems.queries.course.coming import coming
from rems.queries.course.past import past
from rems.queries.standing import Standing

AHEAD = timedelta(weeks=12)
SHOWN = 26
"""Weeks before today that are shown, unless others are asked for."""


class Course(NamedTuple):
    """What the page prints: the picture, its title and description, the table, and what comes next."""

    enrollment: Enrollment
    span: Span
    picture: Picture
    description: str
    rows: list[Entry]
    windows: list[Window]


def course_of(standing: Standing, *, weeks: int | None = SHOWN) -> Course:
    """The course of an enrolled patient, as of the standing's instant: so many ``weeks`` back, or from the start."""
    at, zone = standing.at, standing.zone
    today = day_of(at, zone)
    happened = past(standing)
    last = add_days(today, AHEAD.days)
    everything = [*happened, *coming(standing, last=last)]
    begins = _begins(everything, standing)
    first = max(begins, add_days(today, -7 * weeks)) if weeks is not None else begins
    span = Span(first=first, last=last, now=at, zone=zone)
    shown = [entry for entry in everything if span.holds(entry)]
    return Course(
        enrollment=standing.enrollment,
        span=span,
        picture=draw(shown, span),
        description=said(shown, zone),
        rows=newest_first(shown, zone),
        windows=next_of_each(everything, zone),
    )


def _begins(entries: list[Entry], standing: Standing) -> date:
    """A few days before the first thing on record, and not after the enrollment."""
    zone = standing.zone
    days = [day_of(entry.when, zone) for entry in entries]
    return add_days(min([*days, day_of(standing.enrollment.enrolled_at, zone)]), -3)
