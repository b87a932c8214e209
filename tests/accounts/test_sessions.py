"""Sessions: how long they live, who ends them, and that what ended stays ended."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts import sessions
from accounts.actions import deactivate_person, set_password, withdraw_role
from accounts.models import Person
from accounts.people import system_person
from accounts.queries import browser_words
from accounts.roles import Role
from accounts.standing import Forbidden
from audit import clock
from audit.facts import InvalidFact
from audit.models import Event
from tests.people import PASSWORD, person
from tests.registry_cast import NOON

pytestmark = pytest.mark.django_db
SIGN_IN, PAGE = "/sign-in/", "/programs/"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def nora() -> Person:
    return person("Nora Lindqvist", Role.PHARMACIST)


def signed_in(someone: Person, at: Any = NOON, **more: Any) -> Client:
    """A browser in which somebody signed in with the password."""
    client = Client(**more)
    with clock.stand_at(at):
        answer = client.post(SIGN_IN, {"email": someone.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def opens(client: Client, at: Any = NOON) -> bool:
    with clock.stand_at(at):
        return client.get(PAGE).status_code == 200


@pytest.mark.parametrize(
    ("idle", "lives"), [(15 * MINUTE - SECOND, True), (15 * MINUTE, False), (15 * MINUTE + SECOND, False)]
)
def test_fifteen_idle_minutes_end_a_session(nora: Person, idle: timedelta, lives: bool) -> None:
    assert opens(signed_in(nora), NOON + idle) is lives


def test_each_page_begins_the_fifteen_minutes_anew(nora: Person) -> None:
    client = signed_in(nora)
    for n in range(1, 10):
        assert opens(client, NOON + n * 14 * MINUTE)
    assert not opens(client, NOON + 9 * 14 * MINUTE + 15 * MINUTE)


@pytest.mark.parametrize(
    ("age", "lives"), [(12 * HOUR - SECOND, True), (12 * HOUR, False), (12 * HOUR + SECOND, False)]
)
def test_twelve_hours_end_a_session_whatever_is_done_in_it(nora: Person, age: timedelta, lives: bool) -> None:
    client = signed_in(nora)
    UserSession.objects.update(last_seen_at=NOON + age - SECOND)
    assert opens(client, NOON + age) is lives


@pytest.mark.parametrize(
    ("then", "why"), [(NOON + 15 * MINUTE, sessions.IDLE_WORDS), (NOON + 13 * HOUR, sessions.LONGEST_WORDS)]
)
def test_whoever_comes_back_is_told_why_and_the_trail_has_it_once(nora: Person, then: Any, why: str) -> None:
    client = signed_in(nora)
    with clock.stand_at(then):
        for _ in range(2):
            answer = client.get(PAGE)
            assert answer["Location"] == f"{SIGN_IN}?next={PAGE}"
        assert why in client.get(answer["Location"]).content.decode()
    event = Event.objects.get(action="accounts.expire_session")
    assert (event.person_id, event.reason) == (nora.pk, why)


def test_a_form_that_is_sent_after_the_session_ran_out_does_nothing(nora: Person) -> None:
    client = signed_in(nora)
    with clock.stand_at(NOON + 15 * MINUTE):
        answer = client.post(reverse("accounts:end_other_sessions"))
    assert answer["Location"].startswith(SIGN_IN)
    assert not Event.objects.filter(action="accounts.end_other_sessions").exists()


def test_a_session_key_from_before_signing_in_is_worth_nothing_after(nora: Person) -> None:
    """Whoever planted a key in somebody's browser does not get into their session."""
    client = Client()
    client.get(reverse("mfa_login_webauthn"))
    planted = client.cookies["sessionid"].value
    client.post(SIGN_IN, {"email": nora.email, "password": PASSWORD})
    assert client.cookies["sessionid"].value != planted
    attacker = Client()
    attacker.cookies["sessionid"] = planted
    assert attacker.get(PAGE).status_code == 302


def test_a_cookie_that_was_kept_opens_nothing_after_signing_out(nora: Person) -> None:
    client = signed_in(nora, clock.now())
    kept = client.cookies["sessionid"].value
    client.post("/sign-out/")
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert thief.get(PAGE).status_code == 302
    assert not UserSession.objects.filter(user=nora).exists()
    assert not Session.objects.filter(session_key=kept).exists()


