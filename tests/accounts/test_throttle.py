"""Tries to sign in are counted and paused, and nobody's colleagues are locked out by it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache.backends.base import BaseCache
from django.test import Client, RequestFactory

from accounts import throttle, wording
from accounts.actions import set_password
from accounts.models import Person, SignInTries
from accounts.people import system_person
from accounts.roles import Role
from audit import clock
from audit.models import Event
from audit.network import UNKNOWN, address_of
from tests.people import PASSWORD, person
from tests.registry_cast import NOON

SIGN_IN, HERE, THERE = "/sign-in/", "198.51.100.7", "203.0.113.9"
MINUTE = timedelta(minutes=1)
WRONG = "wrong"


@pytest.fixture
def nora(db: None) -> Person:
    return person("Nora Lindqvist", Role.PHARMACIST)


def ask(password: str = WRONG, *, email: str = "nora@example.org", here: str = HERE, at: datetime = NOON) -> Any:
    with clock.stand_at(at):
        return Client(REMOTE_ADDR=here).post(SIGN_IN, {"email": email, "password": password})


def fail(times: int, **more: Any) -> Any:
    for _ in range(times):
        answer = ask(**more)
    return answer


def test_the_page_says_how_many_tries_are_used_and_what_follows(nora: Person) -> None:
    said = [ask().content.decode() for _ in range(5)]
    assert "One of five tries used; then a pause of one minute." in said[0]
    assert "Four of five tries used; then a pause of one minute." in said[3]
    assert "Five of five tries used. Now a pause of one minute." in said[4]


def test_after_five_wrong_ones_even_the_right_password_waits(nora: Person) -> None:
    fail(5)
    answer = ask(PASSWORD)
    assert answer.status_code == 429
    assert "a pause until 12:01:00 EST" in answer.content.decode()
    assert Event.objects.latest("pk").reason == "Paused after too many wrong tries."


@pytest.mark.parametrize(
    ("seconds", "status"), [(59, 429), (60, 302), (61, 302)], ids=["a second before", "exactly", "a second after"]
)
def test_the_pause_lasts_a_minute(nora: Person, seconds: int, status: int) -> None:
    fail(5)
    assert ask(PASSWORD, at=NOON + timedelta(seconds=seconds)).status_code == status


def test_each_pause_is_twice_the_one_before_up_to_fifteen_minutes(nora: Person) -> None:
    at, pauses = NOON, []
    for _ in range(6):
        fail(5, at=at)
        until = SignInTries.objects.get(email=nora.email, network=HERE).paused_until
        assert until is not None
        pauses.append((until - at) // MINUTE)
        at = until
    assert pauses == [1, 2, 4, 8, 15, 15]


def test_signing_in_begins_the_count_anew(nora: Person) -> None:
    fail(4)
    assert ask(PASSWORD).status_code == 302
    assert "One of five tries used" in ask().content.decode()


def test_an_address_that_no_account_has_is_answered_in_the_same_way(nora: Person) -> None:
    known = [ask(email="nora@example.org") for _ in range(6)]
    unknown = [ask(email="nobody@example.org") for _ in range(6)]
    assert [answer.status_code for answer in known] == [422] * 5 + [429]
    for one, other in zip(known, unknown, strict=True):
        assert said(one) == said(other)


def said(answer: Any) -> list[str]:
    """The lines of the page but for the address, which it repeats, and the token of the form."""
    lines = answer.content.decode().splitlines()
    return [line for line in lines if "example.org" not in line and "csrf" not in line]


def test_a_colleague_on_the_same_network_signs_in_meanwhile(nora: Person) -> None:
    person("Olaf Berg", Role.PHARMACIST, email="olaf@example.org")
    fail(10)
    assert ask(PASSWORD, email="olaf@example.org").status_code == 302


def test_whoever_guesses_elsewhere_does_not_hold_up_the_owner(nora: Person) -> None:
    fail(15, here=THERE)
    assert ask(PASSWORD, here=HERE).status_code == 302


def test_strangers_to_a_network_share_a_count_and_its_own_people_do_not(nora: Person) -> None:
    person("Olaf Berg", Role.PHARMACIST, email="olaf@example.org")
    assert ask(PASSWORD).status_code == 302
    for n in range(20):
        assert ask(email=f"guess{n}@example.org").status_code == 422
    assert ask(PASSWORD, email="olaf@example.org").status_code == 429, "never signed in from here"
    assert ask(PASSWORD).status_code == 302, "has signed in from here"
    assert ask(PASSWORD, email="olaf@example.org", here=THERE).status_code == 302


def test_an_ipv6_connection_is_counted_as_one_whatever_address_it_takes(nora: Person) -> None:
    for n in range(5):
        ask(here=f"2001:db8:1:2::{n + 1}")
    assert ask(PASSWORD, here="2001:db8:1:2:ffff::9").status_code == 429
    assert ask(PASSWORD, here="2001:db8:1:3::1").status_code == 302


@pytest.mark.parametrize(("failures", "status"), [(99, 302), (100, 429)])
def test_a_hundred_failures_from_everywhere_close_an_address(nora: Person, failures: int, status: int) -> None:
    for n in range(failures):
        throttle.begin(email=nora.email, network=f"192.0.2.{n}")
    answer = ask(PASSWORD)
    assert answer.status_code == status
    assert (wording.CLOSED.split(",")[0] in answer.content.decode()) is (status == 429)


def test_a_new_password_by_an_administrator_opens_it_again(nora: Person) -> None:
    for n in range(100):
        throttle.begin(email=nora.email, network=f"192.0.2.{n}")
    set_password(person=nora, password="walnut orbit ladle", by=system_person("tests"))
    assert ask("walnut orbit ladle").status_code == 302


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:DB8::1", "2001:db8::1"),
        ("", UNKNOWN),
        ("unix:", UNKNOWN),
    ],
)
def test_an_address_is_written_in_one_way(given: str, known: str) -> None:
    assert address_of(RequestFactory(REMOTE_ADDR=given).get("/")) == known


def test_behind_the_proxy_the_browsers_address_counts_and_not_the_one_it_claims(nora: Person, settings: Any) -> None:
    settings.BEHIND_TLS_PROXY = True
    for n in range(5):
        claimed = f"10.9.9.{n}, {HERE}"
        Client(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=claimed).post(
            SIGN_IN, {"email": nora.email, "password": "wrong"}
        )
    assert SignInTries.objects.get(email=nora.email, network=HERE).failures == 5


class NoCache(BaseCache):
    """A cache server that is stopped."""

    def _stopped(self, *args: Any, **kwargs: Any) -> Any:
        raise ConnectionError("The cache server is stopped.")

    add = get = set = touch = delete = clear = _stopped


def test_nothing_is_counted_in_a_cache(nora: Person, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.NoCache"}}
    fail(5)
    assert ask(PASSWORD).status_code == 429
    assert ask(PASSWORD, at=NOON + MINUTE).status_code == 302


def test_of_fifty_guesses_at_one_instant_five_are_looked_at(committed_db: Any, together: Callable[..., Any]) -> None:
    person("Nora Lindqvist", Role.PHARMACIST)
    answers = together([lambda: ask(at=NOON).status_code] * 50)
    assert sorted(answers) == [422] * 5 + [429] * 45
    assert SignInTries.objects.get(email="nora@example.org", network=HERE).failures == 5
    assert Event.objects.filter(action="accounts.sign_in", allowed=False).count() == 50


def test_a_right_password_among_many_at_once_signs_in(committed_db: Any, together: Callable[..., Any]) -> None:
    """Tries that are right are taken back: four colleagues at once, each with a slip before."""
    names = ["anna", "bert", "cleo", "dora"]
    for name in names:
        person(name.capitalize(), Role.PHARMACIST, email=f"{name}@example.org")
        ask(email=f"{name}@example.org")
    calls = [lambda name=name: ask(PASSWORD, email=f"{name}@example.org").status_code for name in names]
    assert together(calls) == [302] * 4
    assert SignInTries.objects.get(email="", network=HERE).failures == 4
