"""What is overdue or falls due within the week, and what came to the administrator. Reminders; no gate reads them."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from eligibility.moments import moment_words
from rems.display.clock import zone_of
from rems.display.items import item_words
from rems.forms.work_lists import EscalationFilters, OverdueFilters
from rems.lists.attention import attention_to, narrowed_to
from rems.lists.due import key_of
from rems.lists.exporting import MOST_ROWS, give, lines_of
from rems.lists.listing import Column, Listing
from rems.queries import administration
from rems.queries import overdue as queries
from rems.queries.decisions import decisions_visible_to
from rems.queries.due_bars import ages, coming, late_days, refusals
from rems.views.administration.listing import viewed


def _moment(row: Any, instant: Any) -> str:
    return moment_words(instant, zone=zone_of(row.enrollment.program))


PATIENT = Column(
    name="patient",
    words="Patient",
    by=("enrollment__patient__last_name", "enrollment__patient__first_name"),
    cell=lambda row: row.enrollment.patient.name,
)
PRESCRIBER = Column(
    name="prescriber",
    words="Prescriber",
    by=("enrollment__prescriber__last_name", "enrollment__prescriber__first_name"),
    cell=lambda row: row.enrollment.prescriber.name,
)
ONLY_IN_FILES = (
    Column(name="number", words="Patient ID", cell=lambda row: row.enrollment.patient.number, hidden=True),
    Column(name="program", words="Program", cell=lambda row: row.enrollment.program, hidden=True),
    Column(name="due", words="Due", cell=lambda row: _moment(row, row.due_at), hidden=True),
)
WHAT = Column(name="what", words="What", by=("item_kind", "due_at"), cell=lambda row: item_words(row.item_kind))
COLUMNS = (
    Column(name="late", words="Late", by=("due_at",), cell=lambda row: "overdue" if row.late else "due soon"),
    PATIENT,
    WHAT,
    PRESCRIBER,
    Column(name="site", words="Site", by=("site_name",), cell=lambda row: row.site_name or ""),
    Column(name="since", words="On the list since", by=("raised_at",), cell=lambda row: _moment(row, row.raised_at)),
    Column(name="decided", words="Noted"),
    *ONLY_IN_FILES,
)
ESCALATED = (
    Column(name="came", words="Came", by=("at",), cell=lambda row: _moment(row, row.at)),
    PATIENT,
    WHAT,
    PRESCRIBER,
    Column(name="state", words="State", by=("standing",), cell=lambda row: "stands" if row.standing else "cleared"),
    Column(name="decided", words="Noted"),
    *ONLY_IN_FILES,
)


@require_GET
@requires(Permission.WORK_OVERDUE)
def overdue(request: HttpRequest) -> HttpResponse:
    """What is overdue, oldest first, then what falls due within the week; above it the counts of all of it."""
    person, at, filters = person_of(request), clock.now(), OverdueFilters(request.GET)
    every = queries.items_visible_to(person, at=at)
    found = queries.chosen_among(every, filters.chosen(), at=at)
    listing = Listing(found, COLUMNS, asked=request.GET, default="late")
    page = listing.page
    rows = [(row, late_days(row, at=at)) for row in page]
    viewed(request, "overdue", (row.enrollment.patient_id for row, _ in rows), query=filters.given())
    said = attention_to([key_of(row) for row, _ in rows], at=at)
    counted = narrowed_to(every, "", at=at)
    context = {
        "filters": filters,
        "listing": listing,
        "page": page,
        "rows": rows,
        "keys": {row.pk: key_of(row) for row, _ in rows},
        "said": {row.pk: said.get(key_of(row)) for row, _ in rows},
        "now": at,
        "overdue": counted.filter(late=True).count(),
        "due_soon": counted.filter(late=False).count(),
        "at_once": administration.due_within(counted, days=1, at=at).count(),
        "held": administration.reports_visible_to(person).filter(ended=False, kind="pregnancy").count(),
        "came": queries.escalations_among(queries.escalations_visible_to(person, at=at), {}, at=at).count(),
        "ages": ages(counted, at=at),
        "coming": coming(counted, at=at),
        "refusals": refusals(decisions_visible_to(person), at=at),
        "tallies": (
            ("By prescriber", queries.by_prescriber(counted)),
            ("By site", queries.by_site(counted)),
        ),
    }
    return render(request, "rems/administration/overdue.html", context)


@require_GET
@requires(Permission.WORK_OVERDUE)
def overdue_file(request: HttpRequest) -> FileResponse:
    """The list as it is narrowed and sorted, for a spreadsheet; its first MOST_ROWS rows."""
    person, at, filters = person_of(request), clock.now(), OverdueFilters(request.GET)
    found = queries.chosen_among(queries.items_visible_to(person, at=at), filters.chosen(), at=at)
    rows = Listing(found, COLUMNS, asked=request.GET, default="late").rows[:MOST_ROWS]
    lines = lines_of(rows, COLUMNS)
    return give(lines, filename="overdue.csv", action="rems.export_overdue", filters=filters.given(), by=person)


@require_GET
@requires(Permission.WORK_OVERDUE)
def escalations(request: HttpRequest) -> HttpResponse:
    """Reminders that nobody answered: what the ladder brought here, the newest first."""
    person, at, filters = person_of(request), clock.now(), EscalationFilters(request.GET)
    found = queries.escalations_among(queries.escalations_visible_to(person, at=at), filters.chosen(), at=at)
    listing = Listing(found, ESCALATED, asked=request.GET, default="-came")
    page = listing.page
    rows = [(row, late_days(row, at=at)) for row in page]
    viewed(request, "escalations", (row.patient_id for row, _ in rows), query=filters.given())
    said = attention_to([key_of(row) for row, _ in rows], at=at)
    context = {
        "section": "administration:overdue",
        "filters": filters,
        "listing": listing,
        "page": page,
        "rows": rows,
        "keys": {row.pk: key_of(row) for row, _ in rows},
        "said": {row.pk: said.get(key_of(row)) for row, _ in rows},
        "now": at,
    }
    return render(request, "rems/administration/escalations.html", context)


@require_GET
@requires(Permission.WORK_OVERDUE)
def escalations_file(request: HttpRequest) -> FileResponse:
    """The same for a spreadsheet."""
    person, at, filters = person_of(request), clock.now(), EscalationFilters(request.GET)
    found = queries.escalations_among(queries.escalations_visible_to(person, at=at), filters.chosen(), at=at)
    rows = Listing(found, ESCALATED, asked=request.GET, default="-came").rows[:MOST_ROWS]
    lines = lines_of(rows, ESCALATED)
    return give(lines, filename="escalations.csv", action="rems.export_escalations", filters=filters.given(), by=person)
