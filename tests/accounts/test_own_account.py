"""One's own account: a password of one's own, and what whoever forgot it is told."""

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from accounts.actions import create_person, set_password
from accounts.models import Person
from accounts.roles import Role
from audit import clock
from audit.models import Event
from tests.people import PASSWORD, person

pytestmark = pytest.mark.django_db
SIGN_IN, CHANGE, PAGE = "/sign-in/", "/account/password/", "/programs/"
NEW, GIVEN = "walnut orbit ladle", "first words from Jo"


@pytest.fixture
def jo() -> Person:
    return person("Jo Lindgren", Role.ADMINISTRATOR)


@pytest.fixture
def nora() -> Person:
    return person("Nora Lindqvist", Role.PHARMACIST)


def signed_in(email: str, password: str = PASSWORD) -> Client:
    client = Client()
    client.post(SIGN_IN, {"email": email, "password": password})
    return client


def change(client: Client, *, current: str = PASSWORD, new: str = NEW, again: str = "") -> Any:
    return client.post(CHANGE, {"current": current, "password": new, "again": again or new})


def test_one_changes_ones_own_password_and_stays_signed_in_here_alone(nora: Person) -> None:
    here, elsewhere = signed_in(nora.email), signed_in(nora.email)
    before = here.session.session_key
    assert change(here).status_code == 302
    assert here.get(PAGE).status_code == 200
    assert here.session.session_key != before
    assert elsewhere.get(PAGE).status_code == 302
    assert signed_in(nora.email, NEW).get(PAGE).status_code == 200
    event = Event.objects.get(action="accounts.set_password")
    assert (event.person_id, event.row_id, event.details) == (nora.pk, str(nora.pk), {"sessions_ended": 1})


def test_the_twelve_hours_do_not_begin_anew_with_a_new_password(nora: Person) -> None:
    client = signed_in(nora.email)
    began = UserSession.objects.get(user=nora).created_at
    change(client)
    assert UserSession.objects.get(user=nora).created_at == began


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"current": "wrong"}, "This is not your password. Nothing was changed. One of five tries used"),
        ({"new": "short"}, "at least 12 characters"),
        ({"new": "nora.lindqvist1"}, "knows you or this program"),
        ({"again": "walnut orbit riddle"}, "The two are not the same"),
        ({"new": "x" * 257}, "longer than 256 characters"),
    ],
)
def test_what_will_not_do_is_said_and_changes_nothing(nora: Person, entries: dict[str, str], said: str) -> None:
    client = signed_in(nora.email)
    answer = change(client, **entries)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    nora.refresh_from_db()
    assert nora.check_password(PASSWORD)


@pytest.mark.parametrize("length", [64, 256])
def test_a_long_password_is_taken_whole(nora: Person, length: int) -> None:
    long = ("walnut orbit ladle cobalt thimble " * 8)[:length]
    assert change(signed_in(nora.email), new=long).status_code == 302
    assert signed_in(nora.email, long).get(PAGE).status_code == 200
    assert signed_in(nora.email, long[:-1]).get(PAGE).status_code == 302


def test_the_words_of_the_own_pharmacy_will_not_do(nora: Person) -> None:
    client = signed_in(nora.email)
    session = client.session
    session["pharmacy_site_name"] = "Harbor Oncology"
    session.save()
    assert "knows you or this program" in change(client, new="harbor-oncology").content.decode()


def test_wrong_passwords_are_counted_here_as_at_the_door(nora: Person) -> None:
    client = signed_in(nora.email)
    for _ in range(5):
        change(client, current="wrong")
    answer = change(client)
    assert "a pause until" in answer.content.decode()
    assert Event.objects.filter(action="accounts.confirm_password", allowed=False).count() == 5


def test_a_password_that_somebody_else_gave_is_changed_before_anything_opens(jo: Person) -> None:
    pat = create_person(email="pat@example.org", name="Pat Doe", roles=[Role.PHARMACIST], password=GIVEN, by=jo)
    client = signed_in(pat.email, GIVEN)
    for address in (PAGE, "/", reverse("accounts:account")):
        assert client.get(address)["Location"] == CHANGE
    assert "Somebody else gave you this password" in client.get(CHANGE).content.decode()
    answer = change(client, current=GIVEN, new=GIVEN)
    assert "Somebody else knows this one" in answer.content.decode()
    assert change(client, current=GIVEN).status_code == 302
    assert client.get(PAGE).status_code == 200


def test_a_renewed_password_is_changed_too_and_one_of_ones_own_is_not(jo: Person, nora: Person) -> None:
    set_password(person=nora, password=GIVEN, by=jo)
    assert signed_in(nora.email, GIVEN).get(PAGE)["Location"] == CHANGE
    nora.refresh_from_db()
    set_password(person=nora, password=NEW, by=nora)
    assert signed_in(nora.email, NEW).get(PAGE).status_code == 200


def test_the_password_comes_before_the_second_factor(jo: Person, settings: Any) -> None:
    settings.SECOND_FACTOR = True
    pat = create_person(email="pat@example.org", name="Pat Doe", roles=[Role.PHARMACIST], password=GIVEN, by=jo)
    client = signed_in(pat.email, GIVEN)
    assert client.get("/")["Location"] == CHANGE
    change(client, current=GIVEN)
    assert client.get("/")["Location"] == reverse("mfa_index")


def test_whoever_forgot_is_told_whom_to_ask() -> None:
    client = Client()
    address = reverse("accounts:forgotten")
    assert address in client.get(SIGN_IN).content.decode()
    html = client.get(address).content.decode()
    assert "An administrator of your program sets a new one" in html
    assert "authorized representative" in html


def test_the_name_on_top_leads_to_the_own_account(nora: Person) -> None:
    client = signed_in(nora.email)
    assert 'href="/account/"' in client.get(PAGE).content.decode()
    html = client.get("/account/").content.decode()
    assert nora.email in html
    assert "This one" in html


def test_a_password_is_never_in_the_trail(jo: Person, nora: Person) -> None:
    set_password(person=nora, password=GIVEN, by=jo)
    change(signed_in(nora.email, GIVEN), current=GIVEN)
    change(signed_in(nora.email, NEW), current="a wrong secret", new="another secret one")
    texts = [f"{event.details} {event.reason}" for event in Event.objects.all()]
    assert not [text for text in texts if any(word in text for word in (GIVEN, NEW, "secret"))]
    assert clock.now() >= Event.objects.latest("pk").at
