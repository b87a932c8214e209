"""What an item of a work list is called."""

from eligibility.wording import wording
from rems.models.choices import DueKind, OtherItem


def item_words(kind: str) -> str:
    """``test`` is Pregnancy test; the code of a reason is its title; what nobody named reads as it stands."""
    for named in (DueKind, OtherItem):
        if kind in named.values:
            return str(named(kind).label)
    known: dict[str, dict[str, str]] = wording()["reasons"]
    return known.get(kind, {}).get("title", kind.replace("_", " ").capitalize())
