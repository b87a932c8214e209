"""Openings by break-glass: what is open to whom now, what waits for its review, what was looked at."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import Person
from accounts.roles import Permission
from audit.models import Event, Kind
from eligibility.calendar import day_of
from patients.models import Patient
from rems.display.clock import zone_of
from rems.models import Opening
from rems.queries.audit import events_visible_to

VIEWS_LISTED = 200
"""As many views as the page of an opening lists (D)."""


class Alert(NamedTuple):
    """What others opened: how many records are open now, and how many openings wait for a review."""

    open_now: int
    waiting: int


class Waiting(NamedTuple):
    """An opening without its review, and for how many days since it ended."""

    opening: Opening
    days: int


def openings_visible_to(person: Person) -> "QuerySet[Opening]":
    """Every opening, the newest first."""
    found = Opening.objects.select_related("patient", "opened_by", "reviewed_by").order_by("-opened_at", "-pk")
    return found if person.may(Permission.SEE_OPENINGS) else found.none()


def opening_of(person: Person, patient: Patient, *, at: datetime) -> Opening | None:
    """The opening by which this person may read this patient's whole record now."""
    if not person.may(Permission.OPEN_RECORDS):
        return None
    return _open_at(Opening.objects.filter(patient=patient, opened_by=person), at=at).first()


def unreviewed(person: Person, *, at: datetime) -> list[Waiting]:
    """Openings that ended and wait for their review, the oldest first; one's own among them."""
    found = openings_visible_to(person).filter(reviewed_at__isnull=True)
    found = found.annotate(ended=_ended()).filter(ended__lte=at).order_by("ended", "pk")
    return [Waiting(row, days_since(row.ended_at, at=at)) for row in found]


def days_since(instant: datetime, *, at: datetime) -> int:
    """The calendar days in the program's zone from one instant to the other."""
    return (day_of(at, zone_of(None)) - day_of(instant, zone_of(None))).days


def alert_for(person: Person, *, at: datetime) -> Alert | None:
    """What other people opened and this person is told; None where there is nothing to tell."""
    others = openings_visible_to(person).exclude(opened_by=person).filter(reviewed_at__isnull=True)
    told = others.annotate(ended=_ended()).values_list("ended", flat=True)
    ends = list(told.order_by())
    if not ends:
        return None
    open_now = sum(end > at for end in ends)
    return Alert(open_now=open_now, waiting=len(ends) - open_now)


def views_of(opening: Opening, *, by: Person) -> list[Event]:
    """What the opener looked at by this opening, the first view first."""
    until = opening.ended_at + timedelta(minutes=1)
    found = events_visible_to(by).filter(kind=Kind.VIEW, person_id=opening.opened_by_id, patient_id=opening.patient_id)
    found = found.filter(as_of__gte=opening.opened_at, as_of__lte=until).order_by("id")
    return [event for event in found[:VIEWS_LISTED] if event.details.get("opening") == opening.pk]


def _ended() -> Coalesce:
    return Coalesce(F("closed_at"), F("ends_at"))


def _open_at(found: "QuerySet[Opening]", *, at: datetime) -> "QuerySet[Opening]":
    return found.filter(Q(opened_at__lte=at), closed_at__isnull=True, ends_at__gt=at).order_by("-opened_at")
