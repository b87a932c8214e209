"""Looking at the outbox in tests: passes, relays, and who was told of what."""

from datetime import datetime, timedelta
from typing import Any

from audit import clock
from pharmacies.models import Pharmacist
from rems import models, numbers, relay, senders
from rems.horizon import passing
from rems.models import Message
from rems.models.choices import Channel
from tests.rems.program_cast import LONG_AGO, Cast, decided


def passed(at: datetime) -> None:
    """What has come due at this instant is looked at."""
    with clock.stand_at(at):
        passing.run()


def sent(at: datetime) -> relay.Counts:
    """What waits at this instant is sent."""
    with clock.stand_at(at):
        return relay.run()


def told(kind: str, channel: str = Channel.IN_APP) -> set[str]:
    """The names of those to whom a notice of this kind goes by the channel."""
    found = Message.objects.filter(notice__kind=kind, channel=channel)
    return set(found.values_list("to__name", flat=True))


def works_at(someone: Any, site: Any) -> Pharmacist:
    """A pharmacist of the site."""
    return Pharmacist.objects.create(person=someone, pharmacy=site, from_at=LONG_AGO, from_by=someone)


def confirmed(enrollment: models.Enrollment, cast: Cast, *, by: Any, hours_ago: int = 2) -> models.Confirmation:
    """An open confirmation of Cedar Street."""
    at = clock.now() - timedelta(hours=hours_ago)
    written = models.Prescription.objects.create(
        enrollment=enrollment,
        prescriber=enrollment.prescriber,
        written_at=at,
        days_supply=28,
        category=enrollment.categories.current().latest("since").category,
        recorded_at=at,
        recorded_by=cast.ruth,
    )
    authorization = models.Authorization.objects.create(
        number=numbers.new_number(numbers.Kind.AUTHORIZATION).text,
        prescription=written,
        patient=enrollment.patient,
        program=enrollment.program,
        category=written.category,
        issued_at=at,
        closes_at=at + timedelta(days=7),
        decision=decided(enrollment, "authorize", at),
        by=cast.ruth,
    )
    return models.Confirmation.objects.create(
        number=numbers.new_number(numbers.Kind.CONFIRMATION).text,
        authorization=authorization,
        pharmacy=cast.cedar,
        issued_at=at,
        lapses_at=at + timedelta(hours=24),
        decision=decided(enrollment, "confirm", at),
        by=by,
    )


def text_of(answer: Any) -> str:
    """A page with its white space drawn together."""
    return " ".join(answer.content.decode().split())


class Refusing:
    """A mail server that does not know the address."""

    def send(self, **_: str) -> None:
        """Take nothing."""
        raise senders.Undelivered("SMTPRecipientsRefused")
