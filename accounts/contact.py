"""How people are reached: what each chose, and choosing it."""

from collections.abc import Collection
from datetime import time

from django.conf import settings

from accounts.models import ContactChoice, Person
from accounts.standing import must_be_active
from audit.acts import Act, act
from audit.facts import InvalidFact
from audit.locks import lock

NO_MOBILE = "Give the number that text messages go to."
NO_TEXTS = "This installation sends no text messages."


def sends_texts() -> bool:
    """Whether this installation has a sender of text messages."""
    return "text" in settings.MESSAGE_SENDERS


def choice_of(person: Person) -> ContactChoice:
    """What the person chose; where nothing, what then holds."""
    return choices_of([person.pk]).get(person.pk) or usual_choice(person)


def choices_of(people: Collection[int]) -> dict[int, ContactChoice]:
    """What these people chose, by person; who chose nothing is missing."""
    found = ContactChoice.objects.filter(person__in=people).select_related("person")
    return {choice.person_id: choice for choice in found}


def usual_choice(person: Person | None = None) -> ContactChoice:
    """What holds where nothing was chosen: e-mail, and quiet at night. Not stored."""
    return ContactChoice() if person is None else ContactChoice(person=person)


@act("accounts.choose_contact")
def choose_contact(
    frame: Act,
    *,
    email: bool,
    text: bool,
    mobile: str,
    quiet_from: time | None,
    quiet_until: time | None,
    zone: str,
    language: str,
    by: Person,
    key: str | None = None,
) -> ContactChoice:
    """Say how one wants to be reached oneself. Raises Forbidden, and ValidationError naming the field."""
    held = lock(Person, by.pk)
    must_be_active(by)
    if text and not mobile:
        raise InvalidFact(field="mobile", message=NO_MOBILE)
    if text and not sends_texts():
        raise InvalidFact(field="text", message=NO_TEXTS)
    chosen = ContactChoice.objects.filter(person=held).first() or ContactChoice(person=held)
    chosen.email, chosen.text, chosen.mobile = email, text, mobile
    chosen.quiet_from, chosen.quiet_until, chosen.zone, chosen.language = quiet_from, quiet_until, zone, language
    chosen.changed_at = frame.at
    chosen.full_clean()
    chosen.save()
    quiet = f"{quiet_from:%H:%M} to {quiet_until:%H:%M}" if quiet_from and quiet_until else "none"
    frame.record(chosen, details={"channels": chosen.chosen, "quiet": quiet, "zone": zone, "language": language})
    return chosen
