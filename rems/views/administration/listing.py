"""Lists in pages, and the record of who was shown on them."""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Model
from django.http import HttpRequest

from accounts.policy import person_of
from audit.denials import record_view

PER_PAGE = 25


def page_of(request: HttpRequest, rows: Any) -> "Page[Any]":
    """The page that the address asks for; the last one where it asks for more."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def viewed(request: HttpRequest, what: str, patients: Iterable[int], subject: Model | None = None) -> None:
    """Write into the trail whom this page shows, before it is shown."""
    shown = sorted(set(patients))
    if shown:
        record_view(action=f"rems.view_{what}", by=person_of(request), patient_ids=shown, subject=subject)
