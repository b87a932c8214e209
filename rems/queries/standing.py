"""How a patient stands between two prescriptions: the engine's answer, with nothing else to decide.

The engine is asked as an authorization would ask it, of a prescription that is in order and counseled:
what is left are the patient's and the prescriber's own matters. Lists are made from it; no gate reads it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from eligibility import facts as known
from eligibility.calendar import day_of
from eligibility.decide import decide
from eligibility.edition import Rule
from eligibility.editions import edition_in_force, programs
from eligibility.findings import Decision, Finding
from eligibility.reasons import Reason
from eligibility.requirements import Requirement
from eligibility.requirements.supply import NearlyUsedUp
from eligibility.vocabulary import Category, Stage
from rems.facts import Question, facts_for
from rems.models import Authorization, Enrollment
from rems.queries.prescriber import open_authorizations
from rems.records import Records

HELD = frozenset({Reason.TEST_POSITIVE, Reason.PREGNANCY_CASE_OPEN})
DAYS_SUPPLY = 28


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One enrollment at one instant. ``fill_opens``: from when the next fill is not too early."""

    enrollment: Enrollment
    decision: Decision
    facts: known.Facts
    fill_opens: datetime | None
    number: Authorization | None

    @property
    def at(self) -> datetime:
        """The instant of the question."""
        return self.decision.at

    @property
    def zone(self) -> ZoneInfo:
        """The program's zone."""
        return programs()[self.enrollment.program][-1].zone

    @property
    def category(self) -> Category | None:
        """The risk category."""
        return self.facts.patient.category

    @property
    def held(self) -> Finding | None:
        """What holds everything, if anything does."""
        return next((f for f in self.decision.unmet if f.reason in HELD), None)

    @property
    def on_treatment(self) -> bool:
        """Whether anything was dispensed and the therapy did not end since."""
        return self.facts.last_dispense is not None and not self.stopped

    @property
    def stopped(self) -> bool:
        """Whether the therapy ended, without a dispensing or an agreement after its end."""
        ended, last = self.facts.therapy_ended, self.facts.last_dispense
        if ended is None:
            return False
        signed = self.facts.agreement.signed_on if self.facts.agreement else None
        later = [when for when in (last.date if last else None, signed) if when is not None]
        return all(day_of(when, self.zone) <= ended for when in later)

    @property
    def fill_is_open(self) -> bool:
        """Whether a fill would not be too early now."""
        return self.fill_opens is None or self.fill_opens <= self.at


def standing_of(
    enrollment: Enrollment, *, at: datetime, number: Authorization | None = None, records: Records | None = None
) -> Standing | None:
    """How the patient stands in the program; None where no edition gates it at ``at``."""
    edition = edition_in_force(enrollment.program, at)
    if edition is None:
        return None
    facts = facts_for(Question(enrollment=enrollment), at=at, records=records)
    facts = replace(facts, prescription=_in_order(facts), counseled=True, prescriber_survey_completed=True)
    on_hand = finding_of(decide(edition, facts, Stage.CONFIRM), edition.requirements, NearlyUsedUp)
    return Standing(
        enrollment=enrollment,
        decision=decide(edition, facts, Stage.AUTHORIZE),
        facts=facts,
        fill_opens=on_hand.opens if on_hand else None,
        number=number,
    )


def _in_order(facts: known.Facts) -> known.Prescription:
    """A prescription with which nothing is wrong."""
    return known.Prescription(written=facts.at, days_supply=DAYS_SUPPLY, category=facts.patient.category)


def finding_of(decision: Decision, requirements: Iterable[Rule], kind: type[Requirement]) -> Finding | None:
    """What the decision found about the requirement of a kind."""
    wanted = {requirement.id for requirement in requirements if isinstance(requirement, kind)}
    return next((f for f in decision.findings if f.requirement in wanted), None)


def standings(enrollments: Iterable[Enrollment], *, at: datetime) -> list[Standing]:
    """The standing of each enrollment that a program gates now, in a fixed number of queries."""
    rows = list(enrollments)
    records = Records(rows, at=at)
    numbers = {row.prescription.enrollment_id: row for row in open_authorizations(rows, at=at)}
    found = (standing_of(row, at=at, number=numbers.get(row.pk), records=records) for row in rows)
    return [standing for standing in found if standing is not None]
