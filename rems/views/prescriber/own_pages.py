"""The patient's own pages, as the practice sees them: the link that opens them, and what the patient told."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.policy import person_of, requires
from accounts.roles import Permission
from patients.models import Patient
from rems.actions import own, own_access
from rems.models import Enrollment
from rems.queries import told
from rems.views.prescriber.common import now, patient_of, show, zone_of


@never_cache
@require_safe
@requires(Permission.ENROLL_PATIENTS)
def own_pages(request: HttpRequest, number: str) -> HttpResponse:
    """Whether the patient has a link, when they were there last, and what they told."""
    patient, enrollments = patient_of(request, number)
    return _show(request, patient, enrollments)


@never_cache
@require_POST
@requires(Permission.ENROLL_PATIENTS)
def make_link(request: HttpRequest, number: str) -> HttpResponse:
    """Make a link in place of the one before. It is shown on this page, once."""
    patient, enrollments = patient_of(request, number)
    if not enrollments:
        messages.warning(request, "Enroll the patient first.")
        return redirect("prescriber:patient", number)
    made = own_access.make_patient_link(patient=patient, by=person_of(request))
    address = request.build_absolute_uri(reverse("patient_link", args=[made.token]))
    return _show(request, patient, enrollments, link=address)


@require_POST
@requires(Permission.ENROLL_PATIENTS)
def end_access(request: HttpRequest, number: str) -> HttpResponse:
    """End the link and the sessions that are open, as for a phone that was lost."""
    patient, enrollments = patient_of(request, number)
    if enrollments:
        own_access.end_access(patient=patient, by=person_of(request))
        messages.success(request, "Ended. Nothing opens the patient’s pages until there is a new link.")
    return redirect("prescriber:own_pages", number)


@require_POST
@requires(Permission.RECORD_FACTS)
def see_concern(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one has read what a patient told."""
    found = get_object_or_404(told.concerns_visible_to(person_of(request)), pk=pk)
    patient_of(request, found.patient.number)
    own.see(concern=found, by=person_of(request))
    messages.success(request, "Marked as read. What it holds, it holds on.")
    return redirect("prescriber:patient", found.patient.number)


def _show(request: HttpRequest, patient: Patient, enrollments: list[Enrollment], *, link: str = "") -> HttpResponse:
    page = {
        "link": link,
        "access": told.access_of(patient, at=now(request)),
        "concerns": list(told.concerns_visible_to(person_of(request)).filter(patient=patient)[:50]),
        "enrollments": enrollments,
        "zone": zone_of(),
    }
    return show(request, "own_pages", page, what="patient_access", patient=patient, enrollments=enrollments)
