"""Small words in templates: icons, days, moments, numbers, marks, chips."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from eligibility.calendar import day_of
from eligibility.editions import programs
from eligibility.moments import count_words, day_words, moment_words, years_between
from eligibility.vocabulary import Category
from eligibility.wording import word_for
from rems.display import chips
from rems.display.clock import now_of, zone_of

register = template.Library()

MARKS = {
    "A": "official document",
    "B": "secondary source",
    "C": "professional background",
    "D": "convention of this project",
}
TONES = {"allowed", "refused", "warning", "held", "neutral", "note"}
LEVELS = {
    "success": ("is-allowed", "allowed"),
    "warning": ("is-warning", "warning"),
    "error": ("is-refused", "refused"),
}

Zone = ZoneInfo | str | None


@register.simple_tag
def icon(name: str) -> SafeString:
    """``{% icon "clock" %}``: one of the shapes in parts/icons.html."""
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>', name)


@register.simple_tag
def moment(instant: datetime | None, zone: Zone = None, *, seconds: bool = False) -> str:
    """``{% moment instant zone %}``: Wed, Jun 17, 2026, 23:59 EDT."""
    if instant is None:
        return ""
    words = moment_words(instant, zone=zone_of(zone), seconds=seconds)
    return format_html('<time datetime="{}">{}</time>', instant.astimezone(zone_of(zone)).isoformat(), words)


@register.simple_tag
def day(when: date | datetime | None, zone: Zone = None, *, weekday: bool = True) -> str:
    """``{% day date %}``: Wed, Jun 17, 2026. A moment is shown as its day in the zone."""
    if when is None:
        return ""
    shown = day_of(when, zone_of(zone))
    return format_html('<time datetime="{}">{}</time>', shown.isoformat(), day_words(shown, weekday=weekday))


@register.simple_tag(takes_context=True)
def age(context: Any, born: date) -> str:
    """``{% age patient.born %}``: 34 years."""
    return count_words(years_between(born, day_of(now_of(context), zone_of(None))), "year")


@register.simple_tag(takes_context=True)
def chip(
    context: Any,
    until: datetime | None = None,
    zone: Zone = None,
    *,
    opens: datetime | None = None,
    hours: int | None = None,
    tone: str = "",
) -> SafeString:
    """``{% chip until zone %}``: 22 days left; ``{% chip opens=instant %}``: in 6 days.

    ``hours``: warn only in the last so many hours, as for a hand-over. ``tone``: instead of its own.
    """
    now, where = now_of(context), zone_of(zone)
    if opens is not None:
        shown = chips.opening(opens, now=now, zone=where)
    else:
        shown = chips.closing(until, now=now, zone=where, hours=hours)
    toned = tone_class(tone) if tone else shown.tone
    left = _seconds_until(until, now=now) if opens is None else None
    goes_on = format_html(' data-left="{}"', left) if left is not None else ""
    return format_html('<span class="chip {}"{}>{}{}</span>', toned, goes_on, icon(shown.icon), shown.words)


@register.simple_tag(takes_context=True)
def seconds_until(context: Any, instant: datetime | None) -> int | None:
    """``{% seconds_until instant as left %}``: whole seconds, for a countdown that goes on; None: none is left."""
    return _seconds_until(instant, now=now_of(context))


def _seconds_until(instant: datetime | None, *, now: datetime) -> int | None:
    left = int((instant - now).total_seconds()) if instant is not None and instant > now else 0
    return left or None


@register.simple_tag
def opening(opens: datetime, zone: Zone = None) -> str:
    """``{% opening instant zone %}``: the day on which something opens, or the moment within a day."""
    words = chips.opening_words(opens, zone=zone_of(zone))
    return format_html('<time datetime="{}">{}</time>', opens.astimezone(zone_of(zone)).isoformat(), words)


@register.simple_tag
def number(text: str, size: str = "") -> SafeString:
    """``{% number "C3HP8TNV62JE" %}``: groups of four that are copied without spaces; ``"lg"`` for large."""
    plain = "".join(character for character in str(text) if character.isalnum())
    groups = format_html_join("", "<span>{}</span>", ((plain[i : i + 4],) for i in range(0, len(plain), 4)))
    return format_html('<span class="number{}">{}</span>', " number-lg" if size == "lg" else "", groups)


@register.simple_tag
def tag(tone: str, icon_name: str, text: str) -> SafeString:
    """``{% tag "warning" "clock" "Due today" %}``: a state in a list."""
    return format_html('<span class="tag {}">{}{}</span>', tone_class(tone), icon(icon_name), text)


@register.simple_tag
def marks(mark: str) -> SafeString:
    """``{% marks "A/D" %}``: how well a value is sourced."""
    one = '<span class="mark mark-{}" title="{}">{}</span>'
    rows = ((letter.lower(), MARKS.get(letter, ""), letter) for letter in mark.split("/"))
    return format_html('<span class="nowrap">{}</span>', format_html_join(" ", one, rows))


@register.simple_tag
def source(mark: str, text: str, *, brief: bool = False) -> SafeString:
    """``{% source mark text %}``: mark, what it means, and the source. ``brief``: where its meaning stands already."""
    meaning = ", ".join(MARKS.get(letter, "") for letter in mark.split("/"))
    words = text if brief else f"{meaning}: {text}"
    return format_html('<span class="source">{}<span>{}</span></span>', marks(mark), words)


@register.filter(name="tone")
def tone_class(tone: str) -> str:
    """``allowed`` as ``is-allowed``; what is no tone is neutral."""
    bare = (tone or "").removeprefix("is-")
    return f"is-{bare}" if bare in TONES else "is-neutral"


@register.filter
def tone_of_level(level: str) -> str:
    """The tone of a message of Django's levels."""
    return LEVELS.get(level, ("is-note", "info"))[0]


@register.filter
def icon_of_level(level: str) -> str:
    """The icon of a message of Django's levels."""
    return LEVELS.get(level, ("is-note", "info"))[1]


@register.filter
def category_words(category: Category | str | None) -> str:
    """``{{ code|category_words }}``: Adult female who can get pregnant."""
    return Category(category).words if category else ""


@register.filter
def in_words(code: str | None) -> str:
    """``{{ code|in_words }}``: a method, basis, result or kind of the field as people read it."""
    return word_for(code) if code else ""


@register.filter
def program_name(program: str) -> str:
    """``{{ "us-lenalidomide"|program_name }}``: Lenalidomide REMS."""
    editions = programs().get(program)
    return editions[-1].name if editions else program


@register.filter
def at_key(mapping: Mapping[Any, Any], key: Any) -> Any:
    """``{{ mapping|at_key:key }}``: what stands there, or nothing."""
    return mapping.get(key)
