"""What is due for my patients, and the list of all of them."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.policy import person_of, requires
from accounts.roles import Permission
from prescribers.queries import certified_programs
from rems.models import Enrollment, Prescription
from rems.queries import prescriber as queries
from rems.queries.due import GROUPS, State, Task, grouped, state_of, with_test
from rems.queries.prepared import waiting_for
from rems.queries.standing import Standing, standings
from rems.views.prescriber.common import may, now, only_prescriber, show
from rems.views.prescriber.remedies import Remedy, remedy
from rems.views.seeing import viewed

PER_PAGE = 25
AT_MOST = 50
"""Lines of one group: a longer list is worked from its top, and the rest stands on the patients' page."""
WORDS = {"overdue": "Overdue", "today": "Today", "week": "This week", "held": "Held"}
TONES = {"overdue": "is-refused", "today": "is-warning", "week": "is-neutral", "held": "is-held"}
NOTES = {"overdue": "blocks the next authorization or dispensing"}
STATES = [("overdue", "Test overdue"), ("due_soon", "Test due soon"), ("authorized", "Authorized")]


@require_safe
@requires(Permission.SEE_OWN_PATIENTS)
def home(request: HttpRequest) -> HttpResponse:
    """What falls due, what it blocks, and the form that clears it."""
    person, at = person_of(request), now(request)
    enrollments = list(queries.enrollments_visible_to(person))
    tasks = grouped(standings(enrollments, at=at))
    waiting, papers = list(queries.not_enrolled_yet(person)), list(queries.unfinished(enrollments))
    shown = [task.enrollment.patient_id for rows in tasks.values() for task in rows[:AT_MOST]]
    prepared = list(waiting_for(person))
    shown += (
        [one.patient_id for one in prepared]
        + [patient.pk for patient in waiting]
        + [paper.enrollment.patient_id for paper in papers]
    )
    viewed(request, "due_list", shown)
    page = {
        "groups": [_group(request, code, tasks[code], papers) for code in GROUPS if code != "held"],
        "held": tasks["held"][:AT_MOST],
        "waiting": waiting,
        "papers": papers,
        "prepared": prepared,
        "prescriber": queries.own_prescriber(person),
        "uncertified": _uncertified(request),
        "only": only_prescriber(request),
        "count": len(enrollments),
    }
    return show(request, "home", page)


def _uncertified(request: HttpRequest) -> bool:
    """Whether a prescriber signed in has no certification in any program."""
    own = queries.own_prescriber(person_of(request))
    applies = may(request)["apply_as_prescriber"]
    return applies and (own is None or not certified_programs(own.pk, now(request)))


def _group(request: HttpRequest, code: str, tasks: list[Task], papers: list[Prescription]) -> dict[str, Any]:
    written = {paper.enrollment_id: paper for paper in papers}
    rows = [(task, _button(request, task, written.get(task.enrollment.pk))) for task in tasks[:AT_MOST]]
    return {
        "count": len(tasks),
        "more": len(tasks) - len(rows),
        "code": code,
        "words": WORDS[code],
        "tone": TONES[code],
        "note": NOTES.get(code, ""),
        "rows": rows,
    }


def _button(request: HttpRequest, task: Task, paper: Prescription | None) -> Remedy | None:
    """The form that clears the task, if this person may send it."""
    enrollment = task.enrollment
    found = remedy(task.reason, enrollment)
    if task.reason is None:
        href = reverse("prescriber:prescribe", args=[enrollment.patient.number, enrollment.program])
        found = Remedy(href, "Prescribe", Permission.PREPARE_PRESCRIPTIONS.name.lower())
    if task.reason is None and paper is not None:
        found = Remedy(reverse("prescriber:prescription", args=[paper.pk]), "Authorize", "see_own_patients")
    if task.title == "confirm at the pharmacy" and task.reason is not None:
        found = Remedy(reverse("prescriber:patient", args=[enrollment.patient.number]), "Show", "see_own_patients")
    allowed = may(request, [enrollment])
    return found if found and allowed[found.permission] else None


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
    chosen = {name: request.GET.get(name, "") for name in ("q", "program", "state")}
    shown = [*(e.patient_id for e in pages.object_list), *(p.pk for p in waiting)]
    viewed(request, "patients", shown, query={name: words[:80] for name, words in chosen.items()})
    page = {
        "pages": pages,
        "rows": rows,
        "waiting": waiting,
        "total": everybody.count(),
        "states": STATES,
        "programs": sorted(everybody.order_by().values_list("program", flat=True).distinct()),
        "chosen": chosen,
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
