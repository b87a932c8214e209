"""Who may have the medicine: ready to confirm, to hand over, or to be asked for."""

from eligibility import Reason, Stage
from patients import actions as patients
from rems.actions import returns
from rems.demo.cast.common import filled, initiating, on_treatment, second_test, with_number
from rems.demo.cast.member import (
    BOY,
    FEMALE,
    GIRL,
    MALE,
    POSTMENOPAUSAL,
    Member,
    may,
    may_not,
)
from rems.demo.chronicle import Story
from rems.demo.course import Course
from rems.demo.registry import LENALIDOMIDE, POMALIDOMIDE, THALIDOMIDE
from rems.models.choices import Basis, FlagKind

R = Reason
CONFIRM, HAND_OVER, AUTHORIZE = Stage.CONFIRM, Stage.HAND_OVER, Stage.AUTHORIZE


def _male(course: Course) -> Story:
    yield from filled(course, 84, 56, 28)
    yield from with_number(course, 1)


def _female(course: Course) -> Story:
    yield from on_treatment(course, 56, 28)
    yield from with_number(course, 1)


def _first_month(course: Course) -> Story:
    """Both tests on time, nothing dispensed yet."""
    when = course.company.when
    yield from initiating(course)
    yield from second_test(course, hours=7)
    yield from course.authorized(when.ago(2))


def _closing_today(course: Course) -> Story:
    """The number of 30 days ago was never brought to a pharmacy."""
    yield from course.enrolled(33)
    yield from with_number(course, 30)


def _open_confirmation(course: Course) -> Story:
    yield from filled(course, 58, 29)
    yield from with_number(course, 1)
    yield from course.presented(course.company.when.ago(0.6), allowed=True)


def _today(course: Course) -> Story:
    """Dispensed today, handed over or shipped."""
    when = course.company.when
    yield from filled(course, 57, 28)
    yield from with_number(course, 2)
    share = 0.45 if course.second_pharmacist else 0.7
    yield from course.presented(when.this_day(share), allowed=True)
    yield from course.handed_over(when.this_day(share + 0.1), method="ship" if course.second_pharmacist else "hand")


def _two_programs(course: Course) -> Story:
    """Lenalidomide ended, its capsules came back; pomalidomide has an enrollment and numbers of its own."""
    company, when = course.company, course.company.when
    earlier = Course(company=company, person=course.person, program=LENALIDOMIDE, category=course.category)
    yield from filled(earlier, 110, 82)
    yield when.day(60, 10)
    course.patient = earlier.known
    with company.prescribing(course.prescriber) as by:
        patients.record_therapy_end(patient=course.known, program=LENALIDOMIDE, starts_on=when.date_of(61), by=by)
    yield when.day(59, 12)
    with company.dispensing(course.site) as by:
        returns.record_return(
            patient=course.known,
            program=LENALIDOMIDE,
            pharmacy=company.sites[course.site],
            product=company.product(LENALIDOMIDE, 25),
            capsules=6,
            by=by,
        )
    yield from course.enrolled(40)
    yield from course.fill(28)
    yield from with_number(course, 2)


def _everything_there(course: Course) -> Story:
    yield from filled(course, 54, 26)
    yield from course.surveyed(course.company.when.ago(5))
    yield from course.prescribed(course.company.when.ago(4))


def _both_tests(course: Course) -> Story:
    yield from initiating(course)
    yield from second_test(course, hours=6)
    yield from course.prescribed(course.company.when.ago(1))


def _due_soon(course: Course) -> Story:
    """In the first four weeks: a test each week."""
    yield from on_treatment(course, 12)
    yield from course.surveyed(course.company.when.day(1, 10))


