"""The gate's own act on rows, with no job running, against the oracle on the history (promise 3)."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count as numbers

import pytest

from audit import clock
from eligibility.edition import Span
from eligibility.editions import edition_in_force
from eligibility.reasons import Reason
from rems import gate
from tests.oracle.comparison import oracle, said, scenario
from tests.oracle.generator import history
from tests.oracle.histories import History
from tests.oracle.recordable import recordable
from tests.rems.scenario_rows import Rows
from tests.soak import count

HISTORIES = count(soak=300, short=10)
COUNTER = frozenset({Reason.CHECKLIST_INCOMPLETE, Reason.TOO_EARLY})
"""What the pharmacist ticks and counts belongs to a number; without one there is nowhere to keep it."""


def recorded() -> Iterator[tuple[int, History]]:
    """Histories that rows can hold, and their numbers."""
    for seed in numbers(500_000):
        made = recordable(history(seed))
        if made is not None:
            yield seed, made


def with_switches(made: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """Switches set by hand stand in an edition of the history's own."""
    edition = edition_in_force(made.facts.program, made.facts.at)
    assert edition is not None
    span = (Span(edition.starts, None),)
    switches = {name: span if on else () for name, on in made.facts.flexibilities.items()}
    monkeypatch.setattr(gate, "edition_in_force", lambda program, at: replace(edition, switches=switches))


CASES = [made for made, _ in zip(recorded(), range(HISTORIES), strict=False)]


@pytest.mark.soak
@pytest.mark.django_db
@pytest.mark.parametrize(("seed", "made"), CASES, ids=lambda value: str(value) if isinstance(value, int) else "")
def test_the_gate_answers_from_its_rows_as_the_oracle_does(
    seed: int, made: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_switches(made, monkeypatch)
    rows = Rows(made.facts, made.stage)
    with clock.stand_at(made.facts.at):
        row = rows.ask()
    theirs, ours = said(gate.decision_of(row)), oracle(made)
    aside = frozenset() if made.facts.authorization else COUNTER
    assert theirs.reasons - aside == ours.reasons - aside, scenario(made, theirs=theirs, ours=ours, seed=seed)
    assert theirs.warnings == ours.warnings, scenario(made, theirs=theirs, ours=ours, seed=seed)
    assert aside or theirs.outcome is ours.outcome
