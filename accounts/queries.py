"""One's own account, as its page shows it."""

from typing import NamedTuple

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from accounts.factors import Kind, factors_of
from accounts.models import Person
from accounts.sessions import living_sessions

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


class OwnSession(NamedTuple):
    """One session: in which browser, and whether it is the one that asks."""

    session: UserSession
    browser: str
    this: bool


class OwnFactor(NamedTuple):
    """One factor, and what it is called."""

    factor: Authenticator
    name: str


class OwnCodes(NamedTuple):
    """The recovery codes: how many are left, and the codes themselves until they were kept."""

    left: int
    shown: list[str]


def sessions_of(person: Person, *, key: str | None) -> list[OwnSession]:
    """The person's sessions in words; ``key``: of the one that asks."""
    return [
        OwnSession(session, browser_words(session.user_agent), session.session_key == key)
        for session in living_sessions(person)
    ]


def session_of(person: Person, pk: int) -> UserSession | None:
    """One of the person's own sessions; None where it is none."""
    return living_sessions(person).filter(pk=pk).first()


def proofs_of(person: Person) -> list[OwnFactor]:
    """Apps and passkeys, the oldest first."""
    found = factors_of(person).exclude(type=Kind.RECOVERY_CODES)
    return [OwnFactor(factor, _name(factor)) for factor in found]


def factor_of(person: Person, *, kind: str, pk: int | None = None) -> Authenticator | None:
    """One of the person's own factors; None where there is none."""
    found = factors_of(person).filter(type=kind)
    return (found if pk is None else found.filter(pk=pk)).first()


def codes_of(person: Person) -> OwnCodes | None:
    """The recovery codes; None where there are none."""
    codes = factor_of(person, kind=Kind.RECOVERY_CODES)
    if codes is None:
        return None
    unused = codes.wrap().get_unused_codes()
    return OwnCodes(left=len(unused), shown=[] if codes.wrap().did_view else unused)


def browser_words(user_agent: str) -> str:
    """The browser and the system, as far as it says so: Chrome on Windows."""
    browser = next((words for sign, words in BROWSERS if sign in user_agent), "A browser")
    system = next((words for sign, words in SYSTEMS if sign in user_agent), "")
    return f"{browser} on {system}" if system else browser


def _name(factor: Authenticator) -> str:
    """What kind it is, and what its owner calls it."""
    if factor.type != Kind.WEBAUTHN:
        return "Authenticator app"
    name = str(factor.wrap().name)
    return "Passkey" if name.casefold() == "passkey" else f"Passkey “{name}”"
