"""What comes due is seen: at its instant, once, late if it was late, and whatever else is in the way."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from audit import clock
from audit.models import Event
from eligibility import Stage
from eligibility.facts import IssuedNumber
from eligibility.findings import INSTANT
from patients.models import Patient
from rems import tasks
from rems.actions import gate
from rems.horizon import asking, comparing, passing
from rems.models import DisplayFlag, Enrollment, Horizon, Notice
from rems.models.choices import DueKind
from tests.rems import counter
from tests.rems.horizon.people import flags, horizon_of, new_york, told, treated
from tests.rems.horizons import renewed
from tests.rems.program_cast import NOW, Cast, collect

DUE = new_york(6, 30) - INSTANT
SECOND = timedelta(seconds=1)
LADDER = [
    ("7_before", new_york(6, 22)),
    ("2_before", new_york(6, 27)),
    ("on_the_day", new_york(6, 29)),
    ("1_after", new_york(6, 30)),
    ("3_after", new_york(7, 2)),
    ("administrator", new_york(7, 3)),
]


def passed(at: datetime) -> passing.Counts:
    with clock.stand_at(at):
        return passing.run()


@pytest.mark.parametrize(
    ("at", "kinds"),
    [
        (DUE - timedelta(days=7) - SECOND, []),
        (DUE - timedelta(days=7), ["due_soon"]),
        (DUE - timedelta(days=7) + SECOND, ["due_soon"]),
        (DUE - SECOND, ["due_soon"]),
        (DUE, ["due_soon"]),
        (DUE + INSTANT, ["overdue"]),
        (DUE + SECOND, ["overdue"]),
    ],
)
def test_a_list_says_it_from_its_instant_on(leila: Enrollment, at: datetime, kinds: list[str]) -> None:
    passed(at)
    assert flags(leila) == kinds


@pytest.mark.parametrize(("step", "instant"), LADDER)
@pytest.mark.parametrize("offset", [-SECOND, timedelta(0), SECOND])
def test_each_step_is_told_from_its_instant_on(
    leila: Enrollment, step: str, instant: datetime, offset: timedelta
) -> None:
    passed(instant + offset)
    assert (step in [name for name, _, _ in told(leila)]) is (offset >= timedelta(0))


def test_the_whole_ladder_is_told_each_step_once_and_in_time(leila: Enrollment) -> None:
    for half_days in range(50):
        passed(NOW + timedelta(hours=12 * half_days, minutes=-11))
    with_late = [(step, at) for step, at, _ in told(leila)]
    assert with_late == LADDER


def test_within_the_tolerance_a_notice_is_in_time(leila: Enrollment) -> None:
    for (_, instant), delay in zip(LADDER, [0, 1, 59, 60, 61, 600], strict=True):
        passed(instant + timedelta(minutes=delay))
    assert [late for _, _, late in told(leila)] == [False, False, False, False, True, True]


def test_stopped_for_three_days_it_catches_up_each_once_and_late_ones_say_so(leila: Enrollment) -> None:
    passed(new_york(6, 26, 23))
    assert [step for step, _, _ in told(leila)] == ["7_before"]
    passed(new_york(6, 30))
    assert told(leila) == [
        ("7_before", new_york(6, 22), True),
        ("2_before", new_york(6, 27), True),
        ("on_the_day", new_york(6, 29), True),
        ("1_after", new_york(6, 30), False),
    ]
    assert flags(leila) == ["overdue"]
    assert passed(new_york(6, 30)).looked == 0


def test_what_was_done_while_it_stood_still_is_not_asked_for_any_more(leila: Enrollment) -> None:
    with clock.stand_at(new_york(6, 30, 9)):
        collect(leila, days_ago=0)
        renewed()
    passed(new_york(6, 30, 10))
    assert told(leila) == []


def test_a_step_that_came_while_it_stood_still_is_told_though_another_act_came_first(leila: Enrollment) -> None:
    """An act that leaves the deadline as it is must not make its reminder vanish."""
    with clock.stand_at(new_york(6, 30, 9)):
        renewed()
    assert [step for step, _, _ in told(leila)] == ["7_before", "2_before", "on_the_day", "1_after"]


def test_twice_makes_nothing_twice(leila: Enrollment) -> None:
    at = new_york(7, 5)
    first = passed(at)
    Horizon.objects.update(looked_at=NOW, wakes_at=NOW)
    again = passed(at)
    assert (first.told > 0, again.looked > 0, again.told) == (True, True, 0)


def test_nothing_due_costs_one_query_and_writes_nothing(leila: Enrollment, django_assert_num_queries: Any) -> None:
    entries = Event.objects.count()
    with django_assert_num_queries(1):
        assert passing.run() == passing.Counts()
    assert Event.objects.count() == entries


def test_one_that_fails_keeps_nobody_else_and_is_tried_again(
    leila: Enrollment, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    nora = treated("Nora Quist", cast, days_ago=1)
    renewed()
    at, look = new_york(7, 5), asking.look

    def failing(subject: Any, **more: Any) -> Any:
        if subject.enrollment == leila:
            raise ZeroDivisionError
        return look(subject, **more)

    with monkeypatch.context() as patch, clock.stand_at(at):
        patch.setattr(passing, "look", failing)
        with pytest.raises(tasks.Incomplete, match="1 horizons"):
            tasks.look_at_due()
    assert (flags(nora), flags(leila)) == (["overdue"], [])
    assert horizon_of(leila).wakes_at == at + passing.AGAIN
    assert Event.objects.get(action="rems.postpone_horizon").allowed is False
    passed(at + passing.AGAIN)
    assert flags(leila) == ["overdue"]
    assert len(told(leila)) == len(told(nora)) == 6


@pytest.mark.parametrize("end", passing.END_OF_RUN)
def test_what_is_no_patient_s_failure_ends_the_run(
    leila: Enrollment, monkeypatch: pytest.MonkeyPatch, end: type[Exception]
) -> None:
    def ending(*_: Any, **__: Any) -> Any:
        raise end

    with monkeypatch.context() as patch, clock.stand_at(new_york(7, 5)):
        patch.setattr(passing, "look", ending)
        with pytest.raises(end):
            passing.run()
    assert (flags(leila), told(leila)) == ([], [])
    passed(new_york(7, 5))
    assert len(told(leila)) == 6


def test_a_number_closes_lapses_and_is_forgotten() -> None:
    rows = counter.at_the_counter(counter.on_treatment, Stage.AUTHORIZE)
    gate.authorize(prescription=rows.prescription, by=rows.doctor)
    number = rows.prescription.authorization
    subject = f"authorization:{number.pk}"
    found: list[list[str]] = []
    closes = number.closes_at
    for at in (NOW, closes - timedelta(days=7), closes, closes + SECOND, closes + timedelta(days=7)):
        passed(at)
        flagged = DisplayFlag.objects.filter(authorization=number, cleared_at__isnull=True)
        found.append(list(flagged.values_list("kind", flat=True)))
    assert found == [[], ["closing"], ["closing"], ["lapsed"], []]
    assert not Horizon.objects.filter(authorization=number).exists()
    steps = Notice.objects.filter(subject=subject).order_by("at").values_list("step", flat=True)
    assert list(steps) == ["2_before", "on_the_day", "1_after", "3_after", "administrator"]


def test_a_lapsed_number_with_a_successor_is_no_news() -> None:
    rows = counter.at_the_counter(counter.on_treatment, Stage.CONFIRM)
    renewed()
    with clock.stand_at(NOW + timedelta(days=1)):
        rows._issue(rows._prescribed(clock.now()), IssuedNumber(issued=clock.now()))
        renewed()
    number = Horizon.objects.get(authorization=rows.number)
    closes = datetime.fromisoformat(number.deadlines[0]["due"])
    passed(closes)
    assert Horizon.objects.filter(authorization=rows.number).exists()
    passed(closes + SECOND)
    assert not Horizon.objects.filter(authorization=rows.number).exists()
    assert not DisplayFlag.objects.filter(authorization=rows.number, cleared_at__isnull=True).exists()
    steps = Notice.objects.filter(subject=f"authorization:{rows.number.pk}").order_by("at")
    assert list(steps.values_list("step", flat=True)) == ["2_before", "on_the_day"]


def test_after_a_pass_all_horizons_are_what_a_fresh_computation_says(leila: Enrollment, cast: Cast) -> None:
    rows = [counter.at_the_counter(described, stage).enrollment for described in (counter.male, counter.on_treatment)
            for stage in Stage]  # fmt: skip
    renewed()
    everybody = [leila, *rows]
    for days in (1, 8, 40):
        at = NOW + timedelta(days=days, hours=5)
        passed(at)
        assert comparing.differences(everybody, at=at) == {}


def test_runs_at_one_instant_tell_each_once(
    committed_db: object, cast: Cast, together: Callable[..., list[Any]]
) -> None:
    patients = [treated(f"{first} Vogel", cast, days_ago=1) for first in ("Ada", "Bea", "Cleo", "Dora")]
    renewed()

    def run() -> passing.Counts:
        return passed(new_york(7, 5))

    ran = together([run] * 4)
    assert [count for count in ran if not isinstance(count, passing.Counts)] == []
    assert sum(count.told for count in ran) == Notice.objects.count()
    for patient in patients:
        assert len(told(patient)) == 6
        assert flags(patient) == ["overdue"]


def test_a_patient_whom_an_act_holds_is_passed_over_and_nobody_waits(
    committed_db: object, cast: Cast, together: Callable[..., list[Any]]
) -> None:
    held, free = treated("Ada Vogel", cast, days_ago=1), treated("Bea Vogel", cast, days_ago=1)
    renewed()
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=held.patient_id)
        (counts,) = together([lambda: passed(new_york(7, 5))])
        assert isinstance(counts, passing.Counts)
        assert (counts.looked, counts.busy) == (1, 1)
    assert (flags(held), flags(free)) == ([], ["overdue"])
    passed(new_york(7, 5))
    assert flags(held) == ["overdue"]
    assert connection.in_atomic_block is False


def test_a_notice_of_a_survey_and_of_a_new_agreement(leila: Enrollment) -> None:
    passed(new_york(8, 30))
    assert [step for step, _, _ in told(leila, DueKind.SURVEY)][:3] == ["7_before", "2_before", "on_the_day"]
