"""Histories of patients at one question: first one in which all is well, then what goes wrong in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from eligibility.facts import (
    Agreement,
    Certification,
    Contraception,
    Dispensed,
    Facts,
    IssuedNumber,
    Patient,
    PregnancyTest,
    Prescription,
    Site,
    When,
)
from eligibility.vocabulary import Category, Cycle, Method, Result, Stage
from tests.oracle.answer import Program
from tests.oracle.days import day, months_after
from tests.oracle.draws import Draws

PROGRAMS = ("us-lenalidomide", "us-pomalidomide", "us-thalidomide")
RP = (Category.ADULT_FEMALE_RP, Category.FEMALE_CHILD_RP)
CHILDREN = (Category.FEMALE_CHILD_RP, Category.FEMALE_CHILD_NRP, Category.MALE_CHILD)
ZONES = (None, None, "America/New_York", "America/Los_Angeles", "Pacific/Honolulu", "America/Puerto_Rico")


@dataclass(frozen=True)
class History:
    """One question and all that is known at it."""

    stage: Stage
    facts: Facts
    program: Program = Program.IN_FORCE


Known = dict[str, Any]
"""Facts on their way: the fields of ``Facts`` by name."""


def going_well(draw: Draws) -> tuple[Stage, Known]:
    """A patient of any category, before the first prescription or on treatment, for whom little is amiss."""
    stage = draw.one(Stage.AUTHORIZE, Stage.CONFIRM, Stage.HAND_OVER, Stage.HAND_OVER)
    category = draw.one(*Category, *RP, *RP, *RP)
    known: Known = {
        "patient": patient(draw, category),
        "agreement": Agreement(signed_on=draw.when(draw.whole(1, 300)), guardian_signed=category in CHILDREN or None),
        "prescriber": Certification(certified=draw.when(draw.whole(1, 900))),
        "pharmacy": Site(certified=draw.when(draw.whole(1, 900)), zone=draw.one(*ZONES)),
        "prescriber_survey_completed": True,
        "counseled": True,
        "prescription": Prescription(days_supply=draw.one(28, 28, 21, 14, 7), category=category),
        "tests": (),
    }
    if stage is not Stage.AUTHORIZE:
        known |= at_the_counter(draw, stage, category)
    on_treatment = draw.chance(0.65)
    if on_treatment:
        known |= earlier_dispensings(draw)
    known["surveys"] = surveys(draw, known, on_treatment=on_treatment)
    if category in RP:
        known |= monitored(draw, known, on_treatment=on_treatment)
    return stage, known


def patient(draw: Draws, category: Category) -> Patient:
    """Somebody whose age and basis fit the category."""
    adult_since = months_after(draw.today, -18 * 12)
    years = draw.whole(1, 16) if category in CHILDREN else -draw.whole(0, 60)
    born = months_after(adult_since, 12 * years) + timedelta(days=draw.one(0, 1, -1, 40) if years > 0 else 0)
    basis, menses = None, None
    if category is Category.FEMALE_CHILD_NRP:
        basis = "premenarchal"
    if category is Category.ADULT_FEMALE_NRP:
        basis = draw.one("natural_menopause", "hysterectomy", "bilateral_oophorectomy")
        menses = months_after(draw.today, -24) - timedelta(days=draw.whole(0, 3))
    cycle = draw.one(Cycle.REGULAR, Cycle.REGULAR, Cycle.NONE, Cycle.IRREGULAR, None)
    return Patient(enrolled=True, born=born, category=category, category_basis=basis, last_menses=menses, cycle=cycle)


def at_the_counter(draw: Draws, stage: Stage, category: Category) -> Known:
    """The number that the pharmacy was given, the checklist, and at the hand-over its confirmation."""
    confirmed = None
    if stage is Stage.HAND_OVER:
        confirmed = draw.at - draw.one(timedelta(hours=1), timedelta(hours=23, minutes=59, seconds=59), timedelta(0))
    days = draw.whole(0, 6) if category in RP else draw.whole(0, 30)
    issued = min((confirmed or draw.at), draw.instant(days))
    return {
        "authorization": IssuedNumber(issued=issued),
        "confirmation": IssuedNumber(issued=confirmed) if confirmed else None,
        "checklist_complete": True,
        "medication_guide_given": stage is Stage.HAND_OVER or None,
        "method": draw.one(Method.HAND, Method.HAND, Method.SHIP) if stage is Stage.HAND_OVER else None,
    }


def earlier_dispensings(draw: Draws) -> Known:
    """On treatment: the last dispensing some four weeks ago, sometimes the whole list, sometimes the first dose."""
    back = draw.whole(21, 34)
    newest = draw.when(back)
    last = Dispensed(date=newest, days_supply=draw.one(28, 28, 21))
    first = back + draw.one(0, 0, 1, 28, 30, 56, 120)
    known: Known = {"last_dispense": last}
    if draw.chance(0.5):
        middle = [draw.when(days) for days in range(back + 28, first, 28)] if draw.chance(0.5) else []
        older = [when for when in (*middle, draw.when(first)) if day(when) < day(newest)]
        known["dispensings"] = (newest, *older)
    if draw.chance(0.7):
        known["first_dose"] = draw.day(first - draw.one(0, 0, 1, 3))
    return known


def reference(draw: Draws, known: Known) -> datetime:
    """The instant of prescribing: the authorization's issue, or the question."""
    number = known.get("authorization")
    issued = number.issued if number else None
    return issued if isinstance(issued, datetime) else draw.at


