"""A site's staff: taking a pharmacist on, with an account where there is none."""

from accounts.actions import create_person, grant_role
from accounts.models import Person
from accounts.people import person_with
from accounts.roles import Role
from audit.acts import Act, act
from audit.facts import InvalidFact
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
        person = create_person(email=email, name=name, password=password or None, roles=[Role.PHARMACIST], by=by)
    elif not person.is_active:
        raise InvalidFact(field="email", message="This account is deactivated. Call the program.")
    elif Role.PHARMACIST not in person.roles():
        grant_role(person=person, role=Role.PHARMACIST, by=by)
    pharmacist = name_pharmacist(pharmacy=pharmacy, person=person, by=by)
    frame.record(pharmacist, details={"pharmacy": pharmacy.pk, "person": person.pk, "email": person.email})
    return pharmacist
