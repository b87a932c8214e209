"""Signing in and out: a passkey, or the password and then the second factor."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import enrolling, sign_in, wording
from accounts.factors import WrongFactor
from accounts.forms import CodeForm, PasskeyForm, SignInForm
from accounts.models import Person
from accounts.policy import public
from accounts.queries import factor_of

LOOK_OR_SEND = ["GET", "HEAD", "POST"]


@public
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(LOOK_OR_SEND)
def enter(request: HttpRequest) -> HttpResponse:
    """Who you are. Each try is recorded and counted, also for an address that no account has."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(settings.LOGIN_REDIRECT_URL)
        given = {name: request.GET.get(name, "") for name in ("next", "email")}
        return _page(request, SignInForm(initial=given))
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    tried = sign_in.begin_try(request, form.cleaned_data["email"])
    if tried.is_refused:
        form.add_error(None, wording.refused_words(tried))
        return _page(request, form, status=429)
    given = {name: form.cleaned_data[name] for name in ("email", "password")}
    person = sign_in.who_fits(request, **given)
    if person is None:
        form.add_error(None, f"{wording.NO_MATCH} {wording.used_words(tried)}")
        return _page(request, form, status=422)
    return sign_in.with_password(request, person, tried=tried, then=_safe(request, form.cleaned_data["next"]))


@public
@sensitive_post_parameters("credential")
@never_cache
@require_http_methods(LOOK_OR_SEND)
def enter_with_passkey(request: HttpRequest) -> HttpResponse:
    """Looking: the question that the script puts to the browser's passkeys. Sending: the answer."""
    if request.method != "POST":
        return JsonResponse({"request_options": enrolling.ask_for_passkey()})
    form = PasskeyForm(request.POST)
    if form.is_valid():
        then = _safe(request, form.cleaned_data["next"])
        try:
            return sign_in.with_passkey(request, form.cleaned_data["credential"], then=then)
        except WrongFactor:
            form.add_error(None, wording.WRONG_PASSKEY)
    return _page(request, SignInForm(initial={"next": request.POST.get("next", "")}), passkey=form, status=422)


@public
@sensitive_post_parameters("code", "credential")
@never_cache
@require_http_methods(LOOK_OR_SEND)
def prove(request: HttpRequest) -> HttpResponse:
    """The second step, for who gave the right password: a code of the app, a passkey or a recovery code."""
    owing = sign_in.who_owes_a_factor(request)
    if owing is None:
        return redirect(settings.LOGIN_URL)
    stage, person = owing
    if request.method != "POST":
        return _second_page(request, person, CodeForm(recovery="recovery" in request.GET))
    if "credential" in request.POST:
        return _prove_with_passkey(request, stage, person)
    form = CodeForm(request.POST, recovery="recovery" in request.GET)
    if not form.is_valid():
        return _second_page(request, person, form, status=422)
    tried = sign_in.begin_try(request, person.email)
    if tried.is_refused:
        form.add_error("code", wording.refused_words(tried))
        return _second_page(request, person, form, status=429)
    try:
        return sign_in.with_code(request, stage, form.cleaned_data["code"], tried=tried, by=person)
    except WrongFactor:
        form.add_error("code", f"{wording.WRONG_CODE} {wording.used_words(tried)}")
        return _second_page(request, person, form, status=422)


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the session. Whoever is signed in no longer loses nothing by it."""
    person = request.user
    if isinstance(person, Person):
        sign_in.sign_out(request=request, by=person)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@public
@require_GET
def forgotten(request: HttpRequest) -> HttpResponse:
    """Whom to ask for a new password, or about a lost telephone."""
    return render(request, "accounts/forgotten.html")


def _prove_with_passkey(request: HttpRequest, stage: Any, person: Person) -> HttpResponse:
    form = PasskeyForm(request.POST)
    if form.is_valid():
        try:
            return sign_in.with_password_and_passkey(request, stage, form.cleaned_data["credential"], by=person)
        except WrongFactor:
            form.add_error(None, "This passkey does not fit. Try again, or use a code.")
    return _second_page(request, person, CodeForm(), passkey=form, status=422)


def _page(
    request: HttpRequest, form: SignInForm, *, passkey: PasskeyForm | None = None, status: int = 200
) -> HttpResponse:
    asked = PasskeyForm(initial={"next": form["next"].value()}, auto_id=False)
    context = {"form": form, "passkey": asked, "failed": passkey, "two_steps": settings.SECOND_FACTOR}
    return render(request, "accounts/sign_in.html", context, status=status)


def _second_page(
    request: HttpRequest, person: Person, form: CodeForm, *, passkey: PasskeyForm | None = None, status: int = 200
) -> HttpResponse:
    has_passkey = factor_of(person, kind="webauthn") is not None
    context = {
        "form": form,
        "failed": passkey,
        "recovery": "recovery" in request.GET,
        "has_app": factor_of(person, kind="totp") is not None,
        "asked": {"request_options": enrolling.ask_for_passkey(person)} if has_passkey else None,
    }
    return render(request, "accounts/second_step.html", context, status=status)


def _safe(request: HttpRequest, address: str) -> str:
    """The page that was asked for, if it is one of this site. A word that is no address is none."""
    if address.startswith("/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return address
    return resolve_url(settings.LOGIN_REDIRECT_URL)
