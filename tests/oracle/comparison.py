"""Engine and oracle, asked the same question; where they differ, a scenario that can be read and replayed."""

from dataclasses import replace

import yaml

from eligibility import decide
from eligibility.edition import Edition
from eligibility.editions import edition_in_force
from eligibility.findings import Decision
from eligibility.scenario_format import describe
from tests.oracle.answer import Answer, Program, answer
from tests.oracle.histories import History


def edition_of(history: History) -> Edition | None:
    """The edition in force, or the same program after it has ended."""
    edition = edition_in_force(history.facts.program, history.facts.at)
    return replace(edition, ended=True) if edition and history.program is Program.ENDED else edition


def engine(history: History) -> Answer:
    """The engine's answer in the oracle's terms."""
    return said(decide(edition_of(history), history.facts, history.stage))


def said(decision: Decision) -> Answer:
    """Outcome, reasons and warnings of a decision; what is noted of an ended program is its reason."""
    noted = frozenset(finding.reason for finding in decision.warnings if finding.reason)
    return Answer(decision.outcome, decision.reasons, noted - decision.reasons)


def oracle(history: History) -> Answer:
    """The oracle's answer."""
    return answer(history.facts, history.stage, history.program)


def difference(history: History, *, seed: int) -> str:
    """Nothing, or the history as a scenario of the oracle's opinion, with what the engine said instead."""
    theirs, ours = engine(history), oracle(history)
    return "" if theirs == ours else scenario(history, theirs=theirs, ours=ours, seed=seed)


def scenario(history: History, *, theirs: Answer, ours: Answer, seed: int) -> str:
    """A history in the format of the scenarios."""
    given = theirs.reasons | theirs.warnings
    entry = {
        "id": f"D{seed}",
        "title": f"Difference of history {seed}",
        "program": history.facts.program,
        "ask": history.stage.value,
        "at": history.facts.at.isoformat(),
        **describe(history.facts),
        "expect": {
            "decision": ours.outcome.value,
            "because": sorted(reason.value for reason in ours.reasons),
            "warnings": sorted(reason.value for reason in ours.warnings),
            "not": sorted(reason.value for reason in given - ours.reasons - ours.warnings),
        },
        "note": f"engine: {theirs.outcome.value}, {', '.join(sorted(reason.value for reason in given)) or 'nothing'}",
    }
    return yaml.safe_dump({"scenarios": [entry]}, sort_keys=False, default_flow_style=None, width=120)
