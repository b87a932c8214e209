"""Every address, asked by nobody, by each role, and about somebody else's rows."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event
from tests.adversary.routes import PUBLIC, ROUTES, SCOPED, address, named
from tests.adversary.world import World, browser, world

pytestmark = pytest.mark.django_db
NAMES_NOTHING = {
    "administration:correct_outcome",
    "accounts:end_session",
    "mfa_remove_webauthn",
    "mfa_deactivate_totp",
}
"""Routes about something that nobody here has: an outcome, another session, a second factor."""


def test_every_address_of_the_site_is_attacked_here() -> None:
    assert set(named()) == set(ROUTES) | PUBLIC, "a new address belongs into tests/adversary/routes.py"
    assert len(named()) == len(set(named()))


def test_nobody_sees_a_page_without_signing_in() -> None:
    ours, sign_in = world().ours, reverse("accounts:sign_in")
    for name in ROUTES:
        for method in ("get", "post", "put", "options"):
            answer = getattr(Client(raise_request_exception=False), method)(address(name, ours))
            assert answer.status_code in {302, 405}, (name, method, answer.status_code)
            assert answer.status_code == 405 or answer["Location"].startswith(sign_in), (name, method)
            assert b"Major" not in answer.content, (name, method)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_its_own_pages_and_is_denied_all_others(role: Role) -> None:
    everybody = world()
    client = everybody.browser(role)
    for name, route in ROUTES.items():
        before = Event.objects.filter(allowed=False).count()
        send = client.get if route.looks else client.post
        answer = send(address(name, everybody.ours))
        if role in route.roles:
            known = {404} if name in NAMES_NOTHING else {200, 302, 409, 422}
            assert answer.status_code in known, (name, answer.status_code)
        else:
            assert answer.status_code == 403, (name, answer.status_code)
            denial = Event.objects.latest("pk")
            assert Event.objects.filter(allowed=False).count() == before + 1, name
            assert denial.action in {"accounts.denied", "pharmacy.denied"}
            assert denial.person_id == everybody.people[role].pk
        assert b"Traceback" not in answer.content


def foreigner(everybody: World, role: Role) -> Client:
    """The same role on the other side."""
    theirs = everybody.theirs
    persons = {
        Role.PRESCRIBER: theirs.rows.doctor,
        Role.DELEGATE: theirs.delegate.person,
        Role.PHARMACIST: theirs.rows.pharmacist,
        Role.REPRESENTATIVE: theirs.representative,
    }
    return browser(persons[role])


def test_what_belongs_to_another_does_not_exist_by_looking_nor_by_sending() -> None:
    everybody = world()
    for name in SCOPED:
        for role in ROUTES[name].roles:
            client = foreigner(everybody, role)
            for send in (client.get, client.post) if ROUTES[name].looks else (client.post,):
                answer = send(address(name, everybody.ours), {"key": "k", "reason": "r", "method": "hand"})
                assert answer.status_code in ({404} if send == client.get else {404, 405}), (
                    name,
                    role,
                    answer.status_code,
                )
                assert b"Major" not in answer.content, (name, role)


def test_looking_at_what_acts_does_nothing() -> None:
    everybody = world()
    for name, route in ROUTES.items():
        if not route.looks:
            client = everybody.browser(next(iter(route.roles)))
            for method in ("get", "head", "put", "delete"):
                assert getattr(client, method)(address(name, everybody.ours)).status_code == 405, name


def test_a_form_from_another_site_is_refused() -> None:
    everybody = world()
    events = Event.objects.count()
    for name, route in ROUTES.items():
        client = everybody.browser(sorted(route.roles)[0], enforce_csrf_checks=True)
        answer = client.post(address(name, everybody.ours), {"key": "k"})
        assert answer.status_code == 403, (name, answer.status_code)
    assert Event.objects.count() == events
