"""How long one decision takes: the median over every scenario on file. The target is 100 µs."""

from pathlib import Path
from statistics import median
from time import perf_counter

from eligibility import Stage, decide
from eligibility.editions import edition_in_force
from eligibility.scenarios import Scenario, read_scenarios

SCENARIOS = Path(__file__).resolve().parent.parent / "tests" / "scenarios"
TARGET = 100e-6
ROUNDS = 50


def seconds(scenario: Scenario) -> float:
    """The median of one scenario's decision, from facts that are there to the answer."""
    taken = []
    for _ in range(ROUNDS):
        start = perf_counter()
        decide(edition_in_force(scenario.facts.program, scenario.facts.at), scenario.facts, scenario.stage)
        taken.append(perf_counter() - start)
    return median(taken)


def run() -> dict[str, float]:
    """Medians in seconds: of all decisions, of each stage; and the slowest one."""
    found = [s for file in sorted(SCENARIOS.glob("*.yaml")) for s in read_scenarios(file)]
    times = [(s.stage, seconds(s)) for s in found]
    target = f"target {TARGET * 1e6:.0f} µs"
    medians = {f"one decision, {len(found)} scenarios ({target})": median(t for _, t in times)}
    for stage in Stage:
        medians[f"at stage {stage}"] = median(t for s, t in times if s is stage)
    return {**medians, "the slowest scenario": max(t for _, t in times)}
