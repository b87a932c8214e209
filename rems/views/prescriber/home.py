"""The list of all my patients."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.policy import person_of, requires
from accounts.roles import Permission
from rems.forms.prescriber.due import OwnPatientFilters
from rems.models import Enrollment
from rems.queries import prescriber as queries
from rems.queries.standing import Standing, standings
from rems.queries.state import State, state_of, with_test
from rems.views.prescriber.common import now, show
from rems.views.seeing import viewed

PER_PAGE = 25


@require_safe
@requires(Permission.SEE_OWN_PATIENTS)
def patients(request: HttpRequest) -> HttpResponse:
    """All patients in my care, with their state and what comes next."""
    person, at = person_of(request), now(request)
    everybody = queries.enrollments_visible_to(person)
    found = _filtered(request, everybody).order_by("patient__last_name", "patient__first_name", "program")
    pages = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    stand = {row.enrollment.pk: row for row in standings(pages.object_list, at=at)}
    rows = [(enrollment, *_row(stand.get(enrollment.pk))) for enrollment in pages.object_list]
    waiting = list(queries.not_enrolled_yet(person))
    programs = set(everybody.order_by().values_list("program", flat=True).distinct())
    chosen = {name: request.GET.get(name, "") for name in ("q", "program", "state")}
    shown = [*(e.patient_id for e in pages.object_list), *(p.pk for p in waiting)]
    viewed(request, "patients", shown, query={name: words[:80] for name, words in chosen.items()})
    page = {
        "pages": pages,
        "rows": rows,
        "waiting": waiting,
        "total": everybody.count(),
        "filters": OwnPatientFilters(request.GET, programs=programs),
    }
    return show(request, "patients", page)


def _row(standing: Standing | None) -> tuple[Any, State | None]:
    return (standing.category, state_of(standing)) if standing else (None, None)


def _filtered(request: HttpRequest, rows: QuerySet[Enrollment]) -> QuerySet[Enrollment]:
    """By name or number, by program, by the flags of the calendar and open numbers."""
    words, program, state = (
        request.GET.get(name, "").replace("\0", "").strip()[:80] for name in ("q", "program", "state")
    )
    if words:
        full = Concat("patient__first_name", Value(" "), "patient__last_name")
        rows = rows.annotate(full_name=full).filter(
            Q(full_name__icontains=words) | Q(patient__number__icontains=words) | Q(patient__last_name__icontains=words)
        )
    if program:
        rows = rows.filter(program=program)
    if state == "authorized":
        rows = rows.filter(pk__in=_authorized(request, rows))
    elif state in {"overdue", "due_soon"}:
        rows = with_test(rows, state, at=now(request))
    return rows


def _authorized(request: HttpRequest, rows: QuerySet[Enrollment]) -> list[int]:
    numbers = queries.open_authorizations(rows, at=now(request))
    return [number.prescription.enrollment_id for number in numbers]
