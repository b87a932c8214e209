"""A prescriber enrolls: data, programs and signature on one page. The program decides."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from accounts.identifiers import npi_check_digit
from accounts.models import Person, Signature
from accounts.roles import Role
from accounts.signed import State, verify
from audit import clock
from audit.models import Event
from prescribers import actions
from prescribers.models import CertificationApplication, Prescriber
from rems.forms.prescriber.identity import ATTESTS
from tests.registry_cast import an_administrator
from tests.rems.prescriber.conftest import Practice
from tests.rems.program_cast import PASSWORD, PROGRAM, person, signed_in
from tests.softkey import SoftKey

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
POMALIDOMIDE = "us-pomalidomide"
FORM = DATA | {"license": "OR-1", "programs": [PROGRAM]}


@pytest.fixture
def nina() -> Person:
    """A prescriber with an account and nothing else."""
    return person("Nina Berg", Role.PRESCRIBER)


def test_data_application_and_signature_are_one_page(nina: Person, send: Send, look: Look) -> None:
    assert b"Give your data and apply" in look(nina, "certification").content
    page = look(nina, "details").content.decode()
    assert ATTESTS.replace("'", "&#x27;") in page
    assert f"“{actions.MEANING}”" in page
    answer = send(nina, "details", **FORM)
    assert (answer.status_code, answer["Location"]) == (302, reverse("prescriber:certification"))
    own, application = Prescriber.objects.get(), CertificationApplication.objects.get()
    assert (own.person, own.npi, own.state) == (nina, NPI, "OR")
    assert (application.signature.person, application.signature.printed_name) == (nina, "Nina Berg")
    assert (application.program, application.form) == (PROGRAM, actions.EDUCATION_ATTESTED)
    assert verify(application.signature, application) is State.FITS
    assert b"Applied" in look(nina, "certification").content


def test_each_ticked_program_has_a_signed_application_of_its_own(nina: Person, send: Send) -> None:
    assert send(nina, "details", **(FORM | {"programs": [PROGRAM, POMALIDOMIDE]})).status_code == 302
    applications = CertificationApplication.objects.order_by("program")
    assert [row.program for row in applications] == [PROGRAM, POMALIDOMIDE]
    assert len({row.signature_id for row in applications}) == 2
    entries = Counter(Event.objects.filter(person_id=nina.pk).values_list("action", flat=True))
    assert (entries["prescribers.register"], entries["prescribers.enroll"]) == (1, 1)
    assert (entries["prescribers.apply_for_certification"], entries["accounts.sign"]) == (2, 2)


def test_several_programs_are_signed_with_one_use_of_the_passkey_and_no_second(nina: Person) -> None:
    key, browser = SoftKey(nina), signed_in(nina)
    challenge = browser.post(reverse("accounts:passkey_challenge")).json()
    form = FORM | {"programs": [PROGRAM, POMALIDOMIDE], "key": "k-1", "passkey": key.answer(challenge)}
    assert [browser.post(reverse("prescriber:details"), form).status_code for _ in range(2)] == [302, 302]
    proofs = set(Signature.objects.filter(person=nina).values_list("proof", flat=True))
    assert (len(proofs), {len(proof) for proof in proofs}) == (2, {64})
    thalidomide = {"key": "k-2", "program": "us-thalidomide", "passkey": form["passkey"]}
    assert browser.post(reverse("prescriber:apply"), thalidomide).status_code == 422


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"license": "or-1"}, {"state_license": "OR-1", "dea": ""}),
        ({"license": "ab1234563"}, {"dea": "AB1234563", "state_license": ""}),
        ({"license": "ab1234563", "is_state_license": "on"}, {"dea": "", "state_license": "AB1234563"}),
        ({"license": " ab1234567", "is_state_license": "on"}, {"dea": "", "state_license": "AB1234567"}),
        ({"license": "ny-20417", "is_state_license": "on"}, {"dea": "", "state_license": "NY-20417"}),
        ({"state": "", "zip_code": "12207"}, {"state": "NY"}),
        ({"state": "", "zip_code": "06390-0001"}, {"state": "NY"}),
        ({"state": "vt", "zip_code": "12207"}, {"state": "VT"}),
        ({"fax": "0164"}, {"fax": "555-555-0164"}),
        ({"fax": "0164", "phone": "5185550163"}, {"fax": "5185550164"}),
    ],
)
def test_what_follows_from_the_rest_need_not_be_typed(
    nina: Person, send: Send, typed: dict[str, str], kept: dict[str, str]
) -> None:
    assert send(nina, "details", **(FORM | typed)).status_code == 302
    own = Prescriber.objects.get()
    assert {name: getattr(own, name) for name in kept} == kept


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 6, 17, 3, 59, 59, tzinfo=UTC), date(2026, 6, 16)),
        (datetime(2026, 6, 17, 4, tzinfo=UTC), date(2026, 6, 17)),
        (datetime(2026, 6, 17, 4, 0, 1, tzinfo=UTC), date(2026, 6, 17)),
    ],
)
def test_education_is_attested_as_completed_by_the_day_of_the_program(
    nina: Person, send: Send, at: datetime, day: date
) -> None:
    with clock.stand_at(at):
        assert send(nina, "details", **FORM).status_code == 302
    assert CertificationApplication.objects.get().education_completed_on == day


def test_a_further_program_is_applied_for_on_its_own_page(nina: Person, send: Send, look: Look) -> None:
    assert look(nina, "apply")["Location"] == reverse("prescriber:details")
    send(nina, "details", **FORM)
    page = look(nina, "apply", program=POMALIDOMIDE).content.decode()
    assert ('value="us-pomalidomide"' in page, f'value="{PROGRAM}"' in page, " checked" in page) == (True, False, False)
    assert send(nina, "apply", program=PROGRAM).status_code == 422
    assert send(nina, "apply", program=POMALIDOMIDE).status_code == 302
    assert CertificationApplication.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"npi": NPI[:-1] + str((int(NPI[-1]) + 1) % 10)}, "NPI:"),
        ({"license": ""}, "Give the state license or DEA number."),
        ({"license": "ab1234567"}, "The check digit of this DEA number is wrong."),
        ({"state": "", "zip_code": "96910"}, "Give the state: this ZIP code does not say it."),
        ({"fax": "0164", "phone": "555-555-0100 x12"}, "the telephone does not say the rest"),
        ({"fax": "016"}, "Write it with its area code, or its last four digits."),
        ({"phone": "call me"}, "Write the number with its area code"),
        ({"zip_code": "9720"}, "A ZIP code has five digits"),
    ],
)
def test_a_wrong_entry_is_named_and_what_was_typed_stays(
    nina: Person, send: Send, wrong: dict[str, str], says: str
) -> None:
    answer = send(nina, "details", **(FORM | wrong))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page
    assert 'value="1 Main Street"' in page
    assert not Prescriber.objects.exists()


def test_a_state_license_of_the_form_of_a_dea_number_is_refused_once_and_kept_with_a_tick(
    nina: Person, send: Send, look: Look
) -> None:
    tick = 'name="is_state_license"'
    assert tick not in look(nina, "details").content.decode()
    assert tick not in send(nina, "details", **(FORM | {"license": "NY-1", "zip_code": "9"})).content.decode()
    page = send(nina, "details", **(FORM | {"license": "ab1234567"})).content.decode()
    assert tick in page
    assert "If a state gave it, tick that it is a state license." in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"license": "ab1234563"}, "AB1234563 is kept as your DEA number."),
        ({"license": "ab1234567", "is_state_license": "on"}, "AB1234567 is kept as a state license."),
        ({"license": "ny-20417"}, ""),
    ],
)
def test_what_the_number_was_taken_for_is_said(nina: Person, typed: dict[str, str], said: str) -> None:
    sent = FORM | {"key": "k-1", "password": PASSWORD} | typed
    page = signed_in(nina).post(reverse("prescriber:details"), sent, follow=True).content.decode()
    assert said in page
    assert said or "is kept as" not in page


@pytest.mark.parametrize(("dea", "status"), [("ab1234563", 302), ("ab1234567", 422), ("12345", 422), ("", 302)])
def test_a_dea_number_that_is_corrected_has_its_check_digit(
    practice: Practice, send: Send, dea: str, status: int
) -> None:
    changed = DATA | {"npi": practice.prescriber.npi, "dea": dea, "reason": "It was missing."}
    assert send(practice.ruth, "details", **changed).status_code == status
    practice.prescriber.refresh_from_db()
    assert practice.prescriber.dea == (dea.upper() if status == 302 else "")


def test_an_npi_that_is_on_record_is_refused_at_its_field(practice: Practice, nina: Person, send: Send) -> None:
    answer = send(nina, "details", **(FORM | {"npi": practice.prescriber.npi}))
    assert answer.status_code == 422
    assert "registered already" in answer.content.decode()


@pytest.mark.parametrize("wrong", [{"password": "guess"}, {"password": ""}, {"programs": []}, {"programs": ["us-x"]}])
def test_nothing_is_recorded_without_ones_own_password_and_word(
    nina: Person, send: Send, wrong: dict[str, Any]
) -> None:
    answer = send(nina, "details", **(FORM | wrong))
    assert answer.status_code == 422
    assert PASSWORD not in answer.content.decode()
    assert not Prescriber.objects.exists()
    assert not CertificationApplication.objects.exists()


def test_a_refusal_and_its_reason_are_shown(practice: Practice, nina: Person, send: Send, look: Look) -> None:
    send(nina, "details", **FORM)
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