READY = (
    Member(
        name="Walter Lindqvist",
        age=67,
        program=LENALIDOMIDE,
        category=MALE,
        sees="May be dispensed: ready to confirm",
        expects=(may(CONFIRM),),
        story=_male,
    ),
    Member(
        name="Dorothy Haines",
        age=71,
        program=LENALIDOMIDE,
        category=POSTMENOPAUSAL,
        basis=Basis.NATURAL_MENOPAUSE.value,
        menopause_months=240,
        sees="May be dispensed: ready to confirm; no tests are asked",
        expects=(may(CONFIRM),),
        story=_male,
    ),
    Member(
        name="Elena Marsh",
        age=38,
        program=LENALIDOMIDE,
        category=FEMALE,
        sees="May be dispensed: ready to confirm, on treatment, tested yesterday",
        expects=(may(CONFIRM),),
        story=_female,
    ),
    Member(
        name="Maya Castellano",
        age=29,
        program=POMALIDOMIDE,
        category=FEMALE,
        sees="May be dispensed: her first, with both tests before it",
        expects=(may(CONFIRM),),
        story=_first_month,
    ),
    Member(
        name="Jonah Feldman",
        age=12,
        program=THALIDOMIDE,
        category=BOY,
        guardian="Miriam Feldman",
        sees="May be dispensed: a minor, his guardian signed",
        expects=(may(CONFIRM),),
        story=_male,
    ),
    Member(
        name="Lucía Ortega",
        age=15,
        program=THALIDOMIDE,
        category=GIRL,
        guardian="Carmen Ortega",
        email="carmen.ortega@home.example",
        language="Spanish",
        sees="May be dispensed: a minor who can get pregnant, abstinence attested, tested yesterday",
        expects=(may(CONFIRM),),
        story=_female,
    ),
    Member(
        name="Ruth Abbott",
        age=69,
        program=LENALIDOMIDE,
        category=POSTMENOPAUSAL,
        prescriber="prescriber2",
        sees="May be dispensed, today only: the window closes at midnight",
        expects=(may(CONFIRM),),
        story=_closing_today,
    ),
    Member(
        name="Gerald Owens",
        age=63,
        program=POMALIDOMIDE,
        category=MALE,
        sees="May be dispensed: changed from lenalidomide, enrolled in two programs; capsules came back",
        expects=(may(CONFIRM),),
        story=_two_programs,
    ),
    Member(
        name="Margaret Holloway",
        age=64,
        program=THALIDOMIDE,
        category=POSTMENOPAUSAL,
        sees="Confirmed within the hour: hand it over or ship it",
        expects=(may(HAND_OVER), may_not(CONFIRM, R.CONFIRMATION_OPEN)),
        story=_open_confirmation,
    ),
    Member(
        name="Albert Moreau",
        age=66,
        program=LENALIDOMIDE,
        category=MALE,
        sees="Handed over today: the number is used, the next fill is far",
        expects=(may_not(CONFIRM, R.AUTHORIZATION_USED),),
        story=_today,
    ),
    Member(
        name="Edith Lang",
        age=74,
        program=POMALIDOMIDE,
        category=POSTMENOPAUSAL,
        second_pharmacist=True,
        sees="Shipped today by another pharmacist: the number is used",
        expects=(may_not(CONFIRM, R.AUTHORIZATION_USED),),
        story=_today,
    ),
    Member(
        name="Teresa Lindgren",
        age=58,
        program=LENALIDOMIDE,
        category=POSTMENOPAUSAL,
        sees="Everything is there: Dr. Ruiz can ask for the authorization",
        expects=(may(AUTHORIZE),),
        story=_everything_there,
    ),
    Member(
        name="Nadia Rahman",
        age=32,
        program=LENALIDOMIDE,
        category=FEMALE,
        sees="Both tests are there: ask for her first authorization within the day",
        expects=(may(AUTHORIZE),),
        story=_both_tests,
    ),
    Member(
        name="Yuki Tanaka",
        age=34,
        program=POMALIDOMIDE,
        category=FEMALE,
        sees="Her next weekly test is due in two days",
        expects=(may(AUTHORIZE),),
        flag=FlagKind.DUE_SOON,
        story=_due_soon,
    ),
)
