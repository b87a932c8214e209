"""What a horizon keeps for the practice's list is what the engine says, and what ends a task is heard at once."""

import random
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import Any

import pytest

from accounts.roles import Role
from eligibility.findings import INSTANT
from patients.models import PatientSurvey
from prescribers.actions import deactivate
from rems.horizon.deadlines import read
from rems.horizon.renewal import renew
from rems.models import Enrollment, Horizon
from rems.queries.kept_lines import stored_lines
from rems.queries.prescriber import open_authorizations
from rems.queries.standing import standing_of
from rems.records import Records
from tests import soak
from tests.oracle.generator import history
from tests.oracle.histories import History
from tests.oracle.recordable import recordable
from tests.rems.horizons import renewed
from tests.rems.prescriber.everybody import DAY, by_asking, happened, listed, told
from tests.rems.program_cast import NOW, PROGRAM, Cast, cast, dispensed, enrolled, person
from tests.rems.scenario_rows import Rows, Unstorable

__all__ = ["cast"]

HISTORIES = soak.count(soak=1_000, short=15)


def recorded() -> Iterator[tuple[int, History]]:
    """Histories that rows can hold, and their numbers."""
    for seed in count(900_000):
        made = recordable(history(seed))
        if made is not None:
            yield seed, made


@pytest.mark.soak
def test_kept_lines_are_what_the_engine_says_until_the_horizon_wakes() -> None:
    """Any history as rows, looked at once; then at its first, last and other instants until it is to be looked at."""
    chance, asked, kept = random.Random(7), 0, 0  # noqa: S311 - the same instants in every run
    for seed, made in recorded():
        if asked == HISTORIES:
            break
        try:
            rows = Rows(made.facts, made.stage)
        except Unstorable:
            continue
        asked, at = asked + 1, made.facts.at
        renew([rows.patient.pk], at=at)
        horizon = Horizon.objects.get(enrollment=rows.enrollment, authorization=None)
        kept += len(horizon.lines or [])
        last = horizon.wakes_at - INSTANT if horizon.wakes_at else at + 60 * DAY
        for instant in (at, *(at + (last - at) * chance.random() for _ in range(3)), last):
            said = as_the_engine_says(rows.enrollment, horizon, at=instant)
            assert said == horizon.lines, f"history {seed} as of {instant}"
    assert kept > HISTORIES / 2


def as_the_engine_says(enrollment: Enrollment, horizon: Horizon, *, at: datetime) -> list[dict[str, Any]]:
    """The lines at an instant by what was on record when the horizon was looked at: a history has later facts, too."""
    records, number = Records([enrollment], at=horizon.looked_at), open_authorizations([enrollment], at=at).last()
    stored = map(read, horizon.deadlines)
    row = standing_of(enrollment, at=at, number=number, records=records, stored=stored)
    return stored_lines(row) if row else []


def test_a_deactivated_prescriber_is_heard_at_once(cast: Cast) -> None:
    male = enrolled("Samuel Osei", cast.prescriber, "adult_male")
    dispensed(male, cast.cedar, days_ago=24)
    happened(male, PatientSurvey, days_ago=1, completed_at=NOW - DAY, answered_by="Samuel Osei")
    renewed()
    assert [line.task.title for line in listed(NOW)] == ["authorization"]
    kai = person("Kai Brandt", Role.ADMINISTRATOR)
    deactivate(prescriber=cast.prescriber, program=PROGRAM, reason="As asked", by=kai)
    assert told(listed(NOW)) == told(by_asking(NOW))
    assert listed(NOW) == []
