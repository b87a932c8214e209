"""The oracle's answer: what the stages of the rule book ask, one after another."""

from dataclasses import dataclass
from enum import Enum

from eligibility.facts import Facts
from eligibility.findings import Outcome
from eligibility.reasons import Reason
from eligibility.vocabulary import Stage
from tests.oracle import dispensing, pregnancy, standing

WARNINGS = {
    Reason.TEST_WAS_LATE,
    Reason.HOME_TEST_ACCEPTED,
    Reason.VERBAL_PRESCRIPTION_ACCEPTED,
    Reason.FALSE_POSITIVE_RESOLVED,
    Reason.PARTNER_PREGNANCY_REPORTED,
    Reason.AUTHORIZATION_EXPIRED_AFTER_CONFIRMATION,
}


class Program(Enum):
    """Whether the program gates at the question: "an ended program stops gating on its end date"."""

    IN_FORCE = "in force"
    NOT_YET = "no edition in force"
    ENDED = "ended"


@dataclass(frozen=True)
class Answer:
    """What the rule book says: the outcome, every reason, every warning."""

    outcome: Outcome
    reasons: frozenset[Reason]
    warnings: frozenset[Reason]


def answer(facts: Facts, stage: Stage, program: Program = Program.IN_FORCE) -> Answer:
    """ "Every unmet requirement is named and every warning given, whatever else blocks"."""
    if program is Program.ENDED:
        return Answer(Outcome.NOT_GATED, frozenset({Reason.PROGRAM_ENDED}), frozenset())
    if program is Program.NOT_YET:
        return Answer(Outcome.REFUSED, frozenset({Reason.NO_EDITION_IN_FORCE}), frozenset())
    found = authorize(facts, stage)
    if stage is Stage.CONFIRM:
        found |= confirm(facts, stage) | dispensing.second_confirmation(facts)
    if stage is Stage.HAND_OVER:
        found |= confirm(facts, stage) | hand_over(facts)
    reasons, warnings = found - WARNINGS, found & WARNINGS | dispensing.given_back(facts, stage)
    return Answer(Outcome.REFUSED if reasons else Outcome.ALLOWED, frozenset(reasons), frozenset(warnings))


def authorize(facts: Facts, stage: Stage) -> set[Reason]:
    """ "Enrollment, agreement and guardian, category and its basis, age, re-enrollment, prescriber's certification,
    counseling, both surveys, tests, contraception, reports, days' supply, refill, verbal".
    """
    return (
        standing.enrollment(facts)
        | standing.agreement(facts)
        | standing.category(facts)
        | standing.age(facts)
        | standing.re_enrollment(facts)
        | standing.prescriber(facts)
        | dispensing.survey(facts, stage)
        | pregnancy.pregnancy_tests(facts, stage)
        | pregnancy.positives(facts)
        | pregnancy.contraception(facts)
        | pregnancy.reports(facts)
        | dispensing.prescription(facts)
    )


def confirm(facts: Facts, stage: Stage) -> set[Reason]:
    """ "The site's certification, the category on the prescription, the authorization (there, of this program,
    unused, in its window), days on hand, checklist".
    """
    return (
        standing.site(facts)
        | dispensing.written_category(facts)
        | dispensing.authorization(facts, stage)
        | dispensing.days_on_hand(facts)
        | dispensing.checklist(facts)
    )


def hand_over(facts: Facts) -> set[Reason]:
    """ "Medication Guide, the confirmation (there, unused, within its hours), shipping on the same day"."""
    return dispensing.medication_guide(facts) | dispensing.confirmation(facts) | dispensing.shipping(facts)
