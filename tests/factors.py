"""An authenticator app on a test's telephone."""

import re
import time
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

from accounts.models import Person

PERIOD = 30


def stop_the_telephones(patch: pytest.MonkeyPatch) -> None:
    """Apps and the site stay within one half minute, so that no code changes while a test runs."""
    began = time.time()
    patch.setattr(totp, "time", SimpleNamespace(time=lambda: began))


def code_of(secret: str, *, periods: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(totp.time.time()) // PERIOD + periods)))


def wrong_code(secret: str) -> str:
    """Six digits that the app does not show at any time near."""
    shown = {code_of(secret, periods=n) for n in range(-5, 6)}
    return next(f"{n:06}" for n in range(100) if f"{n:06}" not in shown)


def set_up_app(client: Client) -> str:
    """Set up an app in the pages; its secret."""
    address = reverse("mfa_activate_totp")
    secret = secret_on(client.get(address).content.decode())
    answer = client.post(address, {"code": code_of(secret, periods=-1)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes"), answer.content
    return secret


def secret_on(html: str) -> str:
    """The secret that a page offers to an app."""
    found = re.search(r'qr-secret">([A-Z2-7 ]+)<', html)
    assert found is not None
    return found[1].replace(" ", "")


def give_app(person: Person) -> str:
    """Let a person have an app already; its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person, secret)
    return str(secret)


def codes_of(person: Person) -> list[str]:
    """The recovery codes that a person has left."""
    return list(Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes())
