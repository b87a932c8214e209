"""What people decided about items: quiet until a day, waived, or asked to be waived. For lists; no gate reads it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from rems.models import Acknowledgment, ItemKey, Waiver
from rems.models.choices import Ruling

OPEN, QUIET, ASKED, WAIVED = "open", "quiet", "asked", "waived"
STATES = ((OPEN, "To do"), (QUIET, "Quiet"), (ASKED, "Waiver asked"), (WAIVED, "Waived"))
"""How an item stands, in the order in which a list offers them."""
STATE_CHOICES = [("", "All but waived"), *STATES]


class Attention(NamedTuple):
    """What stands about one item at an instant: the acknowledgment in force and the waiver that was not refused."""

    acknowledged: Acknowledgment | None = None
    waiver: Waiver | None = None

    @property
    def state(self) -> str:
        """One of STATES: the one that decides whether a list still shows it."""
        if self.waiver is not None and self.waiver.ruling == Ruling.APPROVED:
            return WAIVED
        if self.acknowledged is not None:
            return QUIET
        return ASKED if self.waiver is not None else OPEN

    @property
    def is_waived(self) -> bool:
        """Whether it left the lists."""
        return self.state == WAIVED

    @property
    def is_quiet(self) -> bool:
        """Whether it is acknowledged and its day has not come."""
        return self.state == QUIET

    def fits(self, chosen: str) -> bool:
        """Whether a list that is narrowed to a state shows it; '' is everything that is not waived."""
        return self.state == chosen if chosen else not self.is_waived


NOTHING = Attention()


def attention_to(keys: Iterable[ItemKey], *, at: datetime) -> Mapping[ItemKey, Attention]:
    """What stands at ``at`` about each of these items about which anything does; in two queries."""
    wanted = set(keys)
    subjects = {key.subject for key in wanted}
    said = Acknowledgment.objects.filter(subject__in=subjects, at__lte=at).select_related("by")
    newest = {row.key: row for row in said.order_by("at", "pk")}
    waivers = Waiver.objects.filter(subject__in=subjects, asked_at__lte=at).exclude(ruling=Ruling.REFUSED)
    asked = {row.key: row for row in waivers.select_related("asked_by", "ruled_by")}
    quiet = {key: row for key, row in newest.items() if row.until >= at}
    return {key: Attention(quiet.get(key), asked.get(key)) for key in (quiet.keys() | asked.keys()) & wanted}


def history_of(key: ItemKey) -> tuple[list[Acknowledgment], list[Waiver]]:
    """All that was ever decided about an item, newest first."""
    same = {"kind": key.kind, "subject": key.subject, "due_at": key.due_at}
    said = Acknowledgment.objects.filter(**same).select_related("by", "on_behalf_of").order_by("-at", "-pk")
    waivers = Waiver.objects.filter(**same).select_related("asked_by", "on_behalf_of", "ruled_by")
    return list(said), list(waivers.order_by("-asked_at", "-pk"))


def narrowed_to(rows: "QuerySet[Any]", chosen: str, *, at: datetime) -> "QuerySet[Any]":
    """Rows that know ``item_kind``, ``subject`` and ``due_at``, in one of STATES; '': all that are not waived."""
    same: dict[str, Any] = {"kind": OuterRef("item_kind"), "subject": OuterRef("subject"), "due_at": OuterRef("due_at")}
    waiver = Waiver.objects.filter(**same)
    waived, asked = Exists(waiver.filter(ruling=Ruling.APPROVED)), Exists(waiver.filter(ruling=""))
    if chosen == WAIVED:
        return rows.filter(waived)
    rows = rows.filter(~waived)
    if not chosen:
        return rows
    newest = Acknowledgment.objects.filter(**same, at__lte=at).order_by("-at", "-pk").values("until")[:1]
    rows = rows.annotate(quiet_until=Subquery(newest))
    if chosen == QUIET:
        return rows.filter(quiet_until__gte=at)
    rows = rows.filter(Q(quiet_until__isnull=True) | Q(quiet_until__lt=at))
    return rows.filter(asked) if chosen == ASKED else rows.filter(~asked)
