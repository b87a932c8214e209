"""The relay takes messages out of the outbox and sends them. The database says what is sent, nothing else.

Each letter is one transaction: its messages are held, it is sent, they are marked. Another relay passes over
a message that is held; one whose relay is killed is free again at once, and the next run takes it. A mail
server that took a letter in the instant before such a kill gets it twice, with one and the same Message-ID.
"""

import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Literal

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet

from accounts.contact import choice_of
from accounts.models import ContactChoice, Person
from accounts.people import system_person
from audit import clock
from audit.acts import Act, act
from rems import senders
from rems.models import Message
from rems.outbox import due_at
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
ENDED, NOT_WANTED = "AccountEnded", "ChannelNotWanted"
"""What a message met that needs no try: its person's account, or their choice of the channel, has ended."""
KIND = re.compile(r"[A-Za-z0-9_.]{1,200}")
"""The name of an error. Anything longer could hold what was sent, or to whom."""
END_OF_RUN = (OperationalError, InterfaceError, SoftTimeLimitExceeded)
"""The database is gone, or the job's time is up: no message's failure."""

Outcome = Literal["sent", "failed", "put_off"]


@dataclass(kw_only=True)
class Counts:
    """What one run did."""

    sent: int = 0
    failed: int = 0
    put_off: int = 0


class NothingWaits(Exception):
    """No message is due that nobody else holds. Nothing was written."""


def run(*, most: int = MOST) -> Counts:
    """Send what is due, for half a minute at most. Safe to run twice, in many places, and to kill at any instant."""
    counts, end = Counts(), monotonic() + SECONDS
    for _ in range(most):
        if monotonic() > end or not _waiting(clock.now()).exists():
            break
        try:
            outcome, messages = send_next(by=system_person(JOB))
        except NothingWaits:
            break
        setattr(counts, outcome, getattr(counts, outcome) + len(messages))
    return counts


@act("rems.send_message")
def send_next(frame: Act, *, by: Person, key: str | None = None) -> tuple[Outcome, list[Message]]:
    """Send the letter that waits longest and is free, and mark its messages. Raises NothingWaits.

    One letter carries all that waits for a person by a channel: each would say the same. One that is not
    taken is tried again, each time after twice as long; a message is given up after TRIES tries, and at
    once where the person has no account any more, or chose against the channel since. What comes into
    the person's quiet hours waits until they end, unless it is urgent.
    """
    together = _next_letter(frame.at)
    outcome = _deal_with(together, choice_of(together[0].to), at=frame.at)
    changed = ["tried", "try_at", "trouble", "sent_at", "sent_with", "given_up_at"]
    Message.objects.bulk_update(together, changed, batch_size=MOST)
    for message in together:
        details = {"notice": message.notice_id, "channel": message.channel, "tried": message.tried}
        if outcome == "put_off":
            frame.record(message, details=details | {"put_off_to": message.try_at})
        else:
            frame.record(message, allowed=outcome == "sent", details=details, reason=message.trouble)
    return outcome, together


def _next_letter(at: datetime) -> list[Message]:
    """What waits longest and is free, held; with it all else that waits for that person by that channel.

    What is put off for quiet hours goes apart from what is urgent.
    """
    free = _waiting(at).select_related("to", "notice").order_by("try_at", "pk")
    free = free.select_for_update(skip_locked=True, of=("self",))
    first = free.first()
    if first is None:
        raise NothingWaits
    rest = free.filter(to=first.to_id, channel=first.channel).exclude(pk=first.pk)
    return [first, *(one for one in rest[: MOST - 1] if one.notice.is_urgent is first.notice.is_urgent)]


def _deal_with(together: list[Message], choice: ContactChoice, *, at: datetime) -> Outcome:
    first, wanted = together[0], together[0].channel in choice.chosen
    if not first.to.is_active or not wanted:
        for message in together:
            message.given_up_at, message.trouble = at, NOT_WANTED if first.to.is_active else ENDED
        return "failed"
    wakes = due_at(choice, at=at, urgent=first.notice.is_urgent)
    if wakes > at:
        for message in together:
            message.try_at = wakes
        return "put_off"
    trouble = _trouble_of_sending(first, choice)
    for message in together:
        _mark(message, first, trouble, at=at)
    return "sent" if trouble is None else "failed"


def _mark(message: Message, first: Message, trouble: str | None, *, at: datetime) -> None:
    message.tried += 1
    message.trouble = trouble or ""
    if trouble is None:
        message.sent_at, message.sent_with = at, first if message is not first else None
    else:
        message.try_at = at + wait_after(message.tried)
        message.given_up_at = at if message.tried >= TRIES else None


def _trouble_of_sending(message: Message, choice: ContactChoice) -> str | None:
    """Hand the message over. The kind of error that a try met, without what it says; None: it was taken.

    An error that no sender foresaw holds up this message and no other; all of it is in the log.
    """
    subject, text = senders.words(choice.language)
    try:
        sender, to = senders.sender_of(message.channel), choice.address(message.channel)
        sender.send(to=to, subject=subject, text=text, reference=f"message-{message.pk}")
    except Undelivered as error:
        log.warning("Message %s was not taken: %s", message.pk, error)
        return str(error) if KIND.fullmatch(str(error)) else type(error).__name__
    except END_OF_RUN:
        raise
    except Exception as error:
        log.exception("Message %s could not be sent", message.pk)
        return type(error).__name__
    return None


def wait_after(tried: int) -> timedelta:
    """How long to wait after so many tries: 1, 2, 4 … minutes, at most six hours."""
    return min(FIRST_WAIT * 2 ** (tried - 1), LONGEST_WAIT)


def _waiting(at: datetime) -> "QuerySet[Message]":
    return Message.objects.filter(sent_at__isnull=True, given_up_at__isnull=True, try_at__lte=at)
