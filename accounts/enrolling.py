"""What a browser is given to set up or use a factor: a secret with its picture, a question to passkeys."""

import base64
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.http import HttpRequest

from accounts.models import Person


def app_secret() -> str:
    """The secret that this session offers to an app; the same until it is used or forgotten."""
    secret: str = totp.get_totp_secret()
    return secret


def forget_app_secret(request: HttpRequest) -> None:
    """The next app is offered another secret."""
    totp.clear_totp_secret(request)


def picture_of(person: Person, secret: str) -> str:
    """The secret as a QR code: the address of a picture that holds itself."""
    adapter = get_adapter()
    drawn: str = adapter.build_totp_svg(adapter.build_totp_url(person, secret))
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"


def in_groups(secret: str) -> str:
    """The secret in groups of four, to be typed."""
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))


def ask_for_new_passkey(person: Person) -> dict[str, Any]:
    """What the browser is asked to make: a passkey that it finds by itself and that asks for its owner."""
    asked: dict[str, Any] = webauthn.begin_registration(person, passwordless=True)
    return asked


def ask_for_passkey(person: Person | None = None) -> dict[str, Any]:
    """What the browser is asked to prove: one of a person's passkeys, or any of this site's."""
    asked: dict[str, Any] = webauthn.begin_authentication(person)
    return asked