def surveys(draw: Draws, known: Known, *, on_treatment: bool) -> tuple[When, ...]:
    """One in time for the prescription, and sometimes older ones."""
    issued = reference(draw, known)
    age = draw.one(0, 1, 5, 10, 18) if on_treatment else draw.one(0, 5, 29, 30)
    found: list[When] = [min(draw.at, issued - timedelta(days=age) + draw.one(timedelta(0), timedelta(seconds=-1)))]
    return tuple(found + [draw.when(draw.whole(30, 200)) for _ in range(draw.whole(0, 1))])


def monitored(draw: Draws, known: Known, *, on_treatment: bool) -> Known:
    """Her tests, as the program asks for them, and her contraception."""
    since = draw.day(draw.one(28, 29, 60, 200))
    methods = draw.one(("iud", "male_condom"), ("hormonal", "diaphragm"), ("tubal_ligation", "cervical_cap", "iud"))
    tests = calendar_tests(draw, known) if on_treatment else two_tests(draw, reference(draw, known))
    return {"tests": tests, "contraception": Contraception(since=since, methods=methods)}


def negative(collected: When, *, sensitivity: float | None = 25, home: bool = False) -> PregnancyTest:
    """A negative that qualifies unless told otherwise."""
    return PregnancyTest(collected=collected, result=Result.NEGATIVE, sensitivity_miu_ml=sensitivity, home=home)


def two_tests(draw: Draws, issued: datetime) -> tuple[PregnancyTest, ...]:
    """The first 10 to 14 days before prescribing, the second within 24 hours."""
    first = issued - timedelta(days=draw.whole(10, 14))
    hours = draw.one(timedelta(0), timedelta(hours=3), timedelta(hours=24), timedelta(hours=23, minutes=59, seconds=59))
    return (negative(first), negative(issued - hours, sensitivity=draw.one(25, 50)))


def calendar_tests(draw: Draws, known: Known) -> tuple[PregnancyTest, ...]:
    """The newest a few days before the number, the others at the program's distances, some of them late."""
    newest = reference(draw, known) - timedelta(days=draw.one(0, 0, 1, 3, 7), seconds=draw.one(0, 1))
    gaps = draw.one((28, 28), (14, 14), (7, 7, 7, 7), (28, 29), (7, 8, 7), (14, 15, 14), (30,), ())
    found, at = [negative(newest)], newest
    for gap in gaps:
        at -= timedelta(days=gap)
        found.append(negative(at))
    draw.dice.shuffle(found)
    return tuple(found)
