"""Every view says who may use it. A check refuses to start with one that does not."""

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlsplit, urlunsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from accounts import sign_in, steps
from accounts.models import Person
from accounts.roles import Permission
from audit import context
from audit.denials import record_denial

Params = ParamSpec("Params")
View = Callable[Concatenate[HttpRequest, Params], HttpResponseBase]
NOT_DONE = "What you sent was not done: sign in, look at the page and send it again."
DENIED = "You are signed in, but your role may not do this. The attempt was recorded."


class Openness(Enum):
    """Policies that ask for no permission."""

    PUBLIC = "anybody, without signing in"
    SIGNED_IN = "everybody who is signed in"
    SETTING_UP = "everybody who is signed in, also before the second factor and an own password are set up"
    LINK = "whoever holds a one-time link, without signing in"


Policy = Openness | frozenset[Permission]


def requires(*permissions: Permission) -> Callable[[View[Params]], View[Params]]:
    """Only for people with one of the permissions.

    Who is not signed in is sent to the sign-in page; who lacks the permission gets 403, and the
    denial is recorded. The trail learns who acts in this request.
    """
    if not permissions:
        raise ValueError("Name a permission, or say @public.")
    return _guarded(frozenset(permissions))


def signed_in(view: View[Params]) -> View[Params]:
    """For everybody who is signed in, whatever their role."""
    return _guarded(Openness.SIGNED_IN)(view)


def setting_up(view: View[Params]) -> View[Params]:
    """For everybody who is signed in, also while nothing else opens to them: what they set up first."""
    return _guarded(Openness.SETTING_UP)(view)


def public(view: View[Params]) -> View[Params]:
    """For everybody: the sign-in page, health. Shows nothing of anybody."""
    return _marked(view, Openness.PUBLIC)


def by_link(view: View[Params]) -> View[Params]:
    """For whoever holds a one-time link, which the view judges itself: it shows only what the link is for."""
    return _marked(view, Openness.LINK)


def policy_of(view: object) -> Policy | None:
    """The policy of a view, None where it has none."""
    return getattr(view, "policy", None)


def person_of(request: HttpRequest) -> Person:
    """Who is signed in, behind ``requires`` or ``signed_in``."""
    return cast(Person, request.user)


def record_refused_act(request: HttpRequest, why: str) -> None:
    """An act said no to who had come as far as asking for it: somebody else's row, or not any more theirs."""
    _record(request, action="accounts.denied", reason=why)


def record_not_found(request: HttpRequest) -> None:
    """Who is signed in asked a page for a row that does not exist for them; whose it is is not said."""
    if getattr(request, "resolver_match", None) is not None:
        _record(request, action="accounts.not_found", reason="Nothing there for this account.")


def sent_from(request: HttpRequest) -> str:
    """The page of this site on which the form was, as the browser says; else the first page."""
    page = urlsplit(request.headers.get("Referer", ""))
    own = (page.scheme, page.netloc) == (request.scheme, request.get_host())
    return urlunsplit(("", "", page.path, page.query, "")) if own and page.path.startswith("/") else "/"


def _record(request: HttpRequest, *, action: str, reason: str, **details: Any) -> None:
    person = getattr(request, "user", None)
    if isinstance(person, Person):
        asked = {"method": request.method, "path": request.path[:500]}
        record_denial(action=action, by=person, reason=reason, details=asked | details)


def _guarded(policy: Policy) -> Callable[[View[Params]], View[Params]]:
    def decorate(view: View[Params]) -> View[Params]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            person = person_of(request)
            with context.acting(person, role=person.acting_as):
                if first := _what_comes_first(request, person, policy):
                    return first
                if not _lets(policy, person):
                    _deny(request, policy)
                return view(request, *args, **kwargs)

        return _marked(guarded, policy)

    return decorate


def _marked(view: View[Params], policy: Policy) -> View[Params]:
    view.policy = policy  # type: ignore[attr-defined]
    return view


def _lets(policy: Policy, person: Person) -> bool:
    if isinstance(policy, frozenset):
        return any(person.may(permission) for permission in policy)
    return person.is_active


def _what_comes_first(request: HttpRequest, person: Person, policy: Policy) -> HttpResponseBase | None:
    """Where to go before anything opens: to an own password, to a second factor. None: nowhere."""
    step = steps.next_step(request, person)
    if step == steps.SIGN_IN_AGAIN:
        sign_in.sign_out(request=request, by=person)
        messages.info(request, "Sign in again, with your second factor.")
        return _to_sign_in(request)
    if step is None or policy is Openness.SETTING_UP or not person.is_active:
        return None
    return redirect(step)


def _deny(request: HttpRequest, policy: Policy) -> None:
    asked = sorted(p.name for p in policy) if isinstance(policy, frozenset) else [policy.name]
    _record(request, action="accounts.denied", reason="The role does not allow it.", permissions=asked)
    raise PermissionDenied(DENIED)


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """After signing in back to the same page; what was sent is not done, and leads back to where it was sent from."""
    looked = request.method in {"GET", "HEAD"}
    if ended := getattr(request, "session_ended", ""):
        messages.info(request, ended if looked else f"{ended} {NOT_DONE}")
    return redirect_to_login(request.get_full_path() if looked else sent_from(request))
