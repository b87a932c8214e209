"""Business addresses that the program has already: where certified prescribers and sites are."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet

from pharmacies import models as pharmacies
from pharmacies.models import Pharmacy
from prescribers import models as prescribers
from prescribers.models import Prescriber

FEWEST, MOST = 3, 6
"""So many letters are needed, and so many addresses are given at a time."""
POSTAL = ("address_line_1", "address_line_2", "city", "state", "zip_code")
REACHED = ("phone", "fax")
SHARED = 2
"""So many have the same telephone and fax at an address before they are the practice's, and nobody's own line."""


def addresses_beginning(typed: str, *, at: datetime) -> list[dict[str, str]]:
    """Distinct addresses whose street begins so, without a name; with telephone and fax where prescribers share them.

    Empty for less than FEWEST letters. One person's telephone, and a site's, is their own, and no practice's.
    """
    street = " ".join(typed.replace("\0", "").split())
    if len(street) < FEWEST:
        return []
    practices = _certified(Prescriber, prescribers, at=at).filter(address_line_1__istartswith=street)
    sites = _certified(Pharmacy, pharmacies, at=at).filter(address_line_1__istartswith=street)
    found = [*_shared(practices), *_places(practices), *_places(sites)]
    return sorted(islice(_one_for_each_place(found), MOST), key=lambda block: [block[name] for name in POSTAL])


def _certified(model: type[Model], app: Any, *, at: datetime) -> "QuerySet[Any]":
    """Those who are certified in some program at that instant."""
    subject = app.Certification.SUBJECT
    certified = app.Certification.objects.filter(**{subject: OuterRef("pk")}, certified_at__lte=at)
    since = Q(deactivated_at__gte=OuterRef("certified_at"), deactivated_at__lte=at)
    ended = app.Deactivation.objects.filter(
        since, **{f"{subject}_id": OuterRef(f"{subject}_id")}, program=OuterRef("program")
    )
    return model._default_manager.filter(Exists(certified.filter(~Exists(ended))))


def _places(rows: "QuerySet[Any]") -> list[dict[str, str]]:
    return list(rows.order_by(*POSTAL).values(*POSTAL).distinct()[:MOST])


def _shared(practices: "QuerySet[Any]") -> list[dict[str, str]]:
    """Addresses with the telephone and fax of several certified prescribers; what most of them share comes first."""
    fields = (*POSTAL, *REACHED)
    groups = practices.values(*fields).annotate(sharing=Count("pk")).filter(sharing__gte=SHARED)
    return list(groups.order_by("-sharing", *fields).values(*fields)[:MOST])


def _one_for_each_place(found: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """The first of each place: it says the most."""
    seen: set[tuple[str, ...]] = set()
    for block in found:
        place = tuple(block[name].casefold() for name in POSTAL)
        if place not in seen:
            yield block
        seen.add(place)
