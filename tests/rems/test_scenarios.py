"""The database says what the engine hears: every scenario through the records and the gate's own act."""

from dataclasses import replace
from pathlib import Path

import pytest

from audit import clock
from eligibility import Decision
from eligibility import facts as known
from eligibility.edition import Span
from eligibility.editions import edition_in_force
from eligibility.findings import Outcome
from eligibility.reasons import Reason
from eligibility.scenarios import Scenario, differences, read_scenarios
from rems import gate
from rems.gate import decision_of
from tests.rems.scenario_rows import Rows, Unstorable, instant
from tests.soak import SOAK

HERE = Path(__file__).resolve().parent.parent
SHARED = HERE.parent.parent / "shared" / "scenarios"


def scenarios() -> list[Scenario]:
    """Those in the repository, and the acceptance tests beside it where they are there.

    The project's own reading of the rule book (``rulebook_*``) goes through the records in the soak.
    """
    found: dict[str, Scenario] = {}
    for folder in (HERE / "scenarios", SHARED):
        for path in sorted(folder.glob("*.yaml")):
            if path.name.startswith("rulebook_") and not SOAK:
                continue
            found |= {scenario.id: scenario for scenario in read_scenarios(path)}
    return list(found.values())


def with_switches(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """Switches set by hand stand in an edition of the scenario's own."""
    edition = edition_in_force(scenario.facts.program, scenario.facts.at)
    if edition is None:
        return
    span = (Span(edition.starts, None),)
    switches = {name: span if on else () for name, on in scenario.facts.flexibilities.items()}
    monkeypatch.setattr(gate, "edition_in_force", lambda program, at: replace(edition, switches=switches))


@pytest.mark.soak
@pytest.mark.django_db
@pytest.mark.parametrize("scenario", scenarios(), ids=lambda s: s.id)
def test_the_gate_answers_as_the_scenario_says(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    if scenario.facts.flexibilities:
        with_switches(scenario, monkeypatch)
    try:
        rows = Rows(scenario.facts, scenario.stage)
    except Unstorable:
        assert scenario.expected.decision is Outcome.REFUSED
        return
    with clock.stand_at(scenario.facts.at):
        row = rows.ask()
    answer, engine = _said(decision_of(row)), _said(scenario.ask())
    expected = scenario.expected
    if not _has_number(scenario.facts):
        answer, engine = _without_counter(answer), _without_counter(engine)
        expected = replace(expected, because=tuple(r for r in expected.because if r not in COUNTER))
    assert not differences(expected, outcome=answer[0], reasons=answer[1], warnings=answer[2])
    assert answer[0] is engine[0]
    if _all_can_be_stored(scenario.facts):
        assert answer == engine


COUNTER = frozenset({Reason.CHECKLIST_INCOMPLETE, Reason.TOO_EARLY})
"""What the pharmacist ticks and counts belongs to a number; without one there is nowhere to keep it."""

Said = tuple[Outcome, frozenset[Reason], frozenset[Reason]]


def _said(decision: Decision) -> Said:
    return decision.outcome, decision.reasons, frozenset(f.reason for f in decision.warnings if f.reason)


def _without_counter(said: Said) -> Said:
    return said[0], said[1] - COUNTER, said[2]


def _has_number(facts: known.Facts) -> bool:
    issued = facts.authorization.issued if facts.authorization else None
    return issued is not None and instant(issued) <= facts.at


def _all_can_be_stored(facts: known.Facts) -> bool:
    """A confirmation without its authorization, or an agreement without a category, cannot stand there."""
    numbers = facts.confirmation is None or facts.authorization is not None
    return numbers and facts.patient.category is not None
