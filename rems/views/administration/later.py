"""Later entries: what was done by telephone in an outage, as others entered it afterwards, and the decision on each."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.policy import person_of, requires
from accounts.roles import Permission
from rems.actions.later import decide_later_entry
from rems.forms.outages import RulingForm
from rems.models import LaterEntry
from rems.queries import later as queries
from rems.views.administration.listing import page_of, viewed
from rems.views.doing import attempt

SECTION = "administration:outages"


@require_GET
@requires(Permission.DECIDE_OUTAGES)
def later_entries(request: HttpRequest) -> HttpResponse:
    """Every later entry, those that wait for a decision first."""
    page = page_of(request, queries.later_entries_visible_to(person_of(request)))
    viewed(request, "later_entries", (row.patient_id for row in page))
    return render(request, "rems/administration/later_entries.html", {"section": SECTION, "page": page})


@require_GET
@requires(Permission.DECIDE_OUTAGES)
def later_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One later entry, and the form that decides on it."""
    return _show(request, _find(request, pk))


@require_POST
@requires(Permission.DECIDE_OUTAGES)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or decline what another entered."""
    found, form = _find(request, pk), RulingForm(request.POST)

    def act(key: str) -> object:
        given = {name: form.cleaned_data[name] for name in ("ruling", "reason")}
        return decide_later_entry(entry=found, **given, by=person_of(request), key=key)

    if status := attempt(form, act):
        return _show(request, _find(request, pk), form, status=status)
    messages.success(request, "Recorded your decision.")
    return redirect("administration:later_entries")


def _find(request: HttpRequest, pk: int) -> LaterEntry:
    return get_object_or_404(queries.later_entries_visible_to(person_of(request)), pk=pk)


def _show(
    request: HttpRequest, found: LaterEntry, form: RulingForm | None = None, *, status: int = 200
) -> HttpResponse:
    viewed(request, "later_entries", [found.patient_id], found)
    decides = found.waits and found.recorded_by_id != person_of(request).pk
    context = {"section": SECTION, "row": found, "form": form or (RulingForm() if decides else None)}
    return render(request, "rems/administration/later_entry.html", context, status=status)
