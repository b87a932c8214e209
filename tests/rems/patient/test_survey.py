"""The survey of the category, one question at a time: worrying answers are told at once and hold the gate."""

from datetime import timedelta

import pytest
from django.test import Client

from audit import clock
from audit.facts import InvalidFact
from audit.models import Event
from eligibility import Category
from eligibility.reasons import Reason
from patients.models import MenarcheReport, PatientAccount, PatientSurvey, Report
from rems.actions import own
from rems.actions.standing import Forbidden
from rems.actions.telling import Teller
from rems.gate import standings
from rems.models import Concern, Enrollment, Message, Notice, PatientAnswer
from rems.own_words import QUESTIONS, REPORTS
from rems.surveys import KEPT, draft_of, questions_for, reports_for
from tests.rems.patient.conftest import child, link_of, phone_of, read, send
from tests.rems.program_cast import NOW, Cast, enrolled

RIGHT = {"methods_each_time": "yes", "condom_each_time": "yes", "knows_birth_defects": "yes"}
SECOND = timedelta(seconds=1)


def answer_all(phone: Client, enrollment: Enrollment) -> None:
    """Question after question, each without a worry."""
    category = Category(enrollment.categories.current().latest("since").category)
    for question in questions_for(category):
        answer = RIGHT.get(question.code, "no")
        assert send(phone, "survey", enrollment.pk, answer=answer).status_code == 302


def reasons(enrollment: Enrollment) -> set[Reason]:
    return {finding.reason for finding in standings([enrollment])[enrollment.pk].unmet if finding.reason}


def test_one_question_comes_at_a_time_and_the_survey_counts_when_it_is_sent(leila: Enrollment) -> None:
    phone = phone_of(leila)
    with clock.stand_at(NOW + timedelta(minutes=1)):
        assert "Are you pregnant" in read(phone, "survey", leila.pk)
        answer_all(phone, leila)
        assert PatientSurvey.objects.count() == 1
        review = read(phone, "survey", leila.pk)
        assert "Send my answers" in review
        assert send(phone, "survey", leila.pk).status_code == 302
    survey = PatientSurvey.objects.latest("recorded_at")
    assert (survey.answered_by, survey.completed_at) == ("Leila Haddad", NOW + timedelta(minutes=1))
    assert survey.recorded_by == PatientAccount.objects.get().person
    assert survey.answers == {q.code: RIGHT.get(q.code, "no") for q in questions_for(Category.ADULT_FEMALE_RP)}
    assert not Concern.objects.exists()
    assert draft_of(leila, at=NOW + timedelta(minutes=2)) == {}


def test_a_patient_reads_what_was_answered_and_nobody_elses(cast: Cast, leila: Enrollment, ivan: Enrollment) -> None:
    phone = phone_of(ivan)
    assert "There is no survey yet." in read(phone, "answers")
    answer_all(phone, ivan)
    send(phone, "survey", ivan.pk)
    words = read(phone, "answers")
    assert "June 16, 2026" in words
    assert "Answered by Ivan Petrov" in words
    assert words.count("<dt>") == len(questions_for(Category.ADULT_MALE))
    assert "Haddad" not in words


def test_no_answer_is_chosen_beforehand_and_none_is_an_error_that_is_said(leila: Enrollment) -> None:
    phone = phone_of(leila)
    assert " checked>" not in read(phone, "survey", leila.pk)
    answer = send(phone, "survey", leila.pk)
    assert answer.status_code == 422
    assert "Choose one." in answer.content.decode()
    assert not PatientAnswer.objects.exists()


def test_a_survey_that_is_not_complete_is_not_sent(leila: Enrollment) -> None:
    phone_of(leila)
    by = PatientAccount.objects.get().person
    with pytest.raises(InvalidFact, match="each question"):
        own.send_survey(enrollment=leila, teller=Teller(name="Leila Haddad"), by=by)


@pytest.mark.parametrize(("after", "kept"), [(-SECOND, True), (0 * SECOND, False), (SECOND, False)])
def test_answers_wait_for_one_day(leila: Enrollment, after: timedelta, kept: bool) -> None:
    with clock.stand_at(NOW + SECOND):
        send(phone_of(leila), "survey", leila.pk, answer="no")
    assert bool(draft_of(leila, at=NOW + SECOND + KEPT + after)) is kept


@pytest.mark.parametrize("answer", ["yes", "unsure"])
@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("pregnant", Reason.PREGNANCY_CASE_OPEN),
        ("missed_period", Reason.EVALUATION_OPEN),
        ("abnormal_bleeding", Reason.EVALUATION_OPEN),
    ],
)
def test_a_danger_holds_the_gate_at_once_though_the_survey_is_never_sent(
    cast: Cast, leila: Enrollment, question: str, reason: Reason, answer: str
) -> None:
    phone = phone_of(leila)
    assert reason not in reasons(leila)
    with clock.stand_at(NOW + SECOND):
        place = [q.code for q in questions_for(Category.ADULT_FEMALE_RP)].index(question) + 1
        assert send(phone, "survey", leila.pk, query=f"?q={place}", answer=answer).status_code == 302
        assert reason in reasons(leila)
    report, concern = Report.objects.get(), Concern.objects.get()
    assert (concern.report, concern.teller, report.recorded_by) == (report, "Leila Haddad", concern.recorded_by)
    assert "Leila Haddad" in report.note
    assert (
        Event.objects.get(action="patients.open_report", patient_id=leila.patient_id).person_id == report.recorded_by_id
    )
    told = set(Message.objects.filter(notice=Notice.objects.get(kind="told")).values_list("to", flat=True))
    assert told == {cast.ruth.pk, cast.jo.pk}


