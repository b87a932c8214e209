"""The plan of a patient: the page says what the engine says of the days ahead, and on what that rests."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from rems.display.course import picture
from rems.models import Authorization, Enrollment, Prescription
from rems.numbers import Kind, new_number
from rems.queries.plan import Ahead, plan_of
from tests.rems.prescriber.conftest import Practice
from tests.rems.prescriber.test_due import elena, protected, surveyed
from tests.rems.program_cast import NOW, PROGRAM, Cast, cast, collect, decided, dispensed, enrolled, signed_in

__all__ = ["cast", "elena", "protected"]
Look = Callable[..., HttpResponse]


def planned(enrollment: Enrollment) -> Ahead:
    found = plan_of(enrollment, at=NOW)
    assert found is not None
    return found


def lines(enrollment: Enrollment, kind: str) -> list[tuple[date, date | None]]:
    return [(step.first, step.last) for step in planned(enrollment).steps if step.kind == kind]


def numbered(enrollment: Enrollment, *, closes_in: int) -> Authorization:
    """An open number that nobody used yet."""
    by = enrollment.enrolled_by
    paper = Prescription.objects.create(
        enrollment=enrollment,
        prescriber=enrollment.prescriber,
        written_at=NOW,
        days_supply=28,
        category="adult_male",
        recorded_at=NOW,
        recorded_by=by,
    )
    return Authorization.objects.create(
        number=new_number(Kind.AUTHORIZATION).text,
        prescription=paper,
        patient=enrollment.patient,
        program=PROGRAM,
        category="adult_male",
        issued_at=NOW,
        closes_at=NOW + timedelta(days=closes_in),
        decision=decided(enrollment, "authorize", NOW),
        by=by,
    )


def test_elenas_tests_survey_and_days_are_those_of_the_engine(elena: Enrollment) -> None:
    """Dispensed on June 6, tested on June 10 with regular cycles: the fill opens on June 27, tests are due every 28."""
    collect(elena, days_ago=6)
    assert [first for first, _ in lines(elena, "test")] == [date(2026, 7, 8), date(2026, 8, 5), date(2026, 9, 2)]
    assert lines(elena, "authorization")[0] == (date(2026, 6, 20), date(2026, 7, 3))
    assert lines(elena, "fill")[0] == (date(2026, 6, 27), date(2026, 7, 4))
    assert lines(elena, "survey")[0] == (date(2026, 6, 16), date(2026, 7, 3))


def test_the_page_says_on_what_each_day_rests(practice: Practice, look: Look) -> None:
    page = look(practice.ruth, "plan", [practice.dana.patient.number, PROGRAM]).content.decode()
    assert "if nothing new is recorded" in page
    assert "Contraception not sufficient" in page
    ivan = look(practice.tom, "plan", [practice.ivan.patient.number, PROGRAM]).content.decode()
    assert "no last day follows from the rules" in ivan


def test_an_open_number_is_taken_as_dispensed_and_the_days_are_for_the_one_after(cast: Cast) -> None:
    male = enrolled("Samuel Osei", cast.prescriber, "adult_male")
    dispensed(male, cast.cedar, days_ago=24)
    surveyed(male, days_ago=1)
    before = lines(male, "fill")
    numbered(male, closes_in=10)
    found = planned(male)
    assert found.number_serves
    assert (before[0][0], found.next and found.next.opens) == (date(2026, 7, 10), date(2026, 7, 7))
    assert found.steps[0].rests_on == "if the open number is dispensed"


def test_a_number_that_closes_before_the_fill_opens_serves_nothing(cast: Cast) -> None:
    male = enrolled("Samuel Osei", cast.prescriber, "adult_male")
    dispensed(male, cast.cedar, days_ago=1)
    numbered(male, closes_in=5)
    found = planned(male)
    assert not found.number_serves
    assert found.next
    assert found.next.opens == date(2026, 7, 6)
    page = signed_in(cast.ruth).get(f"/prescriber/patients/{male.patient.number}/{PROGRAM}/plan").content.decode()
    assert "closes before the next fill opens" in page
    assert "the days below are without it" in page


def test_a_number_that_something_blocks_is_not_taken_as_dispensed(elena: Enrollment) -> None:
    collect(elena, days_ago=40)
    numbered(elena, closes_in=20)
    found = planned(elena)
    assert not found.number_serves
    assert [(step.first, step.what) for step in found.steps if step.kind == "test"][:2] == [
        (date(2026, 6, 16), "Pregnancy test overdue"),
        (date(2026, 7, 14), "Pregnancy test due"),
    ]


def test_what_stands_in_the_way_is_said_in_words(elena: Enrollment) -> None:
    collect(elena, days_ago=1, result="positive")
    found = planned(elena)
    assert found.next
    assert found.next.earliest is None
    assert "Positive pregnancy test" in [title for title, _ in found.missing]


def test_a_plan_is_made_in_few_queries_and_its_view_is_recorded(practice: Practice, look: Look) -> None:
    with CaptureQueriesContext(connection) as asked:
        plan_of(practice.dana, at=NOW)
    assert len(asked) < 25
    look(practice.tom, "plan", [practice.dana.patient.number, PROGRAM])
    entry = Event.objects.get(action="rems.view_plan")
    assert (entry.person_id, entry.patient_id) == (practice.tom.pk, practice.dana.patient_id)


def test_the_plan_of_another_prescribers_patient_does_not_exist(practice: Practice, look: Look) -> None:
    for someone in (practice.ruth, practice.tom):
        assert look(someone, "plan", [practice.other.patient.number, PROGRAM]).status_code == 404


@pytest.mark.parametrize(
    ("first", "last", "x", "width"),
    [
        (date(2026, 6, 1), date(2026, 6, 1), 120.0, 100.8),
        (date(2026, 6, 1), date(2026, 6, 10), 120.0, 1008.0),
        (date(2026, 6, 10), date(2026, 6, 20), 1027.2, 100.8),
        (date(2026, 5, 20), None, 120.0, 1008.0),
    ],
)
def test_days_lie_from_left_to_right_and_what_is_outside_is_cut_off(
    first: date, last: date | None, x: float, width: float
) -> None:
    drawn: Any = picture([("survey", first, last, "is-note")], since=date(2026, 6, 1), until=date(2026, 6, 10))
    assert [(mark.x, mark.width) for mark in drawn.marks] == [(x, width)]


def test_months_are_named_and_steps_after_the_end_are_not_drawn() -> None:
    drawn = picture([("test", date(2026, 9, 1), None, "is-note")], since=date(2026, 6, 16), until=date(2026, 8, 31))
    assert [words for words, _ in drawn.months] == ["Jul 2026", "Aug 2026"]
    assert drawn.marks == []
