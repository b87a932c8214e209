"""From a prescriber's certification to a confirmed dispensing, in a real browser and at the real time."""

import pytest
from playwright.sync_api import expect

from rems import numbers
from tests.everyone.looking import DESK
from tests.journeys import counter, practice, program
from tests.journeys.cast import Cast
from tests.journeys.conftest import Windows
from tests.journeys.practice import PATIENT
from tests.journeys.ways import PHONE, PHONE_DARK, by_mouse, keys_without_scripts, walked, without_scripts
from tests.journeys.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ALL_MISSING = [
    "Test within 24 hours missing",
    "Patient survey due",
    "Counseling not recorded",
    "Prescriber survey not completed",
    "Contraception for less than 4 weeks",
]


@walked(by_mouse(DESK))
def test_a_new_prescriber_brings_a_patient_to_her_first_dispensing(cast: Cast, windows: Windows) -> None:
    # Given a prescriber who is new to the program
    wanda, jo = windows(cast.wanda), windows(cast.jo)
    wanda.headed("Enroll as a prescriber")

    # When she applies, and the program approves, then she is certified
    _certify(wanda, jo)

    # When she enrolls a patient who can get pregnant, and asks for an authorization too early
    number = _enroll(wanda)
    practice.prescribe(wanda)
    wanda.press("Ask for an authorization")

    # Then she sees all that is missing at once, and each reason leads to the form that clears it
    wanda.headed("No authorization")
    wanda.reads("Decision D-")
    expect(wanda.page.locator(".reason h3")).to_contain_text(ALL_MISSING)
    _clear_what_is_missing(wanda)

    # Then nothing is missing, and she obtains the number
    authorization = _obtain_number(wanda)

    # When a pharmacist of a certified site verifies it, then she may confirm it
    alice = windows(cast.alice)
    counter.verify(alice, authorization)
    alice.headed("May be dispensed")
    alice.reads(PATIENT)
    confirmation = counter.confirm(alice)

    # And at another site the confirmation's number is as unknown as one that nobody issued
    boris = windows(cast.boris)
    assert counter.refusal_of(boris, confirmation) == counter.refusal_of(boris, _nobodys_number())

    # When it is handed over, then the number is used
    counter.hand_over(alice)
    alice.headed("Handed over")
    counter.verify(alice, authorization)
    alice.headed("Do not dispense")
    alice.reads("Authorization already used")

    # And the audit list shows who did all that
    _read_the_trail(jo, number)


@walked(without_scripts(PHONE))
def test_a_positive_test_after_the_authorization_stops_the_dispensing(cast: Cast, windows: Windows) -> None:
    # Given an authorization that may be dispensed
    wanda, jo, alice = windows(cast.wanda), windows(cast.jo), windows(cast.alice)
    _certify(wanda, jo)
    number = _enroll(wanda)
    practice.prescribe(wanda)
    _clear_what_is_missing(wanda)
    authorization = _obtain_number(wanda)
    counter.verify(alice, authorization)
    alice.headed("May be dispensed")

    # When the newest test is corrected to positive, on another device
    wanda = windows(cast.wanda)
    practice.find_patient(wanda, number)
    wanda.follow(PATIENT)
    practice.correct_newest_test_to_positive(wanda)
    wanda.reads("Corrected.", "Everything held")

    # Then what the pharmacist had before her eyes is refused
    counter.fill_in_checklist(alice)
    alice.headed("Do not dispense: held")

    # And she is told why, and who clears it
    counter.verify(alice, authorization)
    alice.headed("Do not dispense: held")
    expect(alice.page.locator(".reason h3")).to_contain_text(["Positive pregnancy test", "Pregnancy report open"])
    positive = alice.page.locator(".reason").first
    expect(positive).to_contain_text(f"The test of {practice.said(hours=2)} was positive. Nothing may be dispensed.")
    expect(positive).to_contain_text("Wanda Okafor, MD and the program")
    expect(alice.page.get_by_role("button", name="Get confirmation number")).to_have_count(0)

    # And the program sees the open report
    jo.follow("Reports")
    jo.reads(PATIENT, "Pregnancy")


