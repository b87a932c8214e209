"""Fictional states for the page of template parts: every word that a part has for how something stands."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from accounts.models import Person
from rems.display import examples
from rems.display.editions import marks_of

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OLU = Person(name="Olu Bankole")
TONES = (
    ("allowed", "allowed", "may, done, on time"),
    ("refused", "refused", "may not, overdue, denied"),
    ("warning", "warning", "closing, late, allowed with a note"),
    ("held", "held", "a safety case holds it; demonstration and shifted clock"),
    ("neutral", "neutral", "facts, states without judgment"),
    ("note", "info", "new, to sign, information; the one accent"),
)
TILES = (
    ("refused", "Overdue", 37, "warning", "9 for 7 days or more"),
    ("warning", "Due in 7 days", 124, "clock", "31 today or tomorrow"),
    ("held", "Held by a report", 2, "held", "open reports"),
    ("note", "To sign", 5, "pencil", "prepared, and not signed yet"),
    ("allowed", "Taken", 912, "check", "in 30 days"),
    ("neutral", "Patients", "1,284", "", "every program"),
)
CARDS = (
    ("refused", "warning", "1 day late", "Pregnancy test", "You cannot get your next capsules before it is done.", ""),
    ("warning", "clock", "By Thursday, June 18", "Your survey", "About 2 minutes.", "Start the survey"),
    ("neutral", "calendar", "Monday, June 22", "Your next capsules", "You can get them from this day.", ""),
)
TASKS = (
    ("refused", "warning", "1 day overdue", "Carmen Ortiz", "pregnancy test", "Record a test"),
    ("warning", "clock", "Due today", "Elena Marsh", "prescriber’s survey", "Answer"),
    ("held", "held", "Everything held", "Dana Whitfield", "report of a pregnancy", "Open"),
    ("neutral", "calendar", "In 2 days", "Judith Kline", "patient survey", ""),
)


def states(at: datetime) -> dict[str, Any]:
    """All of them, by what the page calls them."""
    return {
        "tones": TONES,
        "tiles": TILES,
        "tasks": TASKS,
        "cards": [_card(*card) for card in CARDS],
        "clinic": SimpleNamespace(phone="555-0142"),
        "standings": [SimpleNamespace(state=state) for state in ("certified", "deactivated", "waiting", "")],
        "approvals": _approvals(),
        "openings": ("open", "waiting", "justified", "not_justified"),
        "answers": [SimpleNamespace(outcome=outcome) for outcome in ("allowed", "refused", "not_gated")],
        "waivers": [SimpleNamespace(ruling=ruling) for ruling in ("", "approved", "refused")],
        "events": _events(),
        "fields": _fields(),
        "told": _told(at),
        "marks": marks_of(examples.edition()),
        "alert": SimpleNamespace(open_now=1, waiting=2),
        "downtime": SimpleNamespace(on_at=at - HOUR),
        "newer_older": {"newer": "1", "older": "2"},
    }


def _card(tone: str, icon: str, tag: str, title: str, sentence: str, press: str) -> SimpleNamespace:
    """What a patient has to do; the button calls the clinic, or opens the page that does it."""
    said = {"tone": tone, "icon": icon, "tag": tag, "title": title, "sentence": sentence, "program": examples.PROGRAM}
    return SimpleNamespace(**said, href="#patients" if press else "", press=press or "Call your clinic")


def _approvals() -> list[dict[str, Any]]:
    """What a second person says to an outage or an extension: nothing yet, nothing in time, yes, no."""
    asked, ruled = SimpleNamespace(ruling="", decided_by=None), {"decided_by": OLU, "ruling_reason": "Seen in the log."}
    yes, no = (SimpleNamespace(ruling=ruling, **ruled) for ruling in ("approved", "declined"))
    return [{"row": asked, "late": False}, {"row": asked, "late": True}, {"row": yes}, {"row": no}]


def _events() -> list[dict[str, Any]]:
    """An entry of the trail: sealed, not sealed yet, refused, denied, from outside."""
    act = SimpleNamespace(allowed=True, kind="act", out_of_band=False)
    refused = SimpleNamespace(allowed=False, kind="act", out_of_band=False)
    denied = SimpleNamespace(allowed=False, kind="view", out_of_band=False)
    outside = SimpleNamespace(allowed=None, kind="change", out_of_band=True)
    rows = [{"event": event, "sealed": True} for event in (act, refused, denied, outside)]
    return [{"event": act, "sealed": False}, *rows]


def _fields() -> list[SimpleNamespace]:
    """A change: corrected, first said, withdrawn, left."""
    rows = (
        ("result", "indeterminate", "negative"),
        ("laboratory", "none", "Bay Laboratory"),
        ("note", "by telephone", "none"),
        ("collected on", "2026-06-12", "2026-06-12"),
    )
    return [SimpleNamespace(name=name, old=old, new=new, changed=old != new) for name, old, new in rows]


def _told(at: datetime) -> list[SimpleNamespace]:
    """What a patient told: new, and read."""
    told = {"patient": examples.person(at)["patient"], "said": "a missed period", "teller": "the mother"}
    new = SimpleNamespace(**told, recorded_at=at - HOUR, report=None, seen_at=None)
    read = SimpleNamespace(**told, recorded_at=at - 2 * DAY, report=True, seen_at=at - DAY, seen_by=OLU)
    return [new, read]
