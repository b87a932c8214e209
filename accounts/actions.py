"""What is done to people and their roles."""

from collections.abc import Iterable

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from accounts import sessions, throttle
from accounts.models import SYSTEM_DOMAIN, Person, RoleGrant
from accounts.roles import Permission, Role
from accounts.separation import must_be_another, must_go_together
from accounts.standing import must, must_be_active
from audit.acts import Act, act
from audit.facts import InvalidFact
from audit.locks import lock

TAKES_ON = {Role.PHARMACIST: Permission.KEEP_SITE_STAFF, Role.PATIENT: Permission.ENROLL_PATIENTS}
"""Who, besides those who keep the accounts, grants a role. A patient's opens nothing before it is bound to a record."""
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
    organization: str = "",
    key: str | None = None,
) -> Person:
    """Make an account, with roles; without a password it cannot sign in yet.

    One that another person gives is changed at the first sign-in. ``organization``: what it must not
    be made of, besides the name and the address. Raises Forbidden, and ValidationError naming
    ``email``, ``name`` or ``password``.
    """
    roles = list(roles)
    if not roles:
        _must_keep_accounts(by)
    for role in roles:
        _must_grant(by, role)
    person = Person(email=email.strip().lower(), name=name.strip(), created_at=frame.at)
    _must_be_human(person, field="email")
    _choose_password(person, password, organization=organization)
    person.password_set_by_other = password is not None and not _is_job(by)
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
    sessions.end_all(held)
    frame.record(held, reason=reason.strip())
    return held


@act("accounts.set_password")
def set_password(
    frame: Act,
    *,
    person: Person,
    password: str,
    by: Person,
    organization: str = "",
    but: str | None = None,
    key: str | None = None,
) -> Person:
    """Set one's own password, or another's, who changes it at the next sign-in. The person's sessions end.

    ``but``: the session in which one changes one's own. Raises Forbidden, and InvalidFact where the
    password is too weak, or is the one that another had given.
    """
    own = person.pk == by.pk
    if not own:
        _must_keep_accounts(by)
    must_be_active(by)
    held = lock(Person, person.pk)
    if own and held.password_set_by_other and held.check_password(password):
        raise InvalidFact(field="password", message="Somebody else knows this one. Choose another.")
    _choose_password(held, password, organization=organization)
    held.password_set_by_other = not own and not _is_job(by)
    held.save(update_fields=["password", "password_set_by_other"])
    throttle.open_again(held.email)
    frame.record(held, details={"sessions_ended": sessions.end_all(held, but=but)})
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
    if _is_job(person):
        raise InvalidFact(field=field, message="This address belongs to a job of the system.")


def _is_job(by: Person) -> bool:
    """A command of the operator's: whoever runs it types a password of their own."""
    return by.email.endswith(f"@{SYSTEM_DOMAIN}")


def _choose_password(person: Person, password: str | None, *, organization: str) -> None:
    if password is None:
        person.set_unusable_password()
        return
    person.password_words = (organization,)
    try:
        password_validation.validate_password(password, person)
    except ValidationError as error:
        raise InvalidFact(field="password", message=" ".join(error.messages)) from error
    person.set_password(password)
