"""What is sent in place of a passkey's answer proves nothing. Real passkeys are in test_sign_in_browser."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils.http import int_to_base36

from accounts.models import Person
from accounts.roles import Role
from audit.models import Event
from tests.people import PASSWORD, person
from tests.sessions import with_factor

pytestmark = pytest.mark.django_db
NONSENSE: list[Any] = [
    "",
    "{",
    "null",
    "[]",
    "7",
    "[" * 10_000,
    {},
    {"response": None},
    {"response": {}},
    {"response": {"userHandle": "!!"}},
    {"response": {"userHandle": "MQ"}},
    {"id": "x", "rawId": "x", "type": "public-key", "response": {"userHandle": "MQ", "signature": "x"}},
    {
        "id": "AAAA",
        "rawId": "AAAA",
        "type": "public-key",
        "clientExtensionResults": {},
        "response": {
            "userHandle": "{handle}",
            "clientDataJSON": "e30",
            "authenticatorData": "AAAA",
            "signature": "AAAA",
        },
    },
]


@pytest.fixture
def nora() -> Person:
    return person("Nora Lindqvist", Role.PHARMACIST)


def written(answer: Any, whose: Person) -> str:
    """The answer as it is sent; where it names somebody, it names the person."""
    handle = urlsafe_b64encode(int_to_base36(whose.pk).encode()).decode().rstrip("=")
    return answer if isinstance(answer, str) else json.dumps(answer).replace("{handle}", handle)


@pytest.mark.parametrize("answer", NONSENSE)
@pytest.mark.parametrize("asked", [True, False])
def test_nonsense_signs_nobody_in(nora: Person, answer: Any, asked: bool) -> None:
    client = Client()
    address = reverse("mfa_login_webauthn")
    if asked:
        assert "challenge" in client.get(address).content.decode()
    sent = client.post(address, {"credential": written(answer, nora)})
    assert sent.status_code == 422
    assert "_auth_user_id" not in client.session
    assert "passkey" in sent.content.decode()


def test_a_passkey_that_does_not_fit_is_in_the_trail(nora: Person) -> None:
    Client().post(reverse("mfa_login_webauthn"), {"credential": written(NONSENSE[-1], nora)})
    event = Event.objects.get(action="accounts.sign_in")
    assert (event.allowed, event.reason) == (False, "The passkey does not fit.")
    assert event.person_id == nora.pk


@pytest.mark.parametrize("answer", NONSENSE)
def test_nonsense_is_no_passkey_to_set_up(nora: Person, answer: Any) -> None:
    client = with_factor(Client(), nora)
    address = reverse("mfa_add_webauthn")
    client.get(address)
    assert client.post(address, {"credential": written(answer, nora), "name": "phone"}).status_code == 422
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("answer", NONSENSE)
def test_nonsense_is_no_second_step(nora: Person, answer: Any) -> None:
    Authenticator.objects.create(user=nora, type="totp", data={})
    client = Client()
    client.post("/sign-in/", {"email": nora.email, "password": PASSWORD})
    assert client.post(reverse("mfa_authenticate"), {"credential": written(answer, nora)}).status_code == 422
    assert "_auth_user_id" not in client.session
