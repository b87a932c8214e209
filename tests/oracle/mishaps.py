"""What goes wrong in a history: each mishap changes a few facts, mostly right at a boundary."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from eligibility.facts import (
    Agreement,
    Certification,
    Contraception,
    Dispensed,
    Interruption,
    IssuedNumber,
    Site,
)
from eligibility.vocabulary import Category, Cycle, Method
from tests.oracle.bad_results import RESULTS, Mishap
from tests.oracle.days import months_after
from tests.oracle.draws import Draws
from tests.oracle.histories import PROGRAMS, Known, reference


def something_unknown(draw: Draws, known: Known) -> None:
    """One thing that nobody wrote down."""
    name = draw.one(
        "agreement", "contraception", "authorization", "confirmation", "last_dispense", "method", "first_dose",
        "counseled", "prescriber_survey_completed", "checklist_complete", "medication_guide_given",
    )  # fmt: skip
    known[name] = None
    if name == "last_dispense":
        known["dispensings"] = ()


def something_denied(draw: Draws, known: Known) -> None:
    """One thing that was not done."""
    name = draw.one("counseled", "prescriber_survey_completed", "checklist_complete", "medication_guide_given")
    known[name] = False


def enrolled_otherwise(draw: Draws, known: Known) -> None:
    """The enrollment, the birthday, the basis or the category."""
    patient = known["patient"]
    eighteen = months_after(draw.today, -18 * 12)
    changes: dict[str, Any] = draw.one(
        {"enrolled": draw.one(False, None)},
        {"born": eighteen + timedelta(days=draw.whole(-2, 2))},
        {"born": draw.one(None, draw.day(0), draw.day(-1), months_after(draw.today, -12 * draw.whole(0, 70)))},
        {"category": draw.one(*Category, None)},
        {
            "category_basis": draw.one(
                "tubal_ligation", "natural_menopause", "premenarchal", "hysterectomy", "age", None
            )
        },
        {"last_menses": months_after(draw.today, -24) + timedelta(days=draw.whole(-2, 2))},
        {"last_menses": None},
        {"menarche_reported": True},
        {"cycle": draw.one(*Cycle, None)},
    )
    known["patient"] = replace(patient, **changes)


def basis(draw: Draws, known: Known) -> None:
    """For who cannot get pregnant: another basis, menopause around 24 months ago, a girl's first period."""
    patient = known["patient"]
    if patient.category is Category.FEMALE_CHILD_NRP:
        changes: dict[str, Any] = draw.one(
            {"menarche_reported": True}, {"category_basis": draw.one(None, "hysterectomy")}
        )
    elif patient.category is Category.ADULT_FEMALE_NRP:
        menses = months_after(draw.today, -24) + timedelta(days=draw.whole(-2, 2))
        changes = {"category_basis": "natural_menopause", "last_menses": menses}
    else:
        changes = {"category_basis": draw.one(None, "tubal_ligation"), "menarche_reported": draw.chance(0.5)}
    known["patient"] = replace(patient, **changes)


def agreement(draw: Draws, known: Known) -> None:
    """Another category, no guardian, signed at the question or after it."""
    paper = known["agreement"] or Agreement()
    changes: dict[str, Any] = draw.one(
        {"category": draw.one(*Category)},
        {"guardian_signed": draw.one(True, False, None)},
        {"signed_on": draw.one(None, draw.when(0), draw.when(-1), draw.beside(draw.at))},
    )
    known["agreement"] = replace(paper, **changes)


def certification(draw: Draws, known: Known) -> None:
    """Certified or deactivated around the question, or around each other."""
    name = draw.one("prescriber", "pharmacy")
    who: Certification | Site = known[name]
    certified = who.certified
    changes: dict[str, Any] = draw.one(
        {"certified": None},
        {"certified": draw.beside(draw.at)},
        {"deactivated": draw.beside(draw.at)},
        {"deactivated": draw.instant(draw.whole(0, 400))},
        {"deactivated": draw.beside(certified) if isinstance(certified, datetime) else None},
    )
    known[name] = replace(who, **changes)


def therapy(draw: Draws, known: Known) -> None:
    """Stopped around twelve months ago, or since the last dispensing, or only interrupted."""
    year = months_after(draw.today, -12)
    stop = draw.one(
        year + timedelta(days=draw.whole(-2, 2)), draw.day(draw.whole(-2, 45)), draw.day(draw.whole(300, 500))
    )
    known["therapy_ended"] = stop
    if draw.chance(0.4) and known["agreement"]:
        known["agreement"] = replace(known["agreement"], signed_on=stop + timedelta(days=draw.whole(-1, 1)))
    if draw.chance(0.4):
        longest = (draw.today - stop).days
        when = draw.when(max(0, longest - draw.one(0, 1, 100, 364, 365, 366)))
        known["last_dispense"] = Dispensed(date=when, days_supply=28)
        known["dispensings"] = draw.one((), (when, draw.when(longest + 30)))
    if draw.chance(0.2):
        known["interruption"] = Interruption(start=draw.day(40), end=draw.day(draw.whole(-5, 20)))


def able_since(draw: Draws, known: Known) -> None:
    """She became able to get pregnant, mostly since the last dispensing, or around one of them."""
    timed = [when for when in known.get("dispensings", ()) if isinstance(when, datetime)]
    since = draw.beside(draw.one(*timed)) if timed and draw.chance(0.5) else draw.when(draw.whole(-1, 45))
    known["patient"] = replace(known["patient"], able_since=since)


