"""Flags for due tests: raised, cleared, safe to repeat, and read by nothing that decides."""

import ast
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from celery.signals import worker_ready
from django.conf import settings
from django.db import IntegrityError, transaction

from audit import clock
from audit.models import Event
from eligibility.vocabulary import Stage
from rems import celery, gate, overdue, tasks
from rems.models import DisplayFlag, Enrollment, Prescription
from rems.models.choices import FlagKind
from tests.rems.program_cast import NOW, Cast, cast, collect, dispensed, enrolled, on_treatment, standing_clock

__all__ = ["cast", "standing_clock"]
ROOT = Path(__file__).resolve().parents[2]
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def leila(cast: Cast) -> Enrollment:
    """On treatment, cycle unknown, tested 10 days ago on June 6: the next test is due on June 20."""
    return treated("Leila Haddad", cast, days_ago=10)


def treated(name: str, cast: Cast, *, days_ago: int) -> Enrollment:
    """A patient on treatment whose newest test was collected so many days ago."""
    made = enrolled(name, cast.prescriber)
    on_treatment(made)
    dispensed(made, cast.cedar, days_ago=20)
    collect(made, days_ago=days_ago)
    return made


def standing(enrollment: Enrollment) -> list[tuple[str, date]]:
    """The kinds and days of the flags that stand."""
    return [(flag.kind, flag.due_at.astimezone(NEW_YORK).date()) for flag in overdue.open_flags([enrollment])]


def later(days: float) -> AbstractContextManager[datetime]:
    """The clock that many days on."""
    return clock.stand_at(NOW + timedelta(days=days))


def test_a_test_due_within_a_week_is_shown_as_due_soon(leila: Enrollment) -> None:
    counts = overdue.flag_due_tests()
    assert standing(leila) == [("due_soon", date(2026, 6, 20))]
    assert (counts.asked, counts.raised, counts.cleared, counts.failed) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("days", "kind"),
    [(-3, []), (-2, ["due_soon"]), (4, ["due_soon"]), (5, ["overdue"]), (40, ["overdue"])],
)
def test_the_flag_follows_the_day(leila: Enrollment, days: int, kind: list[str]) -> None:
    with later(days):
        overdue.flag_due_tests()
    assert [found for found, _ in standing(leila)] == kind


def test_due_soon_becomes_overdue_and_a_test_clears_it(leila: Enrollment) -> None:
    overdue.flag_due_tests()
    with later(5):
        counts = overdue.flag_due_tests()
        assert standing(leila) == [("overdue", date(2026, 6, 20))]
        assert (counts.raised, counts.cleared) == (1, 1)
        collect(leila, days_ago=0)
        overdue.flag_due_tests()
    assert standing(leila) == []
    assert DisplayFlag.objects.filter(cleared_at__isnull=False).count() == 2


def test_a_new_test_moves_the_day_on(leila: Enrollment) -> None:
    overdue.flag_due_tests()
    collect(leila, days_ago=9)
    overdue.flag_due_tests()
    assert standing(leila) == [("due_soon", date(2026, 6, 21))]


def test_only_changes_are_written_each_with_its_event(leila: Enrollment) -> None:
    overdue.flag_due_tests()
    first = list(Event.objects.filter(action__startswith="rems.").values_list("action", "patient_id", "person_name"))
    assert first == [("rems.raise_flag", leila.patient_id, "System: overdue")]
    again = overdue.flag_due_tests()
    assert (again.asked, again.raised, again.cleared) == (1, 0, 0)
    assert Event.objects.filter(action__startswith="rems.").count() == 1


def test_who_was_never_tested_on_treatment_is_overdue_at_once_and_once(cast: Cast) -> None:
    made = enrolled("Carmen Ortiz", cast.prescriber)
    on_treatment(made)
    dispensed(made, cast.cedar, days_ago=20)
    overdue.flag_due_tests()
    with later(1):
        again = overdue.flag_due_tests()
    assert standing(made) == [("overdue", NOW.date())]
    assert (again.raised, again.cleared) == (0, 0)


