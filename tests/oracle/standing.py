"""Rule book: "Risk categories", "Prescriber", and the site's certification."""

from eligibility.facts import Agreement, Certification, Facts
from eligibility.reasons import Reason
from eligibility.vocabulary import Category
from tests.oracle.days import by, day, instant, months_after
from tests.oracle.record import dispensings

CHILDREN = (Category.FEMALE_CHILD_RP, Category.FEMALE_CHILD_NRP, Category.MALE_CHILD)


def enrollment(facts: Facts) -> set[Reason]:
    """`patient_not_enrolled`; "what neither says is unknown, and unknown blocks"."""
    return set() if facts.patient.enrolled is True else {Reason.PATIENT_NOT_ENROLLED}


def signed(facts: Facts) -> Agreement | None:
    """ "`agreement_missing` (none, or signed after the question)"."""
    agreement = facts.agreement
    return agreement if agreement is not None and by(agreement.signed_on, facts.at) else None


def agreement(facts: Facts) -> set[Reason]:
    """ "A child's agreement needs the guardian's signature"; "an agreement of another category than the
    patient's is `category_mismatch`".
    """
    found = set()
    paper = signed(facts)
    if paper is None:
        found.add(Reason.AGREEMENT_MISSING)
    if facts.patient.category in CHILDREN and (paper is None or paper.guardian_signed is not True):
        found.add(Reason.GUARDIAN_SIGNATURE_MISSING)
    if paper is not None and paper.category is not None and paper.category is not facts.patient.category:
        found.add(Reason.CATEGORY_MISMATCH)
    return found


def age(facts: Facts) -> set[Reason]:
    """ "On the 18th birthday the child form no longer serves (`age_form_mismatch`)"; "age is judged against the
    patient's category"; "who was born on 29 February turns 18 on 28 February"; an unknown `born`,
    one after the question, or an unknown category blocks.
    """
    born = facts.patient.born
    if born is None or born > day(facts.at) or facts.patient.category is None:
        return {Reason.AGE_FORM_MISMATCH}
    adult = day(facts.at) >= months_after(born, 18 * 12)
    child_form = facts.patient.category in CHILDREN
    return {Reason.AGE_FORM_MISMATCH} if adult == child_form else set()


def category(facts: Facts) -> set[Reason]:
    """ "Natural menopause for at least 24 consecutive months, or hysterectomy, or bilateral oophorectomy. Nothing
    else counts"; "once menses are reported she must be moved (`category_change_required`)"; "the basis of
    `female_child_nrp` is `premenarchal`, anything else or none is `category_criterion_not_met`".
    """
    patient = facts.patient
    if patient.category is Category.ADULT_FEMALE_NRP:
        if patient.category_basis in ("hysterectomy", "bilateral_oophorectomy"):
            return set()
        last = patient.last_menses if patient.category_basis == "natural_menopause" else None
        if last is not None and day(facts.at) >= months_after(last, 24):
            return set()
        return {Reason.CATEGORY_CRITERION_NOT_MET}
    found = {Reason.CATEGORY_CRITERION_NOT_MET} if patient.category is None else set()
    if patient.category is Category.FEMALE_CHILD_NRP:
        if patient.category_basis != "premenarchal":
            found.add(Reason.CATEGORY_CRITERION_NOT_MET)
        if patient.menarche_reported:
            found.add(Reason.CATEGORY_CHANGE_REQUIRED)
    return found


def re_enrollment(facts: Facts) -> set[Reason]:
    """ "Therapy stopped for 12 consecutive months or more: a new agreement, signed after the stop"; "12 months
    after 2025-06-15 is 2026-06-15, inclusive"; "a dispensing within the 12 months ends the stop, and an agreement
    signed on the day of the stop is not signed after it".
    """
    stop = facts.therapy_ended
    if stop is None or day(facts.at) < months_after(stop, 12):
        return set()
    if any(stop < day(when) < months_after(stop, 12) for when in dispensings(facts)):
        return set()
    paper = signed(facts)
    if paper is not None and paper.signed_on is not None and day(paper.signed_on) > stop:
        return set()
    return {Reason.RE_ENROLLMENT_REQUIRED}


def certified(who: Certification, facts: Facts) -> bool:
    """ "The newest certification lies at or before the question and no deactivation lies between the two, the
    question's instant included; a new certification lifts an earlier deactivation".
    """
    if who.certified is None or not by(who.certified, facts.at):
        return False
    if who.deactivated is None or not by(who.deactivated, facts.at):
        return True
    return instant(who.deactivated) < instant(who.certified)


def prescriber(facts: Facts) -> set[Reason]:
    """ "A prescriber who is not certified at the moment of the question blocks, also for a number issued before";
    "before each prescription: counsel; complete the prescriber survey".
    """
    found = set()
    if not certified(facts.prescriber, facts):
        found.add(Reason.PRESCRIBER_NOT_CERTIFIED)
    if facts.counseled is not True:
        found.add(Reason.COUNSELING_MISSING)
    if facts.prescriber_survey_completed is not True:
        found.add(Reason.PRESCRIBER_SURVEY_MISSING)
    return found


def site(facts: Facts) -> set[Reason]:
    """ "The site is certified at that moment"."""
    return set() if certified(facts.pharmacy, facts) else {Reason.PHARMACY_NOT_CERTIFIED}
