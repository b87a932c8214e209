"""The prescriber's own data, and the application for certification in each program."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.policy import person_of, requires
from accounts.proofs import is_repeat
from accounts.roles import Permission
from prescribers import actions
from prescribers.models import Prescriber
from rems.forms.base import Choices
from rems.forms.prescriber.identity import ApplicationForm, EnrollingForm, PrescriberForm
from rems.queries import prescriber as queries
from rems.queries.practices import addresses_beginning
from rems.queries.signatures import signed_applications
from rems.queries.standing_of import histories
from rems.views.doing import attempt
from rems.views.prescriber.common import now, show
from rems.views.prescriber.drafts import Keeping, typed_before

get_or_post = require_http_methods(["GET", "HEAD", "POST"])

SECTION = "prescriber:certification"
APPLIED = "Applied. The program decides; this page shows its answer."
STREET = 120
"""So much of a street is looked at."""
DATA = tuple(name for name in PrescriberForm.base_fields if name != "key")
"""What is corrected."""
TYPED = (*(name for name in DATA if name not in {"dea", "state_license"}), "license")
"""What a draft of the enrollment form keeps."""


@require_safe
@requires(Permission.APPLY_AS_PRESCRIBER)
def certification(request: HttpRequest) -> HttpResponse:
    """How I stand in each program, my data, and what is still to do."""
    own = queries.own_prescriber(person_of(request))
    stands = {history.program: history for history in histories(own)} if own else {}
    rows = [(edition, stands.get(code)) for code, edition in queries.programs_in_force(now(request)).items()]
    page: dict[str, Any] = {"own": own, "rows": rows, "section": SECTION}
    page["signed"] = signed_applications(own) if own else {}
    return show(request, "certification", page)


@get_or_post
@requires(Permission.APPLY_AS_PRESCRIBER)
def details(request: HttpRequest) -> HttpResponse:
    """The enrollment form, on one page; once it is given, the place where my data are corrected."""
    own = queries.own_prescriber(person_of(request))
    return _enroll(request) if own is None or _sent_twice(request) else _correct(request, own)


@require_safe
@requires(Permission.APPLY_AS_PRESCRIBER)
def practices(request: HttpRequest) -> JsonResponse:
    """Addresses for the field of the street: what it would hold, what is said beside it, what else it fills in.

    For who is enrolling; none for whoever gave their data already.
    """
    typed = "" if queries.own_prescriber(person_of(request)) else request.GET.get("q", "")[:STREET]
    found = addresses_beginning(typed, at=now(request))
    return JsonResponse({"found": [_suggestion(dict(block)) for block in found]})


def _suggestion(block: dict[str, str]) -> dict[str, object]:
    street, fills = block.pop("address_line_1"), block
    beside = [block["address_line_2"], block["city"], f"{block['state']} {block['zip_code']}", block.get("phone", "")]
    return {"value": street, "beside": ", ".join(part for part in beside if part.strip()), "fills": fills}


def _sent_twice(request: HttpRequest) -> bool:
    """Whether this is the enrollment form again, by a double click: it is answered as the first time."""
    return "programs" in request.POST and is_repeat(person_of(request), request.POST.get("key", ""))


def _enroll(request: HttpRequest) -> HttpResponse:
    """Data, programs and signature at once. The program decides."""
    kept = Keeping(request=request, form="own_data", fields=TYPED)
    if (answer := kept.answer()) is not None:
        return answer
    form = EnrollingForm(
        request.POST or None,
        programs=_programs(request),
        request=request,
        initial=_from_account(request) | typed_before(kept),
    )
    status: int | None = 200
    if request.method == "POST":
        status = attempt(form, lambda key: _enroll_oneself(request, form, key))
    if status is None:
        kept.end()
        messages.success(request, f"{APPLIED} {form.taken()}".strip())
        return redirect("prescriber:certification")
    page = {
        "form": form,
        "title": "Enroll as a prescriber",
        "purpose": "Your data, the programs, your signature. The program decides; nothing is authorized before.",
        "verb": "Sign and apply",
        "meaning": actions.MEANING,
    }
    return _show_entry(request, page | kept.page(), status=status)


def _correct(request: HttpRequest, own: Prescriber) -> HttpResponse:
    """A change of my data says why."""
    stood = {name: getattr(own, name) for name in DATA}
    form = PrescriberForm(request.POST or None, correcting=True, initial=stood)
    status: int | None = 200
    if request.method == "POST":
        status = attempt(form, lambda key: _change(request, own, form, key))
    if status is None:
        messages.success(request, "Corrected.")
        return redirect("prescriber:certification")
    page = {
        "form": form,
        "title": "Correct your data",
        "purpose": "The first part of the enrollment form. It is the same for all programs.",
        "verb": "Correct",
    }
    return _show_entry(request, page, status=status)


def _show_entry(request: HttpRequest, page: dict[str, Any], *, status: int) -> HttpResponse:
    return show(request, "own_entry", page | {"back": SECTION, "section": SECTION}, status=status)


def _from_account(request: HttpRequest) -> dict[str, Any]:
    """What the account says of the person anyway."""
    person = person_of(request)
    first, _, last = person.name.rpartition(" ")
    return {"first_name": first, "last_name": last, "email": person.email}


def _programs(request: HttpRequest) -> Choices:
    return [(code, edition.name) for code, edition in queries.programs_in_force(now(request)).items()]


def _enroll_oneself(request: HttpRequest, form: EnrollingForm, key: str) -> object:
    return actions.enroll(
        **form.values(),
        programs=form.cleaned_data["programs"],
        given=form.given(),
        by=person_of(request),
        key=key,
    )


def _change(request: HttpRequest, own: Prescriber, form: PrescriberForm, key: str) -> object:
    changes = {name: value for name, value in form.values().items() if value != getattr(own, name)}
    reason = form.cleaned_data["reason"]
    return actions.correct_details(prescriber=own, changes=changes, reason=reason, by=person_of(request), key=key)


@get_or_post
@requires(Permission.APPLY_AS_PRESCRIBER)
def apply(request: HttpRequest) -> HttpResponse:
    """A further program: its education, and the signature. The program decides."""
    own = queries.own_prescriber(person_of(request))
    if own is None:
        messages.info(request, "Give your data first.")
        return redirect("prescriber:details")
    every, asked = _programs(request), request.GET.get("program")
    offered = [one for one in every if one[0] == asked] or every
    form = ApplicationForm(request.POST or None, programs=offered, request=request)
    status: int | None = 200
    if request.method == "POST":
        status = attempt(form, lambda key: _apply(request, own, form, key))
    if status is None:
        messages.success(request, APPLIED)
        return redirect("prescriber:certification")
    page = {"form": form, "own": own, "meaning": actions.MEANING, "section": SECTION}
    return show(request, "apply", page, status=status)


def _apply(request: HttpRequest, own: Prescriber, form: ApplicationForm, key: str) -> object:
    person, given = person_of(request), form.given()
    return actions.apply_for_certification(
        prescriber=own,
        program=form.cleaned_data["program"],
        printed_name=given.printed_name,
        given=given,
        by=person,
        key=key,
    )
