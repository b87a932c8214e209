"""Flags for due tests: raised, cleared, safe to repeat, and read by nothing that decides."""

import ast
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from audit import clock
from eligibility.vocabulary import Stage
from rems import gate, overdue
from rems.horizon import passing
from rems.models import DisplayFlag, Enrollment, Prescription
from rems.models.choices import FlagKind
from tests.rems.horizons import looked
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
    looked()
    assert standing(leila) == [("due_soon", date(2026, 6, 20))]


@pytest.mark.parametrize(
    ("days", "kind"),
    [(-3, []), (-2, ["due_soon"]), (4, ["due_soon"]), (5, ["overdue"]), (40, ["overdue"])],
)
def test_the_flag_follows_the_day(leila: Enrollment, days: int, kind: list[str]) -> None:
    with later(days):
        looked()
    assert [found for found, _ in standing(leila)] == kind


def test_due_soon_becomes_overdue_and_a_test_clears_it(leila: Enrollment) -> None:
    looked()
    with later(5):
        passing.run()
        assert standing(leila) == [("overdue", date(2026, 6, 20))]
        collect(leila, days_ago=0)
        looked()
    assert standing(leila) == []
    assert DisplayFlag.objects.filter(cleared_at__isnull=False, what=overdue.CALENDAR).count() == 2


def test_a_new_test_moves_the_day_on(leila: Enrollment) -> None:
    looked()
    collect(leila, days_ago=9)
    looked()
    assert standing(leila) == [("due_soon", date(2026, 6, 21))]


def test_what_stands_already_is_not_written_again(leila: Enrollment) -> None:
    looked()
    flags = list(DisplayFlag.objects.all())
    looked()
    assert list(DisplayFlag.objects.all()) == flags


def test_who_was_never_tested_on_treatment_is_overdue_at_once_and_once(cast: Cast) -> None:
    made = enrolled("Carmen Ortiz", cast.prescriber)
    on_treatment(made)
    dispensed(made, cast.cedar, days_ago=20)
    looked()
    with later(1):
        looked()
    assert standing(made) == [("overdue", NOW.date())]
    assert DisplayFlag.objects.filter(what=overdue.CALENDAR).count() == 1


def test_nobody_is_flagged_before_treatment_or_who_cannot_get_pregnant(cast: Cast) -> None:
    dana = enrolled("Dana Whitfield", cast.prescriber)
    walter = enrolled("Walter Boone", cast.prescriber, "adult_male")
    dispensed(walter, cast.cedar, days_ago=20)
    looked()
    assert standing(dana) == standing(walter) == []


def test_a_flag_goes_with_the_category(leila: Enrollment, cast: Cast) -> None:
    looked()
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
        looked()
    assert standing(leila) == []


def test_the_database_keeps_a_flag_single(leila: Enrollment) -> None:
    looked()
    flag = DisplayFlag.objects.get(what=overdue.CALENDAR)
    with pytest.raises(IntegrityError), transaction.atomic():
        DisplayFlag.objects.create(
            enrollment=leila, kind=flag.kind, what=flag.what, due_at=flag.due_at, raised_at=flag.raised_at
        )


# The gate never reads a flag.

DECIDING = [
    *sorted((ROOT / "eligibility").rglob("*.py")),
    *sorted((ROOT / "rems" / "actions").rglob("*.py")),
    *(ROOT / "rems" / name for name in ("gate.py", "facts.py", "records.py")),
]
FLAGS = {"DisplayFlag", "displayflag", "FlagKind", "flags", "open_flags", "overdue"}
FLAGS |= {"Horizon", "horizon", "horizons", "Notice", "notices", "Message", "messages", "relay", "Comparison", "Defect"}


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
    assert not {word for word in ("displayflag", "rems_horizon", "rems_notice") if word in path.read_text().lower()}


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
        looked()
        assert standing(leila) != []
        assert answered(prescription) == never_ran
    assert ("test_overdue" in {finding.reason for finding in never_ran[1]}) is (days == 30)
