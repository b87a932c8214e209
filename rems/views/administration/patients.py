"""Patients of every program: the list, how one stands in each, and the move to another prescriber.

What is recorded about a patient is not here: it is opened by break-glass (``openings``).
"""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from patients.models import Patient
from rems.actions import enrollment as enrolling
from rems.forms.administration import PatientFilters, TransferForm
from rems.models import Enrollment
from rems.queries import administration, patient_record
from rems.queries.openings import opening_of
from rems.views.administration.listing import page_of, viewed
from rems.views.doing import attempt

FIELDS = ("first_name", "last_name", "number")


@require_GET
@requires(Permission.SEE_ALL_PATIENTS)
def patients(request: HttpRequest) -> HttpResponse:
    """All patients by name, with their programs and categories."""
    person, filters = person_of(request), PatientFilters(request.GET)
    chosen = filters.chosen()
    found = administration.patients_visible_to(person)
    found = administration.narrowed(found, words=chosen.get("q", ""), fields=FIELDS)
    found = administration.enrolled(found, program=chosen.get("program", ""), category=chosen.get("category", ""))
    page = page_of(request, found)
    shown = list(page)
    viewed(request, "patients", (patient.pk for patient in shown), query=filters.given())
    enrollments: dict[int, list[Any]] = defaultdict(list)
    for enrollment in administration.enrollments_of(person, shown):
        enrollments[enrollment.patient_id].append(enrollment)
    rows = [(patient, enrollments[patient.pk]) for patient in shown]
    return render(request, "rems/administration/patients.html", {"filters": filters, "page": page, "rows": rows})


@require_GET
@requires(Permission.SEE_ALL_PATIENTS)
def patient(request: HttpRequest, number: str) -> HttpResponse:
    """One patient: who they are, and how each program stands."""
    found = get_object_or_404(administration.patients_visible_to(person_of(request)), number=number)
    return _show(request, found)


@require_POST
@requires(Permission.DECIDE_CERTIFICATIONS)
def transfer(request: HttpRequest, number: str, program: str) -> HttpResponse:
    """Move a patient into another prescriber's care, for one program."""
    person = person_of(request)
    found = get_object_or_404(administration.patients_visible_to(person), number=number)
    enrollment = get_object_or_404(administration.enrollments_of(person, [found]), program=program)
    form = _moving(request, enrollment, request.POST)

    def act(key: str) -> object:
        given = {name: form.cleaned_data[name] for name in ("prescriber", "reason")}
        return enrolling.transfer(enrollment=enrollment, **given, by=person, key=key)

    if status := attempt(form, act):
        return _show(request, found, failed={enrollment.pk: form}, status=status)
    messages.success(request, f"Moved. {found.name} is in the care of {form.cleaned_data['prescriber']} now.")
    return redirect("administration:patient", found.number)


def _moving(request: HttpRequest, enrollment: Enrollment, data: Any = None) -> TransferForm:
    among = administration.successors_of(enrollment, by=person_of(request))
    return TransferForm(data, among=among, auto_id=f"{enrollment.program}_%s")


def _show(
    request: HttpRequest, found: Patient, *, failed: dict[int, TransferForm] | None = None, status: int = 200
) -> HttpResponse:
    person, at = person_of(request), clock.now()
    viewed(request, "patient", [found.pk], found)
    standings = patient_record.standings(list(administration.enrollments_of(person, [found])), at=at)
    forms = failed or {}
    context = {
        "section": "administration:patients",
        "patient": found,
        "programs": [(row, forms.get(row.enrollment.pk) or _moving(request, row.enrollment)) for row in standings],
        "opening": opening_of(person, found, at=at),
        "opens": person.may(Permission.OPEN_RECORDS),
    }
    return render(request, "rems/administration/patient.html", context, status=status)
