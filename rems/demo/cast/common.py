"""Beginnings that several stories share."""

from datetime import timedelta

from rems.demo.chronicle import Story
from rems.demo.course import Course


def filled(course: Course, *days: int) -> Story:
    """Enrolled eleven days before the first of these dispensings, which lie so many days ago."""
    yield from course.enrolled(days[0] + 11)
    for day in days:
        yield from course.fill(day)


def on_treatment(course: Course, start: int, *fills: int) -> Story:
    """Who can get pregnant: both tests, the first dispensing, the weekly tests, further dispensings."""
    yield from course.enrolled(start + 16)
    yield from course.started(start)
    yield from course.weekly(start)
    for day in fills:
        yield from course.fill(day)


def with_number(course: Course, day: int) -> Story:
    """Test and survey of the next month, so far as the category asks them, and its authorization."""
    if course.category.can_get_pregnant:
        yield from course.tested(course.on(day, 8, 15))
    yield from course.surveyed(course.on(day, 11))
    yield from course.authorized(course.on(day, 13))


def initiating(course: Course, *, first: bool = True, protected_for: int = 40) -> Story:
    """Enrolled 20 days ago, with the survey of today and the first of the two tests, 12 days ago."""
    when = course.company.when
    yield from course.enrolled(20, protected_for=protected_for - 20)
    if first:
        yield from course.tested(when.day(12))
    yield from course.surveyed(when.ago(8))


def second_test(course: Course, *, hours: float, **sample: object) -> Story:
    """The test in the 24 hours before the number, its result an hour later."""
    at = course.company.when.ago(hours)
    yield from course.tested(at, to_result=timedelta(hours=1), **sample)  # type: ignore[arg-type]
