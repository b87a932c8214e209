"""A patient's course out of the records: what happened, what comes next, and who may look."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from audit import clock
from audit.models import Event
from eligibility.calendar import day_of
from patients.models import CycleReport, PatientSurvey, PregnancyTest, Report, TherapyDate
from rems.display.course.entries import Entry, Sign
from rems.models import Enrollment
from rems.queries.course import Course, course_of
from rems.queries.standing import standings
from tests.rems.program_cast import (
    NOW,
    PROGRAM,
    Cast,
    collect,
    decided,
    dispensed,
    enrolled,
    on_treatment,
    opened,
    signed_in,
    standing_clock,
)

__all__ = ["standing_clock"]

NEW_YORK = ZoneInfo("America/New_York")


@dataclass(kw_only=True)
class World:
    """The cast, with Leila on treatment and Ivan, who cannot get pregnant."""

    cast: Cast
    leila: Enrollment
    ivan: Enrollment


@pytest.fixture
def world(cast: Cast) -> World:
    """Leila: first dose 100 days ago, regular cycles; tests every 28 days, one of them 3 days late."""
    leila, ivan = enrolled("Leila Haddad", cast.prescriber), enrolled("Ivan Petrov", cast.prescriber, "adult_male")
    on_treatment(leila)
    recorded: dict[str, Any] = {"recorded_at": NOW - timedelta(days=120), "recorded_by": cast.ruth}
    CycleReport.objects.create(patient=leila.patient, cycle="regular", reported_at=recorded["recorded_at"], **recorded)
    for days_ago in (100, 93, 86, 79, 72, 41, 13):
        collect(leila, days_ago=days_ago)
    for days_ago in (100, 41, 12):
        dispensed(leila, cast.cedar, days_ago=days_ago)
    return World(cast=cast, leila=leila, ivan=ivan)


def course(enrollment: Enrollment, *, weeks: int | None = 26) -> Course:
    return course_of(standings([enrollment], at=clock.now())[0], weeks=weeks)


def of(sign: Sign, course: Course) -> list[Entry]:
    return [row for row in course.rows if row.sign is sign]


def test_a_test_that_came_after_its_due_day_is_a_ring_and_says_when_it_was_due(world: World) -> None:
    """The one of 72 days ago called for the next 28 days later, 44 days ago; it came 41 days ago."""
    late = of(Sign.LATE, course(world.leila))
    assert [(day_of(row.when, NEW_YORK), row.note) for row in late] == [(date(2026, 5, 6), "due May 3, 2026")]
    assert len(of(Sign.NEGATIVE, course(world.leila))) == 6


@pytest.mark.parametrize(("days_ago", "late"), [(44, 0), (43, 1)])
def test_a_test_on_its_due_day_is_in_time_and_one_on_the_day_after_is_late(
    world: World, days_ago: int, late: int
) -> None:
    collect(world.leila, days_ago=days_ago)
    assert (
        len([row for row in of(Sign.LATE, course(world.leila)) if row.when == NOW - timedelta(days=days_ago)]) == late
    )


def test_each_result_has_its_shape(world: World) -> None:
    collect(world.leila, days_ago=5, result="hemolysed")
    collect(world.leila, days_ago=4, result="positive")
    PregnancyTest.objects.create(
        patient=world.leila.patient, collected_at=NOW - timedelta(days=3), result="negative", method="urine", home=True,
        sensitivity_miu_ml=25, recorded_at=NOW, recorded_by=world.cast.ruth,
    )  # fmt: skip
    shown = course(world.leila)
    assert [row.tag[2] for row in of(Sign.UNCLEAR, shown)] == ["Negative, not counted", "Hemolysed"]
    assert [row.tag[2] for row in of(Sign.POSITIVE, shown)] == ["Positive"]


def test_what_comes_next_is_due_when_the_rules_say_so(world: World) -> None:
    """The newest test is of June 3, so the next are due July 1, July 29 and August 26; each opens 7 days."""
    shown = course(world.leila)
    due = [row.when for row in reversed(of(Sign.TEST_DUE, shown))]
    assert due == [date(2026, 7, 1), date(2026, 7, 29), date(2026, 8, 26)]
    windows = [(row.when, row.ends) for row in reversed(of(Sign.WINDOW_AHEAD, shown))]
    assert windows == [(day, day + timedelta(days=7)) for day in due]
    listed = {row.label: row for row in shown.windows}
    assert "Pregnancy test due" in listed
    assert listed["Next fill opens"].opens is not None
    assert shown.span.last == date(2026, 6, 16) + timedelta(weeks=12)


def test_while_a_case_holds_everything_nothing_lies_ahead(world: World) -> None:
    collect(world.leila, days_ago=0, result="positive")
    shown = course(world.leila)
    assert [row for row in shown.rows if row.sign and row.sign.ahead] == []
    assert shown.windows == []


def test_dispensings_cover_their_days_the_hand_over_s_the_first_of_them(world: World) -> None:
    newest = of(Sign.DISPENSED, course(world.leila))[0]
    assert (day_of(newest.when, NEW_YORK), newest.ends) == (date(2026, 6, 4), date(2026, 7, 1))


def test_interruptions_reports_and_refusals_stand_on_the_line(world: World) -> None:
    recorded: dict[str, Any] = {"recorded_at": NOW, "recorded_by": world.cast.ruth, "patient": world.leila.patient}
    TherapyDate.objects.create(
        program=PROGRAM, kind="interruption", starts_on=date(2026, 3, 16), ends_on=date(2026, 4, 5), **recorded
    )
    Report.objects.create(kind="missed_period", opened_at=NOW - timedelta(days=2), **recorded)
    PatientSurvey.objects.create(program=PROGRAM, completed_at=NOW, answered_by="Leila Haddad", answers={}, **recorded)
    decided(world.leila, "confirm", NOW - timedelta(days=1), "refused")
    shown = course(world.leila)
    assert [(row.when, row.ends) for row in of(Sign.INTERRUPTED, shown)] == [(date(2026, 3, 16), date(2026, 4, 5))]
    assert [row.what for row in of(Sign.REPORT_OPEN, shown)] == ["Report: missed period"]
    assert [row.what for row in of(Sign.REFUSED, shown)] == ["Asked for the confirmation"]
    assert len(of(Sign.SURVEY, shown)) == 1


def test_a_corrected_entry_is_not_drawn_twice(world: World) -> None:
    wrong = PregnancyTest.objects.get(collected_at=NOW - timedelta(days=13))
    PregnancyTest.objects.create(
        patient=wrong.patient, collected_at=wrong.collected_at, result="positive", method="serum", supersedes=wrong,
        correction_reason="Read wrongly.", recorded_at=NOW, recorded_by=world.cast.ruth,
    )  # fmt: skip
    shown = course(world.leila)
    assert len([row for row in shown.rows if row.when == wrong.collected_at]) == 1
    assert len(of(Sign.POSITIVE, shown)) == 1


def test_of_who_cannot_get_pregnant_no_test_is_drawn(world: World) -> None:
    dispensed(world.ivan, world.cast.cedar, days_ago=10)
    shown = course(world.ivan)
    assert "Tests" not in [row.name for row in shown.picture.rows]
    assert of(Sign.TEST_DUE, shown) == []


def test_the_picture_and_the_table_hold_the_same(world: World) -> None:
    shown = course(world.leila, weeks=None)
    assert len(shown.picture.marks) == len([row for row in shown.rows if row.sign is not None])
    assert {mark.entry.what for mark in shown.picture.marks} <= {row.what for row in shown.rows}


def test_another_program_s_facts_are_not_drawn(world: World) -> None:
    PatientSurvey.objects.create(
        patient=world.leila.patient, program="us-thalidomide", completed_at=NOW, answered_by="Leila", answers={},
        recorded_at=NOW, recorded_by=world.cast.ruth,
    )  # fmt: skip
    assert of(Sign.SURVEY, course(world.leila)) == []


def test_a_longer_record_takes_no_more_queries(
    world: World, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    standing = standings([world.leila], at=clock.now())[0]
    with django_assert_max_num_queries(14) as few:
        course_of(standing)
    for days_ago in range(44, 60):
        collect(world.leila, days_ago=days_ago)
        dispensed(world.leila, world.cast.cedar, days_ago=days_ago)
    with django_assert_num_queries(len(few)):
        course_of(standing)


# The pages ---------------------------------------------------------------------------------


def address(enrollment: Enrollment, query: str = "") -> str:
    return reverse("prescriber:course", args=[enrollment.patient.number, PROGRAM]) + query


def test_the_prescriber_sees_the_course_and_the_view_is_recorded(world: World) -> None:
    page = signed_in(world.cast.ruth).get(address(world.leila))
    html = page.content.decode()
    assert 'role="img"' in html
    assert "<desc" in html
    assert escape(page.context["course"].description) in html
    assert "style=" not in html
    event = Event.objects.get(action="rems.view_patient")
    assert event.patient_id == world.leila.patient_id


@pytest.mark.parametrize(("query", "weeks"), [("", 26), ("?weeks=12", 12), ("?weeks=52", 52), ("?weeks=9999", 26)])
def test_the_span_is_one_of_a_few(world: World, query: str, weeks: int) -> None:
    shown = signed_in(world.cast.ruth).get(address(world.leila, query)).context["course"]
    reaching = date(2026, 6, 16) - timedelta(weeks=weeks)
    assert shown.span.first == max(reaching, date(2025, 5, 9))


def test_from_the_start_begins_before_the_first_thing_on_record(world: World) -> None:
    shown = signed_in(world.cast.ruth).get(address(world.leila, "?weeks=start")).context["course"]
    assert shown.span.first == date(2025, 5, 9)
    assert "course-2" in signed_in(world.cast.ruth).get(address(world.leila, "?weeks=start")).content.decode()


def test_another_prescriber_s_patient_has_no_course(world: World, client: Client) -> None:
    assert client.get(address(world.leila)).status_code == 302
    assert signed_in(world.cast.jo).get(address(world.leila)).status_code == 403
    assert signed_in(world.cast.ruth).get(address(world.leila).replace(PROGRAM, "us-thalidomide")).status_code == 404


def test_the_patient_s_page_shows_the_course_beside_how_each_program_stands(world: World) -> None:
    page = signed_in(world.cast.ruth).get(reverse("prescriber:patient", args=[world.leila.patient.number]))
    html = page.content.decode()
    assert html.count('<svg class="course"') == 1
    assert "The course as a table" in html
    assert "What comes next" in html


def test_the_administrator_sees_it_in_the_opened_record_alone(world: World) -> None:
    browser, number = signed_in(world.cast.jo), world.leila.patient.number
    assert '<svg class="course"' not in browser.get(reverse("administration:patient", args=[number])).content.decode()
    opened(world.leila.patient, world.cast.jo)
    html = browser.get(reverse("administration:record", args=[number])).content.decode()
    assert html.count('<svg class="course"') == 1
