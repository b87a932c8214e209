"""What is known of prescribers."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts import certification
from accounts.certification import Standing
from accounts.models import Person
from prescribers.models import Certification, Deactivation, Prescriber


def standing(prescriber_id: int, program: str, at: datetime) -> Standing:
    """The newest certification and the newest deactivation at or before ``at``, None where none."""
    return certification.standing(Certification, Deactivation, subject_id=prescriber_id, program=program, at=at)


def standings(prescriber_ids: Collection[int], at: datetime) -> dict[tuple[int, str], Standing]:
    """The same for many, by prescriber and program, in two queries. Who has neither is missing."""
    return certification.standings(Certification, Deactivation, subject_ids=prescriber_ids, at=at)


def is_certified(prescriber_id: int, program: str, at: datetime) -> bool:
    """Certified at ``at`` and not deactivated since; for lists. The gate asks the engine."""
    return certification.is_certified(standing(prescriber_id, program, at))


def certified_programs(prescriber_id: int, at: datetime) -> list[str]:
    """The programs for which the prescriber is certified at ``at``, in order."""
    programs = Certification.objects.filter(prescriber_id=prescriber_id, certified_at__lte=at)
    named = programs.order_by("program").values_list("program", flat=True).distinct()
    return [program for program in named if is_certified(prescriber_id, program, at)]


def served_by(person: Person) -> QuerySet[Prescriber]:
    """The prescribers for whom this person acts: themselves, or who named them as a delegate."""
    named = Q(delegates__person=person, delegates__ended_at__isnull=True)
    return Prescriber.objects.filter(Q(person=person) | named).distinct().order_by("last_name", "first_name")
