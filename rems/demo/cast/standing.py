"""Age, category, agreement: what a new agreement clears."""

from eligibility import Reason, Stage
from patients import actions as patients
from rems.actions import enrollment as enrolling
from rems.demo.cast.common import filled, with_number
from rems.demo.cast.member import (
    BOY,
    GIRL,
    POSTMENOPAUSAL,
    PREMENARCHAL,
    Member,
    may_not,
)
from rems.demo.chronicle import Story
from rems.demo.company import signs
from rems.demo.course import Course
from rems.demo.registry import DIAGNOSES, LENALIDOMIDE, THALIDOMIDE
from rems.models.choices import Basis

R = Reason
AUTHORIZE, CONFIRM = Stage.AUTHORIZE, Stage.CONFIRM


def _eighteen(course: Course) -> Story:
    yield from filled(course, 62, 34)
    yield from with_number(course, 6)


def _first_period(course: Course) -> Story:
    when = course.company.when
    yield from filled(course, 61, 33)
    yield from with_number(course, 5)
    yield when.day(2, 18)
    with course.company.entering(course.prescriber) as by:
        patients.record_menarche(patient=course.known, by=by)


def _became_able(course: Course) -> Story:
    """Moved to the category that can get pregnant on a new agreement: everything starts anew."""
    company, when = course.company, course.company.when
    yield from filled(course, 66, 38)
    yield from with_number(course, 7)
    yield when.day(6, 9)
    with company.entering(course.prescriber) as by:
        patients.record_menarche(patient=course.known, by=by)
    yield when.day(5, 10)
    with company.prescribing(course.prescriber) as by:
        enrolling.change_category(
            enrollment=course.enrollment,
            category=GIRL.value,
            reason="A first period was reported.",
            diagnosis=DIAGNOSES[course.program],
            given=signs(by),
            by=by,
            **course.signing,
        )
        patients.record_cycle(patient=course.known, cycle="irregular", by=by)
    course.category = GIRL
    yield from course.attested(when.day(5, 10, 20), since=when.date_of(5))
    yield from course.tested(when.day(5, 11))
    yield from course.surveyed(when.day(4, 15))


def _basis_not_accepted(course: Course) -> Story:
    when = course.company.when
    yield from course.enrolled(3)
    yield from course.surveyed(when.day(2, 9))
    yield from course.prescribed(when.day(2, 10))
    yield from course.asked(when.day(2, 11), allowed=False)


def _long_stop(course: Course) -> Story:
    """Stopped more than a year ago, and comes back."""
    when = course.company.when
    yield from filled(course, 463, 435)
    yield when.day(404, 10)
    with course.company.prescribing(course.prescriber) as by:
        patients.record_therapy_end(patient=course.known, program=course.program, starts_on=when.date_of(405), by=by)
    yield from course.surveyed(when.day(2, 9))
    yield from course.prescribed(when.day(2, 10))
    yield from course.asked(when.day(2, 11), allowed=False)


STANDING = (
    Member(
        name="Daniel Reyes",
        age=18,
        birthday=3,
        program=LENALIDOMIDE,
        category=BOY,
        guardian="Sonia Reyes",
        sees="Turned 18 three days ago: the child's form no longer serves",
        expects=(may_not(CONFIRM, R.AGE_FORM_MISMATCH),),
        story=_eighteen,
    ),
    Member(
        name="Sophie Turner-Hale",
        age=11,
        program=THALIDOMIDE,
        category=PREMENARCHAL,
        guardian="Diane Turner-Hale",
        sees="A first period was reported: the category must change",
        expects=(may_not(CONFIRM, R.CATEGORY_CHANGE_REQUIRED),),
        story=_first_period,
    ),
    Member(
        name="Emily Nowak",
        age=13,
        program=THALIDOMIDE,
        category=PREMENARCHAL,
        guardian="Katarzyna Nowak",
        sees="Category changed five days ago: two tests and four weeks of contraception start anew",
        expects=(may_not(AUTHORIZE, R.FIRST_TEST_MISSING, R.SECOND_TEST_MISSING, R.CONTRACEPTION_TOO_SHORT),),
        story=_became_able,
    ),
    Member(
        name="Patricia Ng",
        age=47,
        program=LENALIDOMIDE,
        category=POSTMENOPAUSAL,
        basis=Basis.TUBAL_LIGATION.value,
        sees="Tubal ligation does not support the category",
        expects=(may_not(AUTHORIZE, R.CATEGORY_CRITERION_NOT_MET),),
        story=_basis_not_accepted,
    ),
    Member(
        name="Joan Fletcher",
        age=52,
        program=LENALIDOMIDE,
        category=POSTMENOPAUSAL,
        basis=Basis.NATURAL_MENOPAUSE.value,
        menopause_months=15,
        sees="Menopause of 15 months: the category is supported in nine more",
        expects=(may_not(AUTHORIZE, R.CATEGORY_CRITERION_NOT_MET),),
        story=_basis_not_accepted,
    ),
    Member(
        name="Harriet Boone",
        age=73,
        program=LENALIDOMIDE,
        category=POSTMENOPAUSAL,
        sees="Therapy stopped more than 12 months ago: a new agreement is needed",
        expects=(may_not(AUTHORIZE, R.RE_ENROLLMENT_REQUIRED),),
        story=_long_stop,
    ),
)
