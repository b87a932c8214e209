"""What falls due, read out of a decision, and the steps at which people are told of it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from eligibility.calendar import add_days, add_months, day_of, end_of_day, instant_of, start_of_day
from eligibility.edition import Edition, Ladder
from eligibility.facts import Facts
from eligibility.findings import INSTANT, Decision, Finding, Level
from eligibility.requirements import Requirement
from eligibility.requirements.authorization import AuthorizationWindow
from eligibility.requirements.care import PatientSurvey
from eligibility.requirements.confirmation import ConfirmationHours
from eligibility.requirements.standing import AgeFitsForm, PrescriberCertified, ReEnrolled
from eligibility.requirements.testing import TestCurrent
from eligibility.therapy import is_stopped
from eligibility.vocabulary import Stage
from eligibility.windows import finding_of, next_fill_opens, requirement
from rems.models.choices import DueKind, FlagKind

SOON = timedelta(days=7)
"""Shown as due soon, or as closing, in its last 7 days: a convention of this project (mark D), sources are silent."""
LISTED = timedelta(days=7)
"""A number that lapsed is listed for 7 days more, or until there is a new one (mark D)."""

KINDS: dict[Stage, dict[DueKind, type[Requirement]]] = {
    Stage.AUTHORIZE: {
        DueKind.TEST: TestCurrent,
        DueKind.SURVEY: PatientSurvey,
        DueKind.RE_ENROLLMENT: ReEnrolled,
        DueKind.ADULT_FORM: AgeFitsForm,
        DueKind.CERTIFICATION: PrescriberCertified,
    },
    Stage.CONFIRM: {DueKind.AUTHORIZATION: AuthorizationWindow},
    Stage.HAND_OVER: {DueKind.CONFIRMATION: ConfirmationHours},
}
"""What falls due, by the stage at which an enrollment, an authorization and a confirmation are asked about."""
DATED = {DueKind.TEST: "due", DueKind.AUTHORIZATION: "closed", DueKind.CONFIRMATION: "lapsed"}
"""Which detail of a finding that is not met says when it was due."""


class Deadline(NamedTuple):
    """One thing that falls due. ``due_at``: the last instant at which it is in time; None: no day follows
    from the rules, it is overdue ``since`` it was first seen.
    """

    kind: DueKind
    requirement: str
    due_at: datetime | None
    since: datetime

    @property
    def ends(self) -> datetime:
        """The instant from which its days are counted."""
        return self.due_at or self.since

    def flag_at(self, at: datetime) -> FlagKind | None:
        """What a list says of it at an instant; None: nothing yet."""
        if self.due_at is None or at > self.due_at:
            return FlagKind.LAPSED if self.kind.is_number else FlagKind.OVERDUE
        if self.due_at - at <= SOON:
            return FlagKind.CLOSING if self.kind.is_number else FlagKind.DUE_SOON
        return None

    def edges(self) -> Iterator[datetime]:
        """The instants at which a list says something else of it."""
        yield self.ends - SOON
        yield self.ends + INSTANT
        if self.kind.is_number:
            yield self.ends + LISTED

    def stored(self) -> dict[str, Any]:
        """As it stands in the horizon."""
        due = self.due_at.isoformat() if self.due_at else None
        return {"kind": self.kind.value, "requirement": self.requirement, "due": due, "since": self.since.isoformat()}


def read(stored: dict[str, Any]) -> Deadline:
    """A deadline as it stands in a horizon."""
    due = datetime.fromisoformat(stored["due"]) if stored["due"] else None
    since = datetime.fromisoformat(stored["since"])
    return Deadline(DueKind(stored["kind"]), stored["requirement"], due, since)


def steps(deadline: Deadline, ladder: Ladder, zone: ZoneInfo) -> Iterator[tuple[str, datetime]]:
    """The steps of the ladder with their instants: 00:00 in the program's zone, that many days from the due day."""
    due = day_of(deadline.ends, zone)
    for days in ladder.steps:
        word = "on_the_day" if days == 0 else f"{abs(days)}_{'before' if days < 0 else 'after'}"
        yield word, start_of_day(add_days(due, days), zone)
    if ladder.administrator is not None:
        yield "administrator", start_of_day(add_days(due, ladder.administrator), zone)


