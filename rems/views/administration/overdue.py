"""Pregnancy tests that are overdue or due soon. A reminder for people; no gate reads it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from rems.forms.administration import OverdueFilters
from rems.models.choices import FlagKind
from rems.queries import administration
from rems.queries.decisions import decisions_visible_to
from rems.queries.due_bars import ages, coming, late_days, refusals
from rems.views.administration.listing import page_of, viewed

FIELDS = (
    "enrollment__patient__first_name",
    "enrollment__patient__last_name",
    "enrollment__patient__number",
    "enrollment__prescriber__first_name",
    "enrollment__prescriber__last_name",
)


@require_GET
@requires(Permission.WORK_OVERDUE)
def overdue(request: HttpRequest) -> HttpResponse:
    """Overdue tests, oldest first, then those due within the week."""
    person, at, filters = person_of(request), clock.now(), OverdueFilters(request.GET)
    chosen = filters.chosen()
    every = administration.due_tests_visible_to(person, at=at)
    found = administration.narrowed(every, words=chosen.get("q", ""), fields=FIELDS)
    if kind := chosen.get("kind"):
        found = found.filter(late=kind == FlagKind.OVERDUE)
    if program := chosen.get("program"):
        found = found.filter(enrollment__program=program)
    if days := chosen.get("late"):
        found = administration.late_by(found, days=int(days), at=at)
    page = page_of(request, found)
    rows = [(flag, late_days(flag, at=at)) for flag in page]
    viewed(request, "overdue", (flag.enrollment.patient_id for flag, _ in rows), query=filters.given())
    context = {
        "filters": filters,
        "page": page,
        "rows": rows,
        "now": at,
        "overdue": every.filter(late=True).count(),
        "due_soon": every.filter(late=False).count(),
        "at_once": administration.due_within(every, days=1, at=at).count(),
        "held": administration.reports_visible_to(person).filter(ended=False, kind="pregnancy").count(),
        "ages": ages(every, at=at),
        "coming": coming(every, at=at),
        "refusals": refusals(decisions_visible_to(person), at=at),
    }
    return render(request, "rems/administration/overdue.html", context)
