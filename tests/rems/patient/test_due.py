"""What is due, as the gate's preview says it, in plain words and in the right order."""

from datetime import timedelta

import pytest

from audit import clock
from patients.actions import open_report
from rems.models import Enrollment
from rems.queries.own import due_for
from tests.rems.patient.conftest import phone_of, read
from tests.rems.program_cast import NOW, Cast, collect, dispensed, enrolled


def due(*enrollments: Enrollment) -> list[tuple[str, str]]:
    return [(one.kind, one.state) for one in due_for(enrollments, at=clock.now())]


def test_a_woman_on_treatment_reads_her_test_her_survey_and_her_next_capsules(leila: Enrollment) -> None:
    words = read(phone_of(leila), "home")
    assert "Hello Leila" in words
    assert "Have it done by Monday, June 29." in words
    assert "It is done for now." in words
    assert "From Wednesday, June 17" in words
    assert "lenalidomide" not in words.lower()


@pytest.mark.parametrize(
    ("days", "seconds", "said"),
    [(12, 0, "By Monday, June 29"), (13, 53_279, "By Monday, June 29"), (13, 53_280, "1 day late")],
)
def test_a_test_is_late_from_midnight_after_its_day(leila: Enrollment, days: int, seconds: int, said: str) -> None:
    with clock.stand_at(NOW + timedelta(days=days, seconds=seconds)):
        words = read(phone_of(leila), "home")
    assert said in words
    assert ("It was due on Monday, June 29." in words) is (said == "1 day late")


def test_a_survey_that_is_late_is_offered_and_a_test_that_is_late_comes_first(cast: Cast, leila: Enrollment) -> None:
    with clock.stand_at(NOW + timedelta(days=40)):
        assert [kind for kind, state in due(leila) if state == "late"][:2] == ["test", "survey"]
        words = read(phone_of(leila), "home")
    assert words.index("Pregnancy test") < words.index("Your survey") < words.index("Start the survey")


def test_a_survey_from_before_the_last_fill_is_asked_anew_though_its_day_is_far(cast: Cast, leila: Enrollment) -> None:
    with clock.stand_at(NOW + timedelta(days=3)):
        assert "Start the survey" not in read(phone_of(leila), "home")
        dispensed(leila, cast.cedar, days_ago=0)
        words = read(phone_of(leila), "home")
    assert "It is done for now." not in words
    assert "Start the survey" in words


def test_before_the_first_prescription_she_is_asked_for_the_tests_the_survey_and_the_birth_control(cast: Cast) -> None:
    dana = enrolled("Dana Whitfield", cast.prescriber)
    assert due(dana) == [("test", "now"), ("survey", "now"), ("contraception", "now")]
    assert "Ask your clinic for the day of your next test." in read(phone_of(dana), "home")


def test_a_man_who_has_had_nothing_dispensed_has_nothing_to_do(ivan: Enrollment) -> None:
    assert due(ivan) == []
    words = read(phone_of(ivan), "home")
    assert "There is nothing to do now." in words
    assert "Is your partner pregnant?" in words
    assert "My birth control" not in words


def test_what_is_held_comes_before_everything_and_no_capsules_are_promised(cast: Cast, leila: Enrollment) -> None:
    open_report(patient=leila.patient, kind="pregnancy", by=cast.ruth)
    assert due(leila)[0] == ("stop", "stop")
    assert "capsules" not in [kind for kind, _ in due(leila)]
    assert "Take no more capsules" in read(phone_of(leila), "home")


def test_a_test_without_a_clear_result_is_repeated_and_stops_nothing(leila: Enrollment) -> None:
    collect(leila, days_ago=0, result="indeterminate")
    assert ("stop", "stop") not in due(leila)
    assert "test" in [kind for kind, _ in due(leila)]


def test_a_positive_test_stops_everything(leila: Enrollment) -> None:
    collect(leila, days_ago=0, result="positive")
    assert due(leila)[0] == ("stop", "stop")


def test_a_patient_in_no_program_in_force_is_asked_nothing(leila: Enrollment) -> None:
    with clock.stand_at(NOW.replace(year=2019)):
        assert due(leila) == []


def test_after_a_fill_the_next_day_of_capsules_is_that_of_the_rules(cast: Cast, ivan: Enrollment) -> None:
    dispensed(ivan, cast.cedar, days_ago=1)
    collect(ivan, days_ago=0)
    found = [one for one in due_for([ivan], at=clock.now()) if one.kind == "capsules"]
    assert [one.day.isoformat() for one in found if one.day] == ["2026-07-06"]