def test_a_second_worry_of_the_same_kind_opens_no_second_report(leila: Enrollment) -> None:
    phone = phone_of(leila)
    for _ in range(2):
        send(phone, "survey", leila.pk, query="?q=2", answer="yes")
    assert (Report.objects.count(), Concern.objects.count()) == (1, 2)


def test_an_answer_that_is_taken_back_leaves_the_report_to_the_practice(leila: Enrollment) -> None:
    phone = phone_of(leila)
    send(phone, "survey", leila.pk, query="?q=2", answer="yes")
    send(phone, "survey", leila.pk, query="?q=2", answer="no")
    assert Reason.EVALUATION_OPEN in reasons(leila)


@pytest.mark.parametrize(
    ("question", "answer"),
    [("methods_each_time", "no"), ("knows_birth_defects", "no"), ("shared", "yes"), ("blood_donation", "unsure")],
)
def test_another_wrong_answer_is_told_and_holds_nothing(leila: Enrollment, question: str, answer: str) -> None:
    phone, before = phone_of(leila), reasons(leila)
    place = [q.code for q in questions_for(Category.ADULT_FEMALE_RP)].index(question) + 1
    with clock.stand_at(NOW + SECOND):
        send(phone, "survey", leila.pk, query=f"?q={place}", answer=answer)
        assert (Concern.objects.get().what, reasons(leila)) == (question, before)
    assert not Report.objects.exists()


@pytest.mark.parametrize(("answer", "recorded"), [("yes", True), ("unsure", False)])
def test_a_first_period_is_recorded_once_it_is_sure(cast: Cast, answer: str, recorded: bool) -> None:
    girl = child(enrolled("Aya Sato", cast.prescriber, "female_child_nrp"))
    phone = phone_of(girl, who="guardian", guardian_name="Emi Sato")
    with clock.stand_at(NOW + SECOND):
        for _ in range(2):
            send(phone, "survey", girl.pk, query="?q=1", answer=answer)
        assert (Reason.CATEGORY_CHANGE_REQUIRED in reasons(girl)) is recorded
    assert MenarcheReport.objects.count() == recorded
    assert Concern.objects.filter(teller="Emi Sato").count() == 2


def test_a_partners_pregnancy_is_reported_and_does_not_hold(ivan: Enrollment) -> None:
    before = reasons(ivan)
    send(phone_of(ivan), "survey", ivan.pk, query="?q=2", answer="yes")
    assert (Report.objects.get().subject, reasons(ivan)) == ("partner", before)


def test_a_danger_holds_the_gate_also_where_nobody_could_be_told(
    cast: Cast, leila: Enrollment, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = phone_of(leila)

    def breaks(*args: object, **kwargs: object) -> None:
        raise ValueError("no words")

    monkeypatch.setattr("rems.happenings.put", breaks)
    with clock.stand_at(NOW + SECOND):
        assert send(phone, "survey", leila.pk, query="?q=1", answer="yes").status_code == 302
        assert Reason.PREGNANCY_CASE_OPEN in reasons(leila)
    assert not Notice.objects.filter(kind="told").exists()
    assert Event.objects.get(action="rems.notice_failed").patient_id == leila.patient_id


def test_the_same_sending_twice_is_one_answer(leila: Enrollment) -> None:
    phone = phone_of(leila)
    for _ in range(2):
        assert send(phone, "survey", leila.pk, query="?q=1", key="one-sending", answer="yes").status_code == 302
    assert (PatientAnswer.objects.count(), Concern.objects.count()) == (1, 1)


def test_nobody_answers_for_another(cast: Cast, leila: Enrollment, ivan: Enrollment) -> None:
    link_of(leila)
    link_of(ivan)
    other = PatientAccount.objects.get(patient=ivan.patient).person
    teller = Teller(name="Ivan Petrov")
    for by in (other, cast.jo):
        with pytest.raises(Forbidden):
            own.answer_question(enrollment=leila, question="shared", answer="no", teller=teller, by=by)
        with pytest.raises(Forbidden):
            own.send_survey(enrollment=leila, teller=teller, by=by)
        with pytest.raises(Forbidden):
            own.report(enrollment=leila, what="pregnant", teller=teller, by=by)
        with pytest.raises(Forbidden):
            own.attest(enrollment=leila, abstinence=True, teller=teller, by=by)
    assert not PatientAnswer.objects.exists()


@pytest.mark.parametrize("category", list(Category))
def test_each_question_and_each_report_has_its_plain_words(category: Category) -> None:
    assert {q.code for q in questions_for(category)} <= QUESTIONS.keys()
    assert {q.code for q in reports_for(category)} <= REPORTS.keys()