def contraception(draw: Draws, known: Known) -> None:
    """Methods of every kind, and a first day around four weeks ago."""
    methods = (
        "iud",
        "hormonal",
        "tubal_ligation",
        "partner_vasectomy",
        "male_condom",
        "diaphragm",
        "cervical_cap",
        "hope",
    )
    attested = known.get("contraception") or Contraception(since=draw.day(100), methods=("iud", "male_condom"))
    changes: dict[str, Any] = draw.one(
        {"since": draw.one(None, draw.day(27), draw.day(28), draw.day(29), draw.day(-1))},
        {"methods": tuple(draw.some(methods, 3))},
        {"methods": tuple(draw.some(methods, 3)), "abstinence": draw.chance(0.5)},
    )
    known["contraception"] = replace(attested, **changes)


def surveys(draw: Draws, known: Known) -> None:
    """Surveys around 30 days, six months, the last dispensing, the number and the question; or none."""
    issued = reference(draw, known)
    half_a_year = months_after(issued.date(), -6)
    last = known["last_dispense"].date if known.get("last_dispense") else None
    around = [
        issued - timedelta(days=draw.whole(29, 32)), draw.beside(issued), draw.beside(draw.at), draw.when(30),
        half_a_year + timedelta(days=draw.whole(-1, 1)),
        draw.beside(last) if isinstance(last, datetime) else draw.day(25),
    ]  # fmt: skip
    known["surveys"] = tuple(draw.some(around, 2))


def prescription(draw: Draws, known: Known) -> None:
    """Odd days' supply, a refill, a telephone call, another category or none."""
    changes: dict[str, Any] = draw.one(
        {"days_supply": draw.one(0, 1, -1, 27, 27.5, 28, 28.5, 29, 31, 1_000_000_000, None)},
        {"refill": True},
        {"verbal": True},
        {"category": draw.one(None, *Category)},
    )
    known["prescription"] = replace(known["prescription"], **changes)
    if draw.chance(0.3):
        known["flexibilities"] = {"verbal_prescriptions": draw.chance(0.7)}


def switches(draw: Draws, known: Known) -> None:
    """Home tests are accepted for a while, and some are on file."""
    known["flexibilities"] = {**known.get("flexibilities", {}), "home_tests": draw.chance(0.8)}
    known["tests"] = tuple(replace(test, home=draw.chance(0.7)) for test in known["tests"])


def number(draw: Draws, known: Known) -> None:
    """A number that was used, cancelled, of another program, or issued around an end."""
    name = draw.one("authorization", "authorization", "confirmation")
    held = known.get(name)
    if held is None:
        return
    states = (False, True, draw.beside(draw.at), draw.when(0))
    changes: dict[str, Any] = draw.one(
        {"used": draw.one(*states)},
        {"cancelled": draw.one(*states)},
        {"program": draw.one(*PROGRAMS)},
        {"issued": draw.one(None, draw.beside(draw.at), draw.beside(draw.at - timedelta(hours=24)), draw.when(0))},
        {"issued": draw.when(draw.one(6, 7, 8, 29, 30, 31))},
    )
    known[name] = replace(held, **changes)


def window_fixed(draw: Draws, known: Known) -> None:
    """The end of the window as it was fixed at the issue, around the question or its confirmation."""
    held, confirmed = known.get("authorization"), known.get("confirmation")
    if held is None:
        return
    ends = [draw.beside(draw.at), draw.at + timedelta(days=3)]
    if confirmed is not None and isinstance(confirmed.issued, datetime):
        ends += [draw.beside(confirmed.issued)] * 2
    known["authorization"] = replace(held, closes=draw.one(*ends))


def confirmed_before(draw: Draws, known: Known) -> None:
    """There is a confirmation already, about as old as it may get, and the number with it."""
    hours = draw.one(timedelta(hours=24), timedelta(hours=2), timedelta(days=1, hours=1))
    issued = draw.beside(draw.at - hours)
    known["confirmation"] = IssuedNumber(issued=issued, cancelled=draw.chance(0.2), used=draw.chance(0.1))
    held = known.get("authorization")
    if held is not None and isinstance(held.issued, datetime):
        known["authorization"] = replace(held, issued=min(held.issued, issued) - timedelta(days=draw.one(0, 0, 7, 30)))


def on_hand(draw: Draws, known: Known) -> None:
    """Around seven days on hand, by counting or by the last dispensing."""
    if draw.chance(0.5):
        known["days_on_hand"] = draw.one(0, 6, 7, 7.5, 8, 100)
        return
    supplied = draw.one(28, 28, 21, 14, None)
    date = draw.one(None, draw.when((supplied or 28) - draw.whole(6, 9)), *[draw.when(21) for _ in range(3)])
    known["last_dispense"] = Dispensed(date=date, days_supply=supplied)
    known["dispensings"] = ()


def carried(draw: Draws, known: Known) -> None:
    """Another way, or a confirmation of the evening before."""
    known["method"] = draw.one(*Method, Method.SHIP, None)
    held = known.get("confirmation")
    if held is not None and draw.chance(0.6):
        known["confirmation"] = replace(held, issued=draw.past(draw.one(0, 1)))


def first_dose(draw: Draws, known: Known) -> None:
    """The first dose around four weeks ago, or still to come."""
    known["first_dose"] = draw.day(draw.one(-3, 0, 7, 27, 28, 29, 35, 42))


MISHAPS: tuple[Mishap, ...] = (
    something_unknown, something_denied, enrolled_otherwise, basis, agreement, certification, therapy, able_since,
    contraception, surveys, prescription, switches, number, window_fixed, confirmed_before, on_hand, carried,
    first_dose, *RESULTS,
)  # fmt: skip
