"""Boundaries as tables: one second before, the second itself, one second after."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from eligibility import (
    Agreement,
    Certification,
    Decision,
    Dispensed,
    IssuedNumber,
    Outcome,
    PregnancyTest,
    Reason,
    Report,
    Stage,
    decide,
)
from eligibility.editions import edition_in_force
from eligibility.findings import INSTANT, Finding
from eligibility.vocabulary import ReportKind, Result
from tests.eligibility.courses import AFTER_MENOPAUSE, BEGINNER, CHILD, MAN, PROGRAM, WOMAN, ask, facts, negative
from tests.eligibility.edges import EDGES, FROM, SECOND, UP_TO, Edge


def about(decision: Decision, edge: Edge) -> list[Finding]:
    """The findings that give the reason."""
    return [f for f in decision.findings if f.reason is edge.reason]


@pytest.mark.parametrize("edge", EDGES, ids=lambda e: e.name)
def test_a_reason_comes_and_goes_at_its_second(edge: Edge) -> None:
    moments = (edge.instant - SECOND, edge.instant, edge.instant + SECOND)
    assert tuple(bool(about(edge.ask(at), edge)) for at in moments) == edge.given


@pytest.mark.parametrize("edge", [e for e in EDGES if e.known and e.given == FROM], ids=lambda e: e.name)
def test_what_time_clears_says_from_when(edge: Edge) -> None:
    (finding,) = about(edge.ask(edge.instant - SECOND), edge)
    assert finding.opens == edge.instant


@pytest.mark.parametrize("edge", [e for e in EDGES if e.known and e.given != FROM], ids=lambda e: e.name)
def test_what_time_takes_away_says_until_when(edge: Edge) -> None:
    requirement = about(edge.ask(edge.instant + SECOND), edge)[0].requirement
    before = edge.ask(edge.instant - SECOND)
    (finding,) = [f for f in before.findings if f.requirement == requirement]
    last = edge.instant if edge.given == UP_TO else edge.instant - INSTANT
    assert finding.until == last
    assert before.until is not None
    assert before.until <= last


NOON = datetime.fromisoformat("2026-06-15T14:00:00-04:00")


@pytest.mark.parametrize(
    ("days", "given"),
    [(1, False), (27, False), (28, False), (29, True), (28.5, True), (0, True), (-1, True), (1e9, True), (None, True)],
)
@pytest.mark.parametrize("stage", Stage)
def test_days_supplied_are_28_at_most_and_known(days: float | None, given: bool, stage: Stage) -> None:
    decision = ask(MAN, stage, NOON, prescription={"days_supply": days})
    assert (Reason.SUPPLY_OVER_LIMIT in decision.reasons) is given


@pytest.mark.parametrize(
    ("counted", "given"), [(0, False), (7, False), (8, True), (7.5, True), (1e9, True), (None, False)]
)
def test_days_counted_by_the_pharmacist_are_7_at_most(counted: float | None, given: bool) -> None:
    decision = ask(MAN, Stage.HAND_OVER, NOON, days_on_hand=counted)
    assert (Reason.TOO_EARLY in decision.reasons) is given


def test_a_supply_beyond_the_calendar_is_too_early_for_ever() -> None:
    decision = ask(MAN, Stage.HAND_OVER, NOON, last_dispense={"days_supply": 1e9})
    assert Reason.TOO_EARLY in decision.reasons


@pytest.mark.parametrize(("detects", "given"), [(1, False), (25, False), (50, False), (50.1, True), (100, True)])
def test_a_test_detects_50_or_less(detects: float, given: bool) -> None:
    tests = [negative("2026-06-10T09:00:00-04:00", sensitivity_miu_ml=detects)]
    decision = ask(WOMAN, Stage.HAND_OVER, NOON, tests=tests)
    assert (Reason.TEST_NOT_SENSITIVE_ENOUGH in decision.reasons) is given


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("course", [MAN, WOMAN, CHILD, AFTER_MENOPAUSE])
def test_where_all_is_in_order_it_is_allowed(course: Mapping[str, Any], stage: Stage) -> None:
    changes = {} if stage is Stage.HAND_OVER else {"confirmation": None}
    assert ask(course, stage, NOON, **changes).outcome is Outcome.ALLOWED


def test_where_all_is_in_order_a_beginner_is_authorized() -> None:
    assert ask(BEGINNER, Stage.AUTHORIZE, datetime.fromisoformat("2026-06-15T10:00:00-04:00")).allowed


NAIVE = datetime(2026, 6, 10, 9)  # noqa: DTZ001 - that is what is tested


@pytest.mark.parametrize(
    "changed",
    [
        {"at": NAIVE},
        {"prescriber": Certification(certified=NAIVE)},
        {"prescriber": Certification(certified=date(2024, 1, 1), deactivated=NAIVE)},
        {"agreement": Agreement(signed_on=NAIVE)},
        {"tests": (PregnancyTest(collected=NAIVE, result=Result.NEGATIVE),)},
        {"surveys": (NAIVE,)},
        {"authorization": IssuedNumber(issued=NAIVE)},
        {"confirmation": IssuedNumber(issued=NAIVE)},
        {"last_dispense": Dispensed(date=NAIVE, days_supply=28)},
        {"reports": (Report(kind=ReportKind.PREGNANCY, opened=NAIVE),)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_time_without_a_zone_is_an_error(changed: dict[str, Any]) -> None:
    known = facts(WOMAN, NOON)
    with pytest.raises(ValueError, match="has no zone"):
        decide(edition_in_force(PROGRAM, NOON), replace(known, **changed), Stage.HAND_OVER)


def test_facts_of_another_program_are_an_error() -> None:
    with pytest.raises(ValueError, match="us-thalidomide"):
        decide(edition_in_force("us-thalidomide", NOON), facts(MAN, NOON), Stage.CONFIRM)


# What the records cannot hold, and the engine can be told -----------------------------------------


def test_a_confirmation_of_another_program_blocks_the_hand_over() -> None:
    decision = ask(MAN, Stage.HAND_OVER, NOON, confirmation={"program": "us-thalidomide"})
    assert decision.reasons == {Reason.PROGRAM_MISMATCH}


def test_a_missed_period_of_a_partner_is_no_evaluation_of_the_patient() -> None:
    reports = [{"kind": "missed_period", "subject": "partner", "opened": "2026-06-12"}]
    assert ask(WOMAN, Stage.HAND_OVER, NOON, reports=reports).allowed


@pytest.mark.parametrize("result", ["indeterminate", "invalid", "hemolysed", None])
def test_what_is_not_clear_is_never_a_negative(result: str | None) -> None:
    unclear = {"collected": "2026-06-14T09:00:00-04:00", "result": result, "sensitivity_miu_ml": 25}
    decision = ask(WOMAN, Stage.HAND_OVER, NOON, tests=[negative("2026-06-10T09:00:00-04:00"), unclear])
    assert decision.reasons == {Reason.TEST_INDETERMINATE}
