"""What is due, closes or lapsed, as rows that a list narrows, sorts and cuts inside the database.

The rows are the open flags: the horizon raises them with every act and as time passes. Whether a day is
over is asked now. For the eye alone; no gate reads it.
"""

from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import BooleanField, Case, CharField, ExpressionWrapper, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat

from eligibility.editions import programs
from eligibility.windows import requirement
from rems.horizon.deadlines import KINDS
from rems.models import DisplayFlag, ItemKey
from rems.models.choices import DueKind, FlagKind


@cache
def kinds() -> dict[str, DueKind]:
    """What falls due by each requirement of any edition: ``test-calendar`` is the pregnancy test."""
    found: dict[str, DueKind] = {}
    for editions in programs().values():
        for edition in editions:
            for by_kind in KINDS.values():
                for kind, asked in by_kind.items():
                    if (one := requirement(edition, asked)) is not None:
                        found[one.id] = kind
    return found


def due_items(*, at: datetime) -> "QuerySet[Any]":
    """The open flags with what an item's key is made of, and ``late``; the oldest first.

    Each row has ``item_kind`` (a DueKind), ``subject`` and ``due_at``, see ``key_of``; ``late``: its instant
    is over at ``at``.
    """
    whens = [When(what=what, then=Value(kind.value)) for what, kind in kinds().items()]
    late = Q(kind__in=[FlagKind.OVERDUE, FlagKind.LAPSED]) | Q(due_at__lt=at)
    found = DisplayFlag.objects.filter(cleared_at__isnull=True, what__in=kinds())
    found = found.annotate(
        item_kind=Case(*whens, default=Value(""), output_field=CharField()),
        subject=Case(
            When(confirmation__isnull=False, then=_named("confirmation")),
            When(authorization__isnull=False, then=_named("authorization")),
            default=_named("enrollment"),
            output_field=CharField(),
        ),
        late=ExpressionWrapper(late, output_field=BooleanField()),
    )
    return found.select_related("enrollment__patient", "enrollment__prescriber").order_by("due_at", "pk")


def _named(field: str) -> Concat:
    """As ``Horizon.subject`` names it."""
    return Concat(Value(f"{field}:"), Cast(F(f"{field}_id"), CharField()), output_field=CharField())


def key_of(row: Any) -> ItemKey:
    """The natural key of a row of ``due_items``: that of the notices about it."""
    return ItemKey(row.item_kind, row.subject, row.due_at)
