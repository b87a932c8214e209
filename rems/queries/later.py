"""Later entries: for who reviews them, for a site, for a patient; and whom a number at the counter is about."""

from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import Person
from accounts.roles import Permission
from patients.models import Patient
from pharmacies.models import Pharmacy
from rems import numbers
from rems.models import Authorization, Downtime, LaterEntry, Outage
from rems.models.choices import Approval, LaterKind
from rems.queries.pharmacy import authorization_behind


class Behind(NamedTuple):
    """The patient and the program behind a number at the counter; the authorization, where it is of this system."""

    patient: Patient
    program: str
    authorization: Authorization | None


def later_entries_visible_to(person: Person) -> "QuerySet[LaterEntry]":
    """Every later entry, those that wait first; ``covered``: an outage or a downtime on record covers its instant."""
    found = _read().annotate(covered=Exists(_outages()) | Exists(_downtimes()))
    found = found.order_by(F("decided_at").asc(nulls_first=True), "-pk")
    return found if person.may(Permission.DECIDE_OUTAGES) else found.none()


def waiting_for_decision(person: Person) -> int:
    """How many later entries a second person has not looked at yet."""
    return later_entries_visible_to(person).filter(ruling="").count()


def of_site(site: Pharmacy) -> list[LaterEntry]:
    """The newest that a site has entered."""
    return list(_read().filter(pharmacy=site)[:20])


def of_patient(patient: Patient) -> list[LaterEntry]:
    """All about a patient, newest first."""
    return list(_read().filter(patient=patient))


def behind(site: Pharmacy, *, typed: str) -> Behind | None:
    """Whom a number is about: one of this system, or one that a prescriber was told by telephone. None: unknown."""
    found = authorization_behind(site, typed=typed)
    if found is not None:
        return Behind(found.patient, found.program, found)
    if isinstance(numbers.parse(typed), numbers.Number):
        return None
    told = _read().filter(kind=LaterKind.AUTHORIZATION, told_number__iexact=typed.strip())
    rows = list(told.exclude(ruling=Approval.DECLINED)[:2])
    return Behind(rows[0].patient, rows[0].program, None) if len(rows) == 1 else None


def _read() -> "QuerySet[LaterEntry]":
    return LaterEntry.objects.select_related("patient", "recorded_by", "decided_by", "authorization", "pharmacy")


def _outages() -> "QuerySet[Outage]":
    within = Outage.objects.filter(since__lte=OuterRef("done_at"), until__gte=OuterRef("done_at"))
    return within.exclude(ruling=Approval.DECLINED)


def _downtimes() -> "QuerySet[Downtime]":
    ended = Q(off_at__isnull=True) | Q(off_at__gte=OuterRef("done_at"))
    return Downtime.objects.filter(ended, on_at__lte=OuterRef("done_at"))