@walked(keys_without_scripts(PHONE_DARK))
def test_a_delegate_prepares_and_is_stopped_at_signing(cast: Cast, windows: Windows) -> None:
    # Given a prescriber's delegate
    wanda, tom = windows(cast.wanda), windows(cast.tom)
    practice.enroll_oneself(wanda)
    practice.name_delegate(wanda, cast.tom.email)

    # When he is called away, then what he typed waits for him
    tom.follow("Due")
    practice.begin_and_keep(tom)

    # When he prepares an enrollment, then he is stopped where the prescriber signs
    practice.register_patient(tom)
    practice.answer_category_questions(tom)
    tom.reads("Only the prescriber can sign here.")
    expect(tom.page.get_by_label("Your password")).to_have_count(0)

    # And it waits for her, who signs
    wanda.follow("Due")
    wanda.follow(f"Open: {PATIENT}")
    practice.answer_category_questions(wanda)
    number = practice.sign_agreement(wanda, protected_for=60)

    # When he enters a test and writes down the prescription, then asking stays with her
    tom.follow("Patients")
    tom.follow(PATIENT)
    tom.follow("Record a test")
    practice.fill_in_test(tom, practice.ago(hours=2))
    practice.prescribe(tom)
    tom.reads("Only the prescriber asks for an authorization.")
    expect(tom.page.get_by_role("button", name="Ask for an authorization")).to_have_count(0)

    # And to another prescriber her patient is as unknown as one whom nobody registered
    iris = windows(cast.iris)
    practice.find_patient(iris, number)
    iris.reads("No patient here.")
    foreign, unknown = (practice.answer_to(iris, typed) for typed in (number, "P-7654321"))
    assert foreign == unknown


def _certify(wanda: Window, jo: Window) -> None:
    practice.enroll_oneself(wanda)
    wanda.reads("Applied. The program decides;")
    program.approve(jo, "Wanda Okafor")
    jo.reads("Approved.")
    wanda.follow("Certification")
    wanda.reads("Certified")


def _enroll(wanda: Window) -> str:
    """The patient's number. She has been tested before; the day since when she is protected is a slip."""
    wanda.follow("Due")
    practice.register_patient(wanda)
    practice.answer_category_questions(wanda)
    wanda.reads("Category: adult female who can get pregnant")
    number = practice.sign_agreement(wanda, protected_for=10)
    wanda.reads("Enrolled.", "What an authorization would miss now")
    wanda.follow("Record a test")
    practice.fill_in_test(wanda, practice.ago(days=12))
    wanda.reads("Late entry: collected 12 days ago.")
    return number


def _clear_what_is_missing(wanda: Window) -> None:
    """From the refusal to the patient's page, which names the rest, and back to the prescription."""
    practice.follow_reason(wanda, "Record an attestation")
    practice.fill_in_attestation(wanda, protected_for=60)
    wanda.follow("Record a test")
    practice.fill_in_test(wanda, practice.ago(hours=2))
    wanda.follow("Answer together")
    practice.answer_patient_survey(wanda)
    practice.return_to_prescription(wanda)
    practice.follow_reason(wanda, "Record counseling")
    practice.record_counseling(wanda)
    practice.follow_reason(wanda, "Answer the survey")
    practice.answer_prescriber_survey(wanda)


def _obtain_number(wanda: Window) -> str:
    wanda.headed("May be authorized")
    wanda.press("Ask for an authorization")
    wanda.headed("Authorization")
    return wanda.number()


def _nobodys_number() -> str:
    return numbers.new_number(numbers.Kind.CONFIRMATION).text


def _read_the_trail(jo: Window, number: str) -> None:
    """By patient: everything about her. By person and by action: what concerns no patient."""
    jo.follow("Audit")
    assert program.audit(jo, patient=number, kind="Acts") == [
        "Wanda Okafor: Registered a patient",
        "Wanda Okafor: Signed",
        "Wanda Okafor: Signed",
        "Wanda Okafor: Recorded an attestation",
        "Wanda Okafor: Signed",
        "Wanda Okafor: Recorded cycles",
        "Wanda Okafor: Enrolled a patient",
        "Wanda Okafor: Recorded a test",
        "Wanda Okafor: Wrote down a prescription",
        "Wanda Okafor: Asked for an authorization",
        "Wanda Okafor: Recorded an attestation",
        "Wanda Okafor: Signed",
        "Wanda Okafor: Recorded a test",
        "Wanda Okafor: Recorded a survey",
        "Wanda Okafor: Answered a patient survey",
        "Wanda Okafor: Signed",
        "Wanda Okafor: Recorded counseling",
        "Wanda Okafor: Signed",
        "Wanda Okafor: Answered a prescriber survey",
        "Wanda Okafor: Asked for an authorization",
        "Alice Ferro: Asked to confirm",
        "Alice Ferro: Asked to hand over",
    ]
    assert program.audit(jo, patient=number, kind="Denials and refusals") == [
        "Wanda Okafor: Asked for an authorization",
        "Boris Hahn: Looked up a number",
    ]
    assert program.audit(jo, action="Applied as a prescriber") == ["Wanda Okafor: Applied as a prescriber"]
    assert program.audit(jo, person="Jo Lindgren", action="Approved a prescriber") == [
        "Jo Lindgren: Approved a prescriber"
    ]
    assert program.audit(jo, action="Asked to hand over") == ["Alice Ferro: Asked to hand over"]
