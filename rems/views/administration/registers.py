"""The registers of prescribers and pharmacies: lists, one page each, and the end of a certification."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

import pharmacies.actions
import prescribers.actions
from accounts.policy import person_of, requires
from accounts.roles import Permission
from rems.forms.administration import DeactivateForm, RegisterFilters, RepresentativeForm
from rems.queries import administration, people
from rems.queries.signatures import signed_applications
from rems.queries.standing_of import histories
from rems.views.administration.listing import page_of
from rems.views.doing import attempt

PRESCRIBER_FIELDS = ("first_name", "last_name", "npi", "city", "email")
PHARMACY_FIELDS = ("name", "ncpdp_id", "npi", "chain", "city")


@require_GET
@requires(Permission.DECIDE_CERTIFICATIONS)
def prescribers_list(request: HttpRequest) -> HttpResponse:
    """All prescribers with the programs they are certified for."""
    found = administration.prescribers_visible_to(person_of(request))
    return _list(request, found, PRESCRIBER_FIELDS, "rems/administration/prescribers.html")


@require_GET
@requires(Permission.DECIDE_CERTIFICATIONS)
def pharmacies_list(request: HttpRequest) -> HttpResponse:
    """All sites with the programs they are certified for."""
    found = administration.pharmacies_visible_to(person_of(request))
    return _list(request, found, PHARMACY_FIELDS, "rems/administration/pharmacies.html")


@require_GET
@requires(Permission.DECIDE_CERTIFICATIONS)
def prescriber(request: HttpRequest, pk: int) -> HttpResponse:
    """One prescriber: identity, and each program's certification from its beginning."""
    found = get_object_or_404(administration.prescribers_visible_to(person_of(request)), pk=pk)
    return _one(request, found, "rems/administration/prescriber.html")


@require_GET
@requires(Permission.DECIDE_CERTIFICATIONS)
def pharmacy(request: HttpRequest, pk: int) -> HttpResponse:
    """One site: identity, staff, and each program's certification from its beginning."""
    found = get_object_or_404(administration.pharmacies_visible_to(person_of(request)), pk=pk)
    return _one(request, found, "rems/administration/pharmacy.html")


@require_POST
@requires(Permission.DECIDE_CERTIFICATIONS)
def deactivate_prescriber(request: HttpRequest, pk: int, program: str) -> HttpResponse:
    """End a prescriber's certification for one program. Numbers issued before count no longer."""
    found = get_object_or_404(administration.prescribers_visible_to(person_of(request)), pk=pk)
    form = DeactivateForm(request.POST, auto_id=f"{program}_%s")

    def act(key: str) -> object:
        reason = form.cleaned_data["reason"]
        return prescribers.actions.deactivate(
            prescriber=found, program=program, reason=reason, by=person_of(request), key=key
        )

    if status := attempt(form, act):
        return _one(request, found, "rems/administration/prescriber.html", form, program, status)
    messages.success(request, f"Deactivated. {found} is no longer certified for this program.")
    return redirect("administration:prescriber", pk)


@require_POST
@requires(Permission.DECIDE_CERTIFICATIONS)
def deactivate_pharmacy(request: HttpRequest, pk: int, program: str) -> HttpResponse:
    """End a site's certification for one program. From then on nothing is confirmed there."""
    found = get_object_or_404(administration.pharmacies_visible_to(person_of(request)), pk=pk)
    form = DeactivateForm(request.POST, auto_id=f"{program}_%s")

    def act(key: str) -> object:
        reason = form.cleaned_data["reason"]
        return pharmacies.actions.deactivate(
            pharmacy=found, program=program, reason=reason, by=person_of(request), key=key
        )

    if status := attempt(form, act):
        return _one(request, found, "rems/administration/pharmacy.html", form, program, status)
    messages.success(request, f"Deactivated. {found} is no longer certified for this program.")
    return redirect("administration:pharmacy", pk)


@require_POST
@requires(Permission.DECIDE_CERTIFICATIONS)
def appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Make somebody a site's authorized representative, in place of the one before."""
    found = get_object_or_404(administration.pharmacies_visible_to(person_of(request)), pk=pk)
    form = _appointing(request, found, request.POST)

    def act(key: str) -> object:
        person = form.cleaned_data["representative"]
        return pharmacies.actions.appoint_representative(pharmacy=found, person=person, by=person_of(request), key=key)

    if status := attempt(form, act):
        return _one(request, found, "rems/administration/pharmacy.html", status=status, appointing=form)
    messages.success(request, f"Appointed. {form.cleaned_data['representative']} represents {found} now.")
    return redirect("administration:pharmacy", pk)


def _appointing(request: HttpRequest, found: Any, data: Any = None) -> RepresentativeForm:
    among = people.representatives(by=person_of(request), besides=found.representative_id)
    return RepresentativeForm(data, among=among, auto_id="appoint_%s")


def _list(request: HttpRequest, found: Any, fields: tuple[str, ...], template: str) -> HttpResponse:
    filters = RegisterFilters(request.GET)
    chosen = filters.chosen()
    found = administration.narrowed(found, words=chosen.get("q", ""), fields=fields)
    if chosen.get("state") or chosen.get("program"):
        state = chosen.get("state") or "certified"
        found = administration.certified(found, state=state, program=chosen.get("program", ""))
    page = page_of(request, found)
    rows = [(row, histories(row)) for row in page]
    context = {"filters": filters, "page": page, "rows": rows}
    return render(request, template, context)


def _one(
    request: HttpRequest,
    found: Any,
    template: str,
    failed: DeactivateForm | None = None,
    program: str = "",
    status: int = 200,
    appointing: RepresentativeForm | None = None,
) -> HttpResponse:
    rows = [
        (history, failed if failed and history.program == program else _form(history.program))
        for history in histories(found)
    ]
    section = "administration:pharmacies" if template.endswith("pharmacy.html") else "administration:prescribers"
    context = {"subject": found, "rows": rows, "failed": failed, "section": section}
    context["signed"] = signed_applications(found)
    if template.endswith("pharmacy.html"):
        context["appointing"] = appointing or _appointing(request, found)
    return render(request, template, context, status=status)


def _form(program: str) -> DeactivateForm:
    return DeactivateForm(auto_id=f"{program}_%s")
