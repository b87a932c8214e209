"""Reports and results after the number was issued: held, warned, or resolved."""

from eligibility import Reason, Stage
from patients import actions as patients
from patients.models import Report
from patients.queries import open_pregnancy_reports
from rems.demo.cast.common import filled, on_treatment, with_number
from rems.demo.cast.member import FEMALE, MALE, Member, may, may_not
from rems.demo.chronicle import Story
from rems.demo.course import Course
from rems.demo.registry import LENALIDOMIDE, POMALIDOMIDE, THALIDOMIDE

R = Reason
CONFIRM, HAND_OVER = Stage.CONFIRM, Stage.HAND_OVER


def _positive(course: Course) -> Story:
    """Confirmed yesterday evening; this morning's sample is positive, before anything was handed over."""
    when = course.company.when
    yield from on_treatment(course, 58, 30)
    yield from with_number(course, 2)
    yield from course.presented(when.ago(7), allowed=True)
    yield from course.tested(when.ago(5), result="positive")


def _unclear(course: Course) -> Story:
    when = course.company.when
    yield from on_treatment(course, 57, 29)
    yield from with_number(course, 3)
    yield from course.tested(when.ago(6), result="hemolysed")


def _missed_period(course: Course) -> Story:
    when = course.company.when
    yield from on_treatment(course, 59, 31)
    yield from with_number(course, 4)
    yield when.day(1, 17)
    with course.company.entering(course.prescriber) as by:
        note = "Eleven days late, told by telephone."
        patients.open_report(patient=course.known, kind="missed_period", note=note, by=by)


def _false_positive(course: Course) -> Story:
    """A positive of three weeks ago, a negative after it, the case closed by the program."""
    company, when = course.company, course.company.when
    yield from on_treatment(course, 57, 29)
    yield from course.tested(when.day(20), result="positive")
    yield from course.tested(when.day(19))
    yield when.day(15, 15)
    with company.administering() as by:
        patients.close_report(report=_open_case(course), outcome="false_positive", by=by)
    yield from with_number(course, 1)


def _open_case(course: Course) -> Report:
    return open_pregnancy_reports(course.known.pk).get()


def _late_test(course: Course) -> Story:
    """Her test was due a week ago."""
    yield from on_treatment(course, 63, 35)
    yield from with_number(course, 1)


def _partner(course: Course) -> Story:
    when = course.company.when
    yield from filled(course, 55, 27)
    yield when.day(6, 10)
    with course.company.entering(course.prescriber) as by:
        note = "His wife's test was positive; her physician was told."
        patients.open_report(patient=course.known, kind="pregnancy", subject="partner", note=note, by=by)
    yield from with_number(course, 2)


REPORTS = (
    Member(
        name="Rachel Adeyemi",
        age=30,
        program=LENALIDOMIDE,
        category=FEMALE,
        sees="Held: positive test today, the case is open, so are both numbers",
        expects=(
            may_not(HAND_OVER, R.TEST_POSITIVE, R.PREGNANCY_CASE_OPEN),
            may_not(CONFIRM, R.TEST_POSITIVE, R.PREGNANCY_CASE_OPEN, R.CONFIRMATION_OPEN),
        ),
        story=_positive,
    ),
    Member(
        name="Kimberly Stone",
        age=28,
        program=POMALIDOMIDE,
        category=FEMALE,
        sees="The newest test was hemolysed: never a negative",
        expects=(may_not(CONFIRM, R.TEST_INDETERMINATE),),
        story=_unclear,
    ),
    Member(
        name="Melissa Crane",
        age=33,
        program=LENALIDOMIDE,
        category=FEMALE,
        sees="A missed period was reported; the evaluation is open",
        expects=(may_not(CONFIRM, R.EVALUATION_OPEN),),
        story=_missed_period,
    ),
    Member(
        name="Hannah Weiss",
        age=33,
        program=POMALIDOMIDE,
        category=FEMALE,
        sees="May be dispensed, with a note: a false positive, resolved",
        expects=(may(CONFIRM, R.FALSE_POSITIVE_RESOLVED),),
        story=_false_positive,
    ),
    Member(
        name="Priscilla Grant",
        age=36,
        program=LENALIDOMIDE,
        category=FEMALE,
        sees="May be dispensed, with a note: the test was late",
        expects=(may(CONFIRM, R.TEST_WAS_LATE),),
        story=_late_test,
    ),
    Member(
        name="Robert Achebe",
        age=59,
        program=THALIDOMIDE,
        category=MALE,
        sees="May be dispensed, with a note: his partner's pregnancy was reported",
        expects=(may(CONFIRM, R.PARTNER_PREGNANCY_REPORTED),),
        story=_partner,
    ),
)
