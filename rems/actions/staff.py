"""A site's staff: taking a pharmacist on, with an account where there is none; a telephone that is lost."""

from accounts import factors
from accounts.actions import create_person, grant_role
from accounts.models import Person
from accounts.people import person_with
from accounts.roles import Permission, Role
from accounts.standing import must_own
from audit.acts import Act, act
from audit.facts import InvalidFact
from audit.locks import lock
from pharmacies.actions import name_pharmacist
from pharmacies.models import Pharmacist, Pharmacy


@act("rems.take_on_pharmacist")
def take_on_pharmacist(
    frame: Act,
    *,
    pharmacy: Pharmacy,
    email: str,
    name: str = "",
    password: str = "",
    by: Person,
    key: str | None = None,
) -> Pharmacist:
    """Let the person with this address work at the site, in the role of a pharmacist.

    Makes the account where nobody has the address; an account that exists keeps its name and
    password. Raises ValidationError naming ``email``, ``name``, ``password`` or ``person``.
    """
    person = person_with(email=email)
    if person is None:
        person = create_person(
            email=email,
            name=name,
            password=password or None,
            roles=[Role.PHARMACIST],
            organization=pharmacy.name,
            by=by,
        )
    elif not person.is_active:
        raise InvalidFact(field="email", message="This account is deactivated. Call the program.")
    elif Role.PHARMACIST not in person.roles():
        grant_role(person=person, role=Role.PHARMACIST, by=by)
    pharmacist = name_pharmacist(pharmacy=pharmacy, person=person, by=by)
    frame.record(pharmacist, details={"pharmacy": pharmacy.pk, "person": person.pk, "email": person.email})
    return pharmacist


@act("rems.reset_second_factor")
def reset_second_factor(
    frame: Act, *, pharmacist: Pharmacist, reason: str, by: Person, key: str | None = None
) -> Pharmacist:
    """Let a pharmacist of one's own site set up a new second factor. For the site's representative.

    Raises Forbidden, and InvalidFact for a missing reason, or whose work here has ended.
    """
    held = lock(Pharmacist, pharmacist.pk)
    must_own(by, held.pharmacy.representative_id, Permission.KEEP_SITE_STAFF)
    if held.ended_at is not None:
        raise InvalidFact(field="reason", message="This pharmacist's work here has ended.")
    factors.reset(person=held.person, reason=reason, by=by)
    frame.record(held, details={"pharmacy": held.pharmacy_id, "person": held.person_id}, reason=reason.strip())
    return held
