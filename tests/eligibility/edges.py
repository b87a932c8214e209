"""Every boundary of the rule book: the instant at which a reason comes or goes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from eligibility import Decision, Reason, Stage
from tests.eligibility.courses import AFTER_MENOPAUSE, BEGINNER, CHILD, MAN, WOMAN, ask, negative

SECOND = timedelta(seconds=1)
UP_TO, BEFORE, FROM = (False, False, True), (False, True, True), (True, False, False)
"""Given only after the edge; given from the edge on; given only before the edge."""


@dataclass(frozen=True, kw_only=True)
class Edge:
    """At ``edge`` a reason comes or goes. ``known``: the engine says so beforehand."""

    name: str
    course: Mapping[str, Any]
    stage: Stage
    edge: str
    reason: Reason
    given: tuple[bool, bool, bool]
    facts: Mapping[str, Any] = field(default_factory=dict)
    known: bool = True

    @property
    def instant(self) -> datetime:
        return datetime.fromisoformat(self.edge)

    def ask(self, at: datetime) -> Decision:
        return ask(self.course, self.stage, at, **self.facts)


AUTHORIZE, CONFIRM, HAND_OVER = Stage
MIDNIGHT = "2026-06-15T00:00:00-04:00"
DAY_AFTER = "2026-06-16T00:00:00-04:00"
NEVER_CONFIRMED = {"confirmation": None}


def born(day: str) -> dict[str, Any]:
    return {"patient": {"born": day}}


HOURS = [
    Edge(name="second test, 24 hours", course=BEGINNER, stage=AUTHORIZE, edge="2026-06-15T10:00:00-04:00",
         reason=Reason.SECOND_TEST_MISSING, given=UP_TO,
         facts={"tests": [negative("2026-06-03T09:00:00-04:00"), negative("2026-06-14T10:00:00-04:00")]}),
    Edge(name="second test, 24 hours over the start of daylight saving", course=BEGINNER, stage=AUTHORIZE,
         edge="2026-03-08T11:00:00-04:00", reason=Reason.SECOND_TEST_MISSING, given=UP_TO,
         facts={"tests": [negative("2026-02-24T09:00:00-05:00"), negative("2026-03-07T10:00:00-05:00")],
                "surveys": ["2026-03-07"]}),
    Edge(name="second test, 24 hours over the end of daylight saving", course=BEGINNER, stage=AUTHORIZE,
         edge="2026-11-01T09:00:00-05:00", reason=Reason.SECOND_TEST_MISSING, given=UP_TO,
         facts={"tests": [negative("2026-10-20T09:00:00-04:00"), negative("2026-10-31T10:00:00-04:00")],
                "surveys": ["2026-10-31"]}),
    Edge(name="confirmation, 24 hours", course=MAN, stage=HAND_OVER, edge="2026-06-15T14:00:00-04:00",
         reason=Reason.CONFIRMATION_EXPIRED, given=UP_TO,
         facts={"confirmation": {"issued": "2026-06-14T14:00:00-04:00"}}),
    Edge(name="confirmation, over the start of daylight saving", course=MAN, stage=HAND_OVER,
         edge="2026-03-08T15:00:00-04:00", reason=Reason.CONFIRMATION_EXPIRED, given=UP_TO,
         facts={"surveys": ["2026-03-06"], "authorization": {"issued": "2026-03-06T10:00:00-05:00"},
                "confirmation": {"issued": "2026-03-07T14:00:00-05:00"}, "last_dispense": {"date": "2026-02-05"}}),
    Edge(name="confirmation, over the end of daylight saving", course=MAN, stage=HAND_OVER,
         edge="2026-11-01T13:00:00-05:00", reason=Reason.CONFIRMATION_EXPIRED, given=UP_TO,
         facts={"surveys": ["2026-10-30"], "authorization": {"issued": "2026-10-30T10:00:00-04:00"},
                "confirmation": {"issued": "2026-10-31T14:00:00-04:00"}, "last_dispense": {"date": "2026-10-01"}}),
    Edge(name="confirmation, over the end of the year", course=MAN, stage=HAND_OVER,
         edge="2027-01-01T14:00:00-05:00", reason=Reason.CONFIRMATION_EXPIRED, given=UP_TO,
         facts={"surveys": ["2026-12-30"], "authorization": {"issued": "2026-12-30T10:00:00-05:00"},
                "confirmation": {"issued": "2026-12-31T14:00:00-05:00"}, "last_dispense": {"date": "2026-12-01"}}),
    Edge(name="an open confirmation", course=MAN, stage=CONFIRM, edge="2026-06-15T14:00:00.000001-04:00",
         reason=Reason.CONFIRMATION_OPEN, given=FROM, facts={"confirmation": {"issued": "2026-06-14T14:00:00-04:00"}}),
]  # fmt: skip

WINDOWS = [
    Edge(name="can get pregnant, end of day 7", course=WOMAN, stage=CONFIRM, edge="2026-06-18T00:00:00-04:00",
         reason=Reason.AUTHORIZATION_EXPIRED, given=BEFORE, facts=NEVER_CONFIRMED),
    Edge(name="can get pregnant, end of day 7, daylight saving started in it", course=WOMAN, stage=CONFIRM,
         edge="2026-03-13T00:00:00-04:00", reason=Reason.AUTHORIZATION_EXPIRED, given=BEFORE,
         facts={"tests": [negative("2026-03-05T09:00:00-05:00")], "surveys": ["2026-03-05"], "confirmation": None,
                "authorization": {"issued": "2026-03-05T10:00:00-05:00"}, "last_dispense": {"date": "2026-02-05"}}),
    Edge(name="can get pregnant, end of day 7, daylight saving ended in it", course=WOMAN, stage=CONFIRM,
         edge="2026-11-07T00:00:00-05:00", reason=Reason.AUTHORIZATION_EXPIRED, given=BEFORE,
         facts={"tests": [negative("2026-10-30T09:00:00-04:00")], "surveys": ["2026-10-30"], "confirmation": None,
                "authorization": {"issued": "2026-10-30T10:00:00-04:00"}, "last_dispense": {"date": "2026-09-30"}}),
    Edge(name="can get pregnant, over leap day", course=WOMAN, stage=CONFIRM,
         edge="2028-03-05T00:00:00-05:00", reason=Reason.AUTHORIZATION_EXPIRED, given=BEFORE,
         facts={"tests": [negative("2028-02-26T09:00:00-05:00")], "surveys": ["2028-02-26"], "confirmation": None,
                "authorization": {"issued": "2028-02-26T10:00:00-05:00"}, "last_dispense": {"date": "2028-01-26"}}),
    Edge(name="all others, end of day 30", course=MAN, stage=CONFIRM, edge="2026-07-11T00:00:00-04:00",
         reason=Reason.AUTHORIZATION_EXPIRED, given=BEFORE, facts=NEVER_CONFIRMED),
    Edge(name="all others, over the end of the year", course=MAN, stage=CONFIRM, edge="2027-01-05T00:00:00-05:00",
         reason=Reason.AUTHORIZATION_EXPIRED, given=BEFORE,
         facts={"surveys": ["2026-12-05"], "authorization": {"issued": "2026-12-05T10:00:00-05:00"},
                "confirmation": None, "last_dispense": {"date": "2026-11-05"}}),
    Edge(name="all others, over leap day", course=MAN, stage=CONFIRM, edge="2028-03-02T00:00:00-05:00",
         reason=Reason.AUTHORIZATION_EXPIRED, given=BEFORE,
         facts={"surveys": ["2028-01-31"], "authorization": {"issued": "2028-01-31T23:59:59-05:00"},
                "confirmation": None, "last_dispense": {"date": "2028-01-01"}}),
    Edge(name="the window closes between confirmation and hand-over", course=WOMAN, stage=HAND_OVER,
         edge="2026-06-18T00:00:00-04:00", reason=Reason.AUTHORIZATION_EXPIRED_AFTER_CONFIRMATION, given=BEFORE,
         facts={"confirmation": {"issued": "2026-06-17T23:00:00-04:00"}}),
    Edge(name="shipped before midnight of the site", course=WOMAN, stage=HAND_OVER, edge=DAY_AFTER,
         reason=Reason.NOT_SHIPPED_SAME_DAY, given=BEFORE, facts={"hand_over": {"method": "ship"}}),
    Edge(name="shipped before midnight of a site in Los Angeles", course=WOMAN, stage=HAND_OVER,
         edge="2026-06-16T03:00:00-04:00", reason=Reason.NOT_SHIPPED_SAME_DAY, given=BEFORE,
         facts={"hand_over": {"method": "ship"}, "pharmacy": {"zone": "America/Los_Angeles"}}),
]  # fmt: skip

TESTS = [
    Edge(name="first test, day 10", course=BEGINNER, stage=AUTHORIZE, edge=MIDNIGHT,
         reason=Reason.FIRST_TEST_MISSING, given=FROM,
         facts={"tests": [negative("2026-06-05T23:59:59-04:00"), negative("2026-06-14T14:00:00-04:00")]}),
    Edge(name="first test, end of day 14", course=BEGINNER, stage=AUTHORIZE, edge=DAY_AFTER,
         reason=Reason.FIRST_TEST_MISSING, given=BEFORE,
         facts={"tests": [negative("2026-06-01T00:00:00-04:00"), negative("2026-06-15T14:00:00-04:00")]}),
    Edge(name="first test on leap day, day 10", course=BEGINNER, stage=AUTHORIZE, edge="2028-03-10T00:00:00-05:00",
         reason=Reason.FIRST_TEST_MISSING, given=FROM,
         facts={"tests": [negative("2028-02-29T09:00:00-05:00"), negative("2028-03-09T14:00:00-05:00")],
                "surveys": ["2028-03-09"]}),
    Edge(name="first test on leap day, end of day 14, after daylight saving", course=BEGINNER, stage=AUTHORIZE,
         edge="2028-03-15T00:00:00-04:00", reason=Reason.FIRST_TEST_MISSING, given=BEFORE,
         facts={"tests": [negative("2028-02-29T09:00:00-05:00"), negative("2028-03-14T14:00:00-04:00")],
                "surveys": ["2028-03-09"]}),
    Edge(name="test at the authorization, end of day 7", course=WOMAN, stage=AUTHORIZE,
         edge="2026-06-18T00:00:00-04:00", reason=Reason.TEST_TOO_OLD, given=BEFORE),
    Edge(name="due date, weekly", course=WOMAN, stage=AUTHORIZE, edge=DAY_AFTER, reason=Reason.TEST_OVERDUE,
         given=BEFORE, facts={"first_dose": "2026-06-01", "tests": [negative("2026-06-08T09:00:00-04:00")]}),
    Edge(name="due date, weekly, the last time after a test on day 27", course=WOMAN, stage=AUTHORIZE, edge=DAY_AFTER,
         reason=Reason.TEST_OVERDUE, given=BEFORE,
         facts={"first_dose": "2026-05-12", "tests": [negative("2026-06-08T23:59:59-04:00")]}),
    Edge(name="due date, regular cycles", course=WOMAN, stage=AUTHORIZE, edge=DAY_AFTER, reason=Reason.TEST_OVERDUE,
         given=BEFORE, facts={"tests": [negative("2026-05-18T09:00:00-04:00")]}),
    Edge(name="due date, no cycles", course=WOMAN, stage=AUTHORIZE, edge=DAY_AFTER, reason=Reason.TEST_OVERDUE,
         given=BEFORE, facts={"patient": {"cycle": "none"}, "tests": [negative("2026-05-18T09:00:00-04:00")]}),
    Edge(name="due date, irregular cycles", course=WOMAN, stage=AUTHORIZE, edge=DAY_AFTER, reason=Reason.TEST_OVERDUE,
         given=BEFORE, facts={"patient": {"cycle": "irregular"}, "tests": [negative("2026-06-01T09:00:00-04:00")]}),
    Edge(name="due date, unknown cycles", course=WOMAN, stage=AUTHORIZE, edge=DAY_AFTER, reason=Reason.TEST_OVERDUE,
         given=BEFORE, facts={"patient": {"cycle": None}, "tests": [negative("2026-06-01T09:00:00-04:00")]}),
    Edge(name="due date, over the end of the year", course=WOMAN, stage=AUTHORIZE, edge="2027-01-08T00:00:00-05:00",
         reason=Reason.TEST_OVERDUE, given=BEFORE, facts={"tests": [negative("2026-12-10T09:00:00-05:00")]}),
]  # fmt: skip

CALENDAR = [
    Edge(name="contraception, 28 days", course=BEGINNER, stage=AUTHORIZE, edge=MIDNIGHT,
         reason=Reason.CONTRACEPTION_TOO_SHORT, given=FROM, facts={"contraception": {"since": "2026-05-18"}}),
    Edge(name="contraception, 28 days over leap day", course=BEGINNER, stage=AUTHORIZE,
         edge="2028-03-01T00:00:00-05:00", reason=Reason.CONTRACEPTION_TOO_SHORT, given=FROM,
         facts={"contraception": {"since": "2028-02-02"}}),
    Edge(name="survey, 30 days", course=MAN, stage=AUTHORIZE, edge=DAY_AFTER,
         reason=Reason.PATIENT_SURVEY_OVERDUE, given=BEFORE, facts={"surveys": ["2026-05-16"]}),
    Edge(name="survey before the first prescription, 30 days", course=BEGINNER, stage=AUTHORIZE, edge=DAY_AFTER,
         reason=Reason.PATIENT_SURVEY_OVERDUE, given=BEFORE, facts={"surveys": ["2026-05-16"]}),
    Edge(name="survey, six months", course=AFTER_MENOPAUSE, stage=AUTHORIZE, edge=DAY_AFTER,
         reason=Reason.PATIENT_SURVEY_OVERDUE, given=BEFORE, facts={"surveys": ["2025-12-15"]}),
    Edge(name="survey, six months that end on leap day", course=AFTER_MENOPAUSE, stage=AUTHORIZE,
         edge="2028-03-01T00:00:00-05:00", reason=Reason.PATIENT_SURVEY_OVERDUE, given=BEFORE,
         facts={"surveys": ["2027-08-31"]}),
    Edge(name="re-enrollment, twelve months", course=MAN, stage=AUTHORIZE, edge=MIDNIGHT,
         reason=Reason.RE_ENROLLMENT_REQUIRED, given=BEFORE,
         facts={"therapy_ended": "2025-06-15", "last_dispense": {"date": "2025-05-20"}}),
    Edge(name="re-enrollment, twelve months from leap day", course=MAN, stage=AUTHORIZE,
         edge="2025-02-28T00:00:00-05:00", reason=Reason.RE_ENROLLMENT_REQUIRED, given=BEFORE,
         facts={"therapy_ended": "2024-02-29", "last_dispense": {"date": "2024-02-01"}}),
    Edge(name="menopause, 24 months", course=AFTER_MENOPAUSE, stage=AUTHORIZE, edge=MIDNIGHT,
         reason=Reason.CATEGORY_CRITERION_NOT_MET, given=FROM, facts={"patient": {"last_menses": "2024-06-15"}}),
    Edge(name="menopause, 24 months from leap day", course=AFTER_MENOPAUSE, stage=AUTHORIZE,
         edge="2026-02-28T00:00:00-05:00", reason=Reason.CATEGORY_CRITERION_NOT_MET, given=FROM,
         facts={"patient": {"last_menses": "2024-02-29"}}),
    Edge(name="18th birthday on the child's form", course=CHILD, stage=AUTHORIZE, edge=MIDNIGHT,
         reason=Reason.AGE_FORM_MISMATCH, given=BEFORE, facts=born("2008-06-15")),
    Edge(name="18th birthday on the adult's form", course=MAN, stage=AUTHORIZE, edge=MIDNIGHT,
         reason=Reason.AGE_FORM_MISMATCH, given=FROM, facts=born("2008-06-15")),
    Edge(name="18th birthday of one born on 29 February, child's form", course=CHILD, stage=AUTHORIZE,
         edge="2026-02-28T00:00:00-05:00", reason=Reason.AGE_FORM_MISMATCH, given=BEFORE, facts=born("2008-02-29")),
    Edge(name="18th birthday of one born on 29 February, adult's form", course=MAN, stage=AUTHORIZE,
         edge="2026-02-28T00:00:00-05:00", reason=Reason.AGE_FORM_MISMATCH, given=FROM, facts=born("2008-02-29")),
    Edge(name="days on hand, from 8 to 7", course=MAN, stage=CONFIRM, edge=MIDNIGHT, reason=Reason.TOO_EARLY,
         given=FROM, facts={"last_dispense": {"date": "2026-05-25"}, "confirmation": None}),
    Edge(name="days on hand, over the end of the year", course=MAN, stage=CONFIRM, edge="2027-01-05T00:00:00-05:00",
         reason=Reason.TOO_EARLY, given=FROM,
         facts={"last_dispense": {"date": "2026-12-15"}, "confirmation": None}),
    Edge(name="days on hand, over the start of daylight saving", course=MAN, stage=CONFIRM,
         edge="2026-03-22T00:00:00-04:00", reason=Reason.TOO_EARLY, given=FROM,
         facts={"last_dispense": {"date": "2026-03-01"}, "confirmation": None}),
]  # fmt: skip

EVENTS = [
    Edge(name="prescriber certified", course=MAN, stage=AUTHORIZE, edge="2026-06-15T10:00:00-04:00", known=False,
         reason=Reason.PRESCRIBER_NOT_CERTIFIED, given=FROM,
         facts={"prescriber": {"certified": "2026-06-15T10:00:00-04:00"}}),
    Edge(name="prescriber deactivated", course=MAN, stage=AUTHORIZE, edge="2026-06-15T10:00:00-04:00", known=False,
         reason=Reason.PRESCRIBER_NOT_CERTIFIED, given=BEFORE,
         facts={"prescriber": {"deactivated": "2026-06-15T10:00:00-04:00"}}),
    Edge(name="site certified", course=MAN, stage=CONFIRM, edge="2026-06-15T10:00:00-04:00", known=False,
         reason=Reason.PHARMACY_NOT_CERTIFIED, given=FROM,
         facts={"pharmacy": {"certified": "2026-06-15T10:00:00-04:00"}}),
    Edge(name="site deactivated", course=MAN, stage=CONFIRM, edge="2026-06-15T10:00:00-04:00", known=False,
         reason=Reason.PHARMACY_NOT_CERTIFIED, given=BEFORE,
         facts={"pharmacy": {"deactivated": "2026-06-15T10:00:00-04:00"}}),
    Edge(name="agreement signed, on its whole day", course=MAN, stage=AUTHORIZE, edge=MIDNIGHT, known=False,
         reason=Reason.AGREEMENT_MISSING, given=FROM, facts={"agreement": {"signed_on": "2026-06-15"}}),
    Edge(name="authorization issued", course=MAN, stage=CONFIRM, edge="2026-06-15T10:00:00-04:00", known=False,
         reason=Reason.AUTHORIZATION_MISSING, given=FROM,
         facts={"authorization": {"issued": "2026-06-15T10:00:00-04:00"}, "confirmation": None}),
    Edge(name="authorization used", course=MAN, stage=CONFIRM, edge="2026-06-15T10:00:00-04:00", known=False,
         reason=Reason.AUTHORIZATION_USED, given=BEFORE,
         facts={"authorization": {"used": "2026-06-15T10:00:00-04:00"}, "confirmation": None}),
    Edge(name="authorization cancelled", course=MAN, stage=CONFIRM, edge="2026-06-15T10:00:00-04:00", known=False,
         reason=Reason.AUTHORIZATION_CANCELLED, given=BEFORE,
         facts={"authorization": {"cancelled": "2026-06-15T10:00:00-04:00"}, "confirmation": None}),
    Edge(name="confirmation issued", course=MAN, stage=HAND_OVER, edge="2026-06-15T13:00:00-04:00", known=False,
         reason=Reason.CONFIRMATION_MISSING, given=FROM),
    Edge(name="confirmation used", course=MAN, stage=HAND_OVER, edge="2026-06-15T14:00:00-04:00", known=False,
         reason=Reason.CONFIRMATION_USED, given=BEFORE,
         facts={"confirmation": {"used": "2026-06-15T14:00:00-04:00"}}),
    Edge(name="confirmation cancelled", course=MAN, stage=HAND_OVER, edge="2026-06-15T14:00:00-04:00", known=False,
         reason=Reason.CONFIRMATION_CANCELLED, given=BEFORE,
         facts={"confirmation": {"cancelled": "2026-06-15T14:00:00-04:00"}}),
    Edge(name="a cancelled confirmation gives the authorization back", course=MAN, stage=CONFIRM, known=False,
         edge="2026-06-15T14:00:00-04:00", reason=Reason.CONFIRMATION_OPEN, given=FROM,
         facts={"confirmation": {"cancelled": "2026-06-15T14:00:00-04:00"}}),
    Edge(name="positive collected", course=WOMAN, stage=HAND_OVER, edge="2026-06-15T14:00:00-04:00", known=False,
         reason=Reason.TEST_POSITIVE, given=BEFORE,
         facts={"tests": [negative("2026-06-10T09:00:00-04:00"),
                          {"collected": "2026-06-15T14:00:00-04:00", "result": "positive"}]}),
    Edge(name="pregnancy reported", course=WOMAN, stage=HAND_OVER, edge="2026-06-15T14:00:00-04:00", known=False,
         reason=Reason.PREGNANCY_CASE_OPEN, given=BEFORE,
         facts={"reports": [{"kind": "pregnancy", "subject": "patient", "opened": "2026-06-15T14:00:00-04:00"}]}),
    Edge(name="missed period reported, on its whole day", course=WOMAN, stage=HAND_OVER, edge=DAY_AFTER, known=False,
         reason=Reason.EVALUATION_OPEN, given=BEFORE,
         facts={"reports": [{"kind": "missed_period", "opened": "2026-06-16"}]}),
]  # fmt: skip

EDGES = [*HOURS, *WINDOWS, *TESTS, *CALENDAR, *EVENTS]
