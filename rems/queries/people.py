"""The accounts, as the one who grants roles sees them."""

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from accounts.models import SYSTEM_DOMAIN, Person, RoleGrant
from accounts.roles import Permission, Role


def people_visible_to(person: Person) -> "QuerySet[Person]":
    """Everybody with an account, by name, with the roles held in ``held``. The jobs of the system have none."""
    held = RoleGrant.objects.filter(withdrawn_at__isnull=True).select_related("granted_by").order_by("role")
    found = Person.objects.exclude(email__endswith=f"@{SYSTEM_DOMAIN}").order_by("name", "pk")
    found = found.prefetch_related(Prefetch("grants", held, to_attr="held"))
    return found if person.may(Permission.GRANT_ROLES) else found.none()


def narrowed_to(found: "QuerySet[Person]", *, role: str = "", state: str = "") -> "QuerySet[Person]":
    """Those who hold the role, and whose account is ``active`` or has ``ended``."""
    if role:
        grants = RoleGrant.objects.filter(person=OuterRef("pk"), role=role, withdrawn_at__isnull=True)
        found = found.filter(Exists(grants))
    return found.filter(is_active=state == "active") if state else found


def grants_of(person: Person) -> "QuerySet[RoleGrant]":
    """Every role that was ever granted, the newest grant first."""
    return person.grants.select_related("granted_by", "withdrawn_by").order_by("-granted_at", "-pk")


def not_held(person: Person, among: tuple[Role, ...]) -> list[Role]:
    """The roles that could still be granted."""
    held = person.roles()
    return [role for role in among if role not in held]
