"""What is due for my patients: the work list of the practice, its file, and each item of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.policy import person_of, requires
from accounts.roles import Permission
from prescribers.queries import certified_programs
from rems.forms.prescriber.due import WHEN, DueFilters
from rems.lists import exporting
from rems.lists.listing import Column, Listing
from rems.models import Draft, Prescription
from rems.queries import prescriber as queries
from rems.queries.drafts import drafts_of
from rems.queries.due import Task
from rems.queries.due_rows import Chosen, DueRows
from rems.queries.practice import enrollments_narrowed
from rems.queries.prepared import waiting_for
from rems.queries.told import unread_in_care
from rems.queries.work_lists import item_among
from rems.views.items import Place, decide_item
from rems.views.prescriber.common import act_for, may, now, only_prescriber, show
from rems.views.prescriber.remedies import Remedy, remedy
from rems.views.seeing import viewed

SECTION = "prescriber:home"
TONES = {"overdue": "is-refused", "today": "is-warning", "week": "is-neutral", "held": "is-held"}
ICONS = {"overdue": "warning", "today": "clock", "week": "calendar", "held": "held"}
NOTES = {
    "overdue": "blocks the next authorization or dispensing",
    "today": "to be done today",
    "week": "falls due within 7 days",
    "held": "waits for the program",
}
DRAFTS = {
    "patient": ("prescriber:enroll", "Enroll a patient"),
    "own_data": ("prescriber:details", "Enroll as a prescriber"),
    "prescription": ("prescriber:prescribe", "Write down a prescription"),
}
SHOWN = 50
"""Drafts, and what patients told: the newest."""


def _utc(instant: datetime | None) -> str:
    return instant.isoformat() if instant else ""


COLUMNS = (
    Column(name="when", words="When", by=("order", "until"), cell=lambda line: line.task.tag),
    Column(
        name="patient",
        words="Patient",
        by=("task__enrollment__patient__last_name", "task__enrollment__patient__first_name"),
        cell=lambda line: line.task.enrollment.patient.name,
    ),
    Column(name="what", words="What", by=("words", "until"), cell=lambda line: line.words),
    Column(name="until", words="Until", by=("until",), cell=lambda line: _utc(line.task.until)),
    Column(name="number", words="Patient number", cell=lambda line: line.task.enrollment.patient.number, hidden=True),
    Column(name="program", words="Program", cell=lambda line: line.task.enrollment.program, hidden=True),
    Column(name="group", words="Group", cell=lambda line: line.task.group, hidden=True),
    Column(name="why", words="Why", cell=lambda line: line.task.sentence, hidden=True),
    Column(name="state", words="State", cell=lambda line: line.attention.state, hidden=True),
    Column(
        name="quiet",
        words="Quiet until",
        cell=lambda line: _utc(line.attention.acknowledged and line.attention.acknowledged.until),
        hidden=True,
    ),
    Column(
        name="by",
        words="Acknowledged by",
        cell=lambda line: line.attention.acknowledged and line.attention.acknowledged.by.name,
        hidden=True,
    ),
)


class Asked(NamedTuple):
    """The list as an address asks for it: how much of each group the chosen patients have, and what is shown."""

    filters: DueFilters
    rows: DueRows
    listing: Listing


def _asked(request: HttpRequest) -> Asked:
    filters = DueFilters(request.GET)
    chosen = filters.chosen()
    rows = queries.enrollments_visible_to(person_of(request)).order_by("pk")
    found = enrollments_narrowed(rows, words=chosen.get("q", ""), program=chosen.get("program", ""))
    narrowed = Chosen(*(chosen.get(name, "") for name in Chosen._fields))
    shown = DueRows(found, at=now(request), chosen=narrowed, page=request.GET.get("page"))
    return Asked(filters, shown, Listing(shown, COLUMNS, asked=request.GET, default="when"))


@require_safe
@requires(Permission.SEE_OWN_PATIENTS)
def home(request: HttpRequest) -> HttpResponse:
    """What falls due, what it blocks, and the form that clears it; and what waits for a signature."""
    person, asked = person_of(request), _asked(request)
    page = asked.listing.page
    enrollments = queries.enrollments_visible_to(person)
    waiting, papers = list(queries.not_enrolled_yet(person)), list(queries.unfinished(enrollments))
    prepared, concerns = list(waiting_for(person)), list(unread_in_care(person)[:SHOWN])
    written = {paper.enrollment_id: paper for paper in papers}
    shown = [line.patient_id for line in page] + [one.patient_id for one in prepared]
    shown += [said.patient_id for said in concerns]
    shown += [patient.pk for patient in waiting] + [paper.enrollment.patient_id for paper in papers]
    viewed(request, "due_list", shown, query=asked.filters.given())
    context = {
        "section": SECTION,
        "filters": asked.filters,
        "listing": asked.listing,
        "page": page,
        "rows": [(line, _button(request, line.task, written.get(line.task.enrollment.pk))) for line in page],
        "tiles": _tiles(asked.rows.groups()),
        "waiting": waiting,
        "papers": papers,
        "prepared": prepared,
        "concerns": concerns,
        "to_sign": len(waiting) + len(papers) + len(prepared),
        "prescriber": queries.own_prescriber(person),
        "uncertified": _uncertified(request),
        "only": only_prescriber(request),
        "drafts": [_draft(draft) for draft in drafts_of(person, at=now(request))[:SHOWN]],
    }
    return show(request, "home", context)


@require_POST
@requires(Permission.SEE_OWN_PATIENTS)
def export_due(request: HttpRequest) -> HttpResponseBase:
    """The list as it is narrowed and sorted, as a file for a spreadsheet."""
    asked, person = _asked(request), person_of(request)
    if len(asked.listing.rows) > exporting.MOST_ROWS:
        messages.error(request, f"A file holds {exporting.MOST_ROWS:,} lines at most. Narrow the list first.")
        return redirect(f"{reverse(SECTION)}?{request.GET.urlencode()}")
    lines = exporting.lines_of(asked.listing.rows[:], COLUMNS)
    return exporting.give(lines, filename="due.csv", action="rems.export_due", filters=asked.filters.given(), by=person)


@require_http_methods(["GET", "POST"])
@requires(Permission.RECORD_FACTS)
def due_item(request: HttpRequest, kind: str, subject: str, period: str) -> HttpResponse:
    """One item of the list: acknowledge it, or ask to waive it."""
    found = item_among(kind, subject, period, queries.enrollments_visible_to(person_of(request)))
    if found is not None:
        act_for(request, found[1].enrollment.prescriber)
    return decide_item(request, found, Place(reverse(SECTION), SECTION, "prescriber:patient"))


def _draft(draft: Draft) -> dict[str, Any]:
    """Where a form that was not sent goes on. Whom it is about stands on its own page."""
    name, words = DRAFTS[draft.form]
    return {"words": words, "href": reverse(name, args=draft.subject.split()), "kept_at": draft.kept_at}


def _tiles(many: Mapping[str, int]) -> list[dict[str, Any]]:
    """The groups with how much of each is to be done; each opens its list."""
    groups = [(code, words) for code, words in WHEN if code]
    parts = {"tone": TONES, "icon": ICONS, "note": NOTES}
    return [
        {"code": code, "words": words, "many": many.get(code, 0)} | {part: said[code] for part, said in parts.items()}
        for code, words in groups
    ]


def _uncertified(request: HttpRequest) -> bool:
    """Whether a prescriber signed in has no certification in any program."""
    own = queries.own_prescriber(person_of(request))
    applies = may(request)["apply_as_prescriber"]
    return applies and (own is None or not certified_programs(own.pk, now(request)))


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
