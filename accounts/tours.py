"""The short tour that somebody is shown who is new in a role, until they close it."""

from accounts.models import Person, TourSeen
from accounts.roles import Role
from accounts.standing import must_be_active
from audit.acts import Act, act
from audit.facts import InvalidFact


def is_new_as(person: Person, role: Role) -> bool:
    """Whether the person holds the role and has not closed its tour."""
    return role in person.roles() and not TourSeen.objects.filter(person=person, role=role).exists()


@act("accounts.close_tour")
def close_tour(frame: Act, *, role: Role, by: Person) -> TourSeen:
    """Show the tour of a role no more to who holds it; closing it twice is closing it.

    Raises Forbidden, and InvalidFact for a role that they do not hold.
    """
    must_be_active(by)
    if role not in by.roles():
        raise InvalidFact(field="role", message="You do not hold this role.")
    seen, _ = TourSeen.objects.get_or_create(person=by, role=role, defaults={"seen_at": frame.at})
    frame.record(seen, details={"role": role})
    return seen
