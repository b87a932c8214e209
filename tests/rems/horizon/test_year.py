"""A year with the clock moved by hand: every notice that should be, no other, each once, late where it was late.

What should be is written here from the rule book and the ladder, in days; the engine is not asked.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import pytest

from audit import clock
from patients.actions import record_survey, record_test
from patients.models import CycleReport
from rems.horizon import comparing, passing
from rems.models import Enrollment, Notice
from tests import soak
from tests.rems.horizon.people import NEW_YORK
from tests.rems.program_cast import PROGRAM, Cast, dispensed, enrolled, on_treatment

PATIENTS = soak.count(soak=2_000, short=25)
DAYS = soak.count(soak=365, short=50)
FIRST = date(2026, 10, 1)
"""A month before the clocks go back."""
LADDER = {
    -7: "7_before",
    -2: "2_before",
    0: "on_the_day",
    1: "1_after",
    3: "3_after",
    4: "administrator",
}
PASS_AT = time(0, 20)
TOLERANCE = timedelta(hours=1)
DAY = timedelta(days=1)
Told = tuple[str, int, str, datetime, datetime, bool]


def local(day: date, at: time = time(0)) -> datetime:
    return datetime.combine(day, at, tzinfo=NEW_YORK)


@dataclass
class Life:
    """One patient: what she does on which day, and what she is to be told for it."""

    enrollment: Enrollment
    test_days: int
    started: date
    tests: list[datetime] = field(default_factory=list)
    surveys: list[datetime] = field(default_factory=list)

    def due(self, kind: str, done: datetime) -> date:
        """Monthly surveys; weekly tests in the first 28 days of use, then every 14 or 28 days."""
        day = done.astimezone(NEW_YORK).date()
        if kind == "survey":
            return day + timedelta(days=30)
        early = (day - self.started).days < 28
        return day + timedelta(days=7 if early else self.test_days)

    def expected(self, looks: list[datetime]) -> list[Told]:
        """A step is told at the first look at or after it, if what it waits for was not done before that look."""
        found = []
        for kind, done, others in (("test", self.tests, self.surveys), ("survey", self.surveys, self.tests)):
            for one, following in zip(done, [*done[1:], None], strict=True):
                for step, instant in self.steps(kind, one):
                    seen = [at for at in sorted([*looks, *others]) if at >= instant]
                    if instant <= one or not seen or (following is not None and seen[0] >= following):
                        continue
                    name, due = LADDER[step], local(self.due(kind, one) + DAY) - timedelta(microseconds=1)
                    late = seen[0] - instant > TOLERANCE
                    found.append((kind, self.enrollment.pk, name, due, seen[0], late))
        return found

    def steps(self, kind: str, done: datetime) -> list[tuple[int, datetime]]:
        return [(step, local(self.due(kind, done) + step * DAY)) for step in LADDER]


def begin(cast: Cast, chance: random.Random, number: int) -> Life:
    """On treatment since some weeks, dispensed and tested and asked on the day before the first."""
    with clock.stand_at(local(FIRST - DAY, time(9))):
        enrollment, used = (
            enrolled(f"Mary {'ABCDEFGHIJ'[number % 10]}{number}", cast.prescriber),
            chance.randrange(3, 90),
        )
        on_treatment(enrollment, days=used)
        dispensed(enrollment, cast.cedar, days_ago=1)
        cycle = chance.choice(["regular", "irregular"])
        CycleReport.objects.create(
            patient=enrollment.patient,
            cycle=cycle,
            reported_at=clock.now(),
            recorded_at=clock.now(),
            recorded_by=cast.ruth,
        )
        started = FIRST - DAY - timedelta(days=used)
        life = Life(enrollment, 28 if cycle == "regular" else 14, started)
        do(life, "test", cast)
        do(life, "survey", cast)
    return life


def do(life: Life, kind: str, cast: Cast) -> None:
    """She is tested, or answers, now."""
    now, patient = clock.now(), life.enrollment.patient
    if kind == "survey":
        record_survey(
            patient=patient, program=PROGRAM, answers={}, answered_by=patient.name, completed_at=now, by=cast.ruth
        )
        life.surveys.append(now)
        return
    record_test(
        patient=patient,
        collected_at=now,
        resulted_at=now,
        result="negative",
        method="serum",
        sensitivity_miu_ml=25,
        laboratory="Hill Laboratory",
        by=cast.ruth,
    )
    life.tests.append(now)


def plan(life: Life, kind: str, chance: random.Random, *, today: date) -> date:
    """Most come in time, some days late, a few weeks late."""
    done = life.tests if kind == "test" else life.surveys
    delay = chance.choice([-3, -1, 0, 0, 0, 1, 2, 6, 20])
    return max(today + DAY, life.due(kind, done[-1]) + timedelta(days=delay))


@pytest.mark.soak
def test_a_year_ends_without_a_missed_or_a_double_notice(cast: Cast) -> None:
    chance = random.Random(4)  # noqa: S311 - the same lives in every run
    lives = [begin(cast, chance, number) for number in range(PATIENTS)]
    renewed_at_start = Notice.objects.count()
    wanted = {(id(life), kind): plan(life, kind, chance, today=FIRST) for life in lives for kind in ("test", "survey")}
    outage = {FIRST + timedelta(days=day + more) for day in range(20, DAYS, 50) for more in range(3)}
    looks: list[datetime] = []
    for number in range(DAYS):
        today = FIRST + number * DAY
        if today not in outage:
            looks.append(local(today, PASS_AT))
            with clock.stand_at(looks[-1]):
                passing.run(most=1_000_000)
        for life in lives:
            for hour, kind in ((10, "test"), (15, "survey")):
                if wanted[id(life), kind] == today:
                    with clock.stand_at(local(today, time(hour, chance.randrange(60)))):
                        do(life, kind, cast)
                    wanted[id(life), kind] = plan(life, kind, chance, today=today)
    told = sorted(
        (row.kind, row.enrollment_id, row.step, row.due_at, row.made_at, row.late) for row in Notice.objects.all()
    )
    should = sorted(entry for life in lives for entry in life.expected(looks))
    assert renewed_at_start == 0
    assert [entry for entry in should if entry not in set(told)] == [], "missed"
    assert told == should, "told that should not be, or twice"
    assert any(late for *_, late in told)
    assert len(told) > PATIENTS
    with clock.stand_at(local(FIRST + DAYS * DAY)):
        passing.run(most=1_000_000)
        assert comparing.differences([life.enrollment for life in lives], at=clock.now()) == {}
    assert not Notice.objects.filter(messages__isnull=True).exists(), "each goes to somebody"


def test_the_days_of_the_simulation_are_those_of_the_edition(cast: Cast) -> None:
    """The expectation above is of its own making; here it is held against what is on file."""
    from eligibility.editions import edition_in_force

    edition = edition_in_force(PROGRAM, local(FIRST))
    assert edition is not None
    assert (*edition.ladder.steps, edition.ladder.administrator) == tuple(LADDER)
    assert edition.ladder.late_after == TOLERANCE
