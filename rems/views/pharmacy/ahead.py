"""What lies ahead of a site: what lapses, which fills open, whom to call now. The counter asks the engine."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from eligibility.moments import moment_words
from pharmacies.models import Pharmacy
from rems.display.clock import zone_of
from rems.display.items import item_words
from rems.display.windows import LAST_HOURS
from rems.forms.work_lists import AheadFilters
from rems.lists.attention import NOTHING, Attention, attention_to
from rems.lists.exporting import give, lines_of
from rems.lists.listing import Column, Listing, matching
from rems.models import ItemKey
from rems.models.choices import DueKind, OtherItem
from rems.queries import pharmacy_ahead as queries
from rems.queries.pharmacy_ahead import Ahead
from rems.queries.work_lists import item_among
from rems.views.items import Place, decide_item
from rems.views.pharmacy.sites import at_site
from rems.views.seeing import viewed

SECTION = "pharmacy:ahead"
TONES = {
    DueKind.CONFIRMATION.value: ("is-warning", "clock", "Confirmation lapses"),
    OtherItem.CLOSES_BEFORE_FILL.value: ("is-refused", "warning", "Call now"),
    OtherItem.FILL_OPENS.value: ("is-note", "calendar", "Fill opens"),
}
"""Each kind of line: its tone, its icon and its word."""


def _moment(instant: datetime | None, line: Ahead) -> str:
    return moment_words(instant, zone=zone_of(line.program)) if instant else ""


COLUMNS = (
    Column(name="when", words="When", by=("due_at",), cell=lambda line: _moment(line.due_at, line)),
    Column(name="what", words="What", by=("kind", "due_at"), cell=lambda line: item_words(line.kind)),
    Column(name="patient", words="Patient", by=("last_name", "first_name"), cell=lambda line: line.name),
    Column(name="number", words="Patient ID", cell=lambda line: line.patient_number, hidden=True),
    Column(name="program", words="Program", cell=lambda line: line.program, hidden=True),
    Column(name="prescriber", words="Prescriber", by=("prescriber",), cell=lambda line: line.prescriber),
    Column(name="phone", words="Phone", cell=lambda line: line.phone, hidden=True),
    Column(
        name="opens",
        words="Fill opens",
        cell=lambda line: _moment(line.opens, line),
        hidden=True,
    ),
    Column(name="decided", words="Noted"),
)
SEARCHED = ("first_name", "last_name", "patient_number", "prescriber")


@require_safe
@requires(Permission.LOOK_UP_AUTHORIZATIONS)
@at_site
def ahead(request: HttpRequest, site: Pharmacy) -> HttpResponse:
    """What comes first on top; of the page's patients the engine says whether anything is to be hurried for."""
    at, filters = clock.now(), AheadFilters(request.GET)
    every = queries.ahead_of(site, at=at)
    found, said = _narrowed(every, filters.chosen(), at=at)
    listing = Listing(found, COLUMNS, asked=request.GET, default="when")
    page = listing.page
    rows = list(page)
    viewed(request, "ahead", (line.patient_id for line in rows), query=filters.given(), site=site.pk)
    halted = queries.halted(rows, at=at)
    context = {
        "site": site,
        "now": at,
        "filters": filters,
        "listing": listing,
        "page": page,
        "counts": [(kind, *TONES[kind], sum(line.kind == kind for line in every)) for kind in TONES],
        "last_hours": LAST_HOURS,
        "lines": [
            {
                "line": line,
                "look": TONES[line.kind],
                "halted": halted.get(line.enrollment_id, ""),
                "attention": said.get(line.key, NOTHING),
            }
            for line in rows
        ],
    }
    return render(request, "rems/pharmacy/ahead.html", context)


@require_safe
@requires(Permission.LOOK_UP_AUTHORIZATIONS)
@at_site
def ahead_file(request: HttpRequest, site: Pharmacy) -> FileResponse:
    """The same list, whole, for a spreadsheet."""
    at, filters = clock.now(), AheadFilters(request.GET)
    found, _ = _narrowed(queries.ahead_of(site, at=at), filters.chosen(), at=at)
    rows = Listing(found, COLUMNS, asked=request.GET, default="when").rows
    given = filters.given() | {"site": str(site.pk)}
    lines = lines_of(rows, COLUMNS)
    return give(lines, filename="ahead.csv", action="rems.export_ahead", filters=given, by=person_of(request))


@require_http_methods(["GET", "POST"])
@requires(Permission.LOOK_UP_AUTHORIZATIONS)
@at_site
def item(request: HttpRequest, site: Pharmacy, kind: str, subject: str, period: str) -> HttpResponse:
    """One line: acknowledge it, or ask to waive it."""
    found = item_among(kind, subject, period, queries.enrollments_at(site, at=clock.now()))
    return decide_item(request, found, Place(reverse(SECTION), SECTION, ""))


def _narrowed(
    found: list[Ahead], chosen: Mapping[str, Any], *, at: datetime
) -> tuple[list[Ahead], Mapping[ItemKey, Attention]]:
    """The lines that fit, with what people decided about them."""
    if kind := chosen.get("kind"):
        found = [line for line in found if line.kind == kind]
    if program := chosen.get("program"):
        found = [line for line in found if line.program == program]
    found = matching(found, chosen.get("q", ""), SEARCHED)
    said = attention_to([line.key for line in found], at=at)
    return [line for line in found if said.get(line.key, NOTHING).fits(chosen.get("state", ""))], said
