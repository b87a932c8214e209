"""From a number to a history: the same number gives the same history."""

from eligibility.facts import Facts
from tests.oracle.draws import Draws
from tests.oracle.histories import PROGRAMS, History, going_well
from tests.oracle.mishaps import MISHAPS


def history(seed: int) -> History:
    """One question about one patient. A fifth goes well, most have one to three mishaps, some have many."""
    draw = Draws(seed)
    stage, known = going_well(draw)
    for _ in range(draw.one(0, 1, 1, 1, 2, 2, 3, 3, 5, 9)):
        draw.one(*MISHAPS)(draw, known)
    return History(stage, Facts(at=draw.at, program=draw.one(*PROGRAMS), **known))
