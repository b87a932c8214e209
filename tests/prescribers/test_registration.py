"""Who a prescriber is."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.roles import Role
from accounts.standing import Forbidden
from audit.facts import InvalidFact
from audit.models import Event
from prescribers.actions import correct_details
from prescribers.models import Prescriber
from tests.registry_cast import a_person, a_prescriber, an_administrator, npi

pytestmark = pytest.mark.django_db


def test_a_prescriber_is_on_record_and_the_trail_says_with_what() -> None:
    ruiz = a_prescriber(npi=npi(123_456_789), city="Albany", state="NY", zip_code="12207")
    event = Event.objects.get(action="prescribers.register")
    assert (ruiz.npi, ruiz.name, ruiz.address) == ("1234567893", "Ana Ruiz, MD", "Albany, NY 12207")
    assert (event.row_id, event.details["npi"]) == (str(ruiz.pk), ruiz.npi)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"npi": "1234567890"}, "npi"),
        ({"npi": "123"}, "npi"),
        ({"first_name": ""}, "first_name"),
        ({"email": "nowhere"}, "email"),
        ({"state_license": ""}, "__all__"),
    ],
)
def test_what_cannot_be_names_the_field(wrong: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        a_prescriber(**wrong)
    assert list(caught.value.error_dict) == [field]
    assert not Prescriber.objects.exists()


def test_an_npi_is_registered_once() -> None:
    ruiz = a_prescriber()
    with pytest.raises(ValidationError, match="registered already"):
        a_prescriber(npi=ruiz.npi)


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"npi": "1234567890"}, "npi_valid"),
        ({"npi": ""}, "npi_valid"),
        ({"last_name": " "}, "last_name_given"),
        ({"dea": "", "state_license": ""}, "licensed"),
    ],
)
def test_the_database_refuses_by_itself(wrong: dict[str, str], constraint: str) -> None:
    ruiz = a_prescriber()
    with pytest.raises(IntegrityError, match=constraint):
        Prescriber.objects.filter(pk=ruiz.pk).update(**wrong)


def test_a_correction_says_why_and_keeps_what_stood_before() -> None:
    ruiz = a_prescriber(phone="555-0100")
    corrected = correct_details(prescriber=ruiz, changes={"phone": "555-0199"}, reason="Moved", by=an_administrator())
    event = Event.objects.get(action="prescribers.correct_details")
    assert corrected.phone == "555-0199"
    assert event.details == {"before": {"phone": "555-0100"}, "after": {"phone": "555-0199"}}
    assert event.reason == "Moved"


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"phone": "1"}, "", "reason"),
        ({"registered_at": "2020-01-01"}, "Why not", "registered_at"),
        ({"npi": "1234567890"}, "Mistyped", "npi"),
    ],
)
def test_a_correction_that_cannot_be_changes_nothing(changes: dict[str, str], reason: str, field: str) -> None:
    ruiz = a_prescriber()
    with pytest.raises(ValidationError) as caught:
        correct_details(prescriber=ruiz, changes=changes, reason=reason, by=an_administrator())
    assert list(caught.value.error_dict) == [field]
    assert not Event.objects.filter(action="prescribers.correct_details").exists()


def test_a_mistake_of_the_form_is_an_invalid_fact() -> None:
    assert issubclass(InvalidFact, ValidationError)


def test_only_the_one_on_record_and_the_program_write_the_record() -> None:
    own = a_person(Role.PRESCRIBER, name="Own")
    theirs = a_prescriber(person=own)
    correct_details(prescriber=theirs, changes={"phone": "555-0101"}, reason="Moved", by=own)
    for stranger in (a_person(Role.PRESCRIBER), a_person(Role.DELEGATE), a_person()):
        with pytest.raises(Forbidden):
            correct_details(prescriber=theirs, changes={"phone": "555-0199"}, reason="Moved", by=stranger)
        with pytest.raises(Forbidden):
            a_prescriber(by=stranger)
    theirs.refresh_from_db()
    assert theirs.phone == "555-0101"
