"""Business addresses that the program has already: where certified prescribers and sites are."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from pharmacies import models as pharmacies
from pharmacies.models import Pharmacy
from prescribers import models as prescribers
from prescribers.models import Prescriber

FEWEST, MOST = 3, 6
"""So many letters are needed, and so many addresses are given at a time."""
POSTAL = ("address_line_1", "address_line_2", "city", "state", "zip_code")
REACHED = ("phone", "fax")


def addresses_beginning(typed: str, *, at: datetime) -> list[dict[str, str]]:
    """Distinct addresses whose street begins so, without a name; those of practices with telephone and fax.

    Empty for less than FEWEST letters. A site's telephone is its own, and no practice's.
    """
    street = " ".join(typed.replace("\0", "").split())
    if len(street) < FEWEST:
        return []
    practices = _certified(Prescriber, prescribers, at=at).filter(address_line_1__istartswith=street)
    sites = _certified(Pharmacy, pharmacies, at=at).filter(address_line_1__istartswith=street)
    found = [*_blocks(practices, (*POSTAL, *REACHED)), *_blocks(sites, POSTAL)]
    return list(islice(_one_for_each_place(found), MOST))


def _certified(model: type[Model], app: Any, *, at: datetime) -> "QuerySet[Any]":
    """Those who are certified in some program at that instant."""
    subject = app.Certification.SUBJECT
    certified = app.Certification.objects.filter(**{subject: OuterRef("pk")}, certified_at__lte=at)
    since = Q(deactivated_at__gte=OuterRef("certified_at"), deactivated_at__lte=at)
    ended = app.Deactivation.objects.filter(
        since, **{f"{subject}_id": OuterRef(f"{subject}_id")}, program=OuterRef("program")
    )
    return model._default_manager.filter(Exists(certified.filter(~Exists(ended))))


def _blocks(rows: "QuerySet[Any]", fields: tuple[str, ...]) -> list[dict[str, str]]:
    return list(rows.order_by(*fields).values(*fields).distinct()[:MOST])


def _one_for_each_place(found: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """A practice stands for a site at the same place: it says more."""
    seen: set[tuple[str, ...]] = set()
    for block in found:
        place = tuple(block[name].casefold() for name in POSTAL)
        if len(block) > len(POSTAL) or place not in seen:
            yield block
        seen.add(place)
