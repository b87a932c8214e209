"""Setting up a second factor, removing one, and the recovery codes."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import enrolling, factors
from accounts.factors import WrongFactor
from accounts.forms import NewAppForm, NewPasskeyForm, OwnPasswordForm
from accounts.policy import person_of, setting_up, signed_in
from accounts.queries import codes_of, factor_of
from accounts.views.confirming import confirmed
from accounts.views.own_account import show

LOOK_OR_SEND = ["GET", "HEAD", "POST"]


@require_GET
@setting_up
def choose(request: HttpRequest) -> HttpResponse:
    """Why there is a second factor, and which there are; who has one sees their account."""
    if factors.has_factor(person_of(request)):
        return redirect("accounts:account")
    return render(request, "accounts/choose_factor.html")


@sensitive_post_parameters("code", "current")
@require_http_methods(LOOK_OR_SEND)
@setting_up
def add_app(request: HttpRequest) -> HttpResponse:
    """The secret as a picture and in letters; then the code by which the app proves that it has it."""
    person, secret = person_of(request), enrolling.app_secret()
    first = not factors.has_factor(person)
    form = _guarded_by_password(NewAppForm, request, first=first)

    def act() -> None:
        key = request.session.session_key
        factors.add_app(secret=secret, code=form.cleaned_data["code"], but=key, by=person)
        record_authentication(request, person, "mfa", type="totp")
        enrolling.forget_app_secret(request)

    if request.method == "POST" and _done(request, form, act, first=first):
        return _go_on(request, "The authenticator app is set up.", first=first)
    context = {
        "form": form,
        "picture": enrolling.picture_of(person, secret),
        "secret": enrolling.in_groups(secret),
        "first": first,
    }
    return render(request, "accounts/add_app.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters("credential", "current")
@require_http_methods(LOOK_OR_SEND)
@setting_up
def add_passkey(request: HttpRequest) -> HttpResponse:
    """A name; then the browser makes the passkey."""
    person = person_of(request)
    first = not factors.has_factor(person)
    form = _guarded_by_password(NewPasskeyForm, request, first=first)

    def act() -> None:
        given = {name: form.cleaned_data[name] for name in ("credential", "name")}
        factors.add_passkey(**given, but=request.session.session_key, by=person)
        record_authentication(request, person, "mfa", type="webauthn")

    if request.method == "POST" and _done(request, form, act, first=first):
        return _go_on(request, "The passkey is set up.", first=first)
    context = {
        "form": form,
        "asked": {"creation_options": enrolling.ask_for_new_passkey(person)},
        "first": first,
    }
    return render(request, "accounts/add_passkey.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters("current")
@require_POST
@signed_in
def remove_app(request: HttpRequest) -> HttpResponse:
    """Remove the authenticator app; the password is asked again."""
    return _remove(request, kind="totp")


@sensitive_post_parameters("current")
@require_POST
@signed_in
def remove_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove one passkey; the password is asked again."""
    return _remove(request, kind="webauthn", pk=pk)


@require_http_methods(LOOK_OR_SEND)
@signed_in
def codes(request: HttpRequest) -> HttpResponse:
    """The recovery codes, until they are kept. Sending says that they are."""
    person = person_of(request)
    found = codes_of(person)
    if found is None:
        return redirect("accounts:account")
    if request.method == "POST":
        factors.keep_codes(by=person)
        messages.success(request, "Kept. The codes are not shown again; you can make new ones.")
        return redirect("accounts:account")
    return render(request, "accounts/recovery_codes.html", {"codes": found})


@sensitive_post_parameters("current")
@require_POST
@signed_in
def new_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes in place of the old ones; the password is asked again."""
    form = OwnPasswordForm(request.POST, auto_id="codes_%s")
    if form.is_valid() and confirmed(request, form) and _tried(form, lambda: factors.make_codes(by=person_of(request))):
        return redirect("mfa_view_recovery_codes")
    return show(request, failed=form, of="codes", status=422)


def _remove(request: HttpRequest, *, kind: str, pk: int | None = None) -> HttpResponse:
    person = person_of(request)
    factor = factor_of(person, kind=kind, pk=pk)
    if factor is None:
        raise Http404
    form = OwnPasswordForm(request.POST, auto_id=f"factor{factor.pk}_%s")
    if form.is_valid() and confirmed(request, form) and _tried(form, lambda: factors.remove(factor=factor, by=person)):
        messages.success(request, "Removed. It signs nobody in any more.")
        return redirect("accounts:account")
    return show(request, failed=form, of=f"factor{factor.pk}", status=422)


def _guarded_by_password(kind: type[forms.Form], request: HttpRequest, *, first: bool) -> forms.Form:
    """The form; who has a factor already is asked for the password again to add another."""
    form = kind(request.POST or None)
    if not first:
        form.fields["current"] = OwnPasswordForm().fields["current"]
    return form


def _done(request: HttpRequest, form: forms.Form, act: Callable[[], Any], *, first: bool) -> bool:
    return form.is_valid() and (first or confirmed(request, form)) and _tried(form, act)


def _tried(form: forms.Form, act: Callable[[], Any]) -> bool:
    """Whether the act was done; else the form says what is wrong."""
    try:
        act()
    except WrongFactor as wrong:
        form.add_error("code" if "code" in form.fields else None, f"{wrong} Try again.")
        return False
    except ValidationError as error:
        form.add_error(None, error.messages[0])
        return False
    return True


def _go_on(request: HttpRequest, done: str, *, first: bool) -> HttpResponse:
    messages.success(request, done)
    return redirect("mfa_view_recovery_codes" if first else "accounts:account")
