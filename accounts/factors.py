"""Second factors: authenticator apps, passkeys and recovery codes. Added and removed by their owner, reset by others.

allauth keeps them and does the cryptography; each write is an act here. What the trail says of a factor
is its kind and its name, never what it proves itself with.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from cryptography.exceptions import InvalidSignature
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts import sessions, throttle
from accounts.models import Person
from accounts.roles import Permission, Role
from accounts.standing import Forbidden, held_now, must, must_be_active
from audit.acts import Act, act
from audit.facts import InvalidFact
from audit.locks import lock

Kind = Authenticator.Type
PROOFS = (Kind.TOTP, Kind.WEBAUTHN)
"""What makes a second factor; recovery codes stand in for one that is lost."""
WORDS = {Kind.TOTP: "authenticator app", Kind.WEBAUTHN: "passkey", Kind.RECOVERY_CODES: "recovery codes"}
LAST_COUNTER = "last_counter"


class WrongFactor(Exception):
    """What was given proves nothing. The text is for the trail; the page says less."""


def factors_of(person: Person) -> "QuerySet[Authenticator]":
    """The person's factors, the oldest first."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=person.pk).order_by("created_at", "pk")
    return found


def has_factor(person: Person) -> bool:
    """Whether the password alone does not sign this person in."""
    return factors_of(person).filter(type__in=PROOFS).exists()


def needs_factor(person: Person) -> bool:
    """Whether nothing opens to this person without one: every role but the patient's asks for it."""
    return bool(person.roles() - {Role.PATIENT})


@act("accounts.add_authenticator_app")
def add_app(frame: Act, *, secret: str, code: str, but: str | None, by: Person) -> Authenticator:
    """Keep the secret that an app shares with us, once a code proves it. ``but``: the session that goes on.

    Raises WrongFactor, Forbidden, and InvalidFact where there is an app already.
    """
    _lock_owner(by)
    if factors_of(by).filter(type=Kind.TOTP).exists():
        raise InvalidFact(field="code", message="You have an authenticator app already. Remove it first.")
    counter = _counter_of(secret, code)
    if counter is None:
        raise WrongFactor("The code does not fit.")
    made = totp.TOTP.activate(by, secret).instance
    made.data[LAST_COUNTER] = counter
    return _added(frame, made, but=but, by=by)


@act("accounts.add_passkey")
def add_passkey(frame: Act, *, credential: Any, name: str, but: str | None, by: Person) -> Authenticator:
    """Keep a passkey that answered our question of this session. Raises WrongFactor and Forbidden."""
    _lock_owner(by)

    def register() -> Any:
        webauthn.parse_registration_response(credential)
        return webauthn.complete_registration(credential)

    if not _answered(register).is_user_verified():
        raise WrongFactor("The passkey did not ask for a fingerprint, a face or a PIN.")
    made = webauthn.WebAuthn.add(by, name.strip() or "Passkey", credential).instance
    return _added(frame, made, but=but, by=by)


@act("accounts.remove_second_factor")
def remove(frame: Act, *, factor: Authenticator, by: Person) -> None:
    """Remove one of one's own factors. Raises Forbidden, and InvalidFact for the last one of who needs one."""
    _lock_owner(by)
    if factor.user_id != by.pk:
        raise Forbidden("This factor is somebody else's.")
    others = factors_of(by).filter(type__in=PROOFS).exclude(pk=factor.pk)
    if not others.exists() and needs_factor(by):
        raise InvalidFact(field="factor", message="This is your only second factor. Add another one first.")
    frame.record(factor, details=described(factor))
    factor.delete()
    if not others.exists():
        factors_of(by).filter(type=Kind.RECOVERY_CODES).delete()


@act("accounts.make_recovery_codes")
def make_codes(frame: Act, *, by: Person) -> Authenticator:
    """New recovery codes in place of those there were. Raises Forbidden, and InvalidFact without a factor."""
    _lock_owner(by)
    if not has_factor(by):
        raise InvalidFact(field="codes", message="Set up a second factor first.")
    factors_of(by).filter(type=Kind.RECOVERY_CODES).delete()
    made: Authenticator = _codes_for(by, frame.at)
    frame.record(made, details=described(made))
    return made


@act("accounts.keep_recovery_codes")
def keep_codes(frame: Act, *, by: Person) -> None:
    """The person has the codes on paper: they are not shown again. Raises Forbidden."""
    _lock_owner(by)
    codes = factors_of(by).get(type=Kind.RECOVERY_CODES)
    codes.wrap().mark_as_viewed()
    frame.record(codes, details=described(codes))


