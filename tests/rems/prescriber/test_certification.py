"""A prescriber applies: own data, education, signature. The program decides."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse

from accounts.identifiers import npi_check_digit
from accounts.models import Person
from accounts.roles import Role
from prescribers import actions
from prescribers.models import CertificationApplication, Prescriber
from tests.registry_cast import an_administrator
from tests.rems.prescriber.conftest import Practice
from tests.rems.program_cast import PASSWORD, PROGRAM, person

Send = Callable[..., HttpResponse]
Look = Callable[..., HttpResponse]
NPI = "144444444" + npi_check_digit("144444444")
DATA = {
    "first_name": "Nina",
    "last_name": "Berg",
    "credential": "MD",
    "specialty": "Hematology",
    "npi": NPI,
    "state_license": "OR-1",
    "address_line_1": "1 Main Street",
    "city": "Portland",
    "state": "or",
    "zip_code": "97201",
    "phone": "555-555-0100",
    "fax": "555-555-0101",
    "email": "nina@localhost",
}
SIGNED = {
    "program": PROGRAM,
    "education_completed_on": "2026-06-01",
    "agrees": "on",
    "password": PASSWORD,
}


@pytest.fixture
def nina() -> Person:
    """A prescriber with an account and nothing else."""
    return person("Nina Berg", Role.PRESCRIBER)


def test_the_first_step_is_ones_own_data(nina: Person, send: Send, look: Look) -> None:
    assert b"Give your data" in look(nina, "certification").content
    assert look(nina, "apply").status_code == 302
    assert send(nina, "details", **DATA).status_code == 302
    own = Prescriber.objects.get()
    assert (own.person, own.npi, own.state) == (nina, NPI, "OR")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"npi": NPI[:-1] + str((int(NPI[-1]) + 1) % 10)}, "NPI:"),
        ({"state_license": ""}, "Give the DEA number or the state license."),
        ({"phone": "call me"}, "Write the number with its area code"),
        ({"zip_code": "9720"}, "A ZIP code has five digits"),
    ],
)
def test_a_wrong_entry_is_named_and_what_was_typed_stays(
    nina: Person, send: Send, wrong: dict[str, str], says: str
) -> None:
    answer = send(nina, "details", **(DATA | wrong))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page
    assert 'value="1 Main Street"' in page
    assert not Prescriber.objects.exists()


def test_an_npi_that_is_on_record_is_refused_at_its_field(practice: Practice, nina: Person, send: Send) -> None:
    answer = send(nina, "details", **(DATA | {"npi": practice.prescriber.npi}))
    assert answer.status_code == 422
    assert "registered already" in answer.content.decode()


def test_an_application_is_signed_with_the_password_under_ones_own_name(nina: Person, send: Send, look: Look) -> None:
    send(nina, "details", **DATA)
    assert send(nina, "apply", **SIGNED).status_code == 302
    application = CertificationApplication.objects.get()
    assert (application.signature.person, application.signature.printed_name) == (nina, "Nina Berg")
    assert b"Applied" in look(nina, "certification").content


@pytest.mark.parametrize(
    "wrong",
    [{"password": "guess"}, {"agrees": ""}, {"education_completed_on": "2026-06-17"}],
)
def test_nothing_is_signed_without_ones_own_password_and_word(nina: Person, send: Send, wrong: dict[str, Any]) -> None:
    send(nina, "details", **DATA)
    answer = send(nina, "apply", **(SIGNED | wrong))
    assert answer.status_code == 422
    assert PASSWORD not in answer.content.decode()
    assert not CertificationApplication.objects.exists()


def test_a_refusal_and_its_reason_are_shown(practice: Practice, nina: Person, send: Send, look: Look) -> None:
    send(nina, "details", **DATA)
    send(nina, "apply", **SIGNED)
    actions.refuse(
        application=CertificationApplication.objects.get(), reason="The license has ended.", by=an_administrator()
    )
    assert b"The license has ended." in look(nina, "certification").content


def test_a_change_of_ones_data_says_why(practice: Practice, send: Send) -> None:
    changed = DATA | {"npi": practice.prescriber.npi, "first_name": "Ruth", "last_name": "Abara"}
    assert send(practice.ruth, "details", **changed).status_code == 422
    assert send(practice.ruth, "details", **changed, reason="Moved.").status_code == 302
    practice.prescriber.refresh_from_db()
    assert practice.prescriber.city == "Portland"


def test_delegates_are_named_and_ended(practice: Practice, send: Send, look: Look) -> None:
    other = person("Uma Lind", Role.DELEGATE)
    assert send(practice.ruth, "delegates", email="UMA@localhost").status_code == 302
    assert look(other, "patient", [practice.dana.patient.number]).status_code == 200
    named = practice.prescriber.delegates.get(person=other)
    assert send(practice.iris, "end_delegate", [named.pk]).status_code == 404
    assert send(practice.ruth, "end_delegate", [named.pk]).status_code == 302
    assert look(other, "patient", [practice.dana.patient.number]).status_code == 404


@pytest.mark.parametrize("email", ["nobody@localhost", "iris@localhost"])
def test_who_is_no_delegate_is_not_named(practice: Practice, send: Send, email: str) -> None:
    answer = send(practice.ruth, "delegates", email=email)
    assert answer.status_code == 422
    assert "No account of a delegate has this address." in answer.content.decode()


def test_education_is_judged_by_the_day_of_the_program(nina: Person, send: Send) -> None:
    send(nina, "details", **DATA)
    assert send(nina, "apply", **(SIGNED | {"education_completed_on": "2026-06-16"})).status_code == 302
    assert CertificationApplication.objects.get().education_completed_on == date(2026, 6, 16)
