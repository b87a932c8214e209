"""The shortcuts, as the dialog and the plain page list them; whether somebody wants the single keys."""

from typing import NamedTuple

from django.http import HttpRequest

COOKIE = "single_keys"
OFF = "off"
LASTS = 365 * 24 * 60 * 60
"""Seconds for which this browser keeps the choice."""


class Shortcut(NamedTuple):
    """Keys that are pressed together, and what they do. ``single``: one printing key, which can be switched off."""

    keys: tuple[str, ...]
    does: str
    single: bool = True


SHORTCUTS = (
    Shortcut(("/",), "to the number or search box"),
    Shortcut(("1", "2", "…"), "choose or tick the answer with this number: checklist, surveys"),
    Shortcut(("T",), "today, in a date field"),
    Shortcut(("J", "K"), "next and previous row of a list"),
    Shortcut(("?",), "this list"),
    Shortcut(("Ctrl", "Enter"), "do what the main button does", single=False),
)
ALWAYS = (
    "Tab goes on, Space ticks, the arrows choose, Enter in a field does what its button does.",
    "A scanner needs no click: a scanned number is verified wherever the focus is.",
)


def single_keys_off(request: HttpRequest) -> bool:
    """Whether single keys are switched off in this browser."""
    return request.COOKIES.get(COOKIE) == OFF
