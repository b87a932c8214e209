"""Signing in and out: who may, what is recorded, what is never told."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Person
from accounts.roles import Role
from audit.models import Event, Kind
from tests.people import PASSWORD, person

pytestmark = pytest.mark.django_db
SIGN_IN = "/sign-in/"


@pytest.fixture
def nora() -> Person:
    return person("Nora Lindqvist", Role.PHARMACIST)


def last() -> Event:
    return Event.objects.filter(action="accounts.sign_in").latest("pk")


def test_the_right_password_signs_in_and_is_recorded(client: Client, nora: Person) -> None:
    response = client.post(SIGN_IN, {"email": "Nora@Example.org", "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(nora.pk)
    assert (last().person_id, last().allowed) == (nora.pk, True)


@pytest.mark.parametrize(
    ("email", "password", "why"),
    [
        ("nora@example.org", "wrong", "The password does not fit."),
        ("nobody@example.org", PASSWORD, "No account has this address."),
        ("gone@example.org", PASSWORD, "The account is deactivated."),
    ],
)
def test_whatever_is_wrong_the_page_says_the_same_and_the_trail_says_what(
    client: Client, nora: Person, email: str, password: str, why: str
) -> None:
    person("Gone Away", Role.PHARMACIST, email="gone@example.org", is_active=False)
    response = client.post(SIGN_IN, {"email": email, "password": password})
    assert response.status_code == 422
    assert "E-mail and password do not belong together." in response.content.decode()
    assert "_auth_user_id" not in client.session
    assert (last().reason, last().allowed, last().details["email"]) == (why, False, email)


def test_a_password_is_never_shown_again_and_never_recorded(client: Client, nora: Person) -> None:
    response = client.post(SIGN_IN, {"email": nora.email, "password": "a secret that is wrong"})
    assert "a secret that is wrong" not in response.content.decode()
    assert nora.email in response.content.decode()
    assert not any("secret" in str(event.details) for event in Event.objects.all())


def test_an_empty_form_says_what_is_missing_at_each_field(client: Client) -> None:
    html = client.post(SIGN_IN, {}).content.decode()
    assert "Two things to correct" in html
    assert '<a href="#id_email">E-mail: enter the address of your account.</a>' in html
    assert html.index("id_password_error") < html.index('id="id_password"')
    assert not Event.objects.said().exclude(kind=Kind.SYSTEM).exists()


def test_after_signing_in_one_comes_back_to_the_page_that_was_asked_for(client: Client, nora: Person) -> None:
    asked = client.get("/programs/")
    assert asked["Location"] == "/sign-in/?next=/programs/"
    assert 'value="/programs/"' in client.get(asked["Location"]).content.decode()
    response = client.post(SIGN_IN, {"email": nora.email, "password": PASSWORD, "next": "/programs/"})
    assert response["Location"] == "/programs/"


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(client: Client, nora: Person, address: str) -> None:
    response = client.post(SIGN_IN, {"email": nora.email, "password": PASSWORD, "next": address})
    assert response["Location"] == "/"


def test_the_session_gets_a_new_key(client: Client, nora: Person) -> None:
    client.get(SIGN_IN)
    before = client.session.session_key
    client.post(SIGN_IN, {"email": nora.email, "password": PASSWORD})
    assert client.session.session_key != before


def test_who_is_signed_in_is_sent_on(client: Client, nora: Person) -> None:
    client.force_login(nora)
    assert client.get(SIGN_IN)["Location"] == "/"


def test_signing_out_ends_the_session_and_is_recorded(client: Client, nora: Person) -> None:
    client.force_login(nora)
    response = client.post("/sign-out/")
    assert response["Location"] == SIGN_IN
    assert "_auth_user_id" not in client.session
    assert Event.objects.filter(action="accounts.sign_out", person_id=nora.pk).exists()


def test_a_link_cannot_sign_out(client: Client, nora: Person) -> None:
    client.force_login(nora)
    assert client.get("/sign-out/").status_code == 405


def test_signing_out_twice_does_no_harm(client: Client) -> None:
    assert client.post("/sign-out/").status_code == 302
    assert not Event.objects.said().exclude(kind=Kind.SYSTEM).exists()


def test_a_sign_in_from_another_site_is_refused(nora: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(SIGN_IN, {"email": nora.email, "password": PASSWORD})
    assert response.status_code == 403
    assert "This form is too old" in response.content.decode()


def test_demonstration_accounts_are_not_offered_outside_of_the_demonstration(client: Client) -> None:
    assert "Demonstration" not in client.get(SIGN_IN).content.decode()


def test_the_demonstration_offers_its_accounts(client: Client, settings: Any) -> None:
    settings.REMS_ENV = "demo"
    html = client.get(SIGN_IN).content.decode()
    assert "Demonstration accounts" in html
    assert "pharmacist@demo.example" in html
    assert "no real person, no real patient" in html
    filled_in = client.get(SIGN_IN, {"email": "pharmacist@demo.example"}).content.decode()
    assert 'value="pharmacist@demo.example"' in filled_in
