"""When the system was away: hours kept open by two administrators, and a dispensing by telephone."""

from eligibility import Reason, Stage
from rems.actions.downtime import end_downtime, start_downtime
from rems.actions.later import Told, decide_later_entry, enter_later
from rems.actions.outages import ask_extension, decide_extension, decide_outage, record_outage
from rems.demo.cast.common import filled, with_number
from rems.demo.cast.member import MALE, POSTMENOPAUSAL, Member, may, may_not
from rems.demo.chronicle import Story
from rems.demo.course import Course
from rems.demo.registry import LAKESIDE, LENALIDOMIDE, POMALIDOMIDE
from rems.models.choices import Approval, Delivery, LaterKind

R = Reason
CONFIRM, HAND_OVER = Stage.CONFIRM, Stage.HAND_OVER
SPOKE_WITH = "Rosalind Frey, program hotline"
EVENING = 5
"""The evening of so many days ago, on which the gate was closed for two hours and a half."""


def _kept_open(course: Course) -> Story:
    """Confirmed 29 hours ago; the 24 hours ended in an outage of the site's line, which gives them back."""
    company, when = course.company, course.company.when
    yield from filled(course, 59, 31)
    yield from with_number(course, 3)
    yield from course.presented(when.ago(29), allowed=True)
    yield when.ago(4.2)
    with company.administering() as by:
        outage = record_outage(
            since=when.ago(27),
            until=when.ago(4.5),
            what="Lakeside’s line was cut by roadworks; the provider’s ticket 48-2207 gives the hours.",
            by=by,
        )
        why = "The capsules were ready; nobody there could record the hand-over."
        extension = ask_extension(outage=outage, number=course.confirmation, reason=why, by=by)
    yield when.ago(3.6)
    with company.administering("administrator2") as by:
        approved = Approval.APPROVED.value
        decide_outage(outage=outage, ruling=approved, reason="The provider’s ticket was read.", by=by)
        decide_extension(extension=extension, ruling=approved, reason="Closed within the outage, unused.", by=by)


def _by_telephone(course: Course) -> Story:
    """Downtime mode for an evening: dispensed by telephone in it, entered the morning after, not looked at yet."""
    company, when = course.company, course.company.when
    yield from filled(course, 62, 34)
    yield from with_number(course, 6)
    yield when.day(EVENING, 19)
    with company.administering() as by:
        downtime = start_downtime(reason="The database is moved to another machine, as announced.", by=by)
    yield when.day(EVENING, 21, 30)
    with company.administering() as by:
        end_downtime(downtime=downtime, reason="Moved; the trail was verified before opening.", by=by)
    yield when.day(EVENING - 1, 9, 20)
    told = Told(
        done_at=when.day(EVENING, 20, 15),
        spoke_with=SPOKE_WITH,
        told_number="T-4471",
        note="He had no capsules left. Checklist and Medication Guide on paper, in the file.",
    )
    with company.dispensing(course.site) as by:
        enter_later(
            kind=LaterKind.DISPENSING.value,
            patient=course.known,
            program=course.program,
            told=told,
            authorization=course.authorization,
            pharmacy=company.sites[course.site],
            days_supply=28,
            method=Delivery.HAND.value,
            by=by,
        )


def _authorized_by_telephone(course: Course) -> Story:
    """Authorized by telephone in the same evening; entered and approved. A number of this system came after it."""
    company, when = course.company, course.company.when
    yield from filled(course, 63, 35)
    yield when.day(EVENING - 1, 10)
    told = Told(
        done_at=when.day(EVENING, 19, 40),
        spoke_with=SPOKE_WITH,
        told_number="T-4468",
        note="Asked from the patient’s home; counseling was recorded on paper.",
    )
    with company.prescribing(course.prescriber) as by:
        kind = LaterKind.AUTHORIZATION.value
        entry = enter_later(kind=kind, patient=course.known, program=course.program, told=told, by=by)
    yield when.day(EVENING - 2, 11)
    with company.administering("administrator2") as by:
        reason = "The hotline’s note of that call says the same."
        decide_later_entry(entry=entry, ruling=Approval.APPROVED.value, reason=reason, by=by)
    yield from with_number(course, EVENING - 3)


AWAY = (
    Member(
        name="Stanley Brooks",
        age=66,
        program=LENALIDOMIDE,
        category=MALE,
        prescriber="prescriber2",
        site=LAKESIDE,
        sees="Its 24 hours ended in an outage: an extension keeps it open, as two administrators agreed",
        expects=(may(HAND_OVER, R.CONFIRMATION_EXPIRED, site=LAKESIDE),),
        story=_kept_open,
    ),
    Member(
        name="Raymond Ellery",
        age=62,
        program=LENALIDOMIDE,
        category=MALE,
        sees="Dispensed by telephone in downtime: used; the later entry awaits an administrator",
        expects=(may_not(CONFIRM, R.AUTHORIZATION_USED),),
        story=_by_telephone,
    ),
    Member(
        name="Beatrice Holm",
        age=68,
        program=POMALIDOMIDE,
        category=POSTMENOPAUSAL,
        sees="May be dispensed: a number of this system followed the authorization by telephone",
        expects=(may(CONFIRM),),
        story=_authorized_by_telephone,
    ),
)
