"""That the signer is the signer: password or passkey given again for each signature (21 CFR 11.200).

A passkey answers a challenge that is made for this person, in this session, for signing alone: it serves
once, for five minutes. What is kept with the signature is the digest of the challenge, which no other
signature may hold.
"""

import hashlib
import json
import struct
from datetime import timedelta
from typing import Any, NoReturn

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib.sessions.backends.base import SessionBase
from fido2.utils import websafe_decode
from fido2.webauthn import UserVerificationRequirement

from accounts.models import Person
from audit import clock
from audit.denials import record_denial
from audit.models import IdempotencyKey

CHALLENGE = "signing.challenge"
SERVES = timedelta(minutes=5)
NOT_THE_PASSWORD = "The password does not match. Nothing was signed."  # noqa: S105 - words, no password
NOT_THE_PASSKEY = "The passkey did not answer for this signature. Nothing was signed. Use it again, or the password."
NO_ANSWER = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, struct.error)
"""What reading something raises that is no passkey's answer."""


class NotProved(Exception):
    """What was given does not show that the signer is the signer; the words say why. Nothing was signed."""


def has_passkey(person: Person) -> bool:
    """Whether the person can sign with a passkey."""
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).exists()


def check_password(person: Person, password: str, *, network: str) -> None:
    """Raise NotProved for a password that is not the person's; the try is recorded.

    The one place in which a password is asked again to sign: whoever counts failures counts here.
    """
    if not person.check_password(password):
        _refuse(person, NOT_THE_PASSWORD, network=network)


def challenge(person: Person, session: SessionBase) -> dict[str, Any]:
    """A new challenge for the person's passkeys, in the browser's terms; the one before serves no more.

    Raises NotProved for somebody who has none.
    """
    credentials = webauthn.get_credentials(person)
    if not credentials:
        raise NotProved("This account has no passkey. Sign with the password.")
    options, state = webauthn.get_server().authenticate_begin(
        credentials=credentials, user_verification=UserVerificationRequirement.REQUIRED
    )
    until = (clock.now() + SERVES).timestamp()
    session[CHALLENGE] = {"person": person.pk, "until": until, "state": state}
    return dict(options)


def check_passkey(person: Person, session: SessionBase, answer: str, *, network: str) -> None:
    """Raise NotProved for an answer to no challenge of this person in this session. The challenge is used up."""
    made = session.pop(CHALLENGE, None)
    if made is None or made["person"] != person.pk or clock.now().timestamp() > made["until"]:
        _refuse(person, NOT_THE_PASSKEY, network=network)
    try:
        webauthn.get_server().authenticate_complete(made["state"], webauthn.get_credentials(person), json.loads(answer))
    except NO_ANSWER:
        # Whatever is wrong with an answer: it was typed, belongs elsewhere, or its signature does not fit.
        _refuse(person, NOT_THE_PASSKEY, network=network)


def proof_of(answer: str) -> str:
    """The digest of the challenge that an answer names; '' for what is no answer."""
    try:
        told = json.loads(websafe_decode(json.loads(answer)["response"]["clientDataJSON"]))
        return hashlib.sha256(str(told["challenge"]).encode()).hexdigest()
    except NO_ANSWER:
        return ""


def is_repeat(person: Person, key: str) -> bool:
    """Whether a form with this key was done before: it is answered with what it did then, and signs nothing."""
    return IdempotencyKey.objects.filter(person_id=person.pk, key=key, outcome_id__isnull=False).exists()


def _refuse(person: Person, why: str, *, network: str) -> NoReturn:
    """Record the failed try and raise NotProved."""
    record_denial(action="accounts.sign_refused", by=person, reason=why, details={"network": network})
    raise NotProved(why)
