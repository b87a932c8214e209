"""Nothing is asked twice, and nothing that attests is chosen beforehand."""

import re
from collections.abc import Callable

import pytest
from django import forms
from django.http import HttpResponse

from eligibility.editions import programs
from patients.actions import record_attestation
from patients.models import ContraceptionAttestation
from rems.diagnoses import diagnoses_of
from rems.forms.prescriber.prescribing import PrescriptionForm
from rems.models import Product
from rems.models.enrollment import ICD_10
from rems.queries.prescriber import products_of
from tests.rems.prescriber.conftest import Practice
from tests.rems.program_cast import NOW, PROGRAM

Send = Callable[..., HttpResponse]
Look = Callable[..., HttpResponse]
METHODS = ["iud", "male_condom"]


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def checked(page: str) -> list[str]:
    return re.findall(r'value="(\w+)"[^>]* checked', page)


@pytest.fixture
def attested(practice: Practice) -> ContraceptionAttestation:
    """What Dana attested last."""
    return record_attestation(
        patient=practice.dana.patient,
        attested_by_name="Dana Whitfield",
        methods=METHODS,
        since=NOW.date().replace(day=1),
        by=practice.ruth,
    )


def test_the_last_attestation_is_offered_and_nothing_is_ticked(
    practice: Practice, look: Look, attested: ContraceptionAttestation
) -> None:
    page = text(look(practice.ruth, "record_attestation", [practice.dana.patient.number]))
    assert "Attested last" in page
    assert "Unchanged: fill in the same answers" in page
    assert checked(page) == []
    assert 'value="2026-06-01"' not in page


def test_unchanged_fills_in_the_answers_by_ones_own_click(
    practice: Practice, look: Look, attested: ContraceptionAttestation
) -> None:
    page = text(look(practice.ruth, "record_attestation", [practice.dana.patient.number], unchanged="1"))
    assert checked(page) == METHODS
    assert 'value="2026-06-01"' in page
    assert "it is a new attestation" in page
    name = re.search(r'<input[^>]*name="attested_by_name"[^>]*>', page)
    assert name is not None
    assert "value=" not in name[0]


def test_attesting_unchanged_is_an_act_of_its_own_with_a_signature(
    practice: Practice, send: Send, attested: ContraceptionAttestation
) -> None:
    typed = {"highly_effective": "iud", "additional": "male_condom", "since": "2026-06-01"}
    number = practice.dana.patient.number
    unsigned = send(practice.ruth, "record_attestation", [number], query="?unchanged=1", **typed, password="")
    assert unsigned.status_code == 422
    assert ContraceptionAttestation.objects.filter(patient=practice.dana.patient).latest("pk") == attested
    sent = send(
        practice.ruth, "record_attestation", [number], query="?unchanged=1", **typed, attested_by_name="Dana Whitfield"
    )
    assert sent.status_code == 302
    newest = ContraceptionAttestation.objects.filter(patient=practice.dana.patient).latest("pk")
    assert newest != attested
    assert newest.supersedes is None


def test_who_attested_nothing_yet_is_offered_nothing(practice: Practice, look: Look) -> None:
    page = text(look(practice.ruth, "record_attestation", [practice.ivan.patient.number], unchanged="1"))
    assert "Attested last" not in page
    assert checked(page) == []


def test_a_changed_category_begins_with_the_diagnosis_of_the_agreement_before(
    practice: Practice, look: Look, attested: ContraceptionAttestation
) -> None:
    where = [practice.dana.patient.number, PROGRAM]
    answers = {"sex": "female", "basis": "none"}
    page = text(look(practice.ruth, "change_category", where, **answers))
    diagnosis = practice.dana.agreements.get().diagnosis
    assert re.search(rf'name="diagnosis" value="{diagnosis}"', page)
    assert "Unchanged: fill in the same answers" in page
    assert "sex=female&amp;basis=none&amp;unchanged=1" in page
    again = text(look(practice.ruth, "change_category", where, **answers, unchanged="1"))
    assert checked(again) == METHODS


def test_a_man_is_not_asked_about_contraception_in_his_agreement(practice: Practice, look: Look) -> None:
    page = text(look(practice.ruth, "change_category", [practice.ivan.patient.number, PROGRAM], sex="male"))
    assert "Attested last" not in page


@pytest.mark.parametrize("program", sorted(programs()))
def test_each_program_suggests_codes_of_its_indications(program: str) -> None:
    known = diagnoses_of(program)
    assert known
    assert len({one.code for one in known}) == len(known)
    assert all(re.fullmatch(ICD_10, one.code) and one.words and one.source for one in known)


def test_the_agreement_suggests_codes_of_its_own_program_only(practice: Practice, look: Look) -> None:
    page = text(look(practice.ruth, "change_category", [practice.ivan.patient.number, PROGRAM], sex="male"))
    offered = re.findall(r'<option value="([A-Z][\w.]+)">', page)
    assert offered == [one.code for one in diagnoses_of(PROGRAM)]
    assert "A30.5" not in offered
    assert re.search(r'<input[^>]*name="diagnosis"[^>]* list="id_diagnosis_list"', page)


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["Revlimid 10 mg", "revlimid  10 MG", "59572-410-28", "by its row"])
def test_a_product_is_found_by_what_is_typed(typed: str) -> None:
    product = Product.objects.get(ndc="59572-410-28")
    sent = {"key": "k", "product_1": str(product.pk) if typed == "by its row" else typed, "capsules_1": "21"}
    form = PrescriptionForm(sent | {"days_supply": "28", "category": "adult_male"}, products=products_of(PROGRAM))
    assert form.is_valid(), form.errors
    assert form.items() == [(product, 21)]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["Revlimid", "10 mg", "Pomalyst 1 mg", "'; --", "\u0000"])
def test_what_is_no_product_of_the_program_is_said_at_the_field_and_stays(typed: str) -> None:
    form = PrescriptionForm({"key": "k", "product_1": typed}, products=products_of(PROGRAM))
    assert "No such product in this program." in str(form.errors["product_1"])
    assert form["product_1"].value() == typed


@pytest.mark.django_db
def test_suggestions_are_text_and_nothing_else() -> None:
    from rems.forms.suggesting import suggest

    class Plain(forms.Form):
        name = forms.CharField()

    form = Plain()
    suggest(form, "name", [('"><script>', "<b>")])
    assert "<script>" not in str(form["name"])
    assert "<b>" not in str(form["name"])


def test_who_answers_is_suggested_and_not_filled_in(practice: Practice, look: Look) -> None:
    page = text(look(practice.ruth, "record_survey", [practice.ivan.patient.number, PROGRAM]))
    assert '<option value="Ivan Petrov">the patient</option>' in page
    assert re.search(r'name="answered_by"(?![^>]*value=)[^>]*>', page)
