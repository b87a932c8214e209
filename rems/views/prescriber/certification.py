"""The prescriber's own data, and the application for certification in each program."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from prescribers import actions
from prescribers.models import Prescriber
from rems.forms.prescriber.identity import ApplicationForm, PrescriberForm
from rems.queries import prescriber as queries
from rems.queries.signatures import signed_applications
from rems.queries.standing_of import histories
from rems.views.doing import attempt
from rems.views.prescriber.common import now, show
from rems.views.prescriber.drafts import Keeping, typed_before

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@requires(Permission.APPLY_AS_PRESCRIBER)
def certification(request: HttpRequest) -> HttpResponse:
    """How I stand in each program, my data, and what is still to do."""
    own = queries.own_prescriber(person_of(request))
    stands = {history.program: history for history in histories(own)} if own else {}
    rows = [(edition, stands.get(code)) for code, edition in queries.programs_in_force(now(request)).items()]
    page: dict[str, Any] = {"own": own, "rows": rows, "section": "prescriber:certification"}
    page["signed"] = signed_applications(own) if own else {}
    return show(request, "certification", page)


@get_or_post
@requires(Permission.APPLY_AS_PRESCRIBER)
def details(request: HttpRequest) -> HttpResponse:
    """My identity, license and addresses. Once given, a change says why."""
    own = queries.own_prescriber(person_of(request))
    names = [name for name in PrescriberForm.base_fields if name != "key"]
    kept = Keeping(request=request, form="own_data", fields=tuple(names) if own is None else ())
    if own is None and (answer := kept.answer()) is not None:
        return answer
    stood = {name: getattr(own, name) for name in names} if own else _from_account(request) | typed_before(kept)
    form = PrescriberForm(request.POST or None, correcting=own is not None, initial=stood)
    status: int | None = 200
    if request.method == "POST":
        status = attempt(form, lambda key: _keep(request, own, form, key))
    if status is None:
        kept.end()
        messages.success(request, "Corrected." if own else "Recorded. Apply for a program next.")
        return redirect("prescriber:certification" if own else "prescriber:apply")
    page = {
        "form": form,
        "title": "Correct your data" if own else "Your data",
        "purpose": "The first part of the enrollment form. It is the same for all programs.",
        "verb": "Correct" if own else "Record and go on",
        "back": "prescriber:certification",
        "section": "prescriber:certification",
    } | (kept.page() if own is None else {})
    return show(request, "own_entry", page, status=status)


def _from_account(request: HttpRequest) -> dict[str, Any]:
    """What the account says of the person anyway."""
    person = person_of(request)
    first, _, last = person.name.rpartition(" ")
    return {"first_name": first, "last_name": last, "email": person.email}


def _keep(request: HttpRequest, own: Prescriber | None, form: PrescriberForm, key: str) -> object:
    person = person_of(request)
    if own is None:
        return actions.register(**form.values(), person=person, by=person, key=key)
    changes = {name: value for name, value in form.values().items() if value != getattr(own, name)}
    return actions.correct_details(
        prescriber=own, changes=changes, reason=form.cleaned_data["reason"], by=person, key=key
    )


@get_or_post
@requires(Permission.APPLY_AS_PRESCRIBER)
def apply(request: HttpRequest) -> HttpResponse:
    """Education completed, and the signature under the form. The program decides."""
    person, at = person_of(request), now(request)
    own = queries.own_prescriber(person)
    if own is None:
        messages.info(request, "Give your data first.")
        return redirect("prescriber:details")
    programs = [(code, edition.name) for code, edition in queries.programs_in_force(at).items()]
    chosen = {"program": request.GET.get("program")}
    form = ApplicationForm(
        request.POST or None, programs=programs, today=clock.local_date(at), request=request, initial=chosen
    )
    status: int | None = 200
    if request.method == "POST":
        status = attempt(form, lambda key: _apply(request, own, form, key))
    if status is None:
        messages.success(request, "Applied. The program decides; this page shows its answer.")
        return redirect("prescriber:certification")
    page = {"form": form, "own": own, "meaning": actions.MEANING, "section": "prescriber:certification"}
    return show(request, "apply", page, status=status)


def _apply(request: HttpRequest, own: Prescriber, form: ApplicationForm, key: str) -> object:
    data = form.cleaned_data
    return actions.apply_for_certification(
        prescriber=own,
        program=data["program"],
        education_completed_on=data["education_completed_on"],
        printed_name=person_of(request).name,
        form={"agrees": data["agrees"]},
        given=form.given(),
        by=person_of(request),
        key=key,
    )
