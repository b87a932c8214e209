"""Somebody with a role, for the tests of pages."""

from datetime import UTC, datetime

from accounts.models import Person, RoleGrant
from accounts.roles import Role

LONG_AGO = datetime(2026, 1, 2, 12, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


def person(name: str, *roles: Role, email: str = "", is_active: bool = True) -> Person:
    """A person who holds the roles since long ago, with PASSWORD."""
    address = email or f"{name.split()[0].lower()}@example.org"
    made = Person(name=name, email=address, is_active=is_active, created_at=LONG_AGO)
    made.set_password(PASSWORD)
    made.save()
    for role in roles:
        RoleGrant.objects.create(person=made, role=role, granted_at=LONG_AGO, granted_by=made)
    return made
