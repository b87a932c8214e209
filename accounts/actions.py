"""What is done to people and their roles."""

from collections.abc import Iterable

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from accounts.models import SYSTEM_DOMAIN, Person, RoleGrant
from accounts.roles import Permission, Role
from accounts.separation import must_be_another, must_go_together
from accounts.standing import must
from audit.acts import Act, act
from audit.facts import InvalidFact
from audit.locks import lock

TAKES_ON = {Role.PHARMACIST: Permission.KEEP_SITE_STAFF}
"""Who, besides those who keep the accounts, grants a role."""
OWN_ACCOUNT = "This is your own account. Another administrator does this."
"""So an administrator is always left."""


@act("accounts.create_person")
def create_person(
    frame: Act,
    *,
    email: str,
    name: str,
    by: Person,
    roles: Iterable[Role] = (),
    password: str | None = None,
    key: str | None = None,
) -> Person:
    """Make an account, with roles; without a password it cannot sign in yet.

    Raises Forbidden, and ValidationError naming ``email``, ``name`` or ``password``.
    """
    roles = list(roles)
    if not roles:
        _must_keep_accounts(by)
    for role in roles:
        _must_grant(by, role)
    person = Person(email=email.strip().lower(), name=name.strip(), created_at=frame.at)
    _must_be_human(person, field="email")
    _choose_password(person, password)
    person.full_clean(exclude=["password"])
    person.save(force_insert=True)
    frame.record(person, details={"email": person.email, "name": person.name})
    for role in roles:
        grant_role(person=person, role=role, by=by)
    return person


@act("accounts.grant_role")
def grant_role(frame: Act, *, person: Person, role: Role, by: Person, key: str | None = None) -> RoleGrant:
    """Let a person hold a role.

    Raises Forbidden, and InvalidFact where they hold it, grant it to themselves, it is a job's, or it is
    kept apart from one that they hold.
    """
    _must_grant(by, role)
    must_be_another(person, by=by, field="person", message="Nobody grants a role to themselves.")
    held = lock(Person, person.pk)
    _must_be_human(held, field="person")
    if not held.is_active:
        raise InvalidFact(field="role", message=f"The account of {held.name} is deactivated.")
    if role in held.roles():
        raise InvalidFact(field="role", message=f"{held.name} holds this role already.")
    must_go_together(Role(role), held.roles())
    grant = RoleGrant(person=held, role=Role(role), granted_at=frame.at, granted_by=by)
    grant.save(force_insert=True)
    frame.record(grant, details={"person": held.pk, "role": grant.role})
    return grant


@act("accounts.withdraw_role")
def withdraw_role(frame: Act, *, person: Person, role: Role, by: Person, key: str | None = None) -> RoleGrant:
    """Take a role from another, from now on. Raises Forbidden, and InvalidFact where they do not hold it."""
    _must_keep_accounts(by)
    must_be_another(person, by=by, field="person", message=OWN_ACCOUNT)
    held = lock(Person, person.pk)
    grant = held.grants.filter(role=role, withdrawn_at__isnull=True).first()
    if grant is None:
        raise InvalidFact(field="role", message=f"{held.name} does not hold this role.")
    grant.withdrawn_at, grant.withdrawn_by = frame.at, by
    grant.save(update_fields=["withdrawn_at", "withdrawn_by"])
    frame.record(grant, details={"person": held.pk, "role": grant.role})
    return grant


@act("accounts.deactivate_person")
def deactivate_person(frame: Act, *, person: Person, reason: str, by: Person, key: str | None = None) -> Person:
    """End another's account: from their next request on they may do nothing. Raises Forbidden and InvalidFact."""
    _must_keep_accounts(by)
    must_be_another(person, by=by, field="person", message=OWN_ACCOUNT)
    if not reason.strip():
        raise InvalidFact(field="reason", message="Say why the account ends.")
    held = lock(Person, person.pk)
    if not held.is_active:
        raise InvalidFact(field="person", message=f"{held.name} is deactivated already.")
    held.is_active = False
    held.save(update_fields=["is_active"])
    frame.record(held, reason=reason.strip())
    return held


@act("accounts.set_password")
def set_password(frame: Act, *, person: Person, password: str, by: Person, key: str | None = None) -> Person:
    """Set one's own password, or another's. Raises Forbidden, and InvalidFact where it is too weak."""
    if person.pk != by.pk:
        _must_keep_accounts(by)
    held = lock(Person, person.pk)
    _choose_password(held, password)
    held.save(update_fields=["password"])
    frame.record(held)
    return held


def _must_keep_accounts(by: Person) -> None:
    """Administrators, and commands of the operator, which act as jobs: they make the first account."""
    must(by, Permission.GRANT_ROLES, Permission.RUN_JOBS)


def _must_grant(by: Person, role: Role) -> None:
    """As to keep accounts; a representative takes pharmacists on. The role of the jobs is nobody's to give."""
    if Role(role) is Role.SYSTEM:
        raise InvalidFact(field="role", message="This role belongs to the jobs of the system.")
    also = [TAKES_ON[role]] if role in TAKES_ON else []
    must(by, Permission.GRANT_ROLES, Permission.RUN_JOBS, *also)


def _must_be_human(person: Person, *, field: str) -> None:
    """Raise InvalidFact for an address of the named jobs: whoever had it would act as the job."""
    if person.email.endswith(f"@{SYSTEM_DOMAIN}"):
        raise InvalidFact(field=field, message="This address belongs to a job of the system.")


def _choose_password(person: Person, password: str | None) -> None:
    if password is None:
        person.set_unusable_password()
        return
    try:
        password_validation.validate_password(password, person)
    except ValidationError as error:
        raise InvalidFact(field="password", message=" ".join(error.messages)) from error
    person.set_password(password)