def deadlines_of(decision: Decision, facts: Facts, edition: Edition | None, *, stage: Stage) -> Iterator[Deadline]:
    """What falls due by this decision, each ``since`` its instant. Nothing where no edition gates.

    After the end of a therapy only the new agreement is left.
    """
    if edition is None or edition.ended:
        return
    stopped = is_stopped(facts, edition.zone)
    for kind, requirement_kind in KINDS[stage].items():
        finding = finding_of(decision, requirement(edition, requirement_kind))
        if finding is None or (stopped and stage is Stage.AUTHORIZE and kind is not DueKind.RE_ENROLLMENT):
            continue
        if finding.level is not Level.UNMET:
            if finding.until is not None:
                yield Deadline(kind, finding.requirement, finding.until.astimezone(UTC), facts.at)
        elif _is_due(kind, finding, facts):
            yield Deadline(kind, finding.requirement, _was_due(kind, finding, facts, edition), facts.at)


def _is_due(kind: DueKind, finding: Finding, facts: Facts) -> bool:
    """Whether something that is not met was due on a day, and not just never done."""
    if kind is DueKind.TEST:
        return True
    if kind is DueKind.SURVEY:
        last = facts.last_dispense
        return last is not None and last.date is not None and last.days_supply is not None
    if kind is DueKind.RE_ENROLLMENT:
        return isinstance(finding.details.get("ended"), date)
    if kind is DueKind.ADULT_FORM:
        return finding.case == "adult"
    return kind.is_number and finding.details.get(DATED[kind]) is not None


def _was_due(kind: DueKind, finding: Finding, facts: Facts, edition: Edition) -> datetime | None:
    """The last instant at which it would have been in time."""
    said = finding.details
    if kind is DueKind.SURVEY:
        return _survey_due(finding, facts, edition)
    if kind is DueKind.RE_ENROLLMENT:
        return start_of_day(add_months(said["ended"], said["months"]), edition.zone) - INSTANT  # type: ignore[arg-type]
    if kind is DueKind.ADULT_FORM:
        return start_of_day(said["birthday"], edition.zone) - INSTANT  # type: ignore[arg-type]
    due = said.get(DATED[kind])
    if isinstance(due, datetime):
        return due.astimezone(UTC)
    return end_of_day(due, edition.zone) if isinstance(due, date) else None


def _survey_due(finding: Finding, facts: Facts, edition: Edition) -> datetime | None:
    """The end of the day through which the newest survey served. Where it came before the last dispensing:
    the end of the day on which the next fill opens, as from then on it may be all that is missing (mark D).
    """
    last, rule = facts.last_dispense, requirement(edition, PatientSurvey)
    if last is None or last.date is None or last.days_supply is None or rule is None:
        return None
    completed, zone = finding.details.get("completed"), edition.zone
    dispensed, six_monthly = instant_of(last.date, zone), facts.patient.category in rule.long
    if isinstance(completed, date) and (six_monthly or instant_of(completed, zone) > dispensed):
        day = day_of(completed, zone)
        return end_of_day(add_months(day, rule.long_months) if six_monthly else add_days(day, rule.monthly_days), zone)
    opens = next_fill_opens(edition, dispensed=dispensed, days_supply=last.days_supply)
    return end_of_day(day_of(opens, zone), zone) if opens is not None else None


def fill_opens(facts: Facts, edition: Edition | None) -> datetime | None:
    """From when the next fill is not too early; None: nothing was dispensed, or the therapy has ended."""
    last = facts.last_dispense
    if edition is None or edition.ended or is_stopped(facts, edition.zone):
        return None
    if last is None or last.date is None or last.days_supply is None:
        return None
    return next_fill_opens(edition, dispensed=instant_of(last.date, edition.zone), days_supply=last.days_supply)
