"""Every decision as it was taken: the list, and one with its findings, facts and edition."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from rems import gate
from rems.forms.administration import DecisionFilters
from rems.queries import decisions as queries
from rems.queries.fact_lines import lines
from rems.queries.openings import opening_of
from rems.views.administration.listing import page_of, viewed


@require_GET
@requires(Permission.SEE_DECISIONS)
def decisions(request: HttpRequest) -> HttpResponse:
    """Newest first, narrowed by answer, stage, program, reason, patient and time."""
    person, filters = person_of(request), DecisionFilters(request.GET)
    found = queries.narrow(queries.decisions_visible_to(person), filters.chosen(), by=person)
    page = page_of(request, found)
    rows = [(row, queries.why_not(gate.decision_of(row))) for row in page]
    viewed(request, "decisions", (row.patient_id for row, _ in rows), query=filters.given())
    context = {"filters": filters, "page": page, "rows": rows, "named": person.may(Permission.SEE_ALL_PATIENTS)}
    return render(request, "rems/administration/decisions.html", context)


@require_GET
@requires(Permission.SEE_DECISIONS)
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision with everything that it rests on; to who sees names, that only while the record is open."""
    person = person_of(request)
    row = get_object_or_404(queries.with_subjects(queries.decisions_visible_to(person)), pk=pk)
    named, opening = person.may(Permission.SEE_ALL_PATIENTS), opening_of(person, row.patient, at=clock.now())
    by_opening: dict[str, Any] = {"opening": opening.pk} if opening else {}
    viewed(request, "decision", [row.patient_id], row, **by_opening)
    answered, names = gate.decision_of(row), queries.names_for(row, by=person)
    context = {
        "whole": opening is not None or not named,
        "opening": opening,
        "stops": queries.why_not(answered),
        "section": "administration:decisions",
        "row": row,
        "decision": answered,
        "names": names,
        "findings": queries.findings_of(answered, names=names),
        "facts": lines(row.facts),
        "named": named,
        "reads_trail": person.may(Permission.READ_TRAIL),
    }
    return render(request, "rems/administration/decision.html", context)
