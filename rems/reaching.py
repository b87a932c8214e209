"""How a person is reached: by what they chose, or by what holds for somebody like them who chose nothing."""

from collections.abc import Collection
from typing import NamedTuple

from accounts.contact import choices_of, usual_choice
from accounts.models import ContactChoice, Person
from patients.models import PatientAccount


class Reach(NamedTuple):
    """A person's choice, and whether a message stands on a page of theirs besides."""

    choice: ContactChoice
    in_app: bool = True


def reach_of(person: Person) -> Reach:
    """How this person is reached."""
    return reaches([person.pk]).get(person.pk) or Reach(usual_choice(person))


def reaches(people: Collection[int]) -> dict[int, Reach]:
    """How these people are reached; who chose nothing, and is no patient, is missing.

    Patients see on their own pages what is due, so no message stands there besides; their language and zone
    are those of their pages.
    """
    found = {person: Reach(choice) for person, choice in choices_of(people).items()}
    for account in PatientAccount.objects.filter(person__in=people).select_related("person"):
        usual = ContactChoice(person=account.person, language=account.language, zone=account.zone)
        chosen = found.get(account.person_id)
        found[account.person_id] = Reach(chosen.choice if chosen else usual, in_app=False)
    return found
