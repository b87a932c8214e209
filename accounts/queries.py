"""One's own account, as its page shows it."""

from typing import NamedTuple

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import QuerySet

from accounts.factors import WORDS, Kind, factors_of
from accounts.models import Person
from accounts.sessions import IDLE, LONGEST
from audit import clock

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
    """One factor, what it is called, and whether it may be removed here."""

    factor: Authenticator
    kind: str
    name: str


class OwnCodes(NamedTuple):
    """The recovery codes: how many are left, and the codes themselves until they were kept."""

    left: int
    shown: list[str]


def living_sessions(person: Person) -> "QuerySet[UserSession]":
    """The person's sessions that have not run out, the newest first."""
    at = clock.now()
    found: QuerySet[UserSession] = UserSession.objects.filter(
        user_id=person.pk, last_seen_at__gt=at - IDLE, created_at__gt=at - LONGEST
    ).order_by("-created_at", "-pk")
    return found


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
    return [OwnFactor(factor, WORDS[Kind(factor.type)], _name(factor)) for factor in found]


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
    return str(factor.wrap().name) if factor.type == Kind.WEBAUTHN else "Authenticator app"
