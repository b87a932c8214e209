"""The people and the sites of the demonstration, and who of them acts for whom."""

from collections.abc import Iterator
from contextlib import contextmanager

from accounts.models import Person, SigningMethod
from accounts.signatures import Given
from audit.context import acting
from pharmacies.models import Pharmacy
from prescribers.models import Prescriber
from rems.demo.moments import Moments
from rems.demo.registry import site_of
from rems.models import Product

DELEGATED = "prescriber"
"""The prescriber whose delegate enters the results."""


def signs(person: Person) -> Given:
    """As people of the demonstration sign: by giving their password again."""
    return Given(printed_name=person.name, method=SigningMethod.PASSWORD)


class Company:
    """Everybody by the keys of the registry. It fills as ``founding`` is told."""

    def __init__(self, when: Moments) -> None:
        self.when = when
        self.people: dict[str, Person] = {}
        self.prescribers: dict[str, Prescriber] = {}
        self.sites: dict[str, Pharmacy] = {}
        self._roles: dict[int, str] = {}
        self._products: dict[tuple[str, int], Product] = {}

    @contextmanager
    def prescribing(self, key: str) -> Iterator[Person]:
        """A prescriber acts in the own practice."""
        person = self.people[key]
        with self._acting(person, f"Practice of Dr. {person.name}"):
            yield person

    @contextmanager
    def entering(self, key: str) -> Iterator[Person]:
        """Who enters results for a prescriber: the delegate, where there is one."""
        doctor = self.people[key]
        by = self.people["delegate"] if key == DELEGATED else doctor
        with self._acting(by, f"Practice of Dr. {doctor.name}", on_behalf_of=None if by is doctor else doctor):
            yield by

    @contextmanager
    def dispensing(self, key: str, *, second: bool = False) -> Iterator[Person]:
        """A pharmacist of the site acts there; ``second``: the other one, where there are two."""
        staff = site_of(key).staff
        person = self.people[staff[-1 if second else 0]]
        with self._acting(person, self.sites[key].name):
            yield person

    @contextmanager
    def representing(self, key: str) -> Iterator[Person]:
        """The site's authorized representative acts for it."""
        person = self.people[site_of(key).representative]
        with self._acting(person, site_of(key).name):
            yield person

    @contextmanager
    def administering(self, key: str = "administrator") -> Iterator[Person]:
        """The program's administrator acts, or the other one."""
        person = self.people[key]
        with self._acting(person, "REMS program"):
            yield person

    @contextmanager
    def _acting(self, person: Person, organization: str, *, on_behalf_of: Person | None = None) -> Iterator[None]:
        if person.pk not in self._roles:
            self._roles[person.pk] = person.acting_as
        with acting(person, role=self._roles[person.pk], organization=organization, on_behalf_of=on_behalf_of):
            yield

    def product(self, program: str, strength: int) -> Product:
        """The capsules of a program in a strength in mg."""
        wanted = (program, strength)
        if wanted not in self._products:
            self._products[wanted] = Product.objects.get(program=program, strength_mg=strength)
        return self._products[wanted]
