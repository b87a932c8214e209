"""What a pharmacy's site is."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.identifiers import ncpdp_check_digit
from accounts.roles import Role
from accounts.standing import Forbidden
from audit.facts import InvalidFact
from audit.models import Event
from pharmacies.actions import appoint_representative, correct_details
from pharmacies.models import Pharmacy
from pharmacies.queries import sites_represented_by
from tests.registry_cast import a_person, a_pharmacy, an_administrator, ncpdp_id

pytestmark = pytest.mark.django_db


def test_a_site_is_on_record_with_its_zone_and_chain() -> None:
    rita = a_person(name="Rita Representative")
    site = a_pharmacy(chain="Main Street", representative=rita, ncpdp_id="3151266")
    assert list(sites_represented_by(rita)) == [site]
    assert Event.objects.get(action="pharmacies.register").details["representative"] == rita.pk


WRONG_CHECK = "315126" + str((int(ncpdp_check_digit("315126")) + 1) % 10)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ncpdp_id": WRONG_CHECK}, "ncpdp_id"),
        ({"ncpdp_id": "31512"}, "ncpdp_id"),
        ({"npi": "1234567890"}, "npi"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"name": " "}, "name"),
    ],
)
def test_what_cannot_be_names_the_field(wrong: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        a_pharmacy(**wrong)
    assert field in caught.value.error_dict or field == "name"
    assert not Pharmacy.objects.exists()


def test_an_ncpdp_id_is_registered_once() -> None:
    site = a_pharmacy()
    with pytest.raises(ValidationError, match="registered already"):
        a_pharmacy(ncpdp_id=site.ncpdp_id)


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"ncpdp_id": WRONG_CHECK}, "ncpdp_id_valid"),
        ({"npi": "1"}, "npi_valid"),
        ({"name": ""}, "name_given"),
        ({"zone": "somewhere else"}, "zone_form"),
    ],
)
def test_the_database_refuses_by_itself(wrong: dict[str, str], constraint: str) -> None:
    site = a_pharmacy()
    with pytest.raises(IntegrityError, match=constraint):
        Pharmacy.objects.filter(pk=site.pk).update(**wrong)


def test_a_correction_says_why_and_keeps_what_stood_before() -> None:
    site = a_pharmacy(ncpdp_id=ncpdp_id(123_456))
    correct_details(pharmacy=site, changes={"zone": "America/Denver"}, reason="Mistyped", by=an_administrator())
    event = Event.objects.get(action="pharmacies.correct_details")
    assert event.details == {"before": {"zone": "America/Chicago"}, "after": {"zone": "America/Denver"}}
    wrong: list[tuple[dict[str, Any], str, str]] = [({"zone": "UTC"}, "", "reason"), ({"id": 7}, "x", "id")]
    for changes, reason, field in wrong:
        with pytest.raises(InvalidFact) as caught:
            correct_details(pharmacy=site, changes=changes, reason=reason, by=an_administrator())
        assert caught.value.field == field


def test_a_new_representative_takes_the_place_of_the_one_before() -> None:
    rita, sam = a_person(Role.REPRESENTATIVE, name="Rita"), a_person(name="Sam")
    site = a_pharmacy(representative=rita)
    with pytest.raises(Forbidden):
        appoint_representative(pharmacy=site, person=sam, by=rita)
    appoint_representative(pharmacy=site, person=sam, by=an_administrator())
    assert list(sites_represented_by(sam)) == [site]
    assert not sites_represented_by(rita).exists()


def test_only_the_one_on_record_and_the_program_write_the_record() -> None:
    own = a_person(Role.REPRESENTATIVE, name="Own")
    theirs = a_pharmacy(representative=own)
    correct_details(pharmacy=theirs, changes={"phone": "555-0101"}, reason="Moved", by=own)
    for stranger in (a_person(Role.REPRESENTATIVE), a_person(Role.DELEGATE), a_person()):
        with pytest.raises(Forbidden):
            correct_details(pharmacy=theirs, changes={"phone": "555-0199"}, reason="Moved", by=stranger)
        with pytest.raises(Forbidden):
            a_pharmacy(by=stranger)
    theirs.refresh_from_db()
    assert theirs.phone == "555-0101"
