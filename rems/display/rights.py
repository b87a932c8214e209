"""Who may do what, as people read it: the table of ``accounts.roles`` and the separation of duties, in words."""

from collections.abc import Iterable
from typing import NamedTuple

from accounts.roles import RIGHTS, Permission, Role, Scope
from accounts.separation import APART, DUTIES


class Reach(NamedTuple):
    """Permissions that hold in the same scope, in words."""

    scope: str
    permissions: list[str]


class RoleRights(NamedTuple):
    """One role with all that it may, scope by scope. ``held``: whether the reader holds it."""

    code: str
    name: str
    reaches: list[Reach]
    held: bool


class KeptApart(NamedTuple):
    """A role and those that nobody holds beside it, with the reason."""

    role: str
    others: list[str]
    why: str


def rights_of(roles: Iterable[Role], *, held: Iterable[Role]) -> list[RoleRights]:
    """These roles with their rights, in the order of the table."""
    wanted, reader = set(roles), set(held)
    return [RoleRights(role.value, str(role.label), _reaches(role), role in reader) for role in Role if role in wanted]


def _reaches(role: Role) -> list[Reach]:
    scopes: dict[Scope, list[str]] = {}
    for permission in Permission:
        if permission in RIGHTS[role]:
            scopes.setdefault(RIGHTS[role][permission], []).append(permission.value)
    return [Reach(scope.value, scopes[scope]) for scope in Scope if scope in scopes]


def kept_apart() -> list[KeptApart]:
    """Which roles nobody holds together, and why."""
    return [
        KeptApart(str(rule.role.label), [str(role.label) for role in Role if role in rule.others], rule.why)
        for rule in APART
    ]


def duties() -> tuple[str, ...]:
    """The rest of the separation of duties."""
    return DUTIES
