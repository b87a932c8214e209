"""Signing in and out."""

from django.conf import settings
from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import proofs
from accounts.forms import SignInForm
from accounts.models import Person
from accounts.people import person_with
from accounts.policy import person_of, public, signed_in
from audit import clock, trail
from audit.denials import record_sign_in

NO_MATCH = "E-mail and password do not belong together. Nobody was signed in."


@public
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Who you are. Each try is recorded, also for an address that no account has."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(settings.LOGIN_REDIRECT_URL)
        given = {name: request.GET.get(name, "") for name in ("next", "email")}
        return _page(request, SignInForm(initial=given))
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    person = _match(request, form)
    if person is None:
        form.add_error(None, NO_MATCH)
        return _page(request, form, status=422)
    record_sign_in(by=person, email=person.email, allowed=True)
    auth.login(request, person)
    return redirect(_safe(request, form.cleaned_data["next"]))


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session. Whoever is signed in no longer loses nothing by it."""
    person = request.user
    if isinstance(person, Person):
        with transaction.atomic():
            trail.write("accounts.sign_out", at=clock.now(), by=person)
    auth.logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@signed_in
@never_cache
@require_POST
def passkey_challenge(request: HttpRequest) -> HttpResponse:
    """What a passkey answers to sign something; asked for by the script beside the signature."""
    try:
        return JsonResponse(proofs.challenge(person_of(request), request.session))
    except proofs.NotProved as why:
        return JsonResponse({"error": str(why)}, status=409)


def _match(request: HttpRequest, form: SignInForm) -> Person | None:
    """Who has this address and password, and is active; a try that fails is recorded."""
    email = form.cleaned_data["email"]
    found = auth.authenticate(request, username=email, password=form.cleaned_data["password"])
    if isinstance(found, Person):
        return found
    known = person_with(email=email)
    if known is None:
        reason = "No account has this address."
    elif not known.is_active:
        reason = "The account is deactivated."
    else:
        reason = "The password does not fit."
    record_sign_in(by=known, email=email, allowed=False, reason=reason)
    return None


def _page(request: HttpRequest, form: SignInForm, *, status: int = 200) -> HttpResponse:
    return render(request, "accounts/sign_in.html", {"form": form}, status=status)


def _safe(request: HttpRequest, address: str) -> str:
    """The page that was asked for, if it is one of this site. A word that is no address is none."""
    if address.startswith("/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return address
    return resolve_url(settings.LOGIN_REDIRECT_URL)