@act("accounts.reset_second_factor")
def reset(frame: Act, *, person: Person, reason: str, by: Person, key: str | None = None) -> Person:
    """Remove another's factors and end their sessions: the telephone is lost. A new one is set up at the next sign-in.

    For who keeps the accounts; for a representative only where the person is a pharmacist and nothing
    more, and the caller says of which site. Raises Forbidden and InvalidFact.
    """
    must(by, Permission.GRANT_ROLES, Permission.KEEP_SITE_STAFF)
    if person.pk == by.pk:
        raise InvalidFact(field="person", message="This is your own account. Somebody else does this.")
    if not reason.strip():
        raise InvalidFact(field="reason", message="Say why, and how you know that it is them.")
    held = lock(Person, person.pk)
    if Permission.GRANT_ROLES not in held_now(by) and held.roles() != {Role.PHARMACIST}:
        raise Forbidden(f"{held.name} is more than a pharmacist. An administrator does this.")
    removed = [WORDS[Kind(factor.type)] for factor in factors_of(held)]
    if not removed:
        raise InvalidFact(field="reason", message=f"{held.name} has no second factor yet.")
    factors_of(held).delete()
    throttle.open_again(held.email)
    frame.record(held, details={"removed": removed, "sessions": sessions.end_all(held)}, reason=reason.strip())
    return held


def use_code(frame: Act, person: Person, code: str) -> str:
    """Use up a code of the person's app, or one of their recovery codes, within an act. Its kind in words.

    Raises WrongFactor, also for a code that was used before.
    """
    typed = "".join(code.split()).replace("-", "")
    for factor in factors_of(person).exclude(type=Kind.WEBAUTHN):
        held = lock(Authenticator, factor.pk)
        if held.type == Kind.TOTP and _use_app(held, typed, at=frame.at):
            return WORDS[Kind.TOTP]
        if held.type == Kind.RECOVERY_CODES and held.wrap().validate_code(typed):
            use_recovery_code(codes=held, by=person)
            return "recovery code"
    raise WrongFactor("The code does not fit.")


@act("accounts.use_recovery_code")
def use_recovery_code(frame: Act, *, codes: Authenticator, by: Person) -> None:
    """Note that a recovery code was used up, and how many are left. Raises Forbidden."""
    must_be_active(by)
    held = lock(Authenticator, codes.pk)
    _note_use(held, frame.at)
    frame.record(held, details={**described(held), "left": len(held.wrap().get_unused_codes())})


def use_passkey(frame: Act, person: Person, credential: Any) -> Authenticator:
    """Take a passkey's answer to our question of this session, within an act. Raises WrongFactor."""

    def complete() -> Authenticator:
        webauthn.parse_authentication_response(credential)
        answered: Authenticator = webauthn.complete_authentication(person, credential)
        return answered

    factor = _answered(complete)
    _note_use(lock(Authenticator, factor.pk), frame.at)
    return factor


def owner_of(credential: Any) -> Person:
    """Who a passkey says that it belongs to; nothing is proved by that. Raises WrongFactor."""
    if not isinstance(credential, dict) or not isinstance(credential.get("response"), dict):
        raise WrongFactor("No passkey answered.")
    found: Person = _answered(lambda: webauthn.extract_user_from_response(credential))
    return found


def described(factor: Authenticator) -> dict[str, str]:
    """A factor as the trail may know it."""
    kind = Kind(factor.type)
    return {"kind": WORDS[kind], **({"name": factor.wrap().name} if kind is Kind.WEBAUTHN else {})}


def _added(frame: Act, made: Authenticator, *, but: str | None, by: Person) -> Authenticator:
    """With the first factor come recovery codes; sessions that were begun without it end."""
    made.created_at = made.last_used_at = frame.at
    made.save()
    if not factors_of(by).filter(type=Kind.RECOVERY_CODES).exists():
        _codes_for(by, frame.at)
    frame.record(made, details={**described(made), "sessions_ended": sessions.end_all(by, but=but)})
    return made


def _codes_for(person: Person, at: datetime) -> Authenticator:
    made: Authenticator = RecoveryCodes.activate(person).instance
    Authenticator.objects.filter(pk=made.pk).update(created_at=at)
    return made


def _lock_owner(by: Person) -> None:
    must_be_active(by)
    lock(Person, by.pk)


def _use_app(held: Authenticator, code: str, *, at: datetime) -> bool:
    """Whether the code is the app's of now and newer than the last that was used."""
    counter = _counter_of(totp.decrypt(held.data["secret"]), code)
    if counter is None or counter <= held.data.get(LAST_COUNTER, 0):
        return False
    held.data[LAST_COUNTER] = counter
    held.last_used_at = at
    held.save(update_fields=["data", "last_used_at"])
    return True


def _counter_of(secret: str, code: str) -> int | None:
    """The period that a code belongs to, by the clock that telephones have: never a shifted one. None: to none."""
    for counter in totp.yield_hotp_counters_from_time():
        if totp.compare_user_code(actual=code, expected=totp.format_hotp_value(totp.hotp_value(secret, counter))):
            return int(counter)
    return None


def _note_use(held: Authenticator, at: datetime) -> None:
    held.last_used_at = at
    held.save(update_fields=["last_used_at"])


def _answered(ask: Callable[[], Any]) -> Any:
    """What the library makes of a browser's answer. Raises WrongFactor for whatever it cannot read or prove."""
    try:
        return ask()
    except (ValidationError, InvalidSignature, ValueError, TypeError, KeyError, AttributeError) as error:
        raise WrongFactor("The passkey does not fit.") from error
