"""What people do with messages: read those on their page, and let one that was not taken be tried now."""

from collections.abc import Sequence

from accounts.models import Person
from accounts.roles import Permission
from accounts.standing import must, must_be_active
from audit.acts import Act, act
from audit.facts import InvalidFact
from audit.locks import lock
from rems.models import Message
from rems.models.choices import Channel

ARRIVED = "This message was taken already."
ON_THE_PAGE = "This one stands on the person's page. It is not sent."


@act("rems.read_notices")
def read_notices(frame: Act, *, messages: Sequence[int], by: Person, key: str | None = None) -> int:
    """Mark these of one's own notices as read; how many were not before. Raises Forbidden."""
    must_be_active(by)
    own = Message.objects.filter(pk__in=messages, to=by, channel=Channel.IN_APP, read_at__isnull=True)
    found = list(own.select_for_update(of=("self",)).order_by("pk"))
    Message.objects.filter(pk__in=[message.pk for message in found]).update(read_at=frame.at)
    frame.record(None, details={"messages": [message.pk for message in found]})
    return len(found)


@act("rems.send_now")
def send_now(frame: Act, *, message: Message, by: Person, key: str | None = None) -> Message:
    """Let a message that waits, or was given up, be tried at the next run: in the person's quiet hours at their end.

    Raises Forbidden, and InvalidFact where it was taken already, or is none that is sent.
    """
    must(by, Permission.WORK_OVERDUE)
    held = lock(Message, message.pk)
    if held.channel == Channel.IN_APP:
        raise InvalidFact(field="message", message=ON_THE_PAGE)
    if held.sent_at is not None:
        raise InvalidFact(field="message", message=ARRIVED)
    held.try_at, held.given_up_at = frame.at, None
    held.save(update_fields=["try_at", "given_up_at"])
    frame.record(held, details={"tried": held.tried, "trouble": held.trouble})
    return held