def test_a_session_without_its_row_is_none(nora: Person) -> None:
    client = signed_in(nora)
    UserSession.objects.all().delete()
    assert not opens(client)


def test_the_page_lists_them_with_place_and_time_and_marks_this_one(nora: Person) -> None:
    signed_in(nora, clock.now(), REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/140")
    here = signed_in(nora, clock.now(), HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0")
    html = here.get(reverse("usersessions_list")).content.decode()
    assert "Chrome on Windows" in html
    assert "203.0.113.9" in html
    assert html.count("This one") == 1
    assert html.index("This one") > html.index("Firefox on Linux")


def test_what_is_left_of_sessions_that_ran_out_goes_at_the_next_sign_in(nora: Person) -> None:
    signed_in(nora)
    living = signed_in(nora, NOON + 10 * MINUTE)
    signed_in(nora, NOON + 20 * MINUTE)
    assert UserSession.objects.filter(user=nora).count() == 2
    assert opens(living, NOON + 20 * MINUTE)


def test_one_ends_another_session_or_all_others(nora: Person) -> None:
    at = clock.now()
    here, phone, office = (signed_in(nora, at) for _ in range(3))
    ended = UserSession.objects.get(session_key=phone.session.session_key)
    here.post(reverse("accounts:end_session", args=[ended.pk]))
    assert [opens(client, at) for client in (here, phone, office)] == [True, False, True]
    here.post(reverse("accounts:end_other_sessions"))
    assert [opens(client, at) for client in (here, office)] == [True, False]
    assert Event.objects.filter(action="accounts.end_session", person_id=nora.pk).count() == 1
    assert Event.objects.get(action="accounts.end_other_sessions").details == {"sessions": 1}


def test_nobody_ends_the_session_of_another(nora: Person) -> None:
    at = clock.now()
    theirs = signed_in(person("Olaf Berg", Role.PHARMACIST), at)
    row = UserSession.objects.get(session_key=theirs.session.session_key)
    assert signed_in(nora, at).post(reverse("accounts:end_session", args=[row.pk])).status_code == 404
    assert opens(theirs, at)
    with pytest.raises(InvalidFact):
        sessions.end_session(session=row, by=nora)
    with pytest.raises(Forbidden):
        sessions.end_sessions_of(person=row.user, by=nora)


def test_an_administrator_ends_all_sessions_of_a_person(nora: Person) -> None:
    at = clock.now()
    client, jo = signed_in(nora, at), signed_in(person("Jo Lindgren", Role.ADMINISTRATOR), at)
    html = jo.get(reverse("administration:person", args=[nora.pk])).content.decode()
    assert "1 session open now" in html
    jo.post(reverse("administration:end_sessions", args=[nora.pk]), {"key": "k-12345678"})
    assert not opens(client, at)
    assert opens(jo, at)
    assert Event.objects.get(action="accounts.end_sessions").details == {"sessions": 1}


def test_what_is_taken_from_somebody_is_gone_at_their_next_request(nora: Person) -> None:
    at, system = clock.now(), system_person("tests")
    client = signed_in(nora, at)
    assert client.get(PAGE).status_code == 200
    withdraw_role(person=nora, role=Role.PHARMACIST, by=system)
    assert client.get(PAGE).status_code == 403
    deactivate_person(person=nora, reason="Left.", by=system)
    assert client.get(reverse("accounts:account"))["Location"].startswith(SIGN_IN)


def test_a_new_password_by_another_ends_every_session_at_its_next_request(nora: Person) -> None:
    at = clock.now()
    clients = [signed_in(nora, at) for _ in range(2)]
    set_password(person=nora, password="walnut orbit ladle", by=system_person("tests"))
    assert [opens(client, at) for client in clients] == [False, False]


def test_no_session_key_is_in_the_trail(nora: Person) -> None:
    at = clock.now()
    here, phone = signed_in(nora, at), signed_in(nora, at)
    keys = [client.session.session_key for client in (here, phone)]
    here.post(reverse("accounts:end_other_sessions"))
    here.post("/sign-out/")
    assert Event.objects.exists()
    assert not [e for e in Event.objects.all() if any(str(key) in f"{e.details} {e.reason} {e.row_id}" for key in keys)]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605",
            "Safari on macOS",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_named_as_far_as_it_says(agent: str, words: str) -> None:
    assert browser_words(agent) == words
