"""Windows kept open after an outage: the facts that the engine hears, and until when a number stands by them.

The engine alone says whether an extension counts for a question; see ``eligibility.extensions``.
"""

from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from eligibility import facts
from eligibility.vocabulary import Window
from rems.models import Authorization, Confirmation, Extension
from rems.models.choices import Ruling


def extensions_of(authorization: Authorization | None, *, at: datetime) -> tuple[facts.Extension, ...]:
    """The extensions of a number and of its confirmations that were approved by ``at``."""
    if authorization is None:
        return ()
    own = Q(authorization=authorization) | Q(confirmation__authorization=authorization)
    found = Extension.objects.filter(own, ruling=Ruling.APPROVED, decided_at__lte=at)
    return tuple(fact_of(row) for row in found.select_related("outage").order_by("pk"))


def fact_of(row: Extension) -> facts.Extension:
    """An extension that was approved, as the engine hears it."""
    if row.decided_at is None:
        raise ValueError(f"extension {row.pk} was not approved")
    return facts.Extension(
        window=Window.AUTHORIZATION if row.confirmation_id is None else Window.CONFIRMATION,
        closed=row.closed,
        until=row.until,
        began=row.outage.since,
        ended=row.outage.until,
        approved=row.decided_at,
    )


def _extended(number: str) -> Subquery:
    rows = Extension.objects.filter(**{number: OuterRef("pk")}, ruling=Ruling.APPROVED)
    return Subquery(rows.values("until")[:1])


def standing_authorizations(found: "QuerySet[Authorization]") -> "QuerySet[Authorization]":
    """The same with ``stands_until``: the end of the window, or of its extension."""
    return found.annotate(stands_until=Greatest(F("closes_at"), Coalesce(_extended("authorization"), F("closes_at"))))


def standing_confirmations(found: "QuerySet[Confirmation]") -> "QuerySet[Confirmation]":
    """The same with ``stands_until``: the end of the hours, or of their extension."""
    return found.annotate(stands_until=Greatest(F("lapses_at"), Coalesce(_extended("confirmation"), F("lapses_at"))))
