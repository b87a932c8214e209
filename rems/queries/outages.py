"""Outages, the windows that closed in each, and how their extensions stand; downtime, and what was entered later."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Person
from accounts.roles import Permission
from rems.extended import Number, closed_of, end_of_extension, why_not
from rems.models import Authorization, Confirmation, Downtime, Extension, Outage
from rems.models.choices import Approval

MAY = (Permission.RECORD_OUTAGES, Permission.DECIDE_OUTAGES)
LISTED = 200
"""As many lost windows as one page lists (D); when these are asked for, it lists the next."""


class Lost(NamedTuple):
    """A number whose window closed in an outage: until when it could be extended, or why it may not be."""

    code: str
    kind: str
    number: Number
    closed: datetime
    until: datetime
    why_not: str

    @property
    def words(self) -> str:
        """The number and its kind, as a list of choices says it."""
        return f"{self.kind.capitalize()} {self.number}"


def outages_visible_to(person: Person) -> "QuerySet[Outage]":
    """Every outage, the newest first, with the number of extensions."""
    found = Outage.objects.select_related("recorded_by", "decided_by").annotate(
        approved_extensions=Count("extensions", filter=Q(extensions__ruling=Approval.APPROVED)),
        waiting_extensions=Count("extensions", filter=Q(extensions__ruling="")),
    )
    found = found.order_by("-since", "-pk")
    return found if any(person.may(permission) for permission in MAY) else found.none()


def waiting_for_decision(person: Person) -> int:
    """How many outages and extensions a second administrator has not decided on yet."""
    if not person.may(Permission.DECIDE_OUTAGES):
        return 0
    return Outage.objects.filter(ruling="").count() + Extension.objects.filter(ruling="").count()


def extensions_of(outage: Outage) -> list[Extension]:
    """Those asked for in an outage, those that wait first."""
    found = outage.extensions.select_related(
        "patient", "asked_by", "decided_by", "authorization", "confirmation__authorization"
    )
    return sorted(found, key=lambda row: (row.ruling != "", row.until, row.pk))


def lost_in(outage: Outage, *, at: datetime) -> list[Lost]:
    """The windows that closed in the outage and whose numbers were not used, and for which nothing was asked."""
    within, unused = (outage.since, outage.until), Q(cancelled_at__isnull=True, dispensing__isnull=True)
    authorizations = Authorization.objects.filter(unused, ~_asked("authorization"), closes_at__range=within)
    confirmations = Confirmation.objects.filter(
        unused, ~_asked("confirmation"), lapses_at__range=within, lapsed_at__isnull=True
    )
    rows: list[Number] = [
        *authorizations.select_related("patient").order_by("closes_at", "pk")[:LISTED],
        *confirmations.select_related("authorization__patient", "pharmacy").order_by("lapses_at", "pk")[:LISTED],
    ]
    return list(_lost(rows, outage, at=at))


def _asked(number: str) -> Exists:
    return Exists(Extension.objects.exclude(ruling=Approval.DECLINED).filter(**{number: OuterRef("pk")}))


def _lost(rows: list[Number], outage: Outage, *, at: datetime) -> Iterator[Lost]:
    for number in rows:
        kind = "authorization" if isinstance(number, Authorization) else "confirmation"
        refused = why_not(number, outage, at=at)
        until = end_of_extension(number, outage)
        yield Lost(f"{kind[0]}-{number.pk}", kind, number, closed_of(number), until, refused)


def downtimes_visible_to(person: Person) -> "QuerySet[Downtime]":
    """Every downtime, the newest first."""
    found = Downtime.objects.select_related("on_by", "off_by")
    return found if person.may(Permission.RECORD_OUTAGES) else found.none()
