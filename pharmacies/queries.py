"""What is known of pharmacy sites."""

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts import certification
from accounts.certification import Standing
from accounts.models import Person
from pharmacies.models import Certification, Deactivation, Pharmacy


def standing(pharmacy_id: int, program: str, at: datetime) -> Standing:
    """The newest certification and the newest deactivation at or before ``at``, None where none."""
    return certification.standing(Certification, Deactivation, subject_id=pharmacy_id, program=program, at=at)


def is_certified(pharmacy_id: int, program: str, at: datetime) -> bool:
    """Certified at ``at`` and not deactivated since; for lists. The gate asks the engine."""
    return certification.is_certified(standing(pharmacy_id, program, at))


def certified_programs(pharmacy_id: int, at: datetime) -> list[str]:
    """The programs for which the site is certified at ``at``, in order."""
    programs = Certification.objects.filter(pharmacy_id=pharmacy_id, certified_at__lte=at)
    named = programs.order_by("program").values_list("program", flat=True).distinct()
    return [program for program in named if is_certified(pharmacy_id, program, at)]


def sites_of(person: Person, *, at: datetime) -> QuerySet[Pharmacy]:
    """The sites at which this person is a pharmacist at that instant."""
    in_office = Q(pharmacists__ended_at__isnull=True) | Q(pharmacists__ended_at__gt=at)
    sites = Pharmacy.objects.filter(in_office, pharmacists__person=person, pharmacists__from_at__lte=at)
    return sites.distinct().order_by("name", "pk")


def sites_represented_by(person: Person) -> QuerySet[Pharmacy]:
    """The sites whose authorized representative this person is."""
    return Pharmacy.objects.filter(representative=person).order_by("name")
