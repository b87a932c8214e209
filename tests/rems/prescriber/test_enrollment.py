"""Enrolling: duplicates first, then the category by plain questions, then the agreement."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from accounts.roles import Role
from patients.models import ContraceptionAttestation, CycleReport, Patient
from rems.models import Agreement, Authorization, CategoryAssignment, Enrollment
from tests.rems.prescriber.conftest import Practice, patient
from tests.rems.prescriber.test_journey import test_a_prescriber_obtains_a_number as with_number
from tests.rems.program_cast import PASSWORD, PROGRAM, person

Send = Callable[..., HttpResponse]
Look = Callable[..., HttpResponse]
ADULT, CHILD = date(1980, 5, 1), date(2012, 1, 1)
WHO = {
    "first_name": "Mei-Lin",
    "last_name": "Sato",
    "born": "1994-10-08",
    "language": "English",
    "address_line_1": "48 Harbor Lane",
    "city": "Portland",
    "state": "OR",
    "zip_code": "97201",
    "phone": "555-555-0176",
}
AGREED = {
    "diagnosis": "c90.0",
    "how": "device",
    "signed_on": "2026-06-16",
    "patient_agrees": "on",
    "password": PASSWORD,
}


def answered(answers: str) -> dict[str, str]:
    """The answers of the category's questions as a form sends them, for the program of the tests."""
    return dict(pair.split("=") for pair in f"program={PROGRAM}&{answers}".split("&") if pair)


def test_a_delegate_registers_a_patient(practice: Practice, send: Send, look: Look) -> None:
    answer = send(practice.tom, "enroll", **WHO)
    made = Patient.objects.get(last_name="Sato")
    assert answer["Location"] == reverse("prescriber:enroll_in", args=[made.number])
    assert b"Mei-Lin Sato" in look(practice.ruth, "home").content
    assert look(practice.iris, "enroll_in", [made.number]).status_code == 404


def test_a_likely_duplicate_is_shown_before_a_second_record_is_made(practice: Practice, send: Send) -> None:
    twin = WHO | {"first_name": "Danna", "last_name": "Whitfield", "born": "1988-08-21"}
    answer = send(practice.ruth, "enroll", **twin)
    assert answer.status_code == 422
    assert f"Use this record, {practice.dana.patient.number}" in answer.content.decode()
    assert not Patient.objects.filter(first_name="Danna").exists()
    assert send(practice.ruth, "enroll", **twin, another_person="on").status_code == 302
    assert Patient.objects.filter(first_name="Danna").count() == 1


def test_of_another_prescribers_patient_only_what_was_typed_is_shown(practice: Practice, send: Send) -> None:
    answer = send(practice.ruth, "enroll", **(WHO | {"first_name": "Olga", "last_name": "Marsh", "born": "1988-08-21"}))
    page = answer.content.decode()
    assert "In another prescriber’s care." in page
    assert practice.other.patient.number not in page


def test_a_minors_guardian_is_asked_for_and_an_adults_is_not(practice: Practice, send: Send, look: Look) -> None:
    assert b"guardian" not in look(practice.ruth, "enroll").content
    answer = send(practice.ruth, "enroll", **(WHO | {"born": "2012-10-08"}))
    assert answer.status_code == 422
    assert "Needed because the patient is under 18." in answer.content.decode()
    more = {"guardian_name": "Aya Sato", "guardian_relationship": "mother", "guardian_phone": "555-555-0177"}
    assert send(practice.ruth, "enroll", **(WHO | {"born": "2012-10-08"} | more)).status_code == 302


@pytest.mark.parametrize(
    ("born", "answers", "category", "basis"),
    [
        (ADULT, "sex=male", "adult_male", ""),
        (ADULT, "sex=female&basis=none", "adult_female_rp", ""),
        (ADULT, "sex=female&basis=hysterectomy", "adult_female_nrp", "hysterectomy"),
        (ADULT, "sex=female&basis=natural_menopause", "adult_female_nrp", "natural_menopause"),
        (CHILD, "sex=male", "male_child", ""),
        (CHILD, "sex=female&menses=yes", "female_child_rp", ""),
        (CHILD, "sex=female&menses=no", "female_child_nrp", "premenarchal"),
    ],
)
def test_the_category_follows_from_plain_questions(
    practice: Practice, send: Send, born: date, answers: str, category: str, basis: str
) -> None:
    somebody = patient("Mei Sato", practice.ruth, born)
    typed: dict[str, Any] = AGREED | {"patient_name": "Mei Sato"}
    if born == CHILD:
        typed |= {"guardian_name": "Aya Sato", "guardian_agrees": "on"}
    if category.endswith("_rp"):
        typed |= {"abstinence": "on", "since": "2026-05-01", "cycle": "regular"}
    if basis == "natural_menopause":
        typed |= {"last_menses": "2020-01-31"}
    answer = send(practice.ruth, "enroll_in", [somebody.number], **typed, **answered(answers))
    assert answer.status_code == 302
    assigned = CategoryAssignment.objects.get(enrollment__patient=somebody)
    assert (assigned.category, assigned.basis) == (category, basis)
    assert assigned.last_menses == (date(2020, 1, 31) if basis == "natural_menopause" else None)
    signed = Agreement.objects.get(enrollment__patient=somebody)
    assert (signed.guardian_signed, signed.diagnosis) == (born == CHILD, "C90.0")
    asked = category.endswith("_rp")
    assert ContraceptionAttestation.objects.filter(patient=somebody).exists() is asked
    assert CycleReport.objects.filter(patient=somebody).exists() is asked


