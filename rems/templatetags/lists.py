"""Parts of work lists in templates: heads that sort, and what people decided about an item."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from eligibility.moments import count_words
from rems.display.items import item_words as words_of
from rems.lists.attention import Attention
from rems.lists.listing import Listing
from rems.templatetags.words import tag

LONG = 6
"""More whole days than these are a week or more."""

register = template.Library()


@register.inclusion_tag("parts/list_heads.html", takes_context=True)
def list_heads(context: Any, listing: Listing) -> dict[str, Any]:
    """``{% list_heads listing %}``: the heads of the columns, each a link that sorts."""
    return {"heads": listing.heads, "request": context.get("request")}


@register.inclusion_tag("parts/attention.html")
def attention(given: Attention | None, zone: str = "") -> dict[str, Any]:
    """``{% attention item.attention program %}``: quiet until when, by whom and why; who asked and who waived."""
    return {"given": given, "zone": zone}


@register.simple_tag
def overdue_for(days: int) -> SafeString:
    """``{% overdue_for 3 %}``: overdue 3 days, as a tag; refused from a week on."""
    late = f"overdue {count_words(days, 'day')}" if days else "overdue today"
    return tag("refused" if days > LONG else "warning", "warning", late)


@register.filter
def item_words(kind: str) -> str:
    """``{{ key.kind|item_words }}``: Pregnancy test."""
    return words_of(kind)
