"""The relay takes messages out of the outbox and sends them. The database says what is sent, nothing else.

Each message is one transaction: held, sent, marked. Another relay passes over a message that is held; one
whose relay is killed is free again at once, and the next run takes it. A mail server that took a message
in the instant before such a kill gets it twice, with one and the same Message-ID.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db.models import QuerySet

from accounts.models import Person
from accounts.people import system_person
from audit import clock
from audit.acts import Act, act
from rems import senders
from rems.models import Message
from rems.senders import Undelivered

log = logging.getLogger(__name__)

JOB = "messages"
MOST = 200
"""What one run sends; the next one goes on."""
SECONDS = 30.0
"""After so long a run begins no further message: the job's time must not end between sending and marking."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
TRIES = 12
"""After so many tries, more than a day, a message is given up and shows as such."""


@dataclass(kw_only=True)
class Counts:
    """What one run did."""

    sent: int = 0
    failed: int = 0


class NothingWaits(Exception):
    """No message is due that nobody else holds. Nothing was written."""


def run(*, most: int = MOST) -> Counts:
    """Send what is due, for half a minute at most. Safe to run twice, in many places, and to kill at any instant."""
    counts, end = Counts(), monotonic() + SECONDS
    while counts.sent + counts.failed < most and monotonic() < end and _waiting(clock.now()).exists():
        try:
            message = send_next(by=system_person(JOB))
        except NothingWaits:
            break
        if message.sent_at is not None:
            counts.sent += 1
        else:
            counts.failed += 1
    return counts


@act("rems.send_message")
def send_next(frame: Act, *, by: Person, key: str | None = None) -> Message:
    """Send the message that waits longest and is free, and mark it. Raises NothingWaits.

    One that is not taken is tried again, each time after twice as long; it is given up after TRIES tries,
    and at once where the person has no account any more.
    """
    found = _waiting(frame.at).select_related("to", "notice").order_by("try_at", "pk")
    message = found.select_for_update(skip_locked=True, of=("self",)).first()
    if message is None:
        raise NothingWaits
    message.tried += 1
    if message.to.is_active:
        _try(message, at=frame.at)
    else:
        message.given_up_at, message.trouble = frame.at, "The account was deactivated."
    message.save(update_fields=["tried", "try_at", "trouble", "sent_at", "given_up_at"])
    details = {"notice": message.notice_id, "channel": message.channel, "tried": message.tried}
    frame.record(message, allowed=message.sent_at is not None, details=details, reason=message.trouble)
    return message


def _try(message: Message, *, at: datetime) -> None:
    subject, text = senders.words()
    try:
        sender = senders.sender_of(message.channel)
        sender.send(to=message.to.email, subject=subject, text=text, reference=f"message-{message.pk}")
    except Undelivered as error:
        log.warning("Message %s was not taken: %s", message.pk, error)
        message.trouble = str(error)[:200]
        message.try_at = at + wait_after(message.tried)
        message.given_up_at = at if message.tried >= TRIES else None
    else:
        message.sent_at, message.trouble = at, ""


def wait_after(tried: int) -> timedelta:
    """How long to wait after so many tries: 1, 2, 4 … minutes, at most six hours."""
    return min(FIRST_WAIT * 2 ** (tried - 1), LONGEST_WAIT)


def _waiting(at: datetime) -> "QuerySet[Message]":
    return Message.objects.filter(sent_at__isnull=True, given_up_at__isnull=True, try_at__lte=at)
