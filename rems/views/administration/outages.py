"""Outages: recording one, approving another's, and the windows that closed in it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from rems.actions import outages as acts
from rems.forms.base import ActForm
from rems.forms.outages import ExtendForm, OutageForm, RuleExtensionsForm, RulingForm
from rems.models import Extension, Outage
from rems.queries import outages as queries
from rems.queries.outages import Lost
from rems.views.administration.listing import page_of, viewed
from rems.views.doing import attempt

SECTION = "administration:outages"
MAY = (Permission.RECORD_OUTAGES, Permission.DECIDE_OUTAGES)


@require_GET
@requires(*MAY)
def outages(request: HttpRequest) -> HttpResponse:
    """The outages, newest first, with how many windows each has extended."""
    page = page_of(request, queries.outages_visible_to(person_of(request)))
    return render(request, "rems/administration/outages.html", {"section": SECTION, "page": page})


@require_http_methods(["GET", "POST"])
@requires(Permission.RECORD_OUTAGES)
def record(request: HttpRequest) -> HttpResponse:
    """Record an outage. The address may bring the span of a downtime."""
    initial = {name: request.GET[name] for name in OutageForm.base_fields if name in request.GET}
    form, status = OutageForm(request.POST or None, initial=initial), 200
    made: list[Outage] = []

    def act(key: str) -> object:
        given = {name: form.cleaned_data[name] for name in ("since", "until", "what")}
        made.append(acts.record_outage(**given, by=person_of(request), key=key))
        return made

    if request.method == "POST":
        if not (failed := attempt(form, act)):
            messages.success(request, "Recorded. Another administrator approves it before it extends anything.")
            return redirect("administration:outage", made[0].pk)
        status = failed
    return render(request, "rems/administration/record_outage.html", {"section": SECTION, "form": form}, status=status)


@require_GET
@requires(*MAY)
def outage(request: HttpRequest, pk: int) -> HttpResponse:
    """One outage: its approval, the windows that closed in it, and their extensions."""
    return _show(request, _find(request, pk))


@require_POST
@requires(Permission.DECIDE_OUTAGES)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or decline an outage that another recorded."""
    found, form = _find(request, pk), RulingForm(request.POST)

    def act(key: str) -> object:
        given = {name: form.cleaned_data[name] for name in ("ruling", "reason")}
        return acts.decide_outage(outage=found, **given, by=person_of(request), key=key)

    if status := attempt(form, act):
        return _show(request, _find(request, pk), status=status, deciding=form)
    messages.success(request, "Recorded your decision.")
    return redirect("administration:outage", pk)


@require_POST
@requires(Permission.RECORD_OUTAGES)
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the extension of the chosen windows, each in a transaction of its own."""
    found = _find(request, pk)
    lost = {row.code: row for row in queries.lost_in(found, at=clock.now())}
    form = ExtendForm(request.POST, among=_choices(lost.values()))

    def ask(code: str, key: str) -> object:
        reason = form.cleaned_data["reason"]
        return acts.ask_extension(outage=found, number=lost[code].number, reason=reason, by=person_of(request), key=key)

    if status := _each(form, ask):
        return _show(request, _find(request, pk), status=status, extending=form)
    messages.success(request, "Asked. Another administrator approves each extension before it counts.")
    return redirect("administration:outage", pk)


@require_POST
@requires(Permission.DECIDE_OUTAGES)
def decide_extensions(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or decline the chosen extensions, each in a transaction of its own."""
    found = _find(request, pk)
    waiting = {str(row.pk): row for row in queries.extensions_of(found) if not row.ruling}
    form = RuleExtensionsForm(request.POST, among=[(code, str(row.number)) for code, row in waiting.items()])

    def decide_one(code: str, key: str) -> object:
        given = {name: form.cleaned_data[name] for name in ("ruling", "reason")}
        return acts.decide_extension(extension=waiting[code], **given, by=person_of(request), key=key)

    if status := _each(form, decide_one):
        return _show(request, _find(request, pk), status=status, ruling=form)
    messages.success(request, "Recorded your decision.")
    return redirect("administration:outage", pk)


def _each(form: ActForm, act: Callable[[str, str], object]) -> int | None:
    """Do the act for each chosen row. The first that fails is said; those before it are done and stay so."""

    def all_of_them(key: str) -> object:
        return [act(code, f"{key}-{code}"[-60:]) for code in form.cleaned_data["numbers"]]

    return attempt(form, all_of_them)


def _choices(lost: Any) -> list[tuple[str, str]]:
    return [(row.code, row.words) for row in lost if not row.why_not]


def _find(request: HttpRequest, pk: int) -> Outage:
    return get_object_or_404(queries.outages_visible_to(person_of(request)), pk=pk)


def _show(request: HttpRequest, found: Outage, *, status: int = 200, **sent: ActForm) -> HttpResponse:
    """The page, with the forms that this person may send, or with one that was sent and failed."""
    at = clock.now()
    extensions, lost = queries.extensions_of(found), queries.lost_in(found, at=at)
    viewed(request, "outage", [row.patient_id for row in extensions] + [row.number.patient_id for row in lost], found)
    context = {
        "section": SECTION,
        "outage": found,
        "now": at,
        "extensions": [(row, row.is_late(at)) for row in extensions],
        "lost": lost,
        **_forms(request, found, extensions, lost),
        **sent,
    }
    return render(request, "rems/administration/outage.html", context, status=status)


def _forms(
    request: HttpRequest, found: Outage, extensions: list[Extension], lost: list[Lost]
) -> Mapping[str, ActForm | None]:
    person = person_of(request)
    decides = person.may(Permission.DECIDE_OUTAGES)
    others = [row for row in extensions if not row.ruling and row.asked_by_id != person.pk]
    rules = decides and others and found.approved
    asks = person.may(Permission.RECORD_OUTAGES) and _choices(lost) and found.ruling != "declined"
    return {
        "deciding": RulingForm() if decides and found.waits and found.recorded_by_id != person.pk else None,
        "extending": ExtendForm(among=_choices(lost)) if asks else None,
        "ruling": RuleExtensionsForm(among=[(str(row.pk), str(row.number)) for row in others]) if rules else None,
    }
