"""Every view says who may use it."""

from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import include, path
from django.views.decorators.http import require_POST

from accounts import checks, policy
from accounts.actions import deactivate_person
from accounts.people import system_person
from accounts.roles import Permission, Role
from audit import context
from audit.models import Event
from tests.registry_cast import a_person

SEEN: list[context.Context] = []


@policy.requires(Permission.HAND_OVER, Permission.CONFIRM_DISPENSING)
def counter(request: HttpRequest, number: str = "") -> HttpResponse:
    """A page for pharmacists."""
    SEEN.append(context.current())
    return HttpResponse(f"for {policy.person_of(request)} {number}")


@require_POST
@policy.signed_in
def sign_out(request: HttpRequest) -> HttpResponse:
    """For everybody."""
    return HttpResponse("out")


@policy.public
def health(request: HttpRequest) -> HttpResponse:
    """For everybody."""
    return HttpResponse("ok")


def forgotten(request: HttpRequest) -> HttpResponse:
    """Says nowhere who may see it."""
    return HttpResponse("secret")


def request_of(person: Any, method: str = "get") -> HttpRequest:
    request: HttpRequest = getattr(RequestFactory(), method)("/counter/?q=1")
    request.user = person
    return request


@pytest.mark.django_db
def test_who_has_one_of_the_permissions_comes_in_and_the_trail_knows_them() -> None:
    alice = a_person(Role.PHARMACIST)
    token = context.begin(request_id="r-12345678")
    response = counter(request_of(alice), number="A7")
    context.end(token)
    assert isinstance(response, HttpResponse)
    assert response.content == b"for Alice Owner A7"
    assert context.current() == context.Context()
    assert (SEEN[-1].person_id, SEEN[-1].role, SEEN[-1].request_id) == (alice.pk, "pharmacist", "r-12345678")


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.DELEGATE, Role.ADMINISTRATOR, Role.AUDITOR, Role.PATIENT])
def test_who_has_none_is_refused_and_the_attempt_recorded(role: Role) -> None:
    bob = a_person(role)
    with pytest.raises(PermissionDenied):
        counter(request_of(bob))
    event = Event.objects.get(action="accounts.denied")
    assert (event.person_id, event.allowed, event.details["path"]) == (bob.pk, False, "/counter/")


@pytest.mark.django_db
def test_who_was_deactivated_is_refused_at_the_next_request() -> None:
    alice = a_person(Role.PHARMACIST)
    deactivate_person(person=alice, reason="Left", by=system_person("tests"))
    alice.refresh_from_db()
    for view in (counter, sign_out):
        with pytest.raises(PermissionDenied):
            view(request_of(alice, "post"))


@override_settings(LOGIN_URL="/sign-in/")
def test_who_is_not_signed_in_is_asked_to_and_comes_back_to_a_page_but_not_to_a_deed() -> None:
    look = counter(request_of(AnonymousUser()))
    deed = counter(request_of(AnonymousUser(), "post"))
    assert (look.status_code, look["Location"]) == (302, "/sign-in/?next=/counter/%3Fq%3D1")
    assert deed["Location"] == "/sign-in/?next=/"


def test_health_asks_nobody() -> None:
    assert health(request_of(AnonymousUser())).status_code == 200


def test_a_policy_shows_on_the_view_also_under_other_decorators() -> None:
    assert policy.policy_of(counter) == frozenset({Permission.HAND_OVER, Permission.CONFIRM_DISPENSING})
    assert policy.policy_of(sign_out) is policy.Openness.SIGNED_IN
    assert policy.policy_of(health) is policy.Openness.PUBLIC
    assert policy.policy_of(forgotten) is None


def test_requiring_nothing_is_no_policy() -> None:
    with pytest.raises(ValueError, match="public"):
        policy.requires()


INNER = [path("ok/", counter), path("forgotten/", forgotten)]
ROUTES = ModuleType("routes")
vars(ROUTES)["urlpatterns"] = [path("health/", health), path("inner/", include((INNER, "inner")))]


@override_settings(ROOT_URLCONF=ROUTES)
def test_a_route_without_a_policy_stops_the_start_however_deep_it_lies() -> None:
    errors = checks.every_route_has_a_policy(None)
    assert [error.id for error in errors] == ["accounts.E001"]
    assert "/inner/forgotten/" in errors[0].msg


def test_no_route_of_the_application_is_without_one() -> None:
    assert checks.every_route_has_a_policy(None) == []