def test_nobody_is_flagged_before_treatment_or_who_cannot_get_pregnant(cast: Cast) -> None:
    enrolled("Dana Whitfield", cast.prescriber)
    walter = enrolled("Walter Boone", cast.prescriber, "adult_male")
    dispensed(walter, cast.cedar, days_ago=20)
    assert overdue.flag_due_tests().raised == 0


def test_a_flag_goes_with_the_category(leila: Enrollment, cast: Cast) -> None:
    overdue.flag_due_tests()
    assigned = leila.categories.get()
    with later(1):
        leila.categories.create(
            category="adult_female_nrp",
            basis="hysterectomy",
            before=assigned.category,
            since=clock.now(),
            recorded_at=clock.now(),
            recorded_by=cast.ruth,
        )
        overdue.flag_due_tests()
    assert standing(leila) == []


def test_one_patient_s_failure_is_recorded_and_keeps_nobody_else(
    leila: Enrollment, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    renata = treated("Renata Vogel", cast, days_ago=30)

    def failing(*, enrollment: Enrollment, **more: Any) -> Any:
        if enrollment == leila:
            raise ZeroDivisionError
        return gate.preview(enrollment=enrollment, **more)

    monkeypatch.setattr(overdue, "preview", failing)
    counts = overdue.flag_due_tests()
    assert (counts.failed, standing(renata)[0][0], standing(leila)) == (1, "overdue", [])
    event = Event.objects.get(action="rems.flags_failed")
    assert (event.patient_id, event.allowed) == (leila.patient_id, False)
    with pytest.raises(tasks.Incomplete, match="1 of 2"):
        tasks.flag_due_tests()


def test_reading_many_that_fails_reads_each_alone(leila: Enrollment, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ValueError

    monkeypatch.setattr(overdue, "Records", broken)
    assert overdue.flag_due_tests().failed == 0
    assert standing(leila)[0][0] == "due_soon"


@pytest.mark.parametrize("end", overdue.END_OF_RUN)
def test_what_is_no_patient_s_failure_ends_the_run(
    leila: Enrollment, cast: Cast, monkeypatch: pytest.MonkeyPatch, end: type[Exception]
) -> None:
    renata = treated("Renata Vogel", cast, days_ago=30)

    def ending(*, enrollment: Enrollment, **more: Any) -> Any:
        if enrollment == renata:
            raise end
        return gate.preview(enrollment=enrollment, **more)

    with monkeypatch.context() as patch:
        patch.setattr(overdue, "preview", ending)
        with pytest.raises(end):
            overdue.flag_due_tests()
    assert (len(standing(leila)), len(standing(renata))) == (1, 0)
    overdue.flag_due_tests()
    assert (len(standing(leila)), len(standing(renata))) == (1, 1)


def test_the_task_gives_its_counts(leila: Enrollment) -> None:
    assert tasks.flag_due_tests()["raised"] == 1


def test_the_task_stands_on_the_schedule() -> None:
    named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.flag_due_tests.name in named


def test_a_worker_that_starts_looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(celery.app, "send_task", lambda name, **_: sent.append(name))
    worker_ready.send(sender=None)
    assert sent == [tasks.flag_due_tests.name]


def test_the_database_keeps_a_flag_single(leila: Enrollment) -> None:
    overdue.flag_due_tests()
    flag = DisplayFlag.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        DisplayFlag.objects.create(
            enrollment=leila, kind=flag.kind, what=flag.what, due_at=flag.due_at, raised_at=flag.raised_at
        )


def test_an_act_that_comes_second_leaves_the_work_to_the_first(leila: Enrollment, cast: Cast) -> None:
    wanted = overdue.due(leila, at=NOW)
    assert wanted is not None
    flag = overdue.raise_flag(enrollment=leila, due=wanted, by=cast.jo)
    with pytest.raises(overdue.LeftToAnother):
        overdue.raise_flag(enrollment=leila, due=wanted, by=cast.jo)
    overdue.clear_flag(flag=flag, by=cast.jo)
    with pytest.raises(overdue.LeftToAnother):
        overdue.clear_flag(flag=flag, by=cast.jo)


# The gate never reads a flag.

DECIDING = [
    *sorted((ROOT / "eligibility").rglob("*.py")),
    *sorted((ROOT / "rems" / "actions").rglob("*.py")),
    *(ROOT / "rems" / name for name in ("gate.py", "facts.py", "records.py")),
]
FLAGS = {"DisplayFlag", "displayflag", "FlagKind", "flags", "open_flags", "overdue"}


@pytest.mark.parametrize("path", DECIDING, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_that_decides_names_a_flag(path: Path) -> None:
    tree = ast.parse(path.read_text())
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    named |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    named |= {part for node in ast.walk(tree) if isinstance(node, ast.alias) for part in node.name.split(".")}
    named |= {
        part for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for part in str(node.module).split(".")
    }
    assert not named & FLAGS
    assert "displayflag" not in path.read_text().lower()


def test_the_files_that_decide_are_all_there() -> None:
    assert len(DECIDING) > 20
    assert all(path.exists() for path in DECIDING)


def prescribed(enrollment: Enrollment, cast: Cast) -> Prescription:
    """A prescription, counseled on and with the survey answered."""
    kept: dict[str, Any] = {"recorded_at": clock.now(), "recorded_by": cast.ruth}
    written = Prescription.objects.create(
        enrollment=enrollment,
        prescriber=cast.prescriber,
        written_at=clock.now(),
        days_supply=28,
        category="adult_female_rp",
        **kept,
    )
    written.counseling_set.create(counseled_at=clock.now(), **kept)
    return written


def answered(prescription: Prescription) -> tuple[str, tuple[Any, ...]]:
    """What the gate says of it: the outcome and the findings."""
    decision = gate.preview(prescription=prescription, stage=Stage.AUTHORIZE)
    return decision.outcome, decision.findings


@pytest.mark.parametrize("days_ago", [3, 30])
def test_flags_set_wrong_on_purpose_change_no_answer(cast: Cast, days_ago: int) -> None:
    enrollment = treated("Leila Haddad", cast, days_ago=days_ago)
    prescription = prescribed(enrollment, cast)
    before = answered(prescription)
    for kind in FlagKind:
        DisplayFlag.objects.create(
            enrollment=enrollment, kind=kind, what=overdue.CALENDAR, due_at=NOW - timedelta(days=99), raised_at=NOW
        )
    assert answered(prescription) == before


@pytest.mark.parametrize("days", [0, 30])
def test_the_gate_answers_alike_whether_the_job_ever_ran(leila: Enrollment, cast: Cast, days: int) -> None:
    prescription = prescribed(leila, cast)
    with later(days):
        never_ran = answered(prescription)
        assert overdue.flag_due_tests().raised == 1
        assert answered(prescription) == never_ran
    assert ("test_overdue" in {finding.reason for finding in never_ran[1]}) is (days == 30)


def test_runs_at_one_instant_raise_one_flag(
    committed_db: object, cast: Cast, together: Callable[..., list[Any]]
) -> None:
    enrollment = treated("Leila Haddad", cast, days_ago=30)

    def run() -> overdue.Counts:
        with clock.stand_at(NOW):
            return overdue.flag_due_tests()

    ran = together([run] * 4)
    assert [count for count in ran if not isinstance(count, overdue.Counts)] == []
    assert sum(count.raised for count in ran) == DisplayFlag.objects.filter(enrollment=enrollment).count() == 1
    assert Event.objects.filter(action="rems.raise_flag").count() == 1
