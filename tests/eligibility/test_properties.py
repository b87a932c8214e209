"""What must hold of every decision, whatever the course of the patient."""

import copy
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from eligibility import Decision, Stage, decide
from eligibility.editions import edition_in_force
from eligibility.findings import INSTANT
from eligibility.scenario_format import describe, facts_of
from tests.eligibility.histories import courses, read
from tests.soak import count

pytestmark = pytest.mark.soak
CALM = settings(max_examples=count(soak=5_000, short=120), deadline=None, suppress_health_check=list(HealthCheck))

BLOCK_BY_PRESENCE = {
    "reports", "therapy_ended", "last_dispense", "first_dose", "dispensings", "days_on_hand",
    "patient.menarche_reported", "patient.able_since", "prescriber.deactivated", "pharmacy.deactivated",
    "pharmacy.zone", "prescription.refill", "prescription.verbal", "agreement.category",
    "authorization.used", "authorization.cancelled", "authorization.program", "authorization.closes",
    "confirmation.used", "confirmation.cancelled", "confirmation.program",
}  # fmt: skip
"""Facts that block by being there, and those for which the rule book names a substitute."""


def ask(described: dict[str, Any], at: datetime, stage: Stage) -> Decision:
    return decide(edition_in_force("us-lenalidomide", at), read(described, at), stage)


def answer(decision: Decision) -> list[tuple[Any, ...]]:
    return [(f.requirement, f.level, f.reason) for f in decision.findings]


def without_one(described: dict[str, Any], stage: Stage) -> Iterator[tuple[str, dict[str, Any]]]:
    """The facts with one of them taken away, for each that may be."""
    for key, value in described.items():
        if key in BLOCK_BY_PRESENCE or (key == "confirmation" and stage is Stage.CONFIRM):
            continue
        yield key, {k: v for k, v in described.items() if k != key}
        if isinstance(value, dict):
            for inner in value:
                if f"{key}.{inner}" not in BLOCK_BY_PRESENCE:
                    changed = copy.deepcopy(described)
                    changed[key][inner] = None
                    yield f"{key}.{inner}", changed
        if isinstance(value, list):
            for index, item in enumerate(value):
                if key == "tests" and item["result"] != "negative":
                    continue
                yield f"{key}[{index}]", {**described, key: value[:index] + value[index + 1 :]}


@CALM
@given(courses())
def test_taking_a_fact_away_never_turns_a_refusal_into_an_allowance(course: Any) -> None:
    stage, at, described = course
    if ask(described, at, stage).allowed:
        return
    for name, fewer in without_one(described, stage):
        if name == "tests" and any(t["result"] != "negative" for t in described["tests"]):
            continue
        assert not ask(fewer, at, stage).allowed, name


@CALM
@given(courses(), st.floats(0, 1))
def test_between_the_question_and_until_the_answer_stays_the_same(course: Any, share: float) -> None:
    stage, at, described = course
    decision = ask(described, at, stage)
    until = decision.until
    if until is None:
        assert answer(ask(described, at + timedelta(days=4000), stage)) == answer(decision)
        return
    assert until >= at
    for instant in (until, at + (until - at) * share):
        assert answer(ask(described, instant, stage)) == answer(decision)
    if all(t["sensitivity_miu_ml"] == 25 and not t["home"] for t in described["tests"]):
        assert answer(ask(described, until + INSTANT, stage)) != answer(decision)


@CALM
@given(courses(), st.integers(0, 60 * 24 * 60))
def test_time_alone_clears_only_what_its_finding_said_and_at_that_instant(course: Any, minutes: int) -> None:
    stage, at, described = course
    decision, later = ask(described, at, stage), at + timedelta(minutes=minutes)
    unmet_later = {f.requirement for f in ask(described, later, stage).unmet}
    for finding in decision.unmet:
        if finding.requirement in ("test-sensitivity", "test-place"):
            continue  # said beside a missing test; while that is missing nothing is cleared
        if finding.requirement not in unmet_later:
            assert finding.opens is not None, finding
            assert finding.opens <= later, finding
        if finding.opens is not None:
            at_opening = {f.requirement for f in ask(described, finding.opens, stage).unmet}
            before = {f.requirement for f in ask(described, max(at, finding.opens - INSTANT), stage).unmet}
            assert finding.requirement not in at_opening, finding
            assert finding.requirement in before, finding


@CALM
@given(courses())
def test_a_decision_asked_again_from_its_record_answers_the_same(course: Any) -> None:
    stage, at, described = course
    facts = read(described, at)
    again = facts_of(describe(facts), at=at, program=facts.program)
    assert again == facts
    assert ask(describe(facts), at, stage) == ask(described, at, stage)


@CALM
@given(courses())
@example((Stage.HAND_OVER, datetime.fromisoformat("2026-06-15T10:00:00-04:00"), {}))
def test_every_finding_says_requirement_source_and_who_clears_it(course: Any) -> None:
    stage, at, described = course
    decision = ask(described, at, stage)
    edition = edition_in_force("us-lenalidomide", at)
    assert edition is not None
    assert [f.requirement for f in decision.findings] == [r.id for r in edition.asked[stage]]
    for finding in decision.findings:
        assert finding.source
        assert finding.mark
        assert finding.clearers
        assert finding.opens is None or (finding.reason is not None and finding.opens > at)
        assert finding.until is None or finding.until >= at
