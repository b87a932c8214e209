"""What was done by telephone and entered afterwards, as the gate hears it (mark D).

What closes counts at once: a number that was dispensed by telephone is used from its entry on, unless the
second person declines it. What can open counts only once the second person has approved: a dispensing by
telephone is a dispensing on record from then on. An authorization or a confirmation by telephone is kept, and
opens nothing here: no number comes of it.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from rems.models import Authorization, LaterEntry
from rems.models.choices import Approval, LaterKind


def dispensed_by_telephone(patients: Collection[int], *, at: datetime) -> "QuerySet[LaterEntry]":
    """The dispensings that were entered afterwards and approved by ``at``."""
    found = LaterEntry.objects.filter(patient__in=patients, kind=LaterKind.DISPENSING)
    return found.filter(ruling=Approval.APPROVED, decided_at__lte=at).order_by("done_at", "pk")


def used_by_telephone(number: Authorization, *, at: datetime) -> bool | datetime:
    """When a number was dispensed by telephone, as entered by ``at`` and not declined by then; False: it was not."""
    found = LaterEntry.objects.filter(authorization=number, kind=LaterKind.DISPENSING, recorded_at__lte=at)
    entered = found.exclude(Q(ruling=Approval.DECLINED, decided_at__lte=at)).order_by("pk").first()
    return entered.done_at if entered else False


def used_afterwards() -> Exists:
    """Of authorizations: those that were dispensed by telephone, as far as nobody declined it."""
    found = LaterEntry.objects.filter(authorization=OuterRef("pk"), kind=LaterKind.DISPENSING)
    return Exists(found.exclude(ruling=Approval.DECLINED))
