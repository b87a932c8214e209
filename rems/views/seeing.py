"""The record of who was shown on a page."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest

from accounts.policy import person_of
from audit.denials import record_view


def viewed(
    request: HttpRequest, what: str, patients: Iterable[int], subject: Model | None = None, **details: Any
) -> None:
    """Write into the trail whom this page shows, before it is shown. ``details``: what else the entry says."""
    shown = sorted(set(patients))
    if shown:
        record_view(
            action=f"rems.view_{what}", by=person_of(request), patient_ids=shown, subject=subject, details=details
        )
