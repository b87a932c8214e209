"""The ways of signing in and out. Each is one act: what was given is used up, the session begins, the trail says how.

allauth holds whoever gave the right password and still owes a second factor: they are nobody until they
have given it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.account.internal.flows import login as flows
from allauth.account.models import Login
from allauth.account.stages import LoginStage, LoginStageController
from allauth.mfa.stages import AuthenticateStage
from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from accounts import factors, sessions, throttle
from accounts.factors import WrongFactor
from accounts.models import Person
from accounts.people import person_with
from accounts.standing import must_be_active
from accounts.throttle import Try
from audit import clock, context, trail
from audit.acts import Act, act
from audit.denials import record_sign_in
from audit.network import address_of, network_of

PASSWORD = "password"  # noqa: S105 - a word of the trail
BY_LINK = "django.contrib.auth.backends.ModelBackend"
"""Who has a session is looked up as for everybody."""
PASSWORD_GIVEN = "accounts.password_given"  # noqa: S105 - where a session keeps which password it was


def begin_try(request: HttpRequest, email: str) -> Try:
    """Count a try to sign in; one that must wait is written down here and looked at no further."""
    tried = throttle.begin(email=email, network=network_of(address_of(request)))
    if tried.is_refused:
        why = "Closed after a hundred wrong tries." if tried.closed else "Paused after too many wrong tries."
        _deny(request, person_with(email=email), email=email, reason=why)
    return tried


def who_fits(request: HttpRequest, *, email: str, password: str) -> Person | None:
    """Who has this address and password, and is active; what does not fit is written down."""
    found = auth.authenticate(request, username=email, password=password)
    if isinstance(found, Person):
        return found
    known = person_with(email=email)
    if known is None:
        reason = "No account has this address."
    elif not known.is_active:
        reason = "The account is deactivated."
    else:
        reason = "The password does not fit."
    _deny(request, known, email=email, reason=reason)
    return None


def with_password(request: HttpRequest, person: Person, *, tried: Try, then: str) -> HttpResponse:
    """Signed in, where no second factor is set up; else on to the page that asks for it. Raises Forbidden."""
    login = Login(user=person, email=person.email, redirect_url=then)

    def go_on() -> HttpResponse:
        response: HttpResponse = flows.perform_password_login(request, {"email": person.email}, login)
        return response

    if not factors.has_factor(person):
        with context.acting(person, role=person.acting_as):
            return _complete(request=request, prove=lambda frame: PASSWORD, go_on=go_on, tried=tried, by=person)
    request.session.cycle_key()
    request.session[PASSWORD_GIVEN] = person.get_session_auth_hash()
    with transaction.atomic():
        throttle.take_back(tried)
        details = {"email": person.email, "network": address_of(request)}
        trail.write("accounts.sign_in_half", at=clock.now(), by=person, details=details)
    return go_on()


def who_owes_a_factor(request: HttpRequest) -> tuple[LoginStage, Person] | None:
    """The step at which somebody stands who gave the right password within the last quarter of an hour.

    None for nobody, and where the password was changed since.
    """
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    if stage is None or not isinstance(person := stage.login.user, Person):
        return None
    given = request.session.get(PASSWORD_GIVEN, "")
    return (stage, person) if constant_time_compare(given, person.get_session_auth_hash()) else None


def with_code(request: HttpRequest, stage: LoginStage, code: str, *, tried: Try, by: Person) -> HttpResponse:
    """Signed in by the password and a code. Raises WrongFactor, which is written down, and Forbidden."""

    def prove(frame: Act) -> str:
        kind = factors.use_code(frame, by, code)
        flows.record_authentication(request, by, "mfa", type=kind)
        return f"{PASSWORD}, {kind}"

    return _prove(request, prove=prove, go_on=stage.exit, tried=tried, by=by)


def with_password_and_passkey(request: HttpRequest, stage: LoginStage, credential: Any, *, by: Person) -> HttpResponse:
    """Signed in by the password and a passkey. Raises WrongFactor, which is written down, and Forbidden."""

    def prove(frame: Act) -> str:
        factors.use_passkey(frame, by, credential)
        flows.record_authentication(request, by, "mfa", type="webauthn")
        return f"{PASSWORD}, passkey"

    return _prove(request, prove=prove, go_on=stage.exit, tried=None, by=by)


def with_passkey(request: HttpRequest, credential: Any, *, then: str) -> HttpResponse:
    """Signed in by a passkey alone, which asks for a fingerprint, a face or a PIN: both factors in one.

    Raises WrongFactor, which is written down, also for a passkey that nobody has.
    """
    try:
        person = factors.owner_of(credential)
    except WrongFactor as wrong:
        _deny(request, None, email="", reason=str(wrong))
        raise
    if not person.is_active:
        _deny(request, person, email=person.email, reason="The account is deactivated.")
        raise WrongFactor("The account is deactivated.")

    def prove(frame: Act) -> str:
        factors.use_passkey(frame, person, credential)
        flows.record_authentication(request, person, "mfa", type="webauthn", passwordless=True)
        return "passkey"

    def go_on() -> HttpResponse:
        login = Login(user=person, email=person.email, redirect_url=then)
        response: HttpResponse = flows.perform_login(request, login)
        return response

    return _prove(request, prove=prove, go_on=go_on, tried=None, by=person)


def begin_by_link(request: HttpRequest, person: Person, *, at: datetime) -> None:
    """A patient's short session, within the act that used up their link: no password, no second factor.

    Whoever was signed in on this browser before is not any more. Raises Forbidden for an ended account.
    """
    must_be_active(person)
    sessions.end_this(request)
    auth.login(request, person, backend=BY_LINK)
    sessions.begin(request, person, at=at, at_most=sessions.SHORT)


@act("accounts.sign_out")
def sign_out(frame: Act, *, request: HttpRequest, by: Person) -> None:
    """End the session of this request. Whoever ended meanwhile may sign out, too."""
    sessions.end_this(request)
    auth.logout(request)
    frame.record(None)


def _prove(
    request: HttpRequest,
    *,
    prove: Callable[[Act], str],
    go_on: Callable[[], HttpResponse],
    tried: Try | None,
    by: Person,
) -> HttpResponse:
    """Complete the sign-in; a factor that does not fit is written down, and nothing else remains of it."""
    try:
        with context.acting(by, role=by.acting_as):
            return _complete(request=request, prove=prove, go_on=go_on, tried=tried, by=by)
    except WrongFactor as wrong:
        _deny(request, by, email=by.email, reason=str(wrong))
        raise


@act("accounts.sign_in")
def _complete(
    frame: Act,
    *,
    request: HttpRequest,
    prove: Callable[[Act], str],
    go_on: Callable[[], HttpResponse],
    tried: Try | None,
    by: Person,
) -> HttpResponse:
    """Prove what is left to prove, give the session its new key and its person. Raises WrongFactor and Forbidden."""
    must_be_active(by)
    way, address = prove(frame), address_of(request)
    response = go_on()
    sessions.begin(request, by, at=frame.at)
    throttle.forgive(tried or Try(email=by.email, network=network_of(address)), at=frame.at)
    frame.record(None, details={"email": by.email, "with": way, "network": address}, allowed=True)
    return response


def _deny(request: HttpRequest, person: Person | None, *, email: str, reason: str) -> None:
    details = {"network": address_of(request)}
    record_sign_in(by=person, email=email, allowed=False, reason=reason, details=details)
