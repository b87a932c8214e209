"""Departures from the program that were repeated, and what was done about them."""

from eligibility import Stage
from eligibility.calendar import add_days
from rems.actions.deviations import plan_correction, sign_off
from rems.demo.cast.common import on_treatment, with_number
from rems.demo.cast.member import FEMALE, Member, may
from rems.demo.chronicle import Story
from rems.demo.company import signs
from rems.demo.course import Course
from rems.demo.registry import POMALIDOMIDE
from rems.models import Deviation
from rems.models.choices import DeviationEnd, DeviationKind

PLAN = (
    "The practice calls each patient two days before a test is due, and keeps Monday’s first hour for tests. "
    "The program looks at the next three tests."
)


def _tested_late(course: Course) -> Story:
    """Three tests in a row came a week late; one corrective action for all three, the oldest signed off."""
    company, when = course.company, course.company.when
    yield from on_treatment(course, 136, 101, 66, 31)
    yield when.day(29, 11)
    found = list(Deviation.objects.filter(patient=course.known, kind=DeviationKind.TEST_LATE).order_by("at"))
    oldest, *others = found
    with company.administering() as by:
        plan_correction(
            deviation=oldest,
            what=PLAN,
            responsible="Samuel Okafor",
            due_on=add_days(when.today, 10),
            alike=[one.pk for one in others],
            by=by,
        )
    yield when.day(4, 15)
    with company.administering() as by:
        sign_off(
            deviation=oldest,
            conclusion=DeviationEnd.CORRECTED.value,
            findings="The practice’s call list was read: every patient was called, and the newest test was on time.",
            given=signs(by),
            by=by,
        )
    yield from with_number(course, 3)


REPEATED = (
    Member(
        name="Diane Kessler",
        age=34,
        program=POMALIDOMIDE,
        category=FEMALE,
        prescriber="prescriber2",
        sees="May be dispensed; three tests were late: a corrective action of her prescriber is under way",
        expects=(may(Stage.CONFIRM),),
        story=_tested_late,
    ),
)
