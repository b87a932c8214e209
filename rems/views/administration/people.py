"""People: their accounts and roles. Made, granted, withdrawn, ended; never deleted."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import actions, factors, sessions
from accounts.models import Person
from accounts.policy import person_of, requires
from accounts.roles import Permission, Role
from rems.forms.base import ActForm
from rems.forms.people import (
    GIVEN_BY_HAND,
    EndAccountForm,
    EndSessionsForm,
    GrantForm,
    NewPersonForm,
    PasswordForm,
    PersonFilters,
    ResetFactorForm,
    WithdrawForm,
)
from rems.queries import administration
from rems.queries import people as queries
from rems.views.administration.listing import page_of
from rems.views.doing import attempt

SECTION = "administration:people"


@require_GET
@requires(Permission.GRANT_ROLES)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, by name."""
    filters = PersonFilters(request.GET)
    chosen = filters.chosen()
    found = queries.people_visible_to(person_of(request))
    found = administration.narrowed(found, words=chosen.get("q", ""), fields=("name", "email"))
    found = queries.narrowed_to(found, role=chosen.get("role", ""), state=chosen.get("state", ""))
    context = {"filters": filters, "page": page_of(request, found)}
    return render(request, "rems/administration/people.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.GRANT_ROLES)
def create(request: HttpRequest) -> HttpResponse:
    """Make an account, in one role."""
    form, status = NewPersonForm(request.POST or None), 200
    made: list[Person] = []

    def act(key: str) -> None:
        given = {name: form.cleaned_data[name] for name in ("email", "name", "password")}
        role = Role(form.cleaned_data["role"])
        made.append(actions.create_person(**given, roles=[role], by=person_of(request), key=key))

    if request.method == "POST":
        if not (failed := attempt(form, act)):
            messages.success(request, f"Created. {made[0].name} signs in with {made[0].email}.")
            return redirect("administration:person", made[0].pk)
        status = failed
    return render(request, "rems/administration/new_person.html", {"form": form, "section": SECTION}, status=status)


@require_GET
@requires(Permission.GRANT_ROLES)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its roles since when and by whom, and what can be done to it."""
    return _show(request, _find(request, pk))


@require_POST
@requires(Permission.GRANT_ROLES)
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one more role."""
    found = _another(request, pk)
    form = _granting(found, request.POST)

    def act(key: str) -> object:
        return actions.grant_role(person=found, role=Role(form.cleaned_data["role"]), by=person_of(request), key=key)

    return _do(request, found, form, act, "granting", "Granted, from the next request on.")


@require_POST
@requires(Permission.GRANT_ROLES)
def withdraw(request: HttpRequest, pk: int, role: str) -> HttpResponse:
    """Take a role away."""
    found = _another(request, pk)
    if role not in Role.values:
        raise Http404

    def act(key: str) -> object:
        return actions.withdraw_role(person=found, role=Role(role), by=person_of(request), key=key)

    return _do(request, found, WithdrawForm(request.POST), act, "withdrawing", "Withdrawn, from the next request on.")


@require_POST
@requires(Permission.GRANT_ROLES)
def renew_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the password of somebody who lost theirs."""
    found, form = _another(request, pk), PasswordForm(request.POST, auto_id="renew_%s")

    def act(key: str) -> object:
        password = form.cleaned_data["password"]
        return actions.set_password(person=found, password=password, by=person_of(request), key=key)

    return _do(request, found, form, act, "renewing", "Set. Whoever was signed in with the old one is not any more.")


@require_POST
@requires(Permission.GRANT_ROLES)
def reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody whose telephone is lost set up a new second factor; the reason is required."""
    found, form = _another(request, pk), ResetFactorForm(request.POST, auto_id="reset_%s")

    def act(key: str) -> object:
        return factors.reset(person=found, reason=form.cleaned_data["reason"], by=person_of(request), key=key)

    return _do(request, found, form, act, "resetting", "Reset. They set up a new one when they sign in.")


@require_POST
@requires(Permission.GRANT_ROLES)
def end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """End all sessions of somebody."""
    found = _another(request, pk)

    def act(key: str) -> object:
        return sessions.end_sessions_of(person=found, by=person_of(request), key=key)

    done = f"Ended. {found.name} is asked to sign in."
    return _do(request, found, EndSessionsForm(request.POST), act, "ending_sessions", done)


@require_POST
@requires(Permission.GRANT_ROLES)
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """End the account; the reason is required."""
    found, form = _another(request, pk), EndAccountForm(request.POST, auto_id="end_%s")

    def act(key: str) -> object:
        reason = form.cleaned_data["reason"]
        return actions.deactivate_person(person=found, reason=reason, by=person_of(request), key=key)

    return _do(request, found, form, act, "ending", f"Deactivated. {found.name} does nothing here any more.")


def _find(request: HttpRequest, pk: int) -> Person:
    return get_object_or_404(queries.people_visible_to(person_of(request)), pk=pk)


def _another(request: HttpRequest, pk: int) -> Person:
    """Nobody changes their own account here."""
    return get_object_or_404(queries.people_visible_to(person_of(request)).exclude(pk=person_of(request).pk), pk=pk)


def _granting(found: Person, data: Any = None) -> GrantForm:
    roles = queries.grantable(found, GIVEN_BY_HAND)
    return GrantForm(data, roles=roles, auto_id="grant_%s")


def _do(
    request: HttpRequest, found: Person, form: ActForm, act: Callable[[str], object], name: str, done: str
) -> HttpResponse:
    """Do it and show the person anew, or show what is wrong with what was typed."""
    if status := attempt(form, act):
        return _show(request, _find(request, found.pk), failed={name: form}, status=status)
    messages.success(request, done)
    return redirect("administration:person", found.pk)


def _show(
    request: HttpRequest, found: Person, *, failed: dict[str, ActForm] | None = None, status: int = 200
) -> HttpResponse:
    forms: dict[str, ActForm] = {
        "granting": _granting(found),
        "withdrawing": WithdrawForm(auto_id=False),
        "renewing": PasswordForm(auto_id="renew_%s"),
        "resetting": ResetFactorForm(auto_id="reset_%s"),
        "ending_sessions": EndSessionsForm(auto_id=False),
        "ending": EndAccountForm(auto_id="end_%s"),
    }
    context: dict[str, Any] = {
        "section": SECTION,
        "subject": found,
        "grants": queries.grants_of(found),
        "own": found.pk == person_of(request).pk,
        "has_factor": factors.has_factor(found),
        "session_count": sessions.living_sessions(found).count(),
        "kept_from": queries.kept_from(found, GIVEN_BY_HAND),
    }
    return render(request, "rems/administration/person.html", context | forms | (failed or {}), status=status)
