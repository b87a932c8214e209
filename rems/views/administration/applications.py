"""Applications for certification: the list, one application, its approval or refusal."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

import pharmacies.actions
import prescribers.actions
from accounts.policy import person_of, requires
from accounts.roles import Permission
from rems.forms.administration import ApplicationFilters, ApproveForm, RefuseForm
from rems.queries import administration
from rems.queries.signatures import shown
from rems.views.administration.listing import page_of
from rems.views.doing import attempt

APPROVE: dict[str, Callable[..., Any]] = {
    "prescriber": prescribers.actions.approve,
    "site": pharmacies.actions.approve,
}
REFUSE: dict[str, Callable[..., Any]] = {
    "prescriber": prescribers.actions.refuse,
    "site": pharmacies.actions.refuse,
}


@require_GET
@requires(Permission.DECIDE_CERTIFICATIONS)
def applications(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, oldest first; or what was decided, newest first."""
    filters = ApplicationFilters(request.GET)
    rows = administration.application_list(person_of(request), **filters.chosen())
    context = {"filters": filters, "page": page_of(request, rows)}
    return render(request, "rems/administration/applications.html", context)


@require_GET
@requires(Permission.DECIDE_CERTIFICATIONS)
def application(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """One application: the form, the education, the signature, and the decision on it."""
    return _show(request, kind, _find(request, kind, pk), _approving(), _refusing())


@require_POST
@requires(Permission.DECIDE_CERTIFICATIONS)
def approve(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Certify the applicant for the program."""
    found, form = _find(request, kind, pk), _approving(request.POST)

    def act(key: str) -> object:
        return APPROVE[kind](application=found, by=person_of(request), key=key)

    if status := attempt(form, act):
        return _show(request, kind, _find(request, kind, pk), form, _refusing(), status=status)
    messages.success(request, f"Approved. {_applicant(found)} is certified for the program.")
    return redirect("administration:application", kind, pk)


@require_POST
@requires(Permission.DECIDE_CERTIFICATIONS)
def refuse(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Refuse the application; the reason is required."""
    found, form = _find(request, kind, pk), _refusing(request.POST)

    def act(key: str) -> object:
        reason = form.cleaned_data["reason"]
        return REFUSE[kind](application=found, reason=reason, by=person_of(request), key=key)

    if status := attempt(form, act):
        return _show(request, kind, _find(request, kind, pk), _approving(), form, status=status)
    messages.success(request, f"Refused. {_applicant(found)} reads why.")
    return redirect("administration:application", kind, pk)


def _approving(data: Any = None) -> ApproveForm:
    return ApproveForm(data, auto_id="approve_%s")


def _refusing(data: Any = None) -> RefuseForm:
    return RefuseForm(data, auto_id="refuse_%s")


def _find(request: HttpRequest, kind: str, pk: int) -> Any:
    if kind not in administration.APPLICATIONS:
        raise Http404
    return get_object_or_404(administration.applications_visible_to(person_of(request), kind), pk=pk)


def _applicant(found: Any) -> str:
    return str(getattr(found, found.SUBJECT))


def _show(
    request: HttpRequest, kind: str, found: Any, approving: ApproveForm, refusing: RefuseForm, status: int = 200
) -> HttpResponse:
    context = {
        "section": "administration:applications",
        "application": found,
        "kind": kind,
        "applicant": getattr(found, found.SUBJECT),
        "approve_form": approving,
        "refuse_form": refusing,
        "signed": shown(found.signature, found),
    }
    return render(request, "rems/administration/application.html", context, status=status)
