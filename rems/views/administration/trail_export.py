"""A period of the trail as a file for a spreadsheet. It is an entry of the trail before it leaves."""

from collections.abc import Iterator

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.models import Person
from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit.models import Event, Events
from rems.display.tables import csv_line
from rems.forms.trail import TrailFilters
from rems.lists.exporting import MOST_ROWS, give
from rems.queries import audit
from rems.views.administration.trail import what_of
from rems.views.administration.trail_panels import SECTION

AT_ONCE = 2_000
HEAD = (
    "event",
    "at (UTC)",
    "what",
    "action",
    "kind",
    "person",
    "role",
    "organization",
    "on behalf of",
    "patient",
    "patients shown",
    "table",
    "row",
    "answer",
    "out of band",
    "why",
    "address",
    "request",
    "database user",
    "leaf SHA-256",
)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EXPORT_TRAIL)
def export(request: HttpRequest) -> HttpResponseBase:
    """What an export would hold; sent, the file."""
    filters, person = TrailFilters(request.GET), person_of(request)
    found = audit.narrow(audit.events_visible_to(person), filters.chosen(), by=person)
    if request.method != "POST":
        return _show(request, filters, audit.count_to(found, MOST_ROWS), status=200)
    rows = audit.count_to(found, MOST_ROWS)
    if rows > MOST_ROWS or not filters.is_valid():
        return _show(request, filters, rows, status=422)
    return _give(found, filters, by=person)


def _show(request: HttpRequest, filters: TrailFilters, rows: int, *, status: int) -> HttpResponse:
    context = {"section": SECTION, "filters": filters, "count": rows, "most": MOST_ROWS, "too_many": rows > MOST_ROWS}
    return render(request, "rems/administration/export_trail.html", context, status=status)


def _give(found: Events, filters: TrailFilters, *, by: Person) -> FileResponse:
    return give(_lines(found), filename="trail.csv", action="audit.export_list", filters=filters.given(), by=by)


def _lines(found: Events) -> Iterator[tuple[bytes, int | None]]:
    """The head, and a line for each event with the patient whom it names; oldest first."""
    yield csv_line(HEAD), None
    for events in audit.in_parts(found, at_once=AT_ONCE, most=MOST_ROWS):
        numbers = audit.numbers_of_patients({event.patient_id for event in events if event.patient_id})
        for event in events:
            yield csv_line(_cells(event, numbers.get(event.patient_id or 0, ""))), event.patient_id


def _cells(event: Event, patient: str) -> tuple[object, ...]:
    answer = {None: "", True: "allowed", False: "refused"}[event.allowed]
    shown = len(event.patients) if isinstance(event.patients, list) else ""
    return (
        event.pk,
        event.at.isoformat(),
        what_of(event),
        event.action,
        event.kind,
        event.person_name,
        event.role,
        event.organization,
        event.on_behalf_of,
        patient,
        shown,
        event.table or "",
        event.row_id or "",
        answer,
        "yes" if event.out_of_band else "",
        event.reason,
        event.address,
        event.request_id,
        event.database_user,
        event.leaf_hex,
    )
