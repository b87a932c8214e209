"""Departures from the program: the list, those that were repeated, corrective action and sign-off."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from eligibility.moments import day_words
from rems.actions.deviations import MEANING, plan_correction, sign_off
from rems.deviations import had_part
from rems.display.clock import zone_of
from rems.forms.base import Choices
from rems.forms.deviations import CorrectionForm, DeviationFilters, SignOffForm
from rems.queries import deviations as queries
from rems.queries.signatures import signatures_of_one
from rems.views.administration.listing import page_of, viewed
from rems.views.doing import attempt

SECTION = "administration:decisions"
OFFERED = 20
"""So many others are offered for the same corrective action; the oldest."""


@require_GET
@requires(Permission.SEE_DECISIONS)
def deviations(request: HttpRequest) -> HttpResponse:
    """What departed from the program and is not signed off, newest first; above it what was repeated."""
    person, filters = person_of(request), DeviationFilters(request.GET)
    today, every = clock.local_date(clock.now()), queries.deviations_visible_to(person)
    page = page_of(request, queries.narrowed(every, filters.chosen(), by=person, today=today))
    rows = list(page)
    counts = queries.counted(rows, by=person)
    viewed(request, "deviations", (row.patient_id for row in rows), query=filters.given())
    context = {
        "section": SECTION,
        "filters": filters,
        "page": page,
        "rows": [_line(row, counts, today=today) for row in rows],
        "repeated": queries.repeated(every),
        "standing": queries.standing_counts(person, today=today),
        "named": person.may(Permission.SEE_ALL_PATIENTS),
    }
    return render(request, "rems/administration/deviations.html", context)


def _line(row: Any, counts: dict[queries.Key, int], *, today: Any) -> dict[str, Any]:
    key = queries.key_of(row)
    return {
        "row": row,
        "said": queries.said_of(row),
        "state": queries.state_of(row, today=today),
        "many": counts.get(key, 1),
        "query": queries.query_of(key),
    }


@require_GET
@requires(Permission.SEE_DECISIONS)
def deviation(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: what was found and how, what was planned, and how it ended."""
    return _show(request, _find(request, pk))


@require_POST
@requires(Permission.SETTLE_DEVIATIONS)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what is to be done, by whom and until when."""
    person, found = person_of(request), _find(request, pk)
    form = CorrectionForm(request.POST, alike=_offered(request, found))

    def act(key: str) -> object:
        said = {name: form.cleaned_data[name] for name in ("what", "responsible", "due_on")}
        return plan_correction(deviation=found, **said, alike=form.cleaned_data.get("alike", ()), by=person, key=key)

    if status := attempt(form, act):
        return _show(request, _find(request, pk), planning=form, status=status)
    messages.success(request, "Planned.")
    return redirect("administration:deviation", pk)


@require_POST
@requires(Permission.SETTLE_DEVIATIONS)
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign it off. To who caused it the act says no."""
    person, found = person_of(request), _find(request, pk)
    form = SignOffForm(request.POST, request=request, auto_id="sign_%s")

    def act(key: str) -> object:
        said = {name: form.cleaned_data[name] for name in ("conclusion", "findings")}
        return sign_off(deviation=found, **said, given=form.given(), by=person, key=key)

    if status := attempt(form, act):
        return _show(request, _find(request, pk), signing=form, status=status)
    messages.success(request, "Signed off.")
    return redirect("administration:deviation", pk)


def _find(request: HttpRequest, pk: int) -> Any:
    return get_object_or_404(queries.deviations_visible_to(person_of(request)), pk=pk)


def _offered(request: HttpRequest, found: Any) -> Choices:
    zone = zone_of(found.program)
    others = queries.others_open(found, by=person_of(request))[:OFFERED]
    return [(str(o.pk), f"{o.patient.name}, {day_words(o.at.astimezone(zone).date())}") for o in others]


def _show(
    request: HttpRequest,
    found: Any,
    *,
    planning: CorrectionForm | None = None,
    signing: SignOffForm | None = None,
    status: int = 200,
) -> HttpResponse:
    person, others = person_of(request), []
    settles = person.may(Permission.SETTLE_DEVIATIONS) and not found.signed
    if settles:
        others = list(queries.others_open(found, by=person)[:OFFERED])
        planning = planning or CorrectionForm(alike=_offered(request, found))
    viewed(request, "deviation", [found.patient_id, *(other.patient_id for other in others)], found)
    own = person.pk in had_part(found)
    if settles and not own:
        signing = signing or SignOffForm(request=request, auto_id="sign_%s")
    ended = queries.sign_off_of(found)
    context = _line(found, queries.counted([found], by=person), today=clock.local_date(clock.now())) | {
        "section": SECTION,
        "rule": queries.rule_of(found),
        "corrections": queries.corrections_of(found),
        "ended": ended,
        "signatures": signatures_of_one(ended),
        "planning": planning if settles else None,
        "signing": signing if settles else None,
        "own": own and settles,
        "meaning": MEANING,
        "named": person.may(Permission.SEE_ALL_PATIENTS),
    }
    return render(request, "rems/administration/deviation.html", context, status=status)
