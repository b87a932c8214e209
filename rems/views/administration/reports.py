"""Reports of pregnancy, a missed period, bleeding: what is open, and the end of a pregnancy report."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

import patients.actions
from accounts.policy import person_of, requires
from accounts.roles import Permission
from patients.actions.corrections import CORRECTED
from patients.choices import STILL_OPEN
from rems.display.clock import now_of
from rems.forms.administration import NO_OUTCOME, CloseReportForm, CorrectOutcomeForm, ReportFilters
from rems.queries import administration
from rems.queries.signatures import by_row
from rems.queries.told import told_lately
from rems.views.administration.listing import page_of, viewed
from rems.views.doing import attempt

MOST_TOLD = 50
"""So many of what patients told lately stand on the page."""


@require_GET
@requires(Permission.SEE_ALL_PATIENTS)
def reports(request: HttpRequest) -> HttpResponse:
    """What is open, oldest first; the closed ones where asked for."""
    filters = ReportFilters(request.GET)
    chosen = filters.chosen()
    found = administration.reports_visible_to(person_of(request))
    if chosen.get("state") != "all":
        found = found.filter(ended=chosen.get("state") == "closed")
    if kind := chosen.get("kind"):
        found = found.filter(kind=kind)
    page = page_of(request, found.prefetch_related("closings"))
    told = list(told_lately(person_of(request), at=now_of({"request": request}))[:MOST_TOLD])
    shown = [*(report.patient_id for report in page), *(concern.patient_id for concern in told)]
    viewed(request, "reports", shown, query=filters.given())
    return render(request, "rems/administration/reports.html", {"filters": filters, "page": page, "told": told})


@require_GET
@requires(Permission.SEE_ALL_PATIENTS)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: what was said, what followed, and for a pregnancy its outcome."""
    found = get_object_or_404(administration.reports_visible_to(person_of(request)), pk=pk)
    return _show(request, found)


@require_POST
@requires(Permission.CLOSE_REPORTS)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down the outcome of a pregnancy. Evaluations are closed by the prescriber."""
    open_ones = administration.reports_visible_to(person_of(request)).filter(kind="pregnancy")
    found = get_object_or_404(open_ones, pk=pk)
    form = CloseReportForm(request.POST)

    def act(key: str) -> object:
        outcome = form.cleaned_data["outcome"]
        return patients.actions.close_report(report=found, outcome=outcome, by=person_of(request), key=key)

    if status := attempt(form, act):
        return _show(request, found, closing=form, status=status)
    left_open = form.cleaned_data["outcome"] in STILL_OPEN
    messages.success(request, "Recorded. The report stays open." if left_open else "Closed.")
    return redirect("administration:report", pk)


@require_POST
@requires(Permission.CLOSE_REPORTS)
def correct_outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Put right an outcome that was recorded wrongly. One that is none opens the report again."""
    found = get_object_or_404(administration.reports_visible_to(person_of(request)).filter(kind="pregnancy"), pk=pk)
    recorded = administration.closing_of(found)
    if recorded is None:
        raise Http404
    form = _correcting(request, recorded.outcome, request.POST)

    def act(key: str) -> object:
        outcome, reason = form.cleaned_data["outcome"], form.cleaned_data["reason"]
        void = outcome == NO_OUTCOME[0]
        changes = {} if void else {"outcome": outcome}
        given, by = form.given(), person_of(request)
        return patients.actions.correct(
            fact=recorded, changes=changes, reason=reason, void=void, given=given, by=by, key=key
        )

    if status := attempt(form, act):
        return _show(request, found, correcting=form, status=status)
    now_open = form.cleaned_data["outcome"] in {*STILL_OPEN, NO_OUTCOME[0]}
    messages.success(request, "Corrected. The report is open again." if now_open else "Corrected.")
    return redirect("administration:report", pk)


def _correcting(request: HttpRequest, recorded: str, data: Any = None) -> CorrectOutcomeForm:
    return CorrectOutcomeForm(data, recorded=recorded, request=request, auto_id="correct_%s")


def _show(
    request: HttpRequest,
    found: Any,
    *,
    closing: CloseReportForm | None = None,
    correcting: CorrectOutcomeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    viewed(request, "report", [found.patient_id], found)
    recorded = administration.closing_of(found)
    if recorded is not None and found.ended and found.kind == "pregnancy" and correcting is None:
        correcting = _correcting(request, recorded.outcome)
    closings = list(found.closings.select_related("recorded_by").order_by("recorded_at", "pk"))
    context = {
        "section": "administration:reports",
        "report": found,
        "form": closing or CloseReportForm(),
        "correcting": correcting,
        "recorded": recorded,
        "closings": closings,
        "signed": by_row(closings),
        "meaning": CORRECTED,
    }
    return render(request, "rems/administration/report.html", context, status=status)
