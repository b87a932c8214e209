"""The phones that a visitor of the demonstration may take into the hand: what stands on each, and its link."""

from datetime import datetime
from typing import NamedTuple

from accounts.languages import Language
from audit.context import acting
from patients.models import Patient, PatientAccount
from rems.actions.own_access import make_patient_link
from rems.actions.standing import Forbidden
from rems.demo.loading import loaded_at
from rems.demo.own_pages import PHONES, Phone
from rems.models import Enrollment, Message
from rems.models.choices import Channel
from rems.senders import words


class Received(NamedTuple):
    """The newest message that left for a phone, as its person reads it."""

    written_at: datetime
    is_sent: bool
    subject: str
    text: str


class OnPhone(NamedTuple):
    """A phone with its patient, the language of its messages, and the newest of them; None: none came yet."""

    phone: Phone
    patient: Patient
    language: Language
    received: Received | None


def phones() -> list[OnPhone]:
    """Those whose patients have pages of their own; none where the demonstration is not loaded."""
    if loaded_at() is None:
        return []
    names = {phone.patient: phone for phone in PHONES}
    accounts = PatientAccount.objects.select_related("patient", "person").order_by("pk")
    firsts = {name.rpartition(" ")[0] for name in names}
    found: dict[str, PatientAccount] = {}
    for account in accounts.filter(patient__first_name__in=firsts):
        found.setdefault(account.patient.name, account)
    return [_on_phone(phone, found[name]) for name, phone in names.items() if name in found]


class Opened(NamedTuple):
    """A new link to a patient's pages: its token, and the language of the phone."""

    token: str
    language: Language


def open_link(number: str) -> Opened:
    """Make a new link to the pages of a phone's patient, as their prescriber makes it.

    Raises Forbidden for somebody who has no phone here.
    """
    found = next((each for each in phones() if each.patient.number == number), None)
    enrollment = found and Enrollment.objects.filter(patient=found.patient).select_related("prescriber__person").last()
    if not found or not enrollment or enrollment.prescriber.person is None:
        raise Forbidden("No phone of the demonstration.")
    doctor = enrollment.prescriber.person
    with acting(doctor, role=doctor.acting_as, organization=f"Practice of Dr. {doctor.name}"):
        return Opened(make_patient_link(patient=found.patient, by=doctor).token, found.language)


def _on_phone(phone: Phone, account: PatientAccount) -> OnPhone:
    language = Language(account.language)
    newest = Message.objects.filter(to=account.person).exclude(channel=Channel.IN_APP).order_by("-written_at").first()
    received = None
    if newest is not None:
        received = Received(newest.written_at, newest.sent_at is not None, *words(language))
    return OnPhone(phone, account.patient, language, received)
