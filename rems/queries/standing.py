"""How a patient stands between two prescriptions: the gate's preview, with nothing else to decide.

The gate is asked as an authorization would ask it, of a prescription that is in order and counseled:
what is left are the patient's and the prescriber's own matters. Lists are made from it; no gate reads it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from eligibility import facts as known
from eligibility.calendar import instant_of
from eligibility.edition import Edition
from eligibility.editions import edition_in_force, programs
from eligibility.findings import Decision, Finding
from eligibility.therapy import is_on_treatment, is_stopped
from eligibility.vocabulary import Category, Stage
from eligibility.windows import next_fill_opens
from rems.display.verdicts import HELD
from rems.gate import preview_of
from rems.horizon.deadlines import Deadline, deadlines_of, read
from rems.models import Authorization, Enrollment, Horizon
from rems.queries.prescriber import open_authorizations
from rems.question import Question
from rems.records import Records


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One enrollment at one instant. ``fill_opens``: from when the next fill is not too early.

    ``deadlines``: what falls due by this decision, as notices and lists name it.
    """

    enrollment: Enrollment
    decision: Decision
    facts: known.Facts
    fill_opens: datetime | None
    number: Authorization | None
    deadlines: tuple[Deadline, ...] = ()

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
        return is_on_treatment(self.facts, self.zone)

    @property
    def stopped(self) -> bool:
        """Whether the therapy ended, without a dispensing or an agreement after its end."""
        return is_stopped(self.facts, self.zone)

    @property
    def since(self) -> datetime:
        """From when on one waits for the next fill: the last dispensing, or else the enrollment."""
        last = self.facts.last_dispense
        return instant_of(last.date, self.zone) if last and last.date else self.enrollment.enrolled_at

    @property
    def fill_is_open(self) -> bool:
        """Whether a fill would not be too early now."""
        return self.fill_opens is None or self.fill_opens <= self.at


def standing_of(
    enrollment: Enrollment,
    *,
    at: datetime,
    number: Authorization | None = None,
    records: Records | None = None,
    stored: Iterable[Deadline] = (),
) -> Standing | None:
    """How the patient stands in the program; None where no edition gates it at ``at``.

    ``stored``: the deadlines of the enrollment's horizon. What no day follows for is due since it stands there.
    """
    edition = edition_in_force(enrollment.program, at)
    if edition is None:
        return None
    rows = records or Records([enrollment], at=at)
    facts, decision = preview_of(Question(enrollment=enrollment), stage=Stage.AUTHORIZE, at=at, records=rows)
    since = {(deadline.kind, deadline.due_at): deadline for deadline in stored}
    due = deadlines_of(decision, facts, edition, stage=Stage.AUTHORIZE)
    return Standing(
        enrollment=enrollment,
        decision=decision,
        facts=facts,
        fill_opens=fill_ahead(edition, facts),
        number=number,
        deadlines=tuple(since.get((deadline.kind, deadline.due_at), deadline) for deadline in due),
    )


def fill_ahead(edition: Edition, facts: known.Facts) -> datetime | None:
    """When the next fill opens, where that lies ahead."""
    last = facts.last_dispense
    if last is None or last.date is None or last.days_supply is None:
        return None
    opens = next_fill_opens(edition, dispensed=instant_of(last.date, edition.zone), days_supply=last.days_supply)
    return opens if opens is not None and opens > facts.at else None


def standings(enrollments: Iterable[Enrollment], *, at: datetime) -> list[Standing]:
    """The standing of each enrollment that a program gates now, in a fixed number of queries."""
    rows = list(enrollments)
    records = Records(rows, at=at)
    numbers = {row.prescription.enrollment_id: row for row in open_authorizations(rows, at=at)}
    horizons = Horizon.objects.filter(enrollment__in=rows, authorization=None, confirmation=None)
    stored = {horizon.enrollment_id: [read(one) for one in horizon.deadlines] for horizon in horizons}
    found = (
        standing_of(row, at=at, number=numbers.get(row.pk), records=records, stored=stored.get(row.pk, ()))
        for row in rows
    )
    return [standing for standing in found if standing is not None]
