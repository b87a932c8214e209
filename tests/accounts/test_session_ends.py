"""A session says when it ends, and is extended by asking, but never past its 12 hours."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.models import Person
from accounts.policy import NOT_DONE
from accounts.roles import Role
from accounts.sessions import IDLE_WORDS
from accounts.views.session import EXTENDED, TO_THE_END, TOO_LATE
from audit import clock
from tests.people import PASSWORD, person
from tests.registry_cast import NOON

pytestmark = pytest.mark.django_db
LEFT, EXTEND, PAGE = "/account/session/left/", "/account/session/extend/", "/programs/"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
BY_SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def nora() -> Person:
    return person("Nora Lindqvist", Role.PHARMACIST)


@pytest.fixture
def client(nora: Person) -> Client:
    """Nora's browser, in which she signed in at noon."""
    browser = Client()
    with clock.stand_at(NOON):
        browser.post("/sign-in/", {"email": nora.email, "password": PASSWORD})
    return browser


def ask(client: Client, at: datetime) -> dict[str, Any]:
    with clock.stand_at(at):
        told: dict[str, Any] = client.get(LEFT).json()
        return told


def extend(client: Client, at: datetime, **headers: str) -> Any:
    with clock.stand_at(at):
        return client.post(EXTEND, headers=headers, follow=True)


@pytest.mark.parametrize(
    ("idle", "seconds"),
    [(13 * MINUTE, 120), (15 * MINUTE - SECOND, 1), (15 * MINUTE, 0), (15 * MINUTE + SECOND, 0)],
)
def test_the_script_is_told_how_long_is_left(client: Client, idle: timedelta, seconds: int) -> None:
    assert ask(client, NOON + idle)["seconds"] == seconds


def test_asking_how_long_is_left_keeps_nobody_signed_in(client: Client, nora: Person) -> None:
    assert ask(client, NOON + 14 * MINUTE)["person"] == nora.pk
    assert ask(client, NOON + 15 * MINUTE) == {"seconds": 0}


def test_nobody_is_told_nothing() -> None:
    assert ask(Client(), NOON) == {"seconds": 0}


def test_extending_gives_fifteen_minutes_more(client: Client) -> None:
    told = extend(client, NOON + 14 * MINUTE, **BY_SCRIPT).json()
    assert (told["seconds"], told["final"]) == (15 * 60, False)
    assert ask(client, NOON + 28 * MINUTE)["seconds"] == 60


def test_extending_without_scripts_leads_to_the_own_sessions_and_says_so(client: Client) -> None:
    answer = extend(client, NOON + 14 * MINUTE)
    assert answer.redirect_chain == [("/account/sessions/", 302)]
    assert EXTENDED in answer.content.decode()


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize(("before", "refused"), [(MINUTE + SECOND, False), (MINUTE, True), (MINUTE - SECOND, True)])
def test_the_last_minute_of_the_twelve_hours_cannot_be_extended(
    client: Client, before: timedelta, refused: bool, script: bool
) -> None:
    at = NOON + 12 * HOUR - before
    UserSession.objects.update(last_seen_at=at - MINUTE)
    answer = extend(client, at, **(BY_SCRIPT if script else {}))
    if script:
        assert answer.status_code == (409 if refused else 200)
        assert answer.json()["final"] is True, "past the 12 hours nothing is extended"
        assert answer.json()["seconds"] == before.total_seconds()
    else:
        assert (TOO_LATE if refused else TO_THE_END) in answer.content.decode()


def test_who_was_signed_out_is_extended_no_more(client: Client) -> None:
    answer = extend(client, NOON + 15 * MINUTE)
    assert answer.redirect_chain == [("/sign-in/?next=/", 302)]
    assert ask(client, NOON + 15 * MINUTE) == {"seconds": 0}


def test_each_page_says_when_the_session_ends(client: Client) -> None:
    with clock.stand_at(NOON + HOUR / 6):
        text = client.get(PAGE).content.decode()
    for words in ("Signed in until", "12:25 EST", "until <time", "Stay signed in", 'data-seconds="900"'):
        assert words in text


def test_in_the_last_quarter_of_the_twelve_hours_a_page_says_that_it_is_the_last(client: Client) -> None:
    at = NOON + 12 * HOUR - 14 * MINUTE
    UserSession.objects.update(last_seen_at=at - MINUTE)
    with clock.stand_at(at):
        text = client.get(PAGE).content.decode()
    assert "this session cannot be extended" in text
    assert 'data-final="yes"' in text


def test_what_was_sent_too_late_leads_back_to_its_page(client: Client) -> None:
    form = "http://testserver/account/password/?a=1"
    with clock.stand_at(NOON + 15 * MINUTE):
        answer = client.post("/account/password/", {}, headers={"Referer": form})
        assert answer["Location"] == "/sign-in/?next=/account/password/%3Fa%3D1"
        assert f"{IDLE_WORDS} {NOT_DONE}" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("foreign", ["http://elsewhere.example/programs/", "//elsewhere.example/", "nonsense", ""])
def test_a_page_of_another_site_is_not_led_back_to(client: Client, foreign: str) -> None:
    with clock.stand_at(NOON + 15 * MINUTE):
        answer = client.post("/account/password/", {}, headers={"Referer": foreign})
    assert answer["Location"] == "/sign-in/?next=/"


@pytest.mark.parametrize("shift", [14 * 24 * HOUR, -14 * 24 * HOUR])
def test_where_the_clock_is_shifted_people_sign_in_and_stay(nora: Person, settings: Any, shift: timedelta) -> None:
    settings.REMS_CLOCK = shift
    client = Client()
    assert client.post("/sign-in/", {"email": nora.email, "password": PASSWORD}).status_code == 302
    assert client.get(PAGE).status_code == 200
    assert 895 <= client.get(LEFT).json()["seconds"] <= 900