@pytest.mark.parametrize(
    ("born", "answers", "shown", "hidden"),
    [
        (ADULT, "", "Sex recorded at birth", "Is one of these true?"),
        (ADULT, "sex=female", "Is one of these true?", "Has she had a first period?"),
        (ADULT, "sex=female&basis=natural_menopause", "First day of the last period", "Cycles"),
        (ADULT, "sex=female&basis=hysterectomy", "Full name, typed by the patient", "First day of the last period"),
        (CHILD, "sex=female", "Has she had a first period?", "Is one of these true?"),
        (CHILD, "sex=male", "Full name, typed by the parent or guardian", "Cycles"),
        (ADULT, "sex=male", "Full name, typed by the patient", "parent or guardian"),
    ],
)
def test_only_what_the_category_needs_is_asked(
    practice: Practice, look: Look, born: date, answers: str, shown: str, hidden: str
) -> None:
    somebody = patient("Mei Sato", practice.ruth, born)
    page = look(practice.ruth, "enroll_in", [somebody.number], **answered(answers)).content.decode()
    assert shown in page
    assert hidden not in page


def test_a_delegate_prepares_and_cannot_sign(practice: Practice, send: Send, look: Look) -> None:
    somebody = patient("Mei Sato", practice.tom, ADULT)
    page = look(practice.tom, "enroll_in", [somebody.number], program=PROGRAM, sex="male").content.decode()
    assert "Only the prescriber can sign here." in page
    typed = AGREED | {"patient_name": "Mei Sato"}
    answer = send(practice.tom, "enroll_in", [somebody.number], **typed, **answered("sex=male"))
    assert answer.status_code == 403
    assert not Enrollment.objects.filter(patient=somebody).exists()


def test_a_wrong_password_signs_nothing_and_keeps_what_was_typed(practice: Practice, send: Send) -> None:
    somebody = patient("Mei Sato", practice.ruth, ADULT)
    typed = AGREED | {"patient_name": "Mei Sato", "password": "guess"}
    answer = send(practice.ruth, "enroll_in", [somebody.number], **typed, **answered("sex=male"))
    assert answer.status_code == 422
    assert 'value="Mei Sato"' in answer.content.decode()
    assert not Agreement.objects.filter(enrollment__patient=somebody).exists()


def test_a_changed_category_cancels_the_open_number(practice: Practice, send: Send, look: Look) -> None:
    with_number(practice, send, look)
    typed = AGREED | {"patient_name": "Dana Whitfield", "reason": "Hysterectomy on June 1."}
    args = [practice.dana.patient.number, PROGRAM]
    answer = send(practice.ruth, "change_category", args, **typed, sex="female", basis="hysterectomy")
    assert answer.status_code == 302
    assert Authorization.objects.get().cancel_reason == "The risk category changed."
    assert b"before: adult female who can get pregnant" in look(practice.ruth, "patient", args[:1]).content


def test_a_new_agreement_of_the_same_category(practice: Practice, send: Send) -> None:
    typed = AGREED | {"patient_name": "Ivan Petrov"}
    assert send(practice.ruth, "re_enroll", [practice.ivan.patient.number, PROGRAM], **typed).status_code == 302
    assert practice.ivan.agreements.count() == 2


def test_identity_is_corrected_with_a_reason(practice: Practice, send: Send) -> None:
    args = [practice.dana.patient.number]
    changed = WHO | {"first_name": "Dana", "last_name": "Whitfield-Gray", "born": "1988-08-21"}
    assert send(practice.ruth, "correct_identity", args, **changed).status_code == 422
    assert send(practice.ruth, "correct_identity", args, **changed, reason="Married.").status_code == 302
    kept = practice.dana.patient.identity_corrections.get()
    assert kept.before["last_name"] == "Whitfield"


def test_an_agreement_without_its_category_is_not_signed(practice: Practice, send: Send) -> None:
    somebody = patient("Mei Sato", practice.ruth, ADULT)
    answer = send(practice.ruth, "enroll_in", [somebody.number], **AGREED, patient_name="Mei Sato")
    assert answer["Location"] == reverse("prescriber:enroll_in", args=[somebody.number])
    assert not Enrollment.objects.filter(patient=somebody).exists()


