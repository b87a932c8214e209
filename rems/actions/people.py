"""What an administrator does to accounts and roles. The acts themselves are those of ``accounts``."""

from accounts import actions
from accounts.models import Person, RoleGrant
from accounts.roles import Permission, Role
from audit.facts import InvalidFact
from rems.actions.standing import must

GIVEN_BY_HAND = tuple(role for role in Role if role not in {Role.SYSTEM, Role.PATIENT})
"""A job has its role from the system; a patient's account would need its patient."""


def open_account(*, email: str, name: str, role: Role, password: str, by: Person, key: str | None = None) -> Person:
    """Make an account that can sign in, in one role. ValidationError names what is wrong.

    Forbidden without the permission to grant roles; so are the others here.
    """
    must(by, Permission.GRANT_ROLES)
    _given_by_hand(role)
    return actions.create_person(email=email, name=name, roles=[role], password=password, by=by, key=key)


def grant(*, person: Person, role: Role, by: Person, key: str | None = None) -> RoleGrant:
    """Give somebody else a role. Raises InvalidFact for a role that is held already."""
    must(by, Permission.GRANT_ROLES)
    _given_by_hand(role)
    if not person.is_active:
        raise InvalidFact(field="role", message=f"The account of {person.name} is deactivated.")
    return actions.grant_role(person=person, role=role, by=by, key=key)


def withdraw(*, person: Person, role: Role, by: Person, key: str | None = None) -> RoleGrant:
    """Take a role from somebody else. Raises InvalidFact where it is not held, or is one's own."""
    must(by, Permission.GRANT_ROLES)
    _of_another(person, by=by)
    return actions.withdraw_role(person=person, role=role, by=by, key=key)


def renew_password(*, person: Person, password: str, by: Person, key: str | None = None) -> Person:
    """Set somebody else's password; every session of theirs ends. Raises InvalidFact naming ``password``."""
    must(by, Permission.GRANT_ROLES)
    _of_another(person, by=by)
    return actions.set_password(person=person, password=password, by=by, key=key)


def end_account(*, person: Person, reason: str, by: Person, key: str | None = None) -> Person:
    """End somebody else's account, from their next request on. Raises InvalidFact naming ``reason``."""
    must(by, Permission.GRANT_ROLES)
    _of_another(person, by=by)
    return actions.deactivate_person(person=person, reason=reason, by=by, key=key)


def _given_by_hand(role: Role) -> None:
    if role not in GIVEN_BY_HAND:
        raise InvalidFact(field="role", message="This role is not given by hand.")


def _of_another(person: Person, *, by: Person) -> None:
    """So that an administrator is left, and that nobody becomes another by their own hand."""
    if person.pk == by.pk:
        raise InvalidFact(field="person", message="This is your own account. Another administrator does this.")
