"""How messages leave: what was not taken, how often it was tried, and what it met. No patient is named."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.models import Person, RoleGrant
from accounts.roles import Permission, Role
from rems.models import Message
from rems.models.choices import Channel

KEPT = timedelta(days=30)
"""As long as what was given up, or taken, is listed (D). The trail has all of it."""
WAITS = Q(sent_at__isnull=True, given_up_at__isnull=True)
STATES = {
    "failing": WAITS & Q(tried__gt=0),
    "given_up": Q(given_up_at__isnull=False),
    "waiting": WAITS & Q(tried=0),
    "sent": Q(sent_at__isnull=False),
}
SHOWN_FIRST = STATES["failing"] | STATES["given_up"]


class Delivery(NamedTuple):
    """One message: to whom by role; by name only where that is no patient."""

    message: Message
    role: str
    person: Person | None
    state: str


def deliveries_visible_to(person: Person) -> "QuerySet[Message]":
    """Every message that leaves, the newest first."""
    found = Message.objects.exclude(channel=Channel.IN_APP).select_related("to", "notice")
    found = found.order_by("-written_at", "-pk")
    return found if person.may(Permission.WORK_OVERDUE) else found.none()


def in_state(found: "QuerySet[Message]", state: str, *, at: datetime) -> "QuerySet[Message]":
    """Those in this state; without one, whatever was not taken. What is over is listed for KEPT."""
    chosen = found.filter(STATES.get(state, SHOWN_FIRST))
    return chosen.filter(WAITS | Q(written_at__gte=at - KEPT))


def counts(found: "QuerySet[Message]", *, at: datetime) -> dict[str, int]:
    """How many there are in each state."""
    return {state: in_state(found, state, at=at).count() for state in STATES}


def rows(messages: list[Message]) -> list[Delivery]:
    """The messages with the roles of whom they go to."""
    held: dict[int, set[Role]] = {}
    grants = RoleGrant.objects.filter(person__in={message.to_id for message in messages}, withdrawn_at__isnull=True)
    for person, role in grants.values_list("person_id", "role"):
        held.setdefault(person, set()).add(Role(role))
    return [_row(message, held.get(message.to_id, set())) for message in messages]


def unsent_channels() -> list[str]:
    """What an administrator should know of how this installation sends: sentences, none where all is well."""
    found = []
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        found.append("No mail server is set: e-mails are written on the server’s console.")
    if Channel.TEXT not in settings.MESSAGE_SENDERS:
        found.append("No sender of text messages is set: nobody can choose them.")
    elif settings.MESSAGE_SENDERS[Channel.TEXT].endswith("OnConsole"):
        found.append("Text messages are written on the server’s console.")
    return found


def _row(message: Message, roles: set[Role]) -> Delivery:
    words = ", ".join(str(role.label) for role in Role if role in roles) or "No role any more"
    person = None if Role.PATIENT in roles else message.to
    return Delivery(message, words, person, _state(message))


def _state(message: Message) -> str:
    if message.sent_at is not None:
        return "sent"
    if message.given_up_at is not None:
        return "given_up"
    return "failing" if message.tried else "waiting"
