"""The audit list and one event, for the administrator and the auditor. Nothing is written here but the view."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit.denials import record_view
from rems import trail_words
from rems.forms.administration import TrailFilters
from rems.queries import audit
from rems.queries.fact_lines import lines


@require_GET
@requires(Permission.READ_TRAIL)
def trail(request: HttpRequest) -> HttpResponse:
    """Events, newest first, narrowed by person, patient, action, kind and time."""
    person, filters = person_of(request), TrailFilters(request.GET)
    found = audit.narrow(audit.events_visible_to(person), filters.chosen(), by=person)
    page = audit.page(found, before=_id(request, "before"), after=_id(request, "after"))
    patients = audit.patients_shown(page.events, by=person)
    details = {"filters": filters.given()}
    record_view(action="audit.view_trail", by=person, patient_ids=sorted(patients), details=details)
    rows = [(event, trail_words.words(event.action), patients.get(event.patient_id or 0, "")) for event in page.events]
    return render(
        request,
        "rems/administration/trail.html",
        {"filters": filters, "page": page, "rows": rows, "section": "administration:trail"},
    )


@require_GET
@requires(Permission.READ_TRAIL)
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event in full."""
    person = person_of(request)
    found = get_object_or_404(audit.events_visible_to(person), pk=pk)
    patients = audit.patients_of(found, by=person)
    record_view(action="audit.view_event", by=person, patient_ids=sorted(patients), subject=found)
    context = {
        "section": "administration:trail",
        "event": found,
        "what": trail_words.words(found.action),
        "patients": sorted(patients.values()),
        "details": lines({name: value for name, value in found.details.items() if name != "patients"}),
        "neighbours": audit.life_of(found, by=person),
    }
    return render(request, "rems/administration/event.html", context)


def _id(request: HttpRequest, name: str) -> int | None:
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 19 else None
