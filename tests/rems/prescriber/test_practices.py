"""A known practice is suggested by its street: distinct addresses, few, of the certified, and no names."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from pharmacies.models import Certification as SiteCertification
from pharmacies.models import Pharmacy
from prescribers.models import Certification, Deactivation, Prescriber
from rems.queries.practices import MOST, addresses_beginning
from tests.registry_cast import a_pharmacy, a_prescriber
from tests.rems.program_cast import NOW, PROGRAM, person, signed_in

pytestmark = pytest.mark.django_db
CONGRESS = {
    "address_line_1": "22 Congress St", "address_line_2": "Suite 4", "city": "Albany", "state": "NY",
    "zip_code": "12207", "phone": "5185550163", "fax": "5185550164",
}  # fmt: skip
POSTAL = {name: text for name, text in CONGRESS.items() if name not in {"phone", "fax"}}


def at_congress(**more: Any) -> Prescriber:
    """A prescriber in Congress Street, certified since a year."""
    made = a_prescriber(**(CONGRESS | more))
    Certification.objects.create(prescriber=made, program=PROGRAM, certified_at=NOW - timedelta(days=365), by=by())
    return made


def by() -> Person:
    return Person.objects.filter(name="Jo Lindgren").first() or person("Jo Lindgren", Role.ADMINISTRATOR)


def found(typed: str, *, at: Any = NOW) -> list[dict[str, str]]:
    return addresses_beginning(typed, at=at)


@pytest.mark.parametrize(("typed", "many"), [("22", 0), ("22 ", 0), ("22 C", 1), ("22 cong", 1), ("Congress", 0)])
def test_a_street_is_found_from_three_letters_on_by_its_beginning(typed: str, many: int) -> None:
    at_congress()
    assert len(found(typed)) == many


def test_two_of_one_practice_are_one_address_without_a_name(settings: Any) -> None:
    at_congress()
    at_congress()
    settings.REMS_CLOCK = NOW
    answer = signed_in(person("Nina Berg", Role.PRESCRIBER)).get(reverse("prescriber:practices"), {"q": "22 c"})
    street = CONGRESS["address_line_1"]
    fills = {name: text for name, text in CONGRESS.items() if name != "address_line_1"}
    beside = "Suite 4, Albany, NY 12207, 5185550163"
    assert answer.json() == {"found": [{"value": street, "beside": beside, "fills": fills}]}


def test_who_is_not_certified_now_is_not_suggested() -> None:
    made = at_congress()
    ends = NOW + timedelta(days=1)
    Deactivation.objects.create(prescriber=made, program=PROGRAM, deactivated_at=ends, by=by(), reason="Moved.")
    second = timedelta(seconds=1)
    assert [len(found("22 c", at=at)) for at in (ends - second, ends, ends + second)] == [1, 0, 0]
    assert found("22 c", at=NOW - timedelta(days=366)) == []
    Certification.objects.create(prescriber=made, program="us-pomalidomide", certified_at=NOW, by=by())
    assert len(found("22 c", at=ends)) == 1


def test_of_a_site_the_postal_address_is_given_and_a_practice_there_stands_for_it() -> None:
    site = a_pharmacy(**(CONGRESS | {"address_line_1": "22 Cedar St", "phone": "5185550199"}))
    Pharmacy.objects.filter(pk=site.pk).update(fax="5185550198")
    SiteCertification.objects.create(pharmacy=site, program=PROGRAM, certified_at=NOW, by=by())
    assert found("22 c") == [POSTAL | {"address_line_1": "22 Cedar St"}]
    at_congress(address_line_1="22 Cedar St")
    assert found("22 c") == [POSTAL | {"address_line_1": "22 Cedar St"}]
    at_congress(address_line_1="22 Cedar St")
    assert found("22 c") == [CONGRESS | {"address_line_1": "22 Cedar St"}]


def test_a_telephone_or_fax_of_one_person_is_not_given() -> None:
    at_congress()
    assert found("22 c") == [POSTAL]
    at_congress(phone="5185550170")
    at_congress(fax="5185550171")
    assert found("22 c") == [POSTAL]
    a_prescriber(**CONGRESS)
    assert found("22 c") == [POSTAL], "who is not certified shares nothing"
    at_congress()
    assert found("22 c") == [CONGRESS]


def test_an_address_is_one_row_with_what_most_there_share_however_it_is_written() -> None:
    for line in ("5185550170", "5185550170", "5185550163", "5185550163", "5185550163", "5185550199"):
        at_congress(phone=line)
    at_congress(address_line_1="22 CONGRESS ST")
    assert found("22 c") == [CONGRESS]


def test_who_gave_their_data_already_is_given_nobody_elses(settings: Any) -> None:
    settings.REMS_CLOCK = NOW
    at_congress()
    nina = person("Nina Berg", Role.PRESCRIBER)
    browser = signed_in(nina)
    asked = reverse("prescriber:practices"), {"q": "22 c"}
    assert len(browser.get(*asked).json()["found"]) == 1
    a_prescriber(person=nina, by=nina)
    assert browser.get(*asked).json() == {"found": []}


def test_few_are_given_at_a_time() -> None:
    for number in range(MOST + 2):
        at_congress(address_line_2=f"Suite {number}")
    assert len(found("22 c")) == MOST


def test_nobody_else_asks() -> None:
    answer = signed_in(person("Tom Weller", Role.DELEGATE)).get(reverse("prescriber:practices"), {"q": "22 c"})
    assert answer.status_code == 403
