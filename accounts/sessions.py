"""Sessions: 15 minutes of idleness end one, and 12 hours whatever is done in it.

What a session is known by (where, when, last seen) is a row of allauth's UserSession. A session without
its row is none: whoever deletes the row has ended the session, at the next request.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts.models import Person
from accounts.roles import Permission
from accounts.standing import must, must_be_active
from audit import clock, context
from audit.acts import Act, act
from audit.facts import InvalidFact
from audit.network import address_of

IDLE, LONGEST = timedelta(minutes=15), timedelta(hours=12)
SHORT = timedelta(hours=1)
"""The longest session of a patient, on a phone: a convention of this project (mark D)."""
AT_MOST = "accounts.at_most"
"""Where a session keeps its own longest time, in seconds."""
LAST_MINUTE = timedelta(minutes=1)
"""Of the 12 hours: in it nothing is extended any more."""
IDLE_WORDS = "You were signed out after 15 idle minutes."
LONGEST_WORDS = "You were signed out after 12 hours."
SHORT_WORDS = "You were signed out after one hour."
ENDED_WORDS = "This session was ended. Sign in again."


class Ending(NamedTuple):
    """When a session ends if nothing is done in it, and when it ends whatever is done."""

    person_id: int
    at: datetime
    longest: datetime

    @property
    def is_final(self) -> bool:
        """Whether the 12 hours end first: nothing that is done before makes it longer."""
        return self.longest <= self.at

    def is_in_last_minute(self, at: datetime) -> bool:
        """Whether the last minute of the 12 hours has begun, its first instant included."""
        return self.longest - at <= LAST_MINUTE

    def seconds_left(self, at: datetime) -> int:
        """Whole seconds until the end; 0 once it is there."""
        return max(0, int((self.at - at).total_seconds()))


class LivingSessions:
    """`request.user` is somebody only while their session lives; each page that asks for them counts as activity."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Looked up where a view asks, as Django's own: a database that is away is then answered in words.
        known = request.user
        request.user = SimpleLazyObject(lambda: _living(request, known))  # type: ignore[assignment]
        return self.get_response(request)


def begin(request: HttpRequest, person: Person, *, at: datetime, at_most: timedelta | None = None) -> None:
    """Write down the session that was just given a new key; what is left of those that ran out goes.

    ``at_most``: how long it lives at the longest, where that is less than for everybody.
    """
    if at_most is not None:
        request.session[AT_MOST] = int(at_most.total_seconds())
    if request.session.session_key is None:
        # Somebody else was signed in here: Django has thrown their session away, and this one has no key yet.
        request.session.create()
    # allauth has written this session's row by the machine's clock, which a demonstration's is shifted from.
    others = UserSession.objects.filter(user_id=person.pk).exclude(session_key=request.session.session_key)
    for over in others.exclude(_lives(at)):
        _delete(over)
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": person,
            "ip": address_of(request),
            "user_agent": request.META.get("HTTP_USER_AGENT", "")[:200],
            "created_at": at,
            "last_seen_at": at,
        },
    )


def renamed(request: HttpRequest, *, before: str | None) -> None:
    """The session has a new key; it is the same session, and lives no longer by it."""
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


def end_this(request: HttpRequest) -> None:
    """Forget the session of this request, within an act; its data go with the sign-out."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()


def end_all(person: Person, *, but: str | None = None) -> int:
    """End the person's sessions, within an act; ``but`` one's own key. How many there were."""
    ended = UserSession.objects.filter(user_id=person.pk)
    if but:
        ended = ended.exclude(session_key=but)
    return sum(_delete(session) for session in ended)


@act("accounts.end_session")
def end_session(frame: Act, *, session: UserSession, by: Person) -> None:
    """End one of one's own sessions. Raises Forbidden, and InvalidFact for another's."""
    must_be_active(by)
    if session.user_id != by.pk:
        raise InvalidFact(field="session", message="This session is somebody else's.")
    _delete(session)
    frame.record(by, details=_described(session))


@act("accounts.end_other_sessions")
def end_other_sessions(frame: Act, *, but: str, by: Person) -> int:
    """End all of one's own sessions but the one with this key. How many there were. Raises Forbidden."""
    must_be_active(by)
    ended = end_all(by, but=but)
    frame.record(by, details={"sessions": ended})
    return ended


