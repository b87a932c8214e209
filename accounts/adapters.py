"""What allauth is told about this site: nobody signs up, it says nothing itself, its secrets are encrypted."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import force_bytes

from audit.network import address_of

PURPOSE = b"rems accounts.adapters second factors"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by people who may; pages and messages are the project's own."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for themselves."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """What was done is said by our views."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No e-mail is sent."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """From where the request comes, as everywhere in this project."""
        return address_of(request)


class FactorAdapter(DefaultMFAAdapter):
    """The seeds of codes are kept encrypted, under a key that is not in the database."""

    def encrypt(self, text: str) -> str:
        """The text as it is stored."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The stored text as it was. Raises InvalidToken where SECRET_KEY is not the one of then."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """To which site passkeys belong."""
        own: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {"id": settings.PASSKEY_HOST or own["id"], "name": settings.MFA_TOTP_ISSUER}


def _cipher() -> MultiFernet:
    """Keys derived from SECRET_KEY, and from those before it while they are still listed."""
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(secret: str | bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(force_bytes(secret))
    return Fernet(base64.urlsafe_b64encode(derived))
