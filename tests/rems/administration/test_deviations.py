"""Deviations that were noted at a hand-over, for the administrator and the auditor."""

from typing import Any

import pytest
from django.urls import reverse

from audit.models import Event
from rems.models import Decision, Deviation
from tests.rems.program_cast import NOW, PROGRAM, Cast, dispensed, enrolled, signed_in

LATE: dict[str, Any] = {
    "requirement": "test-was-on-time",
    "level": "noted",
    "reason": "test_was_late",
    "source": "",
    "mark": "D",
    "until": None,
    "opens": None,
    "case": "",
    "details": {},
}


@pytest.fixture
def late(cast: Cast) -> Deviation:
    """Leila's test was late, and the medicine was handed over at Cedar Street."""
    leila = enrolled("Leila Haddad", cast.prescriber)
    given = dispensed(leila, cast.cedar, days_ago=1)
    row = Decision.objects.create(
        stage="hand_over",
        outcome="allowed",
        program=PROGRAM,
        at=NOW,
        facts={},
        findings=[LATE],
        patient=leila.patient,
        confirmation=given.confirmation,
        pharmacy=cast.cedar,
        by=cast.rita,
        recorded_at=NOW,
    )
    return Deviation.objects.create(
        patient=leila.patient,
        enrollment=leila,
        program=PROGRAM,
        kind="test_was_late",
        subject=f"enrollment:{leila.pk}",
        period="2026-06-10",
        at=NOW,
        found_at=NOW,
        prescriber=cast.prescriber,
        caused_by=cast.ruth,
        decision=row,
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 1),
        (f"program={PROGRAM}", 1),
        ("program=us-thalidomide", 0),
        ("patient=haddad", 1),
        ("patient=nobody", 0),
        ("since=2026-06-16T09:13", 0),
        ("until=2026-06-16T09:11", 0),
    ],
)
def test_deviations_are_listed(cast: Cast, late: Deviation, query: str, found: int) -> None:
    page = signed_in(cast.jo).get(f"{reverse('administration:deviations')}?{query}")
    assert len(page.context["rows"]) == found


def test_each_says_what_where_and_opens_its_decision(cast: Cast, late: Deviation) -> None:
    answer = signed_in(cast.jo).get(reverse("administration:deviations"))
    page = answer.content.decode()
    [(_, said)] = answer.context["rows"]
    assert said.code == "test_was_late"
    assert said.title in page
    assert "Leila Haddad" in page
    assert "Cedar Street Pharmacy" in page
    assert late.decision is not None
    assert reverse("administration:decision", args=[late.decision.pk]) in page
    assert {e.patient_id for e in Event.objects.filter(action="rems.view_deviations")} == {late.patient_id}


def test_an_auditor_sees_the_number_and_no_name(cast: Cast, late: Deviation) -> None:
    page = signed_in(cast.per).get(reverse("administration:deviations")).content.decode()
    assert late.patient.number in page
    assert "Haddad" not in page
