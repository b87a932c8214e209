"""Fictional rows for the page of template parts: decided on, in a draft, after an outage. None of it is on record."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from accounts.models import Person
from accounts.roles import Role
from patients.models import Patient
from rems.display.examples import PROGRAM
from rems.lists.attention import Attention
from rems.lists.listing import Column, Listing
from rems.models import Acknowledgment, Draft, LaterEntry, Waiver
from rems.models.choices import Approval, Delivery, LaterKind, Ruling

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
RUTH, JO, OLU = Person(name="Ruth Abara, MD"), Person(name="Jo Keller"), Person(name="Olu Bankole")
COLUMNS = [
    Column(name="due", words="Due", by=("due",)),
    Column(name="patient", words="Patient", by=("patient",)),
    Column(name="noted", words="Noted"),
]


def rows(at: datetime) -> dict[str, Any]:
    """All of them, by what the page calls them."""
    extension = SimpleNamespace(program=PROGRAM, closed=at - DAY, asked_by=JO, decided_by=OLU)
    return {
        "role": Role.PHARMACIST,
        "attentions": _attentions(at),
        "listing": Listing([], COLUMNS, asked={}, default="due"),
        "draft": Draft(form="register", values={}, kept_at=at - 2 * HOUR),
        "extended": SimpleNamespace(extension=extension),
        "later": [_later(at, LaterKind.AUTHORIZATION), _later(at, LaterKind.DISPENSING, Approval.APPROVED)],
    }


def _attentions(at: datetime) -> list[Attention]:
    """Each state that is said: quiet, asked to be waived, both, waived."""
    quiet = Acknowledgment(reason="Seen on Monday at the clinic.", at=at - DAY, by=RUTH, until=at + 5 * DAY)
    asked = Waiver(reason="Therapy has ended elsewhere.", asked_at=at - DAY, asked_by=RUTH)
    waived = Waiver(
        reason="Therapy has ended elsewhere.", asked_at=at - DAY, asked_by=RUTH, ruled_at=at, ruled_by=JO,
        ruling=Ruling.APPROVED,
    )  # fmt: skip
    return [Attention(quiet), Attention(None, asked), Attention(quiet, asked), Attention(None, waived)]


def _later(at: datetime, kind: LaterKind, ruling: str = "") -> LaterEntry:
    """An entry of what was done by telephone; one that was ruled on is a dispensing as well."""
    row = LaterEntry(
        kind=kind, patient=Patient(first_name="Hannah", last_name="Doyle", number="P-0041301"), program=PROGRAM,
        done_at=at - 6 * HOUR, spoke_with="Nell at the program", told_number="TEL-5521",
        note="Asked, and told that it may be given.", recorded_at=at - HOUR, recorded_by=RUTH,
    )  # fmt: skip
    if kind == LaterKind.DISPENSING:
        row.days_supply, row.method = 28, Delivery.values[0]
    if ruling:
        row.ruling, row.ruling_reason, row.decided_by = ruling, "Fits the program’s own notes.", JO
    return row
