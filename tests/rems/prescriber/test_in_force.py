"""What forms ask and say are the values of the edition in force."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse

from eligibility.edition import Edition
from eligibility.editions import edition_in_force
from eligibility.requirements.care import ContraceptionLongEnough, ContraceptionSufficient
from eligibility.requirements.category import CategorySupported
from eligibility.requirements.results import Sensitivity
from eligibility.requirements.standing import AgeFitsForm, ReEnrolled
from eligibility.requirements.supply import SupplyWithin
from eligibility.requirements.testing import TestCurrent
from rems.queries import in_force
from rems.queries.in_force import values_at, weeks_words
from tests.rems.prescriber.conftest import Practice, patient
from tests.rems.program_cast import NOW, PROGRAM

Look = Callable[..., HttpResponse]
CHANGED: dict[type, dict[str, Any]] = {
    AgeFitsForm: {"adult_from_years": 21},
    ReEnrolled: {"after_months": 9},
    CategorySupported: {"menopause_months": 30},
    Sensitivity: {"max_miu_ml": 20},
    TestCurrent: {"regular_days": 21, "irregular_days": 10},
    ContraceptionSufficient: {"highly_effective": ("iud",)},
    ContraceptionLongEnough: {"min_days": 42},
    SupplyWithin: {"max_days": 14},
}


@pytest.fixture
def another_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another edition is in force, with other values throughout."""

    def changed(program: str, at: Any) -> Edition | None:
        edition = edition_in_force(program, at)
        assert edition is not None
        rules = (replace(rule, **CHANGED.get(type(rule), {})) for rule in edition.requirements)  # type: ignore[type-var]
        return replace(edition, requirements=tuple(rules))

    monkeypatch.setattr(in_force, "edition_in_force", changed)


@pytest.mark.usefixtures("another_edition")
def test_forms_say_the_values_of_the_edition(practice: Practice, look: Look) -> None:
    number, mei = practice.dana.patient.number, patient("Mei Sato", practice.ruth, date(1988, 1, 1))
    answers = {"program": PROGRAM, "sex": "female"}
    said = {
        ("record_test", number): "20 mIU/mL or less is needed.",
        ("record_cycle", number): "a test every 3 weeks. Irregular or unknown: every 10 days.",
        ("record_attestation", number): "without a gap: 42 days before the first dose.",
    }
    for (view, whom), words in said.items():
        assert words in look(practice.ruth, view, [whom]).content.decode()
    assert "After 9 months a new agreement" in look(practice.ruth, "record_end", [number, PROGRAM]).content.decode()
    assert "At most 14 days, no refill." in look(practice.ruth, "prescribe", [number, PROGRAM]).content.decode()
    asked = look(practice.ruth, "enroll_in", [mei.number], **answers).content.decode()
    assert "Natural menopause for 30 months in a row or longer" in asked
    agreement = look(practice.ruth, "enroll_in", [mei.number], **answers, basis="none").content.decode()
    assert "for at least 6 weeks before the first dose" in agreement
    assert "every 3 weeks, or every 10 days." in agreement


@pytest.mark.usefixtures("another_edition")
def test_who_is_a_minor_the_edition_says(practice: Practice, look: Look) -> None:
    somebody = patient("Mei Sato", practice.ruth, date(2006, 1, 1))
    page = look(practice.ruth, "enroll_in", [somebody.number], program=PROGRAM, sex="female").content.decode()
    assert "Has she had a first period?" in page


@pytest.mark.usefixtures("another_edition")
def test_highly_effective_is_what_the_edition_calls_so(practice: Practice, look: Look) -> None:
    page = look(practice.ruth, "record_attestation", [practice.dana.patient.number]).content.decode()
    assert 'name="highly_effective" value="iud"' in " ".join(page.split())
    assert 'name="additional" value="hormonal"' in " ".join(page.split())


def test_of_several_programs_the_stricter_value_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(program: str, at: Any) -> Edition | None:
        edition = edition_in_force(program, at)
        assert edition is not None
        rules = (replace(rule, **CHANGED.get(type(rule), {})) for rule in edition.requirements)  # type: ignore[type-var]
        return replace(edition, requirements=tuple(rules)) if program == PROGRAM else edition

    monkeypatch.setattr(in_force, "edition_in_force", changed)
    both = values_at(NOW, [PROGRAM, "us-pomalidomide"])
    assert (both.max_miu_ml, both.protected_days, both.highly_effective) == (20, 42, frozenset({"iud"}))
    assert values_at(NOW, ["us-pomalidomide"]).max_miu_ml == 50


@pytest.mark.parametrize(("days", "words"), [(7, "1 week"), (28, "4 weeks"), (10, "10 days"), (1, "1 day")])
def test_days_are_said_in_weeks_where_they_are_weeks(days: int, words: str) -> None:
    assert weeks_words(days) == words
