"""Every deviation is said in words: what departed, from which rule, and whether it was stopped."""

from datetime import UTC, datetime
from typing import Any

import pytest

from eligibility import Reason
from eligibility.wording import wording
from rems.deviations import REFUSED, RULES
from rems.models import Deviation
from rems.models.choices import DeviationKind
from rems.queries.deviations import rule_of, said_of

AT = datetime(2026, 6, 16, 13, 12, tzinfo=UTC)


def noted(kind: str, *, stopped: bool = False, **details: Any) -> Deviation:
    return Deviation(kind=kind, program="us-lenalidomide", at=AT, stopped=stopped, details=details)


def found(reason: Reason, case: str = "", **details: Any) -> dict[str, Any]:
    """A finding as it is kept."""
    kept = {"requirement": "r", "level": "unmet", "reason": reason.value, "source": "", "mark": "B"}
    return {"finding": {**kept, "until": None, "opens": None, "case": case, "details": details}}


def test_every_kind_names_its_rule_and_mark() -> None:
    assert RULES.keys() == set(DeviationKind)
    assert all(rule.says.endswith(".") and set(rule.mark) <= set("ABCD/") for rule in RULES.values())
    assert rule_of(noted("shipped_late")).mark == "B"


@pytest.mark.parametrize("reason", REFUSED)
def test_a_refused_hand_over_says_that_nothing_was_dispensed(reason: Reason) -> None:
    for case in wording()["reasons"][reason.value].get("case", {"": ""}):
        said = said_of(noted(REFUSED[reason], stopped=True, **found(reason, case)))
    assert said.title == f"{DeviationKind(REFUSED[reason]).label}, refused"
    assert said.sentence.endswith("It was refused: nothing was dispensed.")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("confirmation_lapsed", "neither handed over nor cancelled."),
        ("authorization_closed", "neither used nor cancelled."),
    ],
)
def test_a_number_that_ended_unused_says_from_when_to_when(kind: str, words: str) -> None:
    said = said_of(noted(kind, issued="2026-06-14T13:12:00+00:00", ended="2026-06-15T13:12:00+00:00"))
    when = "Issued Sun, Jun 14, 2026, 09:12 EDT; it ended Mon, Jun 15, 2026, 09:12 EDT, "
    assert (said.title, said.sentence) == (DeviationKind(kind).label, when + words)


def test_a_fill_that_a_count_opened_says_how_early_it_was() -> None:
    said = said_of(noted("fill_early", opens="2026-06-19T04:00:00+00:00", counted=1))
    assert said.sentence == (
        "Dispensed 3 days before Fri, Jun 19, 2026, when the fill opens by the last dispensing; "
        "the count on hand was 1 day."
    )
