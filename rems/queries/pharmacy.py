"""What exists for a pharmacist, and what the pages of a site show.

Which numbers exist for whom ("a foreign number answers as an unknown one"):

- A pharmacist is a person with a row in force in ``pharmacies.Pharmacist``, and works at one site at
  a time. Without one, nothing exists.
- An authorization stands on a prescription, and the patient may take that to any site. It exists for
  every pharmacist, but only by its whole number, which cannot be guessed: there is no list of
  authorizations. A site that is not certified in its program is told that, and nothing about the
  patient (``rems.views.pharmacy.verdicts``).
- A confirmation is a site's own. At any other site, another one of the same pharmacist included, it
  answers as an unknown number. That another site has confirmed or used an authorization is said by
  the engine's reasons only.
- A patient exists at a site that has confirmed or dispensed for them, or for whom presents one of
  the numbers above.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from eligibility import Decision, Stage, windows
from eligibility.calendar import day_of, start_of_day
from eligibility.editions import edition_in_force
from eligibility.requirements.authorization import AuthorizationWindow
from eligibility.wording import say
from patients.models import Patient
from pharmacies.models import Pharmacy
from rems import numbers
from rems.display.clock import zone_of
from rems.display.verdicts import HELD
from rems.display.windows import LAST_HOURS
from rems.extended import hours_open
from rems.gate import preview
from rems.models import Authorization, CapsuleReturn, Confirmation, Dispensing, Product
from rems.records import Records


def authorizations_visible_to(site: Pharmacy | None) -> QuerySet[Authorization]:
    """All, to be asked by number only; none without a site."""
    rows = Authorization.objects.select_related(
        "patient", "prescription__enrollment__patient", "prescription__prescriber"
    )
    return rows if site is not None else rows.none()


def confirmations_visible_to(site: Pharmacy | None) -> QuerySet[Confirmation]:
    """The site's own, and no other."""
    return Confirmation.objects.filter(pharmacy=site).select_related(
        "by",
        "cancelled_by",
        "pharmacy",
        "decision",
        "dispensing__by",
        "dispensing__decision",
        "authorization__patient",
        "authorization__prescription__enrollment__patient",
        "authorization__prescription__prescriber",
    )


def confirmation_of_another(site: Pharmacy, *, number: str) -> Confirmation | None:
    """Another site's confirmation, for the trail's entry of the denial alone; never to be shown."""
    rows = Confirmation.objects.exclude(pharmacy=site).select_related("authorization")
    return rows.filter(number=number).first()


def open_confirmation(authorization: Authorization, *, site: Pharmacy, at: datetime) -> Confirmation | None:
    """The confirmation of this number that the site can still hand over, if there is one."""
    rows = confirmations_visible_to(site).filter(
        hours_open(at), authorization=authorization, cancelled_at__isnull=True, dispensing__isnull=True
    )
    return rows.order_by("-issued_at").first()


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
    edition = edition_in_force(decision.program, decision.at)
    window = windows.requirement(edition, AuthorizationWindow) if edition else None
    ends = [f.last_instant for f in decision.findings if window is None or f.requirement != window.id]
    known = [confirmation.stands_until, decision.edition_until, *ends]
    return min(end for end in known if end is not None)


def _first_reason(decision: Decision) -> str:
    """The title of what stops it; of what holds everything, where that is among it."""
    unmet = sorted(decision.unmet, key=lambda finding: finding.reason not in HELD)
    return say(unmet[0], zone=zone_of(decision.program), names={}).title if unmet else ""


def category_of(authorization: Authorization) -> str:
    """The patient's risk category now, as enrolled; where none is recorded, the authorization's."""
    rows = authorization.prescription.enrollment.categories.current().order_by("-since", "-pk")
    newest = rows.first()
    return newest.category if newest else authorization.category


def days_on_hand(authorization: Authorization, *, at: datetime) -> int:
    """As the engine computes them: last dispensing + days supplied - today; never below 0."""
    last = (
        Dispensing.objects.filter(patient=authorization.patient_id, program=authorization.program)
        .order_by("-handed_over_at")
        .first()
    )
    edition = edition_in_force(authorization.program, at)
    if last is None or edition is None:
        return 0
    return windows.days_on_hand(edition, dispensed=last.handed_over_at, days_supply=last.days_supply, at=at)


def returns_visible_to(site: Pharmacy) -> QuerySet[CapsuleReturn]:
    """The capsules that came back to this site, newest first."""
    rows = CapsuleReturn.objects.filter(pharmacy=site)
    return rows.select_related("patient", "product", "by").order_by("-received_at", "-pk")


def products() -> QuerySet[Product]:
    """What the programs dispense."""
    return Product.objects.order_by("program", "drug", "strength_mg", "brand")


@dataclass(frozen=True, kw_only=True)
class ReturnSource:
    """Whose capsules came back. Without a patient ``why_not`` says what to do at the field."""

    patient: Patient | None = None
    program: str = ""
    why_not: str = ""


UNKNOWN_RETURN = "No such number for your site. Compare it with the prescription or the label."


def source_of_return(site: Pharmacy, *, typed: str) -> ReturnSource:
    """The patient behind what was typed: an authorization, a confirmation or a patient's number."""
    found = numbers.parse(typed)
    if isinstance(found, numbers.Number):
        return _source_of_number(site, found)
    patient = patients_visible_to(site).filter(number=typed.strip().upper()).first()
    if patient is not None:
        return ReturnSource(patient=patient)
    if isinstance(found, numbers.Mistyped):
        return ReturnSource(why_not="The number has a typing error: its last character does not fit.")
    return ReturnSource(why_not=UNKNOWN_RETURN)


def authorization_behind(site: Pharmacy, *, typed: str) -> Authorization | None:
    """The authorization of a typed number: its own, or that of a confirmation of this site."""
    number = numbers.parse(typed)
    if not isinstance(number, numbers.Number):
        return None
    if number.kind is numbers.Kind.CONFIRMATION:
        confirmation = confirmations_visible_to(site).filter(number=number.text).first()
        return confirmation.authorization if confirmation else None
    return authorizations_visible_to(site).filter(number=number.text).first()


def _source_of_number(site: Pharmacy, number: numbers.Number) -> ReturnSource:
    authorization = authorization_behind(site, typed=number.text)
    if authorization is None:
        return ReturnSource(why_not=UNKNOWN_RETURN)
    return ReturnSource(patient=authorization.patient, program=authorization.program)


def patients_visible_to(site: Pharmacy) -> QuerySet[Patient]:
    """Patients for whom the site has confirmed or dispensed."""
    return Patient.objects.filter(authorizations__confirmations__pharmacy=site).distinct()


def holder_of(authorization: Authorization, *, at: datetime) -> str:
    """The name of the site whose confirmation of this number is open; '' where none is."""
    held = authorization.confirmations.filter(hours_open(at), cancelled_at__isnull=True, lapsed_at__isnull=True)
    newest = held.select_related("pharmacy").order_by("issued_at").last()
    return newest.pharmacy.name if newest else ""
