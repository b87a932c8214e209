"""What is overdue in the program: by days, by prescriber, by site; and what came to the administrator.

The rows are those of all work lists; no gate reads them. The site of an item is that of its confirmation, or
else where the patient was served last.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, Count, Exists, F, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Person
from accounts.roles import Permission
from rems.lists.attention import narrowed_to
from rems.lists.due import due_items
from rems.models import Dispensing, Notice
from rems.models.choices import FlagKind
from rems.notices import ADMINISTRATOR
from rems.queries.administration import late_by, narrowed

MOST = 10
"""As many prescribers and sites as are counted above the list."""
SEARCHED = (
    "enrollment__patient__first_name",
    "enrollment__patient__last_name",
    "enrollment__patient__number",
    "enrollment__prescriber__first_name",
    "enrollment__prescriber__last_name",
)


SAME = {"program": "enrollment__program", "what": "item_kind", "prescriber": "enrollment__prescriber", "site": "site"}
"""What a list is narrowed by, and the field that it must equal."""


class Tally(NamedTuple):
    """How much is overdue with somebody, since when, and the address's part that lists it."""

    name: str
    many: int
    oldest: datetime
    query: str


def items_visible_to(person: Person, *, at: datetime) -> "QuerySet[Any]":
    """Everything that is overdue, lapsed or falls due within the week, the oldest first; each with its ``site``."""
    served = Dispensing.objects.filter(
        patient=OuterRef("enrollment__patient"), program=OuterRef("enrollment__program")
    ).order_by("-handed_over_at", "-pk")
    found = due_items(at=at).annotate(
        site=Coalesce(
            F("confirmation__pharmacy"), Subquery(served.values("pharmacy")[:1]), output_field=BigIntegerField()
        ),
        site_name=Coalesce(F("confirmation__pharmacy__name"), Subquery(served.values("pharmacy__name")[:1])),
    )
    return found if person.may(Permission.WORK_OVERDUE) else found.none()


def chosen_among(found: "QuerySet[Any]", chosen: Mapping[str, Any], *, at: datetime) -> "QuerySet[Any]":
    """Those that fit what a list is narrowed by, and what people decided about them."""
    found = narrowed_to(found, chosen.get("state", ""), at=at)
    found = narrowed(found, words=chosen.get("q", ""), fields=SEARCHED)
    if kind := chosen.get("kind"):
        found = found.filter(late=kind == FlagKind.OVERDUE)
    if days := chosen.get("late"):
        found = late_by(found, days=int(days), at=at)
    same = {
        "program": "enrollment__program",
        "what": "item_kind",
        "prescriber": "enrollment__prescriber",
        "site": "site",
    }
    return found.filter(**{field: chosen[name] for name, field in same.items() if chosen.get(name)})


def by_prescriber(found: "QuerySet[Any]") -> list[Tally]:
    """The prescribers with the most overdue items."""
    names = {name: F(f"enrollment__prescriber__{name}") for name in ("first_name", "last_name", "credential")}
    rows = found.filter(late=True).order_by().values(whom=F("enrollment__prescriber"), **names)
    rows = rows.annotate(many=Count("pk"), oldest=Min("due_at")).order_by("-many", "oldest", "whom")
    return [
        Tally(
            f"{row['first_name']} {row['last_name']}, {row['credential']}".rstrip(", "),
            row["many"],
            row["oldest"],
            f"kind=overdue&prescriber={row['whom']}",
        )
        for row in rows[:MOST]
    ]


def by_site(found: "QuerySet[Any]") -> list[Tally]:
    """The sites with the most overdue items; what belongs to no site yet is not among them."""
    rows = found.filter(late=True, site__isnull=False).order_by().values("site", "site_name")
    counted = list(rows.annotate(many=Count("pk"), oldest=Min("due_at")).order_by("-many", "oldest", "site")[:MOST])
    return [Tally(row["site_name"], row["many"], row["oldest"], f"kind=overdue&site={row['site']}") for row in counted]


def escalations_visible_to(person: Person, *, at: datetime) -> "QuerySet[Any]":
    """What the ladder brought to the administrator, the newest first; ``standing``: it is not cleared yet."""
    same = {"enrollment": OuterRef("enrollment"), "due_at": OuterRef("due_at"), "subject": OuterRef("subject")}
    flags = due_items(at=at).filter(item_kind=OuterRef("kind"), **same)
    found = Notice.objects.filter(step=ADMINISTRATOR).annotate(item_kind=F("kind"), standing=Exists(flags))
    found = found.select_related("enrollment__patient", "enrollment__prescriber").order_by("-made_at", "-pk")
    return found if person.may(Permission.WORK_OVERDUE) else found.none()


def escalations_among(found: "QuerySet[Any]", chosen: Mapping[str, Any], *, at: datetime) -> "QuerySet[Any]":
    """Those that fit: the ones that stand, where nothing else is chosen."""
    if not chosen.get("cleared"):
        found = found.filter(standing=True)
    elif chosen["cleared"] == "cleared":
        found = found.filter(standing=False)
    found = narrowed(narrowed_to(found, chosen.get("state", ""), at=at), words=chosen.get("q", ""), fields=SEARCHED)
    same = {"program": "program", "what": "kind"}
    return found.filter(**{field: chosen[name] for name, field in same.items() if chosen.get(name)})
