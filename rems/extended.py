"""Windows kept open after an outage: the facts that the engine hears, and until when a number stands by them.

The engine alone says whether an extension counts for a question; see ``eligibility.extensions``.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from eligibility import Category, facts
from eligibility.extensions import longest, rests_on_test
from eligibility.vocabulary import Window
from rems.models import Authorization, Confirmation, Extension, Outage
from rems.models.choices import Approval

Number = Authorization | Confirmation

BY_TEST = "The window rests on a pregnancy test: record a new test and ask for a new number."
TOO_LATE = "The time that the outage took is over again: a new number is needed."
OUTSIDE = "This window did not close within the outage."
OVER = "This number was used, cancelled or replaced."


def extensions_of(authorization: Authorization | None, *, at: datetime) -> tuple[facts.Extension, ...]:
    """The extensions of a number and of its confirmations that were approved by ``at``."""
    if authorization is None:
        return ()
    own = Q(authorization=authorization) | Q(confirmation__authorization=authorization)
    found = Extension.objects.filter(own, ruling=Approval.APPROVED, decided_at__lte=at)
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


def closed_of(number: Number) -> datetime:
    """The last instant of a number's own window."""
    return number.closes_at if isinstance(number, Authorization) else number.lapses_at


def authorization_of(number: Number) -> Authorization:
    """The authorization that a number is, or is of."""
    return number if isinstance(number, Authorization) else number.authorization


def end_of_extension(number: Number, outage: Outage) -> datetime:
    """Until when the outage may extend the number: the time lost, and of a test's window nothing."""
    closed = closed_of(number)
    until = longest(closed=closed, began=outage.since, ended=outage.until)
    authorization = authorization_of(number)
    if not rests_on_test(Category(authorization.category)):
        return until
    if isinstance(number, Authorization):
        return closed
    return max(closed, min(until, authorization.closes_at))


def why_not(number: Number, outage: Outage, *, at: datetime) -> str:
    """Why the outage does not extend the number's window at ``at``, in words; '' where it may."""
    closed = closed_of(number)
    if not outage.since <= closed <= outage.until:
        return OUTSIDE
    if is_over(number):
        return OVER
    until = end_of_extension(number, outage)
    if until <= closed:
        return BY_TEST
    return TOO_LATE if at > until else ""


def is_over(number: Number) -> bool:
    """Whether a number was used or cancelled, or another one came after it."""
    replaced = isinstance(number, Confirmation) and number.lapsed_at is not None
    by_telephone = authorization_of(number).by_telephone is not None
    return number.cancelled_at is not None or hasattr(number, "dispensing") or replaced or by_telephone


def window_open(at: datetime) -> Q:
    """Authorizations whose window, or its extension, has not ended at ``at``."""
    return Q(closes_at__gte=at) | Q(_extended("authorization", at))


def hours_open(at: datetime) -> Q:
    """Confirmations whose hours, or their extension, have not ended at ``at``."""
    return Q(lapses_at__gte=at) | Q(_extended("confirmation", at))


def _extended(number: str, at: datetime) -> Exists:
    return Exists(Extension.objects.filter(**{number: OuterRef("pk")}, ruling=Approval.APPROVED, until__gte=at))
