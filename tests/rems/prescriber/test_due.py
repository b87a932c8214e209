"""What is due, and when: read out of the engine's answer, in groups."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from patients.models import ContraceptionAttestation, CycleReport, Patient, PatientSurvey
from rems.models import DisplayFlag, Enrollment, Prescription
from rems.overdue import CALENDAR
from rems.queries.due import GROUPS, Task
from rems.queries.standing import standings
from rems.queries.state import state_of
from tests.rems.prescriber.conftest import Practice
from tests.rems.prescriber.everybody import lines_of
from tests.rems.program_cast import (
    NOW,
    PROGRAM,
    Cast,
    cast,
    collect,
    dispensed,
    enrolled,
    on_treatment,
    signed_in,
)

__all__ = ["cast"]


def due(*enrollments: Enrollment) -> dict[str, list[Task]]:
    tasks = [line.task for line in lines_of(enrollments, at=NOW)]
    return {group: [task for task in tasks if task.group == group] for group in GROUPS}


def titles(tasks: list[Task]) -> list[str]:
    return [task.title for task in tasks]


def protected(enrollment: Enrollment) -> None:
    """Two methods since long ago, regular cycles."""
    recorded: dict[str, Any] = {"recorded_at": NOW - timedelta(days=200), "recorded_by": enrollment.enrolled_by}
    ContraceptionAttestation.objects.create(
        patient=enrollment.patient,
        attested_at=recorded["recorded_at"],
        since=NOW.date() - timedelta(days=250),
        methods=["iud", "male_condom"],
        attested_by_name=enrollment.patient.name,
        **recorded,
    )
    CycleReport.objects.create(
        patient=enrollment.patient, cycle="regular", reported_at=recorded["recorded_at"], **recorded
    )


def surveyed(enrollment: Enrollment, *, days_ago: int) -> None:
    at = NOW - timedelta(days=days_ago)
    PatientSurvey.objects.create(
        patient=enrollment.patient,
        program=PROGRAM,
        completed_at=at,
        answered_by=enrollment.patient.name,
        recorded_at=at,
        recorded_by=enrollment.enrolled_by,
    )


@pytest.fixture
def elena(cast: Cast) -> Enrollment:
    """On treatment for 100 days, last dispensed 10 days ago."""
    made = enrolled("Elena Marsh", cast.prescriber)
    protected(made)
    on_treatment(made)
    dispensed(made, cast.cedar, days_ago=10)
    return made


@pytest.mark.parametrize(
    ("days_ago", "group", "tag"),
    [
        (10, None, ""),
        (21, None, ""),
        (22, "week", "In 6 days"),
        (28, "today", "Today"),
        (30, "overdue", "2 days overdue"),
    ],
)
def test_a_test_falls_due(elena: Enrollment, days_ago: int, group: str | None, tag: str) -> None:
    collect(elena, days_ago=40)
    collect(elena, days_ago=days_ago)
    found = {name: [t for t in rows if "test" in t.title] for name, rows in due(elena).items()}
    assert {name for name, rows in found.items() if rows} == ({group} if group else set())
    if group and tag:
        assert found[group][0].tag == tag


def test_nothing_is_asked_while_the_fill_is_far_away(elena: Enrollment) -> None:
    collect(elena, days_ago=10)
    assert titles(due(elena)["today"]) == []
    assert state_of(standings([elena], at=NOW)[0]).word == "On treatment"
    assert state_of(standings([elena], at=NOW)[0]).next == "Fill opens Sat, Jun 27, 2026"


def test_the_survey_is_due_when_the_fill_opens(cast: Cast) -> None:
    male = enrolled("Samuel Osei", cast.prescriber, "adult_male")
    dispensed(male, cast.cedar, days_ago=17)
    week = due(male)["week"]
    assert (titles(week), week[0].tag) == (["patient survey due"], "In 4 days")
    surveyed(male, days_ago=1)
    assert titles(due(male)["week"]) == []


def test_all_is_met_and_the_fill_is_open(cast: Cast) -> None:
    male = enrolled("Samuel Osei", cast.prescriber, "adult_male")
    dispensed(male, cast.cedar, days_ago=24)
    surveyed(male, days_ago=1)
    assert titles(due(male)["today"]) == ["authorization"]


def test_a_positive_test_is_held_and_nothing_else_is_said(elena: Enrollment) -> None:
    collect(elena, days_ago=1, result="positive")
    found = due(elena)
    assert titles(found["held"]) == ["positive pregnancy test"]
    assert not found["overdue"] + found["today"] + found["week"]


def test_each_thing_that_is_to_be_done_for_a_patient_is_a_line_of_its_own(elena: Enrollment) -> None:
    collect(elena, days_ago=40)
    collect(elena, days_ago=30)
    lines = lines_of([elena], at=NOW + timedelta(days=9))
    assert lines[0].task.group == "overdue"
    assert len({line.task.item for line in lines}) == len(lines) > 1


def test_of_a_held_patient_prescribing_is_not_the_first_thing(practice: Practice) -> None:
    number = practice.dana.patient.number
    client, url = signed_in(practice.ruth), reverse("prescriber:patient", args=[number])
    first = f'class="btn btn-primary" href="{reverse("prescriber:prescribe", args=[number, PROGRAM])}"'
    assert first in client.get(url).content.decode()
    collect(practice.dana, days_ago=1, result="positive")
    held = client.get(url).content.decode()
    assert first not in held
    assert first.replace(" btn-primary", "") in held


@pytest.mark.parametrize(
    ("kind", "due_in", "state"),
    [("overdue", -3, "overdue"), ("due_soon", 3, "due_soon"), ("due_soon", -8, "overdue")],
)
def test_the_filter_asks_whether_the_day_is_over_and_not_only_the_flag(
    practice: Practice, kind: str, due_in: int, state: str
) -> None:
    DisplayFlag.objects.create(
        enrollment=practice.dana,
        kind=kind,
        what=CALENDAR,
        due_at=NOW + timedelta(days=due_in),
        raised_at=NOW - timedelta(days=10),
    )
    client, url = signed_in(practice.ruth), reverse("prescriber:patients")
    found = {
        asked: "Dana Whitfield" in client.get(url, {"state": asked}).content.decode()
        for asked in ("overdue", "due_soon")
    }
    assert [asked for asked, shown in found.items() if shown] == [state]


def test_the_list_is_made_in_a_fixed_number_of_queries(practice: Practice, django_assert_max_num_queries: Any) -> None:
    client = signed_in(practice.ruth)
    for number in range(12):
        enrolled(f"Patient No{number}", practice.prescriber, "adult_male")
    assert Patient.objects.count() > 12
    # Those of whom no horizon knows the lines are asked about first, and then those of the page.
    with django_assert_max_num_queries(75):
        assert client.get(reverse("prescriber:home")).status_code == 200
    with django_assert_max_num_queries(60):
        assert client.get(reverse("prescriber:patients")).status_code == 200


def test_a_prescription_that_was_written_is_what_the_button_opens(practice: Practice) -> None:
    client, today = signed_in(practice.ruth), due(practice.ivan)["today"]
    assert titles(today) == ["authorization"]
    url = reverse("prescriber:prescribe", args=[practice.ivan.patient.number, PROGRAM])
    assert url in client.get(reverse("prescriber:home")).content.decode()
    paper = Prescription.objects.create(
        enrollment=practice.ivan,
        prescriber=practice.prescriber,
        written_at=NOW,
        days_supply=28,
        category="adult_male",
        recorded_at=NOW,
        recorded_by=practice.ruth,
    )
    page = client.get(reverse("prescriber:home")).content.decode()
    assert url not in page
    assert page.count(f'href="{reverse("prescriber:prescription", args=[paper.pk])}"') == 2
    assert page.count(f'href="{reverse("prescriber:answer_survey", args=[paper.pk])}"') == 1
