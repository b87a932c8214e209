"""Numbers that a pharmacist is refused, and two that come back."""

from eligibility import Reason, Stage
from rems.actions import gate
from rems.demo.cast.common import filled, on_treatment, with_number
from rems.demo.cast.member import FEMALE, MALE, POSTMENOPAUSAL, Member, may, may_not
from rems.demo.chronicle import Story
from rems.demo.course import Course
from rems.demo.registry import HARBOR, LAKESIDE, LENALIDOMIDE, NEWARK, POMALIDOMIDE, THALIDOMIDE

R = Reason
CONFIRM, HAND_OVER = Stage.CONFIRM, Stage.HAND_OVER


def _category_differs(course: Course) -> Story:
    when = course.company.when
    yield from filled(course, 57, 29)
    yield from course.surveyed(when.day(2, 11))
    yield from course.authorized(when.day(2, 13), category=POSTMENOPAUSAL.value)
    yield from course.presented(when.day(1, 16), allowed=False)


def _window_closed(course: Course) -> Story:
    yield from filled(course, 64)
    yield from with_number(course, 36)


def _window_of_test_closed(course: Course) -> Story:
    yield from on_treatment(course, 65, 37)
    yield from with_number(course, 9)


def _used(course: Course) -> Story:
    yield from filled(course, 50, 22)


def _cancelled(course: Course) -> Story:
    when = course.company.when
    yield from filled(course, 56, 28)
    yield from with_number(course, 3)
    yield when.day(2, 10)
    with course.company.prescribing(course.prescriber) as by:
        gate.cancel_authorization(authorization=course.authorization, reason="The dose changes to 3 mg.", by=by)


def _confirmed_elsewhere(course: Course) -> Story:
    yield from filled(course, 59, 30)
    yield from with_number(course, 2)
    yield from course.presented(course.company.when.ago(3), allowed=True)


def _lapsed(course: Course) -> Story:
    """Confirmed the day before yesterday, never fetched."""
    yield from filled(course, 60, 31)
    yield from with_number(course, 3)
    yield from course.presented(course.company.when.day(2, 15, 30), allowed=True)


def _confirmation_cancelled(course: Course) -> Story:
    when = course.company.when
    yield from filled(course, 61, 33)
    yield from with_number(course, 3)
    yield from course.presented(when.day(2, 15), allowed=True)
    yield when.day(2, 17)
    with course.company.dispensing(course.site) as by:
        gate.cancel_confirmation(confirmation=course.confirmation, reason="The patient comes next week.", by=by)


def _too_early(course: Course) -> Story:
    when = course.company.when
    yield from filled(course, 38, 10)
    yield from with_number(course, 2)
    yield from course.presented(when.day(1, 12), allowed=False)


def _prescriber_deactivated(course: Course) -> Story:
    yield from filled(course, 65, 37)
    yield from with_number(course, 9)


def _site_deactivated(course: Course) -> Story:
    """A patient of the site in Newark, which was deactivated since; any certified site may dispense."""
    when = course.company.when
    yield from filled(course, 60, 32)
    yield from with_number(course, 4)
    yield from course.presented(when.day(3, 14), allowed=False)


COUNTER = (
    Member(
        name="Howard Jennings",
        age=61,
        program=LENALIDOMIDE,
        category=MALE,
        sees="The prescription names another category",
        expects=(may_not(CONFIRM, R.CATEGORY_MISMATCH),),
        story=_category_differs,
    ),
    Member(
        name="Samuel Whitaker",
        age=70,
        program=LENALIDOMIDE,
        category=MALE,
        prescriber="prescriber2",
        sees="The window closed, 30 days after the issue",
        expects=(may_not(CONFIRM, R.AUTHORIZATION_EXPIRED),),
        story=_window_closed,
    ),
    Member(
        name="Naomi Sato",
        age=37,
        program=THALIDOMIDE,
        category=FEMALE,
        sees="The window closed, 7 days after the test",
        expects=(may_not(CONFIRM, R.AUTHORIZATION_EXPIRED),),
        story=_window_of_test_closed,
    ),
    Member(
        name="Barbara Quinn",
        age=66,
        program=LENALIDOMIDE,
        category=POSTMENOPAUSAL,
        sees="The number was used three weeks ago",
        expects=(may_not(CONFIRM, R.AUTHORIZATION_USED),),
        story=_used,
    ),
    Member(
        name="Thomas Gallagher",
        age=57,
        program=POMALIDOMIDE,
        category=MALE,
        sees="The prescriber cancelled the number",
        expects=(may_not(CONFIRM, R.AUTHORIZATION_CANCELLED),),
        story=_cancelled,
    ),
    Member(
        name="George Papadakis",
        age=72,
        program=POMALIDOMIDE,
        category=MALE,
        prescriber="prescriber2",
        site=LAKESIDE,
        sees="Another site has confirmed the number and can hand it over",
        expects=(may_not(CONFIRM, R.CONFIRMATION_OPEN), may(HAND_OVER, site=LAKESIDE)),
        story=_confirmed_elsewhere,
    ),
    Member(
        name="Edward Novak",
        age=68,
        program=LENALIDOMIDE,
        category=MALE,
        sees="The confirmation lapsed after 24 hours; a new one may be had",
        expects=(may_not(HAND_OVER, R.CONFIRMATION_EXPIRED), may(CONFIRM)),
        story=_lapsed,
    ),
    Member(
        name="Lillian Ross",
        age=62,
        program=THALIDOMIDE,
        category=POSTMENOPAUSAL,
        sees="The confirmation was cancelled; a new one may be had",
        expects=(may_not(HAND_OVER, R.CONFIRMATION_CANCELLED, R.CONFIRMATION_EXPIRED), may(CONFIRM)),
        story=_confirmation_cancelled,
    ),
    Member(
        name="Philip Barnes",
        age=55,
        program=THALIDOMIDE,
        category=MALE,
        sees="Too early: 18 days are on hand, unless they are counted",
        expects=(may_not(CONFIRM, R.TOO_EARLY),),
        story=_too_early,
    ),
    Member(
        name="Irene Vasquez",
        age=60,
        program=POMALIDOMIDE,
        category=POSTMENOPAUSAL,
        prescriber="prescriber3",
        sees="The prescriber was deactivated: the number from before does not count",
        expects=(may_not(CONFIRM, R.PRESCRIBER_NOT_CERTIFIED),),
        story=_prescriber_deactivated,
    ),
    Member(
        name="Carl Jensen",
        age=65,
        program=LENALIDOMIDE,
        category=MALE,
        prescriber="prescriber2",
        site=NEWARK,
        sees="Refused at the deactivated site in Newark; may be dispensed at Harbor Oncology Pharmacy",
        expects=(may_not(CONFIRM, R.PHARMACY_NOT_CERTIFIED, site=NEWARK), may(CONFIRM, site=HARBOR)),
        story=_site_deactivated,
    ),
)
