"""Patients of every program: the list, and one patient's record, to be read only."""

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from rems.forms.administration import PatientFilters
from rems.queries import administration, decisions, patient_record
from rems.views.administration.listing import page_of, viewed

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
    viewed(request, "patients", (patient.pk for patient in shown))
    enrollments: dict[int, list[Any]] = defaultdict(list)
    for enrollment in administration.enrollments_of(person, shown):
        enrollments[enrollment.patient_id].append(enrollment)
    rows = [(patient, enrollments[patient.pk]) for patient in shown]
    return render(request, "rems/administration/patients.html", {"filters": filters, "page": page, "rows": rows})


@require_GET
@requires(Permission.SEE_ALL_PATIENTS)
def patient(request: HttpRequest, number: str) -> HttpResponse:
    """One patient: how each program stands, what is known, what was decided."""
    person, at = person_of(request), clock.now()
    found = get_object_or_404(administration.patients_visible_to(person), number=number)
    viewed(request, "patient", [found.pk], found)
    context = {
        "section": "administration:patients",
        "patient": found,
        "programs": patient_record.standings(list(administration.enrollments_of(person, [found])), at=at),
        "facts": patient_record.facts_of(found),
        "numbers": patient_record.numbers_of(found),
        "decisions": decisions.decisions_visible_to(person).filter(patient=found)[:20],
    }
    return render(request, "rems/administration/patient.html", context)
