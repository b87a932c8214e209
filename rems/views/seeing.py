"""The record of who was shown on a page, and of what was searched for."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model
from django.http import HttpRequest

from accounts.policy import person_of
from audit.denials import record_view


def viewed(
    request: HttpRequest,
    what: str,
    patients: Iterable[int],
    subject: Model | None = None,
    *,
    query: Mapping[str, str] | None = None,
    **details: Any,
) -> None:
    """Write into the trail whom this page shows, before it is shown; a search also where it finds nobody.

    ``details``: what else the entry says. Raises Unrecorded: the page is then not given.
    """
    shown, asked = sorted(set(patients)), {name: words for name, words in (query or {}).items() if words}
    if shown or asked:
        details |= {"query": asked} if asked else {}
        record_view(
            action=f"rems.view_{what}", by=person_of(request), patient_ids=shown, subject=subject, details=details
        )
