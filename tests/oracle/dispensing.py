"""Rule book: "Surveys", "Authorization number", "Pharmacy"."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from eligibility.facts import Facts, IssuedNumber, When
from eligibility.reasons import Reason
from eligibility.vocabulary import Category, Method, Stage
from tests.oracle import outages
from tests.oracle.days import NEW_YORK, by, day, instant, later, months_after
from tests.oracle.pregnancy import last_negative_by
from tests.oracle.record import CAN_GET_PREGNANT, dispensed_before, dispensings, issue


def survey(facts: Facts, stage: Stage) -> set[Reason]:
    """ "Before the first prescription: yes for who can get pregnant and `adult_female_nrp`, no for the others;
    afterwards monthly, `adult_female_nrp` every 6 months"; "`last_dispense` without its date:
    `patient_survey_overdue`".
    """
    overdue = {Reason.PATIENT_SURVEY_OVERDUE}
    category = facts.patient.category
    if not dispensed_before(facts):
        asked = category in (*CAN_GET_PREGNANT, Category.ADULT_FEMALE_NRP)
        return overdue if asked and not young_surveys(facts, stage) else set()
    known = dispensings(facts)
    if not known:
        return overdue
    young = young_surveys(facts, stage)
    if category is not Category.ADULT_FEMALE_NRP:
        young = [when for when in young if later(when, known[-1])]
    return set() if young else overdue


def young_surveys(facts: Facts, stage: Stage) -> list[When]:
    """ "Monthly means at most 30 days before the authorization. Six-monthly: good through the same calendar day six
    months later. A survey's age is counted back from the issue of the authorization (at stage `authorize`: from the
    question); one completed after the authorization and by the question counts".
    """
    issued = issue(facts) if stage is not Stage.AUTHORIZE else None
    today = day(issued or facts.at)
    completed = [when for when in facts.surveys if by(when, facts.at)]
    if facts.patient.category is Category.ADULT_FEMALE_NRP:
        return [when for when in completed if today <= months_after(day(when), 6)]
    return [when for when in completed if (today - day(when)).days <= 30]


def prescription(facts: Facts) -> set[Reason]:
    """ "At most 28 days (`supply_over_limit`), counted in days covered, not capsules. No refill
    (`refill_not_allowed`)"; "no verbal prescription (a dated switch, off by default)"; unknown days block, and what
    is no number of days is unknown.
    """
    written = facts.prescription
    found = set()
    if written.days_supply not in range(1, 29):
        found.add(Reason.SUPPLY_OVER_LIMIT)
    if written.refill:
        found.add(Reason.REFILL_NOT_ALLOWED)
    if written.verbal:
        allowed = facts.flexibilities.get("verbal_prescriptions", False)
        found.add(Reason.VERBAL_PRESCRIPTION_ACCEPTED if allowed else Reason.VERBAL_PRESCRIPTION_NOT_ALLOWED)
    return found


def written_category(facts: Facts) -> set[Reason]:
    """ "The prescription shows authorization number and category, and the category is the enrolled one"."""
    same = facts.prescription.category is not None and facts.prescription.category is facts.patient.category
    return set() if same else {Reason.CATEGORY_MISMATCH}


def has_happened(state: bool | When, at: datetime) -> bool:
    """False, True (at an unknown time, so it counts), or the moment."""
    return state if isinstance(state, bool) else by(state, at)


def authorization(facts: Facts, stage: Stage) -> set[Reason]:
    """ "The authorization is of this program (`program_mismatch`), valid (`authorization_expired`), unused
    (`authorization_used`)"; none, or one issued after the question, is `authorization_missing`.
    """
    number, issued = facts.authorization, issue(facts)
    if number is None or issued is None:
        return {Reason.AUTHORIZATION_MISSING}
    found = set()
    if has_happened(number.cancelled, facts.at):
        found.add(Reason.AUTHORIZATION_CANCELLED)
    if has_happened(number.used, facts.at) or handed_over(facts):
        found.add(Reason.AUTHORIZATION_USED)
    if number.program is not None and number.program != facts.program:
        found.add(Reason.PROGRAM_MISMATCH)
    return found | window(facts, stage, number, issued)


def handed_over(facts: Facts) -> bool:
    """ "Each number serves one dispensing: it is used by the recorded hand-over, not by the confirmation"."""
    held = facts.confirmation
    return held is not None and standing_confirmation(facts) is not None and has_happened(held.used, facts.at)


def window(facts: Facts, stage: Stage, number: IssuedNumber, issued: datetime) -> set[Reason]:
    """ "The authorization's window is judged when the confirmation is issued; a hand-over after it, inside the 24
    hours, warns (`authorization_expired_after_confirmation`)".
    """
    confirmed = standing_confirmation(facts) if stage is Stage.HAND_OVER else None
    if outages.window_was_given_back(facts, number, confirmed or facts.at):
        return set()
    if not in_window(facts, number, issued, confirmed or facts.at):
        return {Reason.AUTHORIZATION_EXPIRED}
    if in_window(facts, number, issued, facts.at) or confirmed is None:
        return set()
    within = facts.at <= outages.hours_end(facts, confirmed)
    return {Reason.AUTHORIZATION_EXPIRED_AFTER_CONFIRMATION} if within else set()


def in_window(facts: Facts, number: IssuedNumber, issued: datetime, at: datetime) -> bool:
    """ "Can get pregnant: 23:59:59 of the day of the last negative test + 7 days; all others: of the day of issue
    + 30 days. The window is fixed at the issue, by the newest qualifying negative collected at or before it (none:
    `authorization_expired`)".
    """
    if number.closes is not None and at > number.closes:
        return False
    if facts.patient.category not in CAN_GET_PREGNANT:
        return day(at) <= day(issued) + timedelta(days=30)
    test = last_negative_by(facts, issued)
    return test is not None and test.collected is not None and day(at) <= day(test.collected) + timedelta(days=7)


def standing_confirmation(facts: Facts) -> datetime | None:
    """The instant of the confirmation, if there is one at the question."""
    number = facts.confirmation
    if number is None or number.issued is None or not by(number.issued, facts.at):
        return None
    return instant(number.issued)


def second_confirmation(facts: Facts) -> set[Reason]:
    """ "While a confirmation for it is open no second one is issued (`confirmation_open`); a cancelled or lapsed one
    gives it back".
    """
    issued = standing_confirmation(facts)
    if facts.confirmation is None or issued is None:
        return set()
    done = has_happened(facts.confirmation.used, facts.at) or has_happened(facts.confirmation.cancelled, facts.at)
    lapsed = facts.at > outages.hours_end(facts, issued)
    return set() if done or lapsed else {Reason.CONFIRMATION_OPEN}


def days_on_hand(facts: Facts) -> set[Reason]:
    """ "Next fill only with 7 days or fewer on hand (`too_early`). On hand = last dispensing + days supplied − today,
    unless the pharmacist counted"; what is unknown blocks.
    """
    early = {Reason.TOO_EARLY}
    if facts.days_on_hand is not None:
        return early if facts.days_on_hand > 7 else set()
    last = facts.last_dispense
    if last is None:
        return set()
    if last.date is None or last.days_supply is None:
        return early
    on_hand = last.days_supply - (day(facts.at) - day(last.date)).days
    return early if on_hand > 7 else set()


def checklist(facts: Facts) -> set[Reason]:
    """ "Complete the Education and Counseling Checklist of the category (`checklist_incomplete`)"."""
    return set() if facts.checklist_complete is True else {Reason.CHECKLIST_INCOMPLETE}


def medication_guide(facts: Facts) -> set[Reason]:
    """ "Give the Medication Guide (`medication_guide_missing`)"."""
    return set() if facts.medication_guide_given is True else {Reason.MEDICATION_GUIDE_MISSING}


def confirmation(facts: Facts) -> set[Reason]:
    """ "Obtain a confirmation number (`confirmation_missing`). One number, one dispensing (`confirmation_used`)";
    "hand over within 24 hours of the number (elapsed, 24:00:00 included: `confirmation_expired`)".
    """
    number, issued = facts.confirmation, standing_confirmation(facts)
    if number is None or issued is None:
        return {Reason.CONFIRMATION_MISSING}
    found = set()
    authorized = facts.authorization.issued if facts.authorization is not None else None
    if (
        authorized is not None
        and by(authorized, facts.at)
        and number.issued is not None
        and later(authorized, number.issued)
    ):
        found.add(Reason.CONFIRMATION_MISSING)  # "a confirmation for it": not of a number that was not there yet
    if number.program is not None and number.program != facts.program:
        found.add(Reason.PROGRAM_MISMATCH)  # "nothing of the first authorizes the second"
    if has_happened(number.cancelled, facts.at):
        found.add(Reason.CONFIRMATION_CANCELLED)
    if has_happened(number.used, facts.at):
        found.add(Reason.CONFIRMATION_USED)
    if facts.at > outages.hours_end(facts, issued):
        found.add(Reason.CONFIRMATION_EXPIRED)
    return found


def shipping(facts: Facts) -> set[Reason]:
    """ "Can get pregnant: shipped on the same calendar day at the pharmacy's site (`not_shipped_same_day`), or
    handed over within the 24 hours"; a way that is unknown blocks.
    """
    if facts.patient.category not in CAN_GET_PREGNANT or facts.method is Method.HAND:
        return set()
    zone = ZoneInfo(facts.pharmacy.zone) if facts.pharmacy.zone else NEW_YORK
    number = facts.confirmation
    if facts.method is None:
        return {Reason.NOT_SHIPPED_SAME_DAY}
    if number is None or number.issued is None or standing_confirmation(facts) is None:
        return set()  # `confirmation_missing` says it: there is no day to compare with
    same_day = day(number.issued, zone) == day(facts.at, zone)
    return set() if same_day else {Reason.NOT_SHIPPED_SAME_DAY}


def given_back(facts: Facts, stage: Stage) -> set[Reason]:
    """ "Each extended decision says so": as a warning, by the reason that the extension took away."""
    said, number, confirmed = set(), facts.authorization, standing_confirmation(facts)
    judged = confirmed if stage is Stage.HAND_OVER and confirmed else facts.at
    if stage is not Stage.AUTHORIZE and number and outages.window_was_given_back(facts, number, judged):
        said.add(Reason.AUTHORIZATION_EXPIRED)
    if stage is Stage.HAND_OVER and confirmed and facts.at > confirmed + timedelta(hours=24):
        said |= {Reason.CONFIRMATION_EXPIRED} if facts.at <= outages.hours_end(facts, confirmed) else set()
    return said
