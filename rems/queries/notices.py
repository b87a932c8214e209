"""A person's own notices, as their page shows them, and whether messages reach them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q, QuerySet

from accounts.contact import choice_of
from accounts.models import Person
from patients.models import Patient
from rems.models import Confirmation, Message, Notice
from rems.models.choices import AT_ONCE, ON_THE_DAY, Channel, NoticeKind
from rems.queries import administration, prescriber
from rems.relay import ENDED, NOT_WANTED

FAILS_AFTER = 3
"""As many tries in vain, and the person is told on the page (D): a server that is away for a minute is nobody's."""
STEPS = {AT_ONCE: "At once", ON_THE_DAY: "On the day", "administrator": "Escalated to the program"}


class Place(NamedTuple):
    """Where something is done about it: the name of an address, and what it is asked for."""

    name: str
    of: str | int


class Line(NamedTuple):
    """One notice on the page. No patient: who reads it does not, or not any more, see whom it is about."""

    message: Message
    step: str
    patient: Patient | None
    place: Place | None


class Failing(NamedTuple):
    """A channel that does not reach the person: where it leads, and what the last try met."""

    channel: str
    label: str
    address: str
    trouble: str
    tried: int


def notices_of(person: Person) -> "QuerySet[Message]":
    """The person's own notices, the newest first."""
    found = Message.objects.filter(to=person, channel=Channel.IN_APP)
    return found.select_related("notice__patient").order_by("-written_at", "-pk")


def unread(person: Person) -> int:
    """How many were not read."""
    return Message.objects.filter(to=person, channel=Channel.IN_APP, read_at__isnull=True).count()


def lines(person: Person, messages: Sequence[Message]) -> list[Line]:
    """The notices with whom they are about, as far as the person may see that now."""
    sight = _sight(person, [message.notice for message in messages])
    return [Line(message, step_words(message.notice), *sight.of(message.notice)) for message in messages]


def step_words(notice: Notice) -> str:
    """Which step of the ladder it is: 7 days before."""
    if notice.step in STEPS:
        return STEPS[notice.step]
    days, _, side = notice.step.partition("_")
    return f"{days} day{'' if days == '1' else 's'} {side}"


@dataclass(frozen=True, kw_only=True)
class Sight:
    """Whom the person may see now, of those whom some notices are about."""

    cared_for: frozenset[int]
    known: frozenset[int]
    confirmed: dict[str, Confirmation]

    def of(self, notice: Notice) -> tuple[Patient | None, Place | None]:
        """The patient and where to go, by the person's part in it."""
        patient = notice.patient
        if confirmation := self.confirmed.get(notice.subject):
            return patient, Place("pharmacy:confirmation", confirmation.number)
        if patient.pk in self.cared_for:
            return patient, Place("prescriber:patient", patient.number)
        if patient.pk in self.known:
            if notice.kind == NoticeKind.RECORD_OPENED:
                return patient, Place("administration:opening", int(notice.subject.partition(":")[2]))
            return patient, Place("administration:patient", patient.number)
        return None, None


def _sight(person: Person, notices: Sequence[Notice]) -> Sight:
    patients = {notice.patient_id for notice in notices}
    numbers = [int(n.subject.partition(":")[2]) for n in notices if n.subject.startswith("confirmation:")]
    own_sites = Q(pharmacy__pharmacists__person=person, pharmacy__pharmacists__ended_at__isnull=True)
    confirmed = Confirmation.objects.filter(own_sites, pk__in=numbers).distinct()
    cared_for = prescriber.patients_visible_to(person).filter(pk__in=patients)
    known = administration.patients_visible_to(person).filter(pk__in=patients)
    return Sight(
        cared_for=frozenset(cared_for.values_list("pk", flat=True)),
        known=frozenset(known.values_list("pk", flat=True)),
        confirmed={f"confirmation:{row.pk}": row for row in confirmed},
    )


def failing(person: Person) -> list[Failing]:
    """The channels that the person chose and whose messages were not taken several times, and none since."""
    choice = choice_of(person)
    found = (_trouble(person, Channel(channel), choice.address(channel)) for channel in choice.chosen)
    return [one for one in found if one is not None]


def _trouble(person: Person, channel: Channel, address: str) -> Failing | None:
    own = Message.objects.filter(to=person, channel=channel)
    vain = own.filter(sent_at__isnull=True, tried__gte=FAILS_AFTER).exclude(trouble__in=(ENDED, NOT_WANTED))
    last = own.filter(sent_at__isnull=False).order_by("-sent_at").values_list("sent_at", flat=True).first()
    if last is not None:
        vain = vain.filter(Q(written_at__gt=last) | Q(given_up_at__gt=last))
    message = vain.order_by("-written_at", "-pk").first()
    if message is None:
        return None
    return Failing(channel.value, str(channel.label), address, message.trouble, message.tried)
