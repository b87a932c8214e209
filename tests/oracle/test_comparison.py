"""The gate's answer against the oracle's, on generated histories (promise 3)."""

from collections import Counter
from pathlib import Path

import pytest

from eligibility import Outcome, Reason
from eligibility.scenarios import differences, read_scenarios
from tests.oracle.answer import Program
from tests.oracle.answer import answer as answer_of
from tests.oracle.comparison import difference, engine, oracle, scenario
from tests.oracle.generator import SHARED_SYSTEM, history
from tests.soak import count

HISTORIES = count(soak=100_000, short=1_500)
SHARES = 10
"""Equal parts, so that the processes of a test run divide them among themselves."""


@pytest.mark.soak
@pytest.mark.parametrize("share", range(SHARES))
def test_the_engine_answers_every_history_as_the_oracle_does(share: int) -> None:
    seeds = range(share, HISTORIES, SHARES)
    found = [text for seed in seeds if (text := difference(history(seed), seed=seed))]
    assert not found, f"{len(found)} of {len(seeds)} differ, the first:\n{found[0]}"


def test_the_histories_reach_every_reason_and_both_outcomes_often() -> None:
    outcomes: Counter[Outcome] = Counter()
    reasons: Counter[Reason] = Counter()
    for seed in range(1_500):
        answer = oracle(history(seed))
        outcomes[answer.outcome] += 1
        reasons.update(answer.reasons | answer.warnings)
    never = [reason for reason in Reason if not reasons[reason]]
    assert not never, f"never met: {never}; met: {reasons.most_common()}"
    assert min(outcomes[Outcome.ALLOWED], outcomes[Outcome.REFUSED]) > 300, outcomes


def test_the_same_number_is_the_same_history() -> None:
    assert [history(seed) for seed in range(50)] == [history(seed) for seed in range(50)]


def test_a_difference_can_be_read_and_replayed_as_a_scenario(tmp_path: Path) -> None:
    refused = next(made for made in map(history, range(100)) if engine(made).outcome is Outcome.REFUSED)
    allowed = next(made for made in map(history, range(100)) if engine(made).outcome is Outcome.ALLOWED)
    path = tmp_path / "difference.yaml"
    path.write_text(scenario(refused, theirs=engine(refused), ours=oracle(allowed), seed=7), encoding="utf-8")
    [replayed] = read_scenarios(path)
    assert (replayed.stage, replayed.facts) == (refused.stage, refused.facts)
    assert "expected allowed, came refused" in replayed.differences(replayed.ask())


FILES = sorted((Path(__file__).resolve().parents[1] / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_oracle_says_what_the_scenarios_expect(path: Path) -> None:
    for expected in read_scenarios(path):
        state = Program.NOT_YET if expected.facts.at < SHARED_SYSTEM else Program.IN_FORCE
        said = answer_of(expected.facts, expected.stage, state)
        wrong = differences(expected.expected, outcome=said.outcome, reasons=said.reasons, warnings=said.warnings)
        assert not wrong, (expected.id, expected.title)