def test_who_gave_no_data_signs_no_agreement(practice: Practice, look: Look) -> None:
    nina = person("Nina Berg", Role.PRESCRIBER)
    somebody = patient("Mei Sato", nina, ADULT)
    assert look(nina, "enroll_in", [somebody.number])["Location"] == reverse("prescriber:details")


def test_the_category_that_is_signed_is_the_one_of_the_answers_sent_with_the_signature(
    practice: Practice, send: Send
) -> None:
    somebody = patient("Mei Sato", practice.ruth, ADULT)
    typed = AGREED | {"patient_name": "Mei Sato"} | answered("sex=female&basis=hysterectomy")
    answer = send(practice.ruth, "enroll_in", [somebody.number], f"?program={PROGRAM}&sex=male", **typed)
    assert answer.status_code == 302
    assert CategoryAssignment.objects.get(enrollment__patient=somebody).category == "adult_female_nrp"


def test_answers_in_the_address_alone_are_signed_by_nobody(practice: Practice, send: Send) -> None:
    somebody = patient("Mei Sato", practice.ruth, ADULT)
    typed = AGREED | {"patient_name": "Mei Sato"}
    answer = send(practice.ruth, "enroll_in", [somebody.number], f"?program={PROGRAM}&sex=male", **typed)
    assert answer["Location"] == reverse("prescriber:enroll_in", args=[somebody.number])
    args = [practice.ivan.patient.number, PROGRAM]
    answer = send(practice.ruth, "change_category", args, "?sex=female&basis=none", **typed, reason="Typing error")
    assert answer["Location"] == reverse("prescriber:change_category", args=args)
    assert practice.ivan.categories.count() == 1
    assert not Enrollment.objects.filter(patient=somebody).exists()


def test_above_the_agreement_the_answers_are_text(practice: Practice, look: Look, send: Send) -> None:
    somebody = patient("Mei Sato", practice.ruth, ADULT)
    answers = answered("sex=female&basis=natural_menopause")
    page = look(practice.ruth, "enroll_in", [somebody.number], **answers).content.decode()
    hidden = '<input type="hidden" name="sex" value="female"'
    assert hidden in page
    assert page.count('name="sex"') == 1
    assert "<dd>Natural menopause for 24 months in a row or longer</dd>" in page
    again = f"?program={PROGRAM}&amp;sex=female&amp;basis=natural_menopause&amp;change=1"
    assert again in page
    opened = look(practice.ruth, "enroll_in", [somebody.number], **answers, change="1").content.decode()
    assert hidden not in opened
    assert opened.count('name="sex"') == 2
    assert "Full name, typed by the patient" not in opened
    wrong = send(practice.ruth, "enroll_in", [somebody.number], **AGREED, **answers).content.decode()
    assert hidden in wrong
    assert "Give the day." in wrong


def test_an_agreement_sent_twice_enrolls_once_and_says_so_twice(practice: Practice, send: Send) -> None:
    somebody = patient("Mei Sato", practice.ruth, ADULT)
    typed = AGREED | {"patient_name": "Mei Sato", "key": "one-and-the-same"} | answered("sex=male")
    for _ in range(2):
        answer = send(practice.ruth, "enroll_in", [somebody.number], **typed)
        assert answer["Location"] == reverse("prescriber:patient", args=[somebody.number])
    again = send(practice.ruth, "enroll_in", [somebody.number], **(typed | {"key": "another"}))
    assert again.status_code == 422
    assert Enrollment.objects.filter(patient=somebody).count() == 1


@pytest.mark.parametrize(("code", "kept"), [("u07.1", "U07.1"), ("C90.00", "C90.00"), ("C9", ""), ("C90.00123", "")])
def test_the_diagnosis_is_taken_in_the_form_of_the_record(practice: Practice, send: Send, code: str, kept: str) -> None:
    typed = AGREED | {"patient_name": "Mei Sato", "diagnosis": code} | answered("sex=male")
    somebody = patient("Mei Sato", practice.ruth, ADULT)
    answer = send(practice.ruth, "enroll_in", [somebody.number], **typed)
    assert answer.status_code == (302 if kept else 422)
    found = Agreement.objects.filter(enrollment__patient=somebody).values_list("diagnosis", flat=True)
    assert list(found) == ([kept] if kept else [])


def test_an_agreement_whose_attestation_is_wrong_leaves_nothing(practice: Practice, send: Send) -> None:
    somebody = patient("Mei Sato", practice.ruth, ADULT)
    typed = AGREED | {"patient_name": "Mei Sato", "abstinence": "on", "since": "2026-07-01", "cycle": "regular"}
    answer = send(practice.ruth, "enroll_in", [somebody.number], **typed, **answered("sex=female&basis=none"))
    assert answer.status_code == 422
    assert not Enrollment.objects.filter(patient=somebody).exists()
