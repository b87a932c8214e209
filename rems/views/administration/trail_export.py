"""A period of the trail as a file for a spreadsheet. It is an entry of the trail before it leaves."""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.models import Person
from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit.denials import record_view
from audit.models import Event, Events
from rems.display.tables import csv_line
from rems.forms.trail import TrailFilters
from rems.queries import audit
from rems.views.administration.trail import what_of
from rems.views.administration.trail_panels import SECTION

MOST_ROWS = 20_000
"""As many rows as one entry can name the patients of."""
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
    """The file, after the trail holds how many rows it has, their SHA-256 and who is in it."""
    digest, rows, patients = hashlib.sha256(), -1, set[int]()
    with ExitStack() as unless_given:
        file = unless_given.enter_context(TemporaryFile())
        for line, patient in _lines(found):
            file.write(line)
            digest.update(line)
            rows += 1
            patients |= {patient} if patient else set()
        details = {"filters": filters.given(), "rows": rows, "sha256": digest.hexdigest()}
        record_view(action="audit.export_list", by=by, patient_ids=sorted(patients), details=details)
        file.seek(0)
        unless_given.pop_all()
    return FileResponse(file, as_attachment=True, filename="trail.csv", content_type="text/csv; charset=utf-8")


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