@act("accounts.end_sessions")
def end_sessions_of(frame: Act, *, person: Person, by: Person, key: str | None = None) -> Person:
    """End all sessions of another. Raises Forbidden."""
    must(by, Permission.GRANT_ROLES)
    frame.record(person, details={"sessions": end_all(person)})
    return person


@act("accounts.expire_session")
def expire(frame: Act, *, session: UserSession, why: str, by: Person) -> bool:
    """Write down that a session ran out, when its browser comes back. Of two requests at once one does."""
    ended = _delete(session) == 1
    frame.record(by, details={**_described(session), "noticed_first": ended}, reason=why)
    return ended


def living_sessions(person: Person) -> "QuerySet[UserSession]":
    """The person's sessions that have not run out, the newest first."""
    found: QuerySet[UserSession] = UserSession.objects.filter(_lives(clock.now()), user_id=person.pk)
    return found.order_by("-created_at", "-pk")


def ending_of(key: str | None, *, at: datetime) -> Ending | None:
    """When the session with this key ends; None where it has ended. Asking is no activity in it."""
    living = UserSession.objects.filter(_lives(at), session_key=key).first() if key else None
    if living is None:
        return None
    longest = living.created_at + LONGEST
    return Ending(living.user_id, min(living.last_seen_at + IDLE, longest), longest)


def _lives(at: datetime) -> Q:
    """Which sessions have not run out; at the very end of the 15 minutes or 12 hours they have."""
    return Q(last_seen_at__gt=at - IDLE, created_at__gt=at - LONGEST)


def _living(request: HttpRequest, known: object) -> object:
    """The person, if their session lives; else nobody, and what was kept in the session is gone."""
    if not isinstance(known, Person):
        return known
    at, key = clock.now(), request.session.session_key
    too_long = _is_too_long(request, known, at)
    if not too_long and _touch(key, known, at):
        return known
    request.session_ended = _end(key, known, at, why=SHORT_WORDS if too_long else "")  # type: ignore[attr-defined]
    request.session.flush()
    return AnonymousUser()


def _is_too_long(request: HttpRequest, person: Person, at: datetime) -> bool:
    """Whether a session with a shorter time of its own is over; at its very end it is."""
    seconds = request.session.get(AT_MOST)
    if seconds is None:
        return False
    begun = UserSession.objects.filter(session_key=request.session.session_key, user_id=person.pk)
    return begun.filter(created_at__lte=at - timedelta(seconds=seconds)).exists()


def _touch(key: str | None, person: Person, at: datetime) -> bool:
    """Note the activity; False where the session is over. A crash of the database may forget a moment of idleness."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")
        living = UserSession.objects.filter(_lives(at), session_key=key, user_id=person.pk)
        # Of two requests at once the later one counts, whichever is written last.
        return living.update(last_seen_at=Greatest("last_seen_at", Value(at))) == 1


def _end(key: str | None, person: Person, at: datetime, *, why: str) -> str:
    """Why the session is over, in words; one that ran out is written down."""
    session = UserSession.objects.filter(session_key=key, user_id=person.pk).first()
    if session is None:
        return ENDED_WORDS
    why = why or (LONGEST_WORDS if session.created_at <= at - LONGEST else IDLE_WORDS)
    with context.acting(person, role=person.acting_as):
        expire(session=session, why=why, by=person)
    return why


def _delete(session: UserSession) -> int:
    """The session's data and its row. How many rows there were: none where another request was quicker."""
    SessionStore().delete(session.session_key)
    return UserSession.objects.filter(pk=session.pk).delete()[0]


def _described(session: UserSession) -> dict[str, str]:
    """Where and since when it was; never its key."""
    return {"network": session.ip, "since": session.created_at.isoformat()}
