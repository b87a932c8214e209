"""What patients told on their own pages, and how they come there, for the practice and for the program."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet

from accounts.models import Person
from accounts.roles import Permission
from patients.models import Patient, PatientAccount
from rems.models import Concern, PatientLink
from rems.queries.prescriber import enrollments_visible_to

LATELY = timedelta(days=30)


class Access(NamedTuple):
    """How the patient comes to the pages. ``entered_at``: the last time that a link opened them."""

    account: PatientAccount | None
    open_link: PatientLink | None
    entered_at: datetime | None


def concerns_visible_to(person: Person) -> "QuerySet[Concern]":
    """What patients in this person's care told, newest first; to the program, what all told."""
    rows = Concern.objects.select_related("patient", "enrollment", "report", "seen_by").order_by("-recorded_at", "-pk")
    if person.may(Permission.SEE_ALL_PATIENTS):
        return rows
    return rows.filter(patient__enrollments__in=enrollments_visible_to(person)).distinct()


def told_lately(person: Person, *, at: datetime) -> "QuerySet[Concern]":
    """What patients told in the last 30 days, and what the practice has not read yet, however old."""
    return concerns_visible_to(person).filter(Q(recorded_at__gte=at - LATELY) | Q(seen_at__isnull=True))


def unread_in_care(person: Person) -> "QuerySet[Concern]":
    """What nobody of the practice has read yet."""
    care = Concern.objects.filter(patient__enrollments__in=enrollments_visible_to(person), seen_at__isnull=True)
    rows = Concern.objects.filter(pk__in=care.values("pk"))
    return rows.select_related("patient", "enrollment", "report").order_by("-recorded_at", "-pk")


def access_of(patient: Patient, *, at: datetime) -> Access:
    """The account, the link that stands, and the last visit."""
    links = PatientLink.objects.filter(patient=patient)
    last = links.filter(used_at__isnull=False).order_by("-used_at").first()
    standing = links.filter(used_at__isnull=True, revoked_at__isnull=True, expires_at__gte=at).first()
    account = PatientAccount.objects.filter(patient=patient).first()
    return Access(account, standing, last.used_at if last else None)
