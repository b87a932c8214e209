"""A test's `client.force_login` begins a session as signing in does: with the row by which it lives.

It never runs out: where a test jumps over hours or days, its people were at work all the time. How
sessions run out is asked of those that were begun by signing in (tests/accounts/test_sessions.py).
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client

from accounts import sessions
from accounts.models import Person
from audit import clock

A_LIFE = timedelta(days=36_500)
_plain_login = Client._login  # type: ignore[attr-defined]


def _login(client: Client, person: Person, backend: str | None = None) -> None:
    _plain_login(client, person, backend)
    request = HttpRequest()
    request.session = client.session
    sessions.begin(request, person, at=clock.now() + A_LIFE)


@pytest.fixture(scope="session", autouse=True)
def living_sessions() -> Iterator[None]:
    """For all tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "_login", _login)
        yield


def with_factor(client: Client, person: Person, **more: Any) -> Client:
    """Sign in by force, as somebody who gave a second factor in this session."""
    client.force_login(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 0, **more}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client
