"""That somebody at the keyboard is still who signed in: shown again for each signature, and before a record is opened.

A password and a code are counted as at the door. A passkey answers a challenge that is made for this person,
in this session, apart from signing in: it serves once, for five minutes. What is kept with a signature is
the digest of the challenge, which no other signature may hold (21 CFR 11.200).
"""

import hashlib
import json
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib.sessions.backends.base import SessionBase
from fido2.utils import websafe_decode
from fido2.webauthn import UserVerificationRequirement

from accounts import factors, throttle, wording
from accounts.models import Person
from accounts.standing import must_be_active
from audit import clock
from audit.acts import Act, act
from audit.denials import record_denial
from audit.facts import InvalidFact
from audit.models import IdempotencyKey
from audit.network import network_of

CHALLENGE = "signing.challenge"
SERVES = timedelta(minutes=5)
NOT_THE_PASSWORD = "The password does not match. Nothing was done."  # noqa: S105 - words, no password
NOT_THE_PASSKEY = "The passkey did not answer for this. Nothing was done. Use it again."
NOT_THE_CODE = "The code does not fit. Nothing was done."
NO_ANSWER = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, struct.error)
"""What reading something raises that is no passkey's answer."""


class NotProved(Exception):
    """What was given does not show who is there; the words say why. Nothing was done."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Whose it is, how it was given and when."""

    person_id: int
    how: str
    at: datetime


def proof(person: Person, *, how: str) -> Proof:
    """What a check that has just let the person by hands on to the act. ``how``: in the trail's words."""
    return Proof(person_id=person.pk, how=how, at=clock.now())


def must_be_proven(given: Proof, *, by: Person, at: datetime) -> None:
    """InvalidFact at ``proof`` where the proof is another's, or older than SERVES, at the instant of the act."""
    if given.person_id != by.pk or not timedelta(0) <= at - given.at <= SERVES:
        raise InvalidFact(field="proof", message="Show again that it is you.")


def has_passkey(person: Person) -> bool:
    """Whether the person can sign with a passkey."""
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).exists()


def has_app(person: Person) -> bool:
    """Whether the person has an app that shows codes."""
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def check_password(person: Person, password: str, *, network: str) -> None:
    """Raise NotProved for a password that is not the person's, or after too many tries; it is recorded."""
    tried = _begin(person, network)
    if not person.check_password(password):
        _refuse(person, f"{NOT_THE_PASSWORD} {wording.used_words(tried)}", network=network)
    throttle.take_back(tried)


def check_code(person: Person, code: str, *, network: str) -> None:
    """Use up a code of the person's app, or a recovery code. Raise NotProved as for a password."""
    tried = _begin(person, network)
    try:
        _use_code(code=code, by=person)
    except factors.WrongFactor:
        _refuse(person, f"{NOT_THE_CODE} {wording.used_words(tried)}", network=network)
    throttle.take_back(tried)


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


@act("accounts.show_second_factor")
def _use_code(frame: Act, *, code: str, by: Person) -> None:
    """A code serves once, also here. Raises WrongFactor and Forbidden."""
    must_be_active(by)
    frame.record(by, details={"with": factors.use_code(frame, by, code)})


def _begin(person: Person, network: str) -> throttle.Try:
    """Count the try. Raise NotProved where it must wait."""
    tried = throttle.begin(email=person.email, network=network_of(network))
    if tried.is_refused:
        _refuse(person, wording.refused_words(tried), network=network)
    return tried


def _refuse(person: Person, why: str, *, network: str) -> NoReturn:
    """Record the failed try and raise NotProved."""
    record_denial(action="accounts.proof_refused", by=person, reason=why, details={"network": network})
    raise NotProved(why)
