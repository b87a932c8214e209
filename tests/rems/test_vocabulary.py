"""The records and the engine speak of the same things."""

import pytest

from eligibility import vocabulary as engine
from patients import choices as patients
from rems.models import choices as rems


@pytest.mark.parametrize(
    ("records", "heard"),
    [
        (rems.Category, engine.Category),
        (rems.Stage, engine.Stage),
        (rems.Delivery, engine.Method),
        (patients.Result, engine.Result),
        (patients.ReportKind, engine.ReportKind),
        (patients.Subject, engine.Subject),
    ],
)
def test_both_lists_are_the_same(records: type, heard: type) -> None:
    assert {entry.value for entry in records} == {entry.value for entry in heard}  # type: ignore[attr-defined]


def test_a_cycle_may_be_unknown_to_the_records() -> None:
    assert set(patients.Cycle.values) - {cycle.value for cycle in engine.Cycle} == {"unknown"}


def test_a_category_reads_the_same() -> None:
    assert {c.value: c.label for c in rems.Category} == {c.value: c.words for c in engine.Category}


def test_the_outcomes_that_leave_a_report_open_are_the_engines() -> None:
    assert {outcome.value for outcome in patients.STILL_OPEN} <= set(engine.STILL_OPEN)
    assert engine.FALSE_POSITIVE in patients.ReportOutcome.values
