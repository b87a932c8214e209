"""Who may do an act. Views ask before; acts ask again, whoever calls them."""

from django.core.exceptions import PermissionDenied

from accounts.models import Person
from accounts.roles import Permission


class Forbidden(PermissionDenied):
    """This person may not do that, or it cannot be done any more. Nothing was changed."""


def held_now(by: Person) -> frozenset[Permission]:
    """What the person may do by the rows as they are now, not as they were when the request began."""
    return Person.objects.get(pk=by.pk).permissions()


def must(by: Person, *permissions: Permission) -> None:
    """Forbidden without any of the permissions, or with an account that ended since the request began."""
    if held_now(by).isdisjoint(permissions):
        raise Forbidden(f"{by.name} may not {permissions[0].value}.")


def must_own(by: Person, owner_id: int | None, permission: Permission, *others: Permission) -> None:
    """Forbidden to anybody but the owner with the permission, and who has one of the others."""
    held = held_now(by)
    if not held.isdisjoint(others):
        return
    if permission not in held or owner_id != by.pk:
        raise Forbidden(f"{by.name} may not {permission.value} here.")


def must_be_active(by: Person) -> None:
    """Forbidden with an account that ended: for what everybody may do with their own."""
    if not Person.objects.filter(pk=by.pk, is_active=True).exists():
        raise Forbidden(f"The account of {by.name} has ended.")
