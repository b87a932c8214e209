"""The accounts, as the one who grants roles sees them."""

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from accounts.models import SYSTEM_DOMAIN, Person, RoleGrant
from accounts.roles import Permission, Role
from accounts.separation import apart_from


def people_visible_to(person: Person) -> "QuerySet[Person]":
    """Everybody with an account, by name, with the roles held in ``held``. The jobs of the system have none.

    A patient's is no account to be kept: it is made and ended with the patient's record.
    """
    held = RoleGrant.objects.filter(withdrawn_at__isnull=True).select_related("granted_by").order_by("role")
    found = Person.objects.exclude(email__endswith=f"@{SYSTEM_DOMAIN}").filter(patient_account__isnull=True)
    found = found.order_by("name", "pk")
    found = found.prefetch_related(Prefetch("grants", held, to_attr="held"))
    return found if person.may(Permission.GRANT_ROLES) else found.none()


def representatives(*, by: Person, besides: int | None) -> "QuerySet[Person]":
    """Who could represent a site: active, in that role, and not the one who does (``besides``)."""
    found = people_visible_to(by) if by.may(Permission.DECIDE_CERTIFICATIONS) else Person.objects.none()
    found = narrowed_to(found, role=Role.REPRESENTATIVE, state="active")
    return found.exclude(pk=besides) if besides else found


def narrowed_to(found: "QuerySet[Person]", *, role: str = "", state: str = "") -> "QuerySet[Person]":
    """Those who hold the role, and whose account is ``active`` or has ``ended``."""
    if role:
        grants = RoleGrant.objects.filter(person=OuterRef("pk"), role=role, withdrawn_at__isnull=True)
        found = found.filter(Exists(grants))
    return found.filter(is_active=state == "active") if state else found


def grants_of(person: Person) -> "QuerySet[RoleGrant]":
    """Every role that was ever granted, the newest grant first."""
    return person.grants.select_related("granted_by", "withdrawn_by").order_by("-granted_at", "-pk")


def grantable(person: Person, among: tuple[Role, ...]) -> list[Role]:
    """The roles that could still be granted: not held, and not kept apart from one that is."""
    held = person.roles()
    return [role for role in among if role not in held and not apart_from(role, held)]


def kept_from(person: Person, among: tuple[Role, ...]) -> list[tuple[Role, str]]:
    """The roles that are kept apart from those held, each with the reason."""
    held = person.roles()
    return [(role, why) for role in among if role not in held and (why := apart_from(role, held))]
