"""Prescriptions without a number: the prescriber asked, and was told what is missing."""

from functools import partial
from typing import Any

from eligibility import Reason, Stage
from patients.choices import Contraceptive
from rems.demo.cast.common import filled, initiating, on_treatment, second_test
from rems.demo.cast.member import FEMALE, MALE, POSTMENOPAUSAL, Member, may_not
from rems.demo.chronicle import Story
from rems.demo.course import Course
from rems.demo.own_pages import on_own_pages
from rems.demo.registry import LENALIDOMIDE, POMALIDOMIDE, THALIDOMIDE
from rems.models.choices import FlagKind

R = Reason
AUTHORIZE = Stage.AUTHORIZE


def _refused(course: Course, *, survey: bool = True, **paper: Any) -> Story:
    """A prescription of today on which the gate said no."""
    when = course.company.when
    if survey:
        yield from course.surveyed(when.ago(3.5))
    yield from course.prescribed(when.ago(3), **paper)
    yield from course.asked(when.ago(2.5), allowed=False)


def _second_missing(course: Course) -> Story:
    yield from initiating(course)
    yield from _refused(course, survey=False)


def _first_missing(course: Course) -> Story:
    yield from initiating(course, first=False)
    yield from second_test(course, hours=6)
    yield from _refused(course, survey=False)


def _too_short(course: Course) -> Story:
    yield from initiating(course, protected_for=22)
    yield from second_test(course, hours=6)
    yield from _refused(course, survey=False)


def _second_counts_not(course: Course, **sample: object) -> Story:
    yield from initiating(course)
    yield from second_test(course, hours=6, **sample)
    yield from _refused(course, survey=False)


def _old_test(course: Course) -> Story:
    yield from on_treatment(course, 65, 37)
    yield from course.tested(course.company.when.day(9))
    yield from _refused(course)


def _overdue(course: Course) -> Story:
    yield from on_treatment(course, 90, 62, 34)
    yield from _refused(course)


def _one_method(course: Course) -> Story:
    when = course.company.when
    yield from on_treatment(course, 57, 29)
    yield from course.tested(when.day(2))
    condom = (Contraceptive.MALE_CONDOM.value,)
    yield from on_own_pages(course, when.day(1, 9), attests=condom, since=when.date_of(105))
    yield from _refused(course)


def _refilled(course: Course, **asking: Any) -> Story:
    yield from filled(course, 56, 28)
    yield from _refused(course, **asking)


ASKING = (
    Member(
        name="Amy Sandoval",
        age=31,
        program=LENALIDOMIDE,
        category=FEMALE,
        sees="The test within 24 hours is missing",
        expects=(may_not(AUTHORIZE, R.SECOND_TEST_MISSING),),
        story=_second_missing,
    ),
    Member(
        name="Claire Dubois",
        age=27,
        program=THALIDOMIDE,
        category=FEMALE,
        sees="The first of two tests is missing",
        expects=(may_not(AUTHORIZE, R.FIRST_TEST_MISSING),),
        story=_first_missing,
    ),
    Member(
        name="Sandra Whitfield",
        age=41,
        program=LENALIDOMIDE,
        category=FEMALE,
        sees="The second test detects 100 mIU/mL only: it does not count",
        expects=(may_not(AUTHORIZE, R.SECOND_TEST_MISSING, R.TEST_NOT_SENSITIVE_ENOUGH),),
        story=partial(_second_counts_not, sensitivity=100),
    ),
    Member(
        name="Tamara Fields",
        age=35,
        program=POMALIDOMIDE,
        category=FEMALE,
        sees="The second test was taken at home: it does not count",
        expects=(may_not(AUTHORIZE, R.SECOND_TEST_MISSING, R.HOME_TEST_NOT_ACCEPTED),),
        story=partial(_second_counts_not, home=True),
    ),
    Member(
        name="Rosa Delgado",
        age=35,
        program=POMALIDOMIDE,
        category=FEMALE,
        email="rosa.delgado@home.example",
        language="Spanish",
        sees="Contraception for 22 days of 28: time clears it",
        expects=(may_not(AUTHORIZE, R.CONTRACEPTION_TOO_SHORT),),
        story=_too_short,
    ),
    Member(
        name="Beth Kowalski",
        age=40,
        program=THALIDOMIDE,
        category=FEMALE,
        email="beth.kowalski@home.example",
        sees="One method of contraception is not enough: she attested it on her own pages, and Dr. Ruiz was told",
        expects=(may_not(AUTHORIZE, R.CONTRACEPTION_NOT_SUFFICIENT),),
        story=_one_method,
    ),
    Member(
        name="Ingrid Solberg",
        age=42,
        program=LENALIDOMIDE,
        category=FEMALE,
        sees="The newest test is 9 days old: too old for a new number",
        expects=(may_not(AUTHORIZE, R.TEST_TOO_OLD),),
        story=_old_test,
    ),
    Member(
        name="Vanessa Cole",
        age=39,
        program=LENALIDOMIDE,
        category=FEMALE,
        email="vanessa.cole@home.example",
        sees="Her test is six days overdue",
        expects=(may_not(AUTHORIZE, R.TEST_OVERDUE, R.TEST_TOO_OLD),),
        flag=FlagKind.OVERDUE,
        story=_overdue,
    ),
    Member(
        name="Frank Morello",
        age=65,
        program=LENALIDOMIDE,
        category=MALE,
        email="frank.morello@home.example",
        sees="The patient's survey is due",
        expects=(may_not(AUTHORIZE, R.PATIENT_SURVEY_OVERDUE),),
        story=partial(_refilled, survey=False),
    ),
    Member(
        name="Arthur Nyman",
        age=76,
        program=LENALIDOMIDE,
        category=MALE,
        sees="The prescriber's survey is missing",
        expects=(may_not(AUTHORIZE, R.PRESCRIBER_SURVEY_MISSING),),
        story=partial(_refilled, surveyed=False),
    ),
    Member(
        name="Olga Petrova",
        age=67,
        program=POMALIDOMIDE,
        category=POSTMENOPAUSAL,
        sees="Counseling is not recorded",
        expects=(may_not(AUTHORIZE, R.COUNSELING_MISSING),),
        story=partial(_refilled, counseled=False),
    ),
    Member(
        name="Leonard Kim",
        age=54,
        program=THALIDOMIDE,
        category=MALE,
        sees="The prescription covers 30 days; 28 is the most",
        expects=(may_not(AUTHORIZE, R.SUPPLY_OVER_LIMIT),),
        story=partial(_refilled, days=30),
    ),
    Member(
        name="Gloria Washington",
        age=70,
        program=LENALIDOMIDE,
        category=POSTMENOPAUSAL,
        sees="The prescription is a refill",
        expects=(may_not(AUTHORIZE, R.REFILL_NOT_ALLOWED),),
        story=partial(_refilled, refill=True),
    ),
    Member(
        name="Vincent Torres",
        age=62,
        program=POMALIDOMIDE,
        category=MALE,
        prescriber="prescriber2",
        sees="The prescription was given by voice",
        expects=(may_not(AUTHORIZE, R.VERBAL_PRESCRIPTION_NOT_ALLOWED),),
        story=partial(_refilled, verbal=True),
    ),
)
