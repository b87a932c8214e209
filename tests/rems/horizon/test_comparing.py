"""Every night the horizons are compared with a fresh computation; a difference is a defect and is put right."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from audit import clock
from audit.models import Event
from eligibility import editions
from eligibility.editions import read_editions
from rems import tasks
from rems.horizon import comparing, making
from rems.models import Comparison, Defect, Enrollment, Horizon
from tests.eligibility import edition_files
from tests.rems.horizon.people import horizon_of, new_york, treated
from tests.rems.horizons import renewed
from tests.rems.program_cast import NOW, PROGRAM, Cast

NIGHT = new_york(6, 17, 3)


def compared(at: datetime = NIGHT, *, most: int = 1_000) -> Comparison | None:
    with clock.stand_at(at):
        return comparing.compare(most=most)


@pytest.mark.parametrize(
    ("at", "begins"),
    [(NIGHT - timedelta(seconds=1), False), (NIGHT, True), (NIGHT + timedelta(seconds=1), True)],
)
def test_it_begins_at_three_in_the_night(leila: Enrollment, at: datetime, begins: bool) -> None:
    assert (compared(at) is not None) is begins


def test_what_is_right_is_no_defect_and_it_is_done_once_a_day(leila: Enrollment) -> None:
    done = compared()
    assert done is not None
    assert (done.compared, done.different, done.finished_at) == (1, 0, NIGHT)
    assert compared(NIGHT + timedelta(hours=1)) is None
    assert compared(NIGHT + timedelta(days=1)) is not None


WRONG: dict[str, dict[str, Any]] = {
    "another end": {"until": NOW + timedelta(days=3)},
    "no end": {"until": None},
    "what ends": {"ends": []},
    "nothing falls due": {"deadlines": []},
    "another edition": {"edition": "2020-01-01"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_difference_is_kept_told_and_put_right(
    leila: Enrollment, cast: Cast, wrong: str, caplog: pytest.LogCaptureFixture
) -> None:
    treated("Nora Quist", cast, days_ago=1)
    renewed()
    before = horizon_of(leila)
    Horizon.objects.filter(pk=before.pk).update(**WRONG[wrong])
    done = compared()
    assert done is not None
    assert (done.compared, done.different) == (2, 1)
    defect = Defect.objects.get()
    assert (defect.subject, defect.comparison) == (before.subject, done)
    assert defect.stored != defect.fresh
    entry = Event.objects.get(action="rems.report_defect")
    assert (entry.patient_id, entry.row_id) == (leila.patient_id, str(defect.pk))
    assert "differed from a fresh computation" in caplog.text
    after = horizon_of(leila)
    assert (after.until, after.ends, after.edition) == (before.until, before.ends, before.edition)
    assert [row["due"] for row in after.deadlines] == [row["due"] for row in before.deadlines]


def test_a_horizon_that_is_missing_is_a_defect_too(leila: Enrollment) -> None:
    Horizon.objects.all().delete()
    done = compared()
    assert done is not None
    assert (done.different, Defect.objects.get().stored) == (1, None)
    assert Horizon.objects.count() == 1


def test_what_is_due_is_left_to_the_pass(leila: Enrollment) -> None:
    Horizon.objects.update(until=None, wakes_at=NIGHT)
    done = compared()
    assert done is not None
    assert done.different == 0


def test_it_goes_on_where_it_was_left(leila: Enrollment, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    treated("Nora Quist", cast, days_ago=1)
    renewed()
    monkeypatch.setattr(comparing, "AT_A_TIME", 1)
    first = compared(most=1)
    assert first is not None
    assert (first.compared, first.finished_at) == (1, None)
    with clock.stand_at(NIGHT + timedelta(minutes=1)):
        assert tasks.compare_horizons() == "2026-06-17: 0 of 2 differ"
    assert compared(NIGHT + timedelta(minutes=2)) is None


def test_horizons_of_before_are_made_when_a_worker_starts(leila: Enrollment, cast: Cast) -> None:
    treated("Nora Quist", cast, days_ago=1)
    Horizon.objects.all().delete()
    assert tasks.make_horizons()["made"] == 2
    assert Horizon.objects.count() == 2
    assert making.make_missing() == 0


def test_whatever_rests_on_an_edition_is_looked_at_when_its_successor_begins(
    leila: Enrollment, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition_files.write(tmp_path, edition_files.TEXT)
    edition_files.write(tmp_path, edition_files.later("2026-06-20"), "2026-06-20.yaml")
    monkeypatch.setattr(making, "programs", lambda: read_editions(tmp_path))
    assert making.wake_for_editions() == 1
    assert horizon_of(leila).wakes_at == new_york(6, 20)
    assert making.wake_for_editions() == 0
    assert PROGRAM in editions.programs()
