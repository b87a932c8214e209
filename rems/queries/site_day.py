"""How a site's confirmations stand, and the day of the site. The gate is asked about each that is open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db.models import Q

from eligibility import Decision, Stage
from eligibility.calendar import day_of, start_of_day
from eligibility.editions import edition_in_force
from eligibility.requirements.authorization import AuthorizationWindow
from eligibility.wording import say
from pharmacies.models import Pharmacy
from rems.display.clock import zone_of
from rems.display.verdicts import HELD
from rems.display.windows import LAST_HOURS
from rems.extended import hours_open
from rems.gate import preview
from rems.models import Confirmation, Dispensing
from rems.queries.pharmacy import confirmations_visible_to
from rems.queries.pharmacy_windows import rule
from rems.records import Records


class State(Enum):
    """How a confirmation stands: the word, its tone and its icon."""

    OPEN = ("Open", "is-note", "clock")
    CLOSING = ("Closes soon", "is-warning", "clock")
    HELD = ("Held", "is-held", "held")
    STOPPED = ("Do not dispense", "is-refused", "refused")
    DISPENSED = ("Handed over", "is-allowed", "bag")
    SHIPPED = ("Shipped", "is-allowed", "truck")
    CANCELLED = ("Cancelled", "is-neutral", "close")
    LAPSED = ("Lapsed", "is-refused", "clock")

    @property
    def word(self) -> str:
        """As a list says it."""
        return self.value[0]

    @property
    def tone(self) -> str:
        """The class of its color."""
        return self.value[1]

    @property
    def icon(self) -> str:
        """The icon that says it without color."""
        return self.value[2]

    @property
    def open(self) -> bool:
        """Whether somebody at the site still has to do something."""
        return self in (State.OPEN, State.CLOSING, State.HELD, State.STOPPED)

    @property
    def counts_down(self) -> bool:
        """Whether it can be handed over until its end, as far as is known now."""
        return self in (State.OPEN, State.CLOSING)


def dispensing_of(confirmation: Confirmation) -> Dispensing | None:
    """The dispensing that this number served."""
    return getattr(confirmation, "dispensing", None)


def state_of(confirmation: Confirmation, *, at: datetime) -> State:
    """How the number stands at an instant."""
    dispensing = dispensing_of(confirmation)
    if dispensing is not None:
        return State.SHIPPED if dispensing.method == "ship" else State.DISPENSED
    if confirmation.cancelled_at is not None:
        return State.CANCELLED
    if at > confirmation.lapses_at and at > confirmation.stands_until:
        return State.LAPSED
    closing = confirmation.stands_until - at <= timedelta(hours=LAST_HOURS)
    return State.CLOSING if closing else State.OPEN


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of today's list. In the ``last_hours`` of an open number its end is a warning.

    ``why``: what stops the hand-over of an open number now, in the title of the first reason. ``until``: the last
    instant at which it may be handed over, as far as is known now.
    """

    last_hours: ClassVar[int] = LAST_HOURS
    confirmation: Confirmation
    state: State
    dispensing: Dispensing | None
    why: str = ""
    until: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether somebody at the site still has to do something."""
        return self.state.open


def today_at(site: Pharmacy, *, at: datetime) -> list[Entry]:
    """The site's numbers of its own calendar day: open, handed over, cancelled, lapsed.

    Open ones first, the earliest to lapse on top; then the newest. The gate is asked about each open one.
    """
    start = start_of_day(day_of(at, ZoneInfo(site.zone)), ZoneInfo(site.zone))
    standing = Q(hours_open(start), cancelled_at__isnull=True, dispensing__isnull=True)
    rows = confirmations_visible_to(site).filter(
        Q(issued_at__gte=start) | Q(cancelled_at__gte=start) | Q(dispensing__handed_over_at__gte=start) | standing
    )
    rows = rows.prefetch_related("extensions")
    entries = [Entry(confirmation=row, state=state_of(row, at=at), dispensing=dispensing_of(row)) for row in rows]
    entries = list(_asked(entries, at=at))
    return sorted(
        entries,
        key=lambda e: (
            not e.open,
            e.confirmation.stands_until.timestamp() if e.open else -e.confirmation.issued_at.timestamp(),
        ),
    )


def _asked(entries: Sequence[Entry], *, at: datetime) -> Iterator[Entry]:
    """The entries; an open number that may not be handed over now says so."""
    enrollments = {e.confirmation.authorization.prescription.enrollment for e in entries if e.open}
    records = Records(sorted(enrollments, key=lambda enrollment: enrollment.pk), at=at)
    for entry in entries:
        if entry.open:
            decision = _preview_of(entry.confirmation, at=at, records=records)
            state = by_answer(entry.state, entry.confirmation, decision)
            until = allowed_until(entry.confirmation, decision)
            yield replace(entry, state=state, why=_first_reason(decision), until=until)
        else:
            yield entry


def _preview_of(confirmation: Confirmation, *, at: datetime, records: Records) -> Decision:
    site = confirmation.pharmacy
    return preview(stage=Stage.HAND_OVER, confirmation=confirmation, pharmacy=site, at=at, records=records)


def by_answer(state: State, confirmation: Confirmation, decision: Decision) -> State:
    """How an open number stands once the gate was asked whether it may be handed over."""
    if not state.open:
        return state
    if decision.unmet:
        return State.HELD if decision.reasons & HELD else State.STOPPED
    closing = allowed_until(confirmation, decision) - decision.at <= timedelta(hours=LAST_HOURS)
    return State.CLOSING if closing else State.OPEN


def allowed_until(confirmation: Confirmation, decision: Decision) -> datetime:
    """The last instant of an allowed hand-over, if nothing new is recorded: of its hours, or of what ends before.

    That the authorization's window closes meanwhile is a note and ends nothing.
    """
    window = rule(edition_in_force(decision.program, decision.at), AuthorizationWindow)
    ends = [f.last_instant for f in decision.findings if window is None or f.requirement != window.id]
    known = [confirmation.stands_until, decision.edition_until, *ends]
    return min(end for end in known if end is not None)


def _first_reason(decision: Decision) -> str:
    """The title of what stops it; of what holds everything, where that is among it."""
    unmet = sorted(decision.unmet, key=lambda finding: finding.reason not in HELD)
    return say(unmet[0], zone=zone_of(decision.program), names={}).title if unmet else ""
