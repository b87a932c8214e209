"""Finding people, and the named jobs of the system that act as people."""

from django.db import transaction

from accounts.models import SYSTEM_DOMAIN, Person, RoleGrant
from accounts.roles import Role
from audit import acts, clock, trail


def person_with(*, email: str) -> Person | None:
    """The person with this address, whatever its capitals; None where there is none."""
    return Person.objects.filter(email=email.strip().lower()).first()


def system_person(job: str) -> Person:
    """The person who stands for a named job of the system, such as ``overdue``.

    Made at the first call, with the role ``system`` and without a password: it never signs in.
    """
    email = f"{job}@{SYSTEM_DOMAIN}"
    known = Person.objects.filter(email=email).first()
    if known is not None:
        return known
    with transaction.atomic():
        return _make_system_person(job, email)


def _make_system_person(job: str, email: str) -> Person:
    at = clock.now()
    if not acts.running():
        trail.announce("accounts.create_system_person", by=None)
    person, is_new = Person.objects.get_or_create(
        email=email, defaults={"name": f"System: {job}", "created_at": at, "password": "!"}
    )
    if is_new:
        RoleGrant.objects.create(person=person, role=Role.SYSTEM, granted_at=at, granted_by=person)
        trail.write("accounts.create_system_person", at=at, by=person, subject=person, details={"job": job})
    return person
