"""The frame of a page: strips, navigation, zone, demonstration accounts."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from accounts.models import Person
from accounts.roles import Role
from accounts.sessions import ending_of
from accounts.tours import is_new_as
from eligibility.moments import span_words
from rems.demo_accounts import DemoAccount, listed
from rems.display import shortcuts
from rems.display.clock import now_of, zone_of
from rems.display.roles import Held, as_held, tour_heading

register = template.Library()


@register.inclusion_tag("parts/strips.html", takes_context=True)
def strips(context: Any) -> dict[str, Any]:
    """``{% strips %}``: a demonstration or not, a shifted clock, downtime, records that others opened."""
    return {
        "alert": context.get("openings_alert"),
        "downtime": context.get("downtime_now"),
        "demo": settings.REMS_ENV == "demo",
        "second_factor": settings.SECOND_FACTOR,
        "shift": _shift_words(settings.REMS_CLOCK),
        "now": now_of(context) if settings.REMS_CLOCK else None,
    }


@register.inclusion_tag("parts/session.html", takes_context=True)
def session_end(context: Any) -> dict[str, Any]:
    """``{% session_end %}``: when this session ends, for people and for the script that warns before it."""
    request, now = context["request"], now_of(context)
    ending = ending_of(request.session.session_key, at=now)
    return {
        "ending": ending,
        "seconds": ending.seconds_left(now) if ending else 0,
        "csrf_token": context.get("csrf_token"),
        "request": request,
    }


def _shift_words(shift: timedelta | datetime | None) -> str:
    if shift is None:
        return ""
    if isinstance(shift, datetime):
        return "It stands still."
    return f"By {span_words(shift)} {'ahead' if shift > timedelta(0) else 'back'}."


@register.simple_tag(takes_context=True)
def zone_words(context: Any) -> str:
    """``{% zone_words %}``: America/New_York (EDT, UTC−4)."""
    local = now_of(context).astimezone(zone_of(None))
    offset = int((local.utcoffset() or timedelta(0)).total_seconds() // 60)
    hours, minutes = divmod(abs(offset), 60)
    sign = "+" if offset >= 0 else "−"
    return f"{settings.TIME_ZONE} ({local:%Z}, UTC{sign}{hours}{f':{minutes:02}' if minutes else ''})"


@register.simple_tag(takes_context=True)
def nav(context: Any, name: str, words: str, *, scan: bool = False) -> str:
    """``{% nav "pharmacy:home" "Verify" %}``: a link, where the address exists.

    Current is the page itself, and every page that sets ``section`` to the name. ``scan``: a number
    that is scanned on any page is verified there.
    """
    try:
        href = reverse(name)
    except NoReverseMatch:
        return ""
    mark = mark_safe(" data-scan") if scan else ""
    match = getattr(context.get("request"), "resolver_match", None)
    if match is not None and match.view_name == name:
        return format_html('<a href="{}"{} aria-current="page">{}</a>', href, mark, words)
    if context.get("section") == name:
        return format_html('<a href="{}"{} aria-current="true">{}</a>', href, mark, words)
    return format_html('<a href="{}"{}>{}</a>', href, mark, words)


@register.simple_tag
def roles_of(person: Person) -> list[Held]:
    """``{% roles_of request.user as roles %}``: the roles held, in their fixed order."""
    return as_held(person.roles())


@register.inclusion_tag("parts/tour.html", takes_context=True)
def tour(context: Any, *roles: str) -> dict[str, Any]:
    """``{% tour "prescriber" "delegate" %}``: on the first page of these roles, for who is new in one of them."""
    person = context["request"].user
    new = next((Role(role) for role in roles if is_new_as(person, Role(role))), None)
    return {
        "role": new,
        "heading": tour_heading(new) if new else "",
        "part": f"parts/tours/{new.value}.html" if new else "",
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def demo_accounts() -> list[DemoAccount]:
    """``{% demo_accounts as accounts %}``: none but in a demonstration."""
    return listed()


@register.inclusion_tag("parts/keys.html", takes_context=True)
def keys(context: Any) -> dict[str, Any]:
    """``{% keys %}``: the list of shortcuts as a dialog, and the script."""
    return {
        "shortcuts": shortcuts.SHORTCUTS,
        "always": shortcuts.ALWAYS,
        "off": shortcuts.single_keys_off(context["request"]),
        "today": now_of(context).astimezone(zone_of(None)).date().isoformat(),
    }
