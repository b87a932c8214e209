"""Every scenario on file gets the answer that the rule book gives."""

from collections import Counter
from pathlib import Path

import pytest

from eligibility import Reason
from eligibility.scenarios import Scenario, read_scenarios

ROOT = Path(__file__).resolve().parents[2]
OURS = ROOT / "tests" / "scenarios"
GIVEN = ROOT.parent / "shared" / "scenarios"
FILES = [file for folder in (OURS, GIVEN) if folder.is_dir() for file in sorted(folder.glob("*.yaml"))]
SCENARIOS = [scenario for file in FILES for scenario in read_scenarios(file)]
KEPT_HERE = [scenario for scenario in SCENARIOS if Path(scenario.file).parent == OURS]

NOT_IN_THE_FORMAT = {Reason.PROGRAM_ENDED, Reason.AUTHORIZATION_CANCELLED, Reason.CONFIRMATION_CANCELLED}
"""Reasons whose facts the scenarios' README does not name; other tests ask them."""


def name(scenario: Scenario) -> str:
    return f"{Path(scenario.file).parent.parent.name}/{Path(scenario.file).stem}/{scenario.id}"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name)
def test_the_answer_is_the_one_expected(scenario: Scenario) -> None:
    assert scenario.differences(scenario.ask()) == [], scenario.title


def test_there_are_scenarios() -> None:
    assert len(KEPT_HERE) >= 200


def test_no_two_scenarios_have_one_id() -> None:
    assert [id_ for id_, times in Counter(s.id for s in KEPT_HERE).items() if times > 1] == []


def test_every_scenario_has_a_title_in_words() -> None:
    assert [s.id for s in SCENARIOS if len(s.title.split()) < 2] == []


def test_a_refusal_says_why() -> None:
    assert [s.id for s in SCENARIOS if s.expected.decision == "refused" and not s.expected.because] == []


@pytest.mark.parametrize("reason", sorted(set(Reason) - NOT_IN_THE_FORMAT))
def test_every_reason_is_given_in_one_scenario_and_withheld_in_another(reason: Reason) -> None:
    given = [s.id for s in KEPT_HERE if reason in (*s.expected.because, *s.expected.warnings)]
    withheld = [s.id for s in KEPT_HERE if reason in s.expected.never]
    assert given, reason
    assert withheld, reason
