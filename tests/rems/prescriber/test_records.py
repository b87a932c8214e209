"""What is recorded about a patient, and corrected: nothing is lost, everything says who and why."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse

from patients.actions import open_report
from patients.models import (
    CycleReport,
    MenarcheReport,
    PatientSurvey,
    PregnancyTest,
    Report,
    ReportClosing,
    TherapyDate,
)
from patients.queries import open_reports
from rems.actions.intake import Told, answer_patient_survey
from rems.actions.standing import Forbidden
from rems.queries.record import is_open, open_evaluations, reports_of
from rems.queries.standing import standings
from rems.queries.state import state_of
from tests.rems.prescriber.conftest import A_TEST, Practice, as_typed
from tests.rems.program_cast import NOW, PROGRAM

Send = Callable[..., HttpResponse]
Look = Callable[..., HttpResponse]
WELL = dict.fromkeys(("q_pregnant", "q_missed_period", "q_abnormal_bleeding", "q_shared", "q_blood_donation"), "no")
WELL |= {"q_methods_each_time": "yes", "q_knows_birth_defects": "yes", "answered_by": "Dana Whitfield"}
OF_MALE = dict.fromkeys(("q_partner_pregnant", "q_sperm_donation", "q_shared", "q_blood_donation"), "no")
OF_MALE |= {"q_condom_each_time": "yes", "q_knows_birth_defects": "yes", "answered_by": "Ivan Petrov"}


def a_test(practice: Practice, send: Send, **more: str) -> PregnancyTest:
    typed = A_TEST | as_typed(NOW - timedelta(hours=3)) | more
    assert send(practice.ruth, "record_test", [practice.dana.patient.number], **typed).status_code == 302
    newest = PregnancyTest.objects.latest("pk")
    assert isinstance(newest, PregnancyTest)
    return newest


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"sensitivity": "25"}, 25),
        ({"sensitivity": "other", "other_sensitivity": "100"}, 100),
        ({"sensitivity": "unknown"}, None),
    ],
)
def test_a_test_keeps_its_sensitivity(practice: Practice, send: Send, typed: dict[str, str], kept: int | None) -> None:
    assert a_test(practice, send, **typed).sensitivity_miu_ml == kept


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"day": "2026-06-17"}, "future"),
        ({"day": "1980-01-01"}, "birth"),
        ({"clock": "25:00"}, "Write the time as hours and minutes"),
        ({"day": "2026-03-08", "clock": "02:30"}, "This time did not exist on that day"),
        ({"sensitivity": "other"}, "Give the value, in mIU/mL."),
        ({"result": "positive<script>"}, "Select a valid choice"),
        ({"result": ""}, "Choose one."),
    ],
)
def test_a_wrong_entry_is_named_at_its_field(practice: Practice, send: Send, wrong: dict[str, str], says: str) -> None:
    typed = A_TEST | as_typed(NOW - timedelta(hours=3)) | wrong
    answer = send(practice.ruth, "record_test", [practice.dana.patient.number], **typed)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not PregnancyTest.objects.exists()


def test_when_the_result_was_known_may_be_said(practice: Practice, send: Send, look: Look) -> None:
    assert a_test(practice, send).resulted_at is None
    made = a_test(practice, send, resulted_day="2026-06-16", resulted_clock="08:30")
    assert made.resulted_at == datetime(2026, 6, 16, 12, 30, tzinfo=UTC)
    assert b"result known Tue, Jun 16, 2026, 08:30 EDT" in look(practice.ruth, "patient", [made.patient.number]).content
    typed = A_TEST | as_typed(made.collected_at) | {"resulted_day": "2026-06-16", "resulted_clock": "08:45"}
    args = [made.patient.number, "test", made.pk]
    form = look(practice.ruth, "correct", args).content.decode()
    assert 'name="resulted_clock" value="08:30"' in form
    assert send(practice.ruth, "correct", args, **typed, correction_reason="Misread").status_code == 302
    newer = PregnancyTest.objects.get(supersedes=made)
    assert (newer.resulted_at, newer.collected_at) == (datetime(2026, 6, 16, 12, 45, tzinfo=UTC), made.collected_at)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"resulted_day": "2026-06-16"}, "Give the time, too."),
        ({"resulted_clock": "08:30"}, "Give the day, too."),
        ({"resulted_day": "2026-06-16", "resulted_clock": "05:00"}, "The result is older than the sample."),
        ({"resulted_day": "2026-06-17", "resulted_clock": "08:30"}, "future"),
    ],
)
def test_a_result_is_known_after_the_sample_and_not_later_than_now(
    practice: Practice, send: Send, typed: dict[str, str], says: str
) -> None:
    whole = A_TEST | as_typed(NOW - timedelta(hours=3)) | typed
    answer = send(practice.ruth, "record_test", [practice.dana.patient.number], **whole)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not PregnancyTest.objects.exists()


def test_a_correction_keeps_both_entries_visible(practice: Practice, send: Send, look: Look) -> None:
    made = a_test(practice, send)
    args = [practice.dana.patient.number, "test", made.pk]
    assert (
        "Nothing was changed."
        in send(
            practice.ruth, "correct", args, **A_TEST, **as_typed(made.collected_at), correction_reason="Why not"
        ).content.decode()
    )
    typed = A_TEST | as_typed(made.collected_at) | {"sensitivity": "50"}
    assert send(practice.ruth, "correct", args, **typed).status_code == 422
    assert send(practice.ruth, "correct", args, **typed, correction_reason="Wrong line").status_code == 302
    newer = PregnancyTest.objects.get(supersedes=made)
    assert (newer.sensitivity_miu_ml, newer.collected_at) == (50, made.collected_at)
    page = look(practice.ruth, "patient", [practice.dana.patient.number]).content.decode()
    assert "<del>Serum, 25 mIU/mL, Hill</del>" in page
    assert "Wrong line" in page
    assert look(practice.ruth, "correct", args).status_code == 404


def test_an_entry_is_withdrawn(practice: Practice, send: Send, look: Look) -> None:
    made = a_test(practice, send)
    typed = A_TEST | as_typed(made.collected_at) | {"void": "on", "correction_reason": "Another patient’s"}
    send(practice.ruth, "correct", [practice.dana.patient.number, "test", made.pk], **typed)
    assert not PregnancyTest.objects.current().exists()
    assert b"Withdrawn" in look(practice.ruth, "patient", [practice.dana.patient.number]).content


def test_a_delegate_corrects_nothing_and_nobody_a_foreign_entry(practice: Practice, send: Send, look: Look) -> None:
    made = a_test(practice, send)
    args = [practice.dana.patient.number, "test", made.pk]
    assert look(practice.tom, "correct", args).status_code == 403
    assert look(practice.iris, "correct", args).status_code == 404
    assert look(practice.iris, "correct", [practice.other.patient.number, "test", made.pk]).status_code == 404


def test_a_survey_is_answered_together(practice: Practice, send: Send) -> None:
    assert send(practice.tom, "record_survey", [practice.dana.patient.number, PROGRAM], **WELL).status_code == 302
    survey = PatientSurvey.objects.get()
    assert (survey.completed_at, survey.answers["missed_period"]) == (NOW, "no")
    assert not Report.objects.exists()


def test_no_answer_is_chosen_beforehand(practice: Practice, send: Send, look: Look) -> None:
    args = [practice.dana.patient.number, PROGRAM]
    assert b"checked" not in look(practice.ruth, "record_survey", args).content
    assert send(practice.ruth, "record_survey", args, answered_by="Dana").status_code == 422


@pytest.mark.parametrize(
    ("who", "answers", "kind", "subject"),
    [
        ("dana", WELL | {"q_missed_period": "yes"}, "missed_period", "patient"),
        ("dana", WELL | {"q_pregnant": "yes"}, "pregnancy", "patient"),
        ("ivan", OF_MALE | {"q_partner_pregnant": "yes"}, "pregnancy", "partner"),
    ],
)
def test_an_answer_that_means_danger_is_a_report(
    practice: Practice, send: Send, who: str, answers: dict[str, str], kind: str, subject: str
) -> None:
    enrollment = getattr(practice, who)
    for _ in range(2):
        assert send(practice.tom, "record_survey", [enrollment.patient.number, PROGRAM], **answers).status_code == 302
    report = Report.objects.get()
    assert (report.kind, report.subject, report.patient) == (kind, subject, enrollment.patient)


def test_a_survey_and_what_it_reports_are_recorded_together_or_not_at_all(practice: Practice, send: Send) -> None:
    answers = WELL | {"q_missed_period": "yes"} | as_typed(NOW + timedelta(hours=1))
    args = [practice.dana.patient.number, PROGRAM]
    assert send(practice.tom, "record_survey", args, **answers).status_code == 422
    assert not Report.objects.exists()
    assert not PatientSurvey.objects.exists()


def test_a_corrected_survey_and_what_it_reports_are_recorded_together_or_not_at_all(
    practice: Practice, send: Send
) -> None:
    send(practice.tom, "record_survey", [practice.dana.patient.number, PROGRAM], **WELL)
    made = PatientSurvey.objects.get()
    args = [practice.dana.patient.number, "survey", made.pk]
    changed = WELL | {"q_missed_period": "yes", "correction_reason": "Misheard"}
    later = as_typed(NOW + timedelta(hours=1))
    assert send(practice.ruth, "correct", args, **changed, **later).status_code == 422
    assert not Report.objects.exists()
    assert send(practice.ruth, "correct", args, **changed, **as_typed(NOW)).status_code == 302
    assert Report.objects.get().kind == "missed_period"
    assert PatientSurvey.objects.current().get().supersedes == made


def test_of_anothers_patient_no_survey_is_answered(practice: Practice) -> None:
    with pytest.raises(Forbidden):
        answer_patient_survey(
            enrollment=practice.other, answers={}, answered_by="Olga", told=Told(first_period=True), by=practice.tom
        )
    assert not MenarcheReport.objects.exists()


def test_an_evaluation_is_closed_by_the_prescriber(practice: Practice, send: Send, look: Look) -> None:
    number = practice.dana.patient.number
    assert send(practice.tom, "record_report", [number], what="missed_period").status_code == 302
    assert b"Blocks now" in look(practice.ruth, "home").content
    assert send(practice.tom, "evaluate", [number], outcome="evaluated").status_code == 403
    assert send(practice.ruth, "evaluate", [number], outcome="evaluated").status_code == 302
    assert Report.objects.get().closings.get().outcome == "evaluated"
    assert look(practice.ruth, "evaluate", [number]).status_code == 302


@pytest.mark.parametrize(
    ("view", "typed", "kind"),
    [
        ("record_first_dose", {"starts_on": "2026-06-01"}, "first_dose"),
        ("record_interruption", {"starts_on": "2026-06-01", "ends_on": "2026-06-10"}, "interruption"),
        ("record_end", {"starts_on": "2026-06-01"}, "end"),
    ],
)
def test_dates_of_the_therapy(practice: Practice, send: Send, view: str, typed: dict[str, str], kind: str) -> None:
    args = [practice.ivan.patient.number, PROGRAM]
    assert send(practice.tom, view, args, **(typed | {"starts_on": "2026-06-17"})).status_code == 422
    assert send(practice.tom, view, args, **typed).status_code == 302
    assert TherapyDate.objects.get().kind == kind


def test_a_stopped_patient_is_not_due(practice: Practice, send: Send) -> None:
    assert state_of(standings([practice.ivan], at=NOW)[0]).word == "Ready to start"
    send(practice.tom, "record_end", [practice.ivan.patient.number, PROGRAM], starts_on="2026-06-16")
    assert state_of(standings([practice.ivan], at=NOW)[0]).word == "Stopped"


def test_cycles_and_a_first_period(practice: Practice, send: Send) -> None:
    number = practice.dana.patient.number
    assert send(practice.tom, "record_cycle", [number], cycle="irregular").status_code == 302
    assert send(practice.tom, "record_cycle", [number], cycle="irregular", day="2026-06-16").status_code == 422
    assert send(practice.tom, "record_menarche", [number]).status_code == 302
    assert CycleReport.objects.get().reported_at == MenarcheReport.objects.get().reported_at == NOW


@pytest.mark.parametrize(
    ("kind", "outcome", "open_still"),
    [
        ("missed_period", "evaluated", False),
        ("missed_period", "unknown", False),
        ("pregnancy", "unknown", True),
        ("pregnancy", "live_birth", False),
    ],
)
def test_whether_a_report_is_open_has_one_answer(practice: Practice, kind: str, outcome: str, open_still: bool) -> None:
    report = open_report(patient=practice.dana.patient, kind=kind, by=practice.ruth)
    ReportClosing.objects.create(
        report=report, outcome=outcome, closed_at=NOW, recorded_at=NOW, recorded_by=practice.ruth
    )
    shown = reports_of(practice.dana.patient).get()
    assert is_open(shown) is open_still
    assert (shown in open_reports(practice.dana.patient.pk)) is open_still
    assert (shown in open_evaluations(practice.dana.patient)) is False
