"""What a pharmacy's authorized representative may see: the sites that they represent."""

from typing import NamedTuple

from django.db.models import QuerySet

from accounts.models import Person
from accounts.roles import Permission
from pharmacies import queries
from pharmacies.models import Pharmacist, Pharmacy, Training
from rems.queries.standing_of import HISTORY, History, histories, program_names


class Member(NamedTuple):
    """One pharmacist of the site, and each program with the day of the training, if there was one."""

    pharmacist: Pharmacist
    trainings: list[tuple[str, str, Training | None]]


def sites_visible_to(person: Person) -> "QuerySet[Pharmacy]":
    """The sites whose representative this person is."""
    found = queries.sites_represented_by(person).prefetch_related(*HISTORY)
    return found if person.may(Permission.KEEP_SITE_STAFF) else found.none()


def staff_visible_to(person: Person, site: Pharmacy) -> "QuerySet[Pharmacist]":
    """Who works at the site now, by name."""
    found = Pharmacist.objects.filter(pharmacy__in=sites_visible_to(person), pharmacy=site, ended_at__isnull=True)
    return found.select_related("person").order_by("person__name", "pk")


def members(person: Person, site: Pharmacy) -> list[Member]:
    """The site's staff, with the newest training for each program."""
    staff = list(staff_visible_to(person, site))
    found = Training.objects.current().filter(person__in=[one.person_id for one in staff])
    newest = {(row.person_id, row.program): row for row in found.order_by("completed_on", "pk")}
    names = program_names().items()
    return [Member(one, [(code, name, newest.get((one.person_id, code))) for code, name in names]) for one in staff]


def training_of(pharmacist: Pharmacist, program: str) -> Training | None:
    """The newest training that stands; None: none was recorded, or it was withdrawn."""
    found = Training.objects.current().filter(person_id=pharmacist.person_id, program=program)
    return found.order_by("completed_on", "pk").last()


def standings(site: Pharmacy) -> list[tuple[str, str, History | None]]:
    """Each program with the site's standing in it; None where it never applied."""
    known = {history.program: history for history in histories(site)}
    return [(code, name, known.get(code)) for code, name in program_names().items()]
