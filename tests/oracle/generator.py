"""From a number to a history: the same number gives the same history."""

from datetime import UTC, date, datetime, time, timedelta

from eligibility.facts import Facts
from tests.oracle.answer import Program
from tests.oracle.days import NEW_YORK
from tests.oracle.draws import Draws
from tests.oracle.histories import PROGRAMS, History, going_well
from tests.oracle.mishaps import MISHAPS

SHARED_SYSTEM = datetime.combine(date(2021, 5, 21), time(0, 0), tzinfo=NEW_YORK).astimezone(UTC)
""" "A shared system since 2021-05-21": the first day of the editions; before it there is none."""


def history(seed: int) -> History:
    """One question about one patient. A tenth goes well, most have one to three mishaps, some have many."""
    draw = Draws(seed)
    state = Program.IN_FORCE
    if draw.chance(0.02):
        state = draw.one(Program.NOT_YET, Program.IN_FORCE, Program.ENDED)
        draw.at = SHARED_SYSTEM + timedelta(days=draw.one(0, 0, 0, 90))
        if state is Program.NOT_YET:
            draw.at = SHARED_SYSTEM - timedelta(seconds=1, days=draw.one(0, 0, 400))
    stage, known = going_well(draw)
    for _ in range(draw.one(0, 1, 1, 1, 2, 2, 3, 3, 5, 9)):
        draw.one(*MISHAPS)(draw, known)
    return History(stage, Facts(at=draw.at, program=draw.one(*PROGRAMS), **known), state)
