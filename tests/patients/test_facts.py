"""What is recorded of a patient: each kind, its limits, and its entry in the trail."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit import clock
from audit.facts import Fact, InvalidFact
from audit.models import Event
from patients import actions
from patients.models import (
    ContraceptionAttestation,
    MenarcheReport,
    Patient,
    PatientSurvey,
    PregnancyTest,
    Report,
    ReportClosing,
    TherapyDate,
)
from tests.registry_cast import LENALIDOMIDE, NOON, a_patient, somebody

pytestmark = pytest.mark.django_db
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
BIRTH = datetime.fromisoformat("1985-04-02T00:00:00-05:00")
TODAY, TOMORROW = date(2026, 3, 2), date(2026, 3, 3)
Asked = dict[str, Any]
TEST = {"collected_at": NOON, "result": "negative", "method": "serum"}
ATTESTED = {"attested_by_name": "Maria Gomez", "methods": ["iud", "male_condom"]}
SURVEY = {"program": LENALIDOMIDE, "answers": {"q1": "yes"}, "answered_by": "Maria Gomez"}

KINDS: dict[str, tuple[Callable[..., Fact], Asked, str]] = {
    "test": (actions.record_test, TEST, "collected_at"),
    "attestation": (actions.record_attestation, ATTESTED, "attested_at"),
    "cycle": (actions.record_cycle, {"cycle": "irregular"}, "reported_at"),
    "menarche": (actions.record_menarche, {}, "reported_at"),
    "survey": (actions.record_survey, SURVEY, "completed_at"),
    "report": (actions.open_report, {"kind": "missed_period"}, "opened_at"),
}


def recorded(what: str, patient: Patient, **more: Any) -> Fact:
    record, asked, _ = KINDS[what]
    with clock.stand_at(NOON):
        return record(patient=patient, by=somebody(), **(asked | more))


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_kept_with_when_it_was_and_when_it_was_recorded(kind: str) -> None:
    maria = a_patient()
    moment = KINDS[kind][2]
    fact = recorded(kind, maria, **{moment: NOON - DAY})
    fact.refresh_from_db()
    assert (getattr(fact, moment), fact.recorded_at) == (NOON - DAY, NOON)
    event = Event.objects.said().get(table=fact._meta.db_table)
    assert (event.patient_id, event.row_id, event.as_of) == (maria.pk, str(fact.pk), NOON)
    assert event.details[moment] is not None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("moment", "possible"),
    [
        (NOON, True),
        (NOON + SECOND, False),
        (BIRTH, True),
        (BIRTH - SECOND, False),
        (datetime(2026, 3, 1), False),  # noqa: DTZ001 - that is the case
    ],
    ids=["now", "in a second", "at birth", "before birth", "without a zone"],
)
def test_nothing_lies_in_the_future_or_before_the_birth(kind: str, moment: datetime, possible: bool) -> None:
    maria, field = a_patient(), KINDS[kind][2]
    if possible:
        assert getattr(recorded(kind, maria, **{field: moment}), field) == moment
        return
    with pytest.raises(InvalidFact) as caught:
        recorded(kind, maria, **{field: moment})
    assert caught.value.field == field
    assert not Event.objects.said().filter(patient_id=maria.pk).exclude(action="patients.register_patient").exists()


@pytest.mark.parametrize(
    ("kind", "wrong", "field"),
    [
        ("test", {"result": "fine"}, "result"),
        ("test", {"method": "saliva"}, "method"),
        ("test", {"sensitivity_miu_ml": 0}, "sensitivity_miu_ml"),
        ("test", {"sensitivity_miu_ml": 10**10}, "sensitivity_miu_ml"),
        ("test", {"resulted_at": NOON - SECOND}, "resulted_at"),
        ("test", {"resulted_at": NOON + SECOND}, "resulted_at"),
        ("test", {"laboratory": "x" * 121}, "laboratory"),
        ("attestation", {"methods": ["hope"]}, "methods"),
        ("attestation", {"since": TOMORROW}, "since"),
        ("attestation", {"since": date(1985, 4, 1)}, "since"),
        ("attestation", {"since": TODAY, "attested_at": NOON - DAY}, "since"),
        ("attestation", {"attested_by_name": ""}, "attested_by_name"),
        ("cycle", {"cycle": "weekly"}, "cycle"),
        ("survey", {"program": ""}, "program"),
        ("survey", {"answered_by": ""}, "answered_by"),
        ("report", {"kind": "headache"}, "kind"),
        ("report", {"subject": "neighbour"}, "subject"),
        ("report", {"subject": "partner"}, "kind"),
    ],
)
def test_what_cannot_be_names_the_field(kind: str, wrong: Asked, field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        recorded(kind, a_patient(), **wrong)
    assert list(caught.value.error_dict) == [field]


@pytest.mark.parametrize("record", [actions.record_first_dose, actions.record_interruption, actions.record_therapy_end])
@pytest.mark.parametrize(
    ("day", "possible"),
    [(TODAY, True), (TOMORROW, False), (date(1985, 4, 2), True), (date(1985, 4, 1), False)],
)
def test_a_day_of_the_therapy_is_today_or_before(record: Callable[..., Any], day: date, possible: bool) -> None:
    maria, by = a_patient(), somebody()

    def ask() -> TherapyDate:
        with clock.stand_at(NOON):
            return record(patient=maria, program=LENALIDOMIDE, starts_on=day, by=by)

    if possible:
        assert ask().starts_on == day
        return
    with pytest.raises(InvalidFact) as caught:
        ask()
    assert caught.value.field == "starts_on"


def test_an_interruption_may_end_ahead_and_not_before_it_starts() -> None:
    maria, by = a_patient(), somebody()
    with clock.stand_at(NOON):
        asked: Asked = {"patient": maria, "program": LENALIDOMIDE, "starts_on": TODAY, "by": by}
        assert actions.record_interruption(**asked, ends_on=TOMORROW).ends_on == TOMORROW
        with pytest.raises(InvalidFact) as caught:
            actions.record_interruption(**asked, ends_on=TODAY - DAY)
    assert caught.value.field == "ends_on"


def test_an_attestation_of_nothing_is_one_too() -> None:
    attestation = recorded("attestation", a_patient(), methods=[], since=None)
    assert isinstance(attestation, ContraceptionAttestation)
    assert (attestation.methods, attestation.abstinence, attestation.since) == ([], False, None)


def test_a_corrected_test_keeps_both_entries_and_the_trail_both_values() -> None:
    maria = a_patient()
    test = recorded("test", maria, sensitivity_miu_ml=100)
    with clock.stand_at(NOON + SECOND):
        newer = actions.correct(
            fact=test, changes={"sensitivity_miu_ml": 25}, reason="Misread", by=somebody(), key="once"
        )
    event = Event.objects.get(action="patients.correct")
    assert isinstance(newer, PregnancyTest)
    assert (newer.sensitivity_miu_ml, newer.collected_at, PregnancyTest.objects.count()) == (25, NOON, 2)
    assert (event.details["before"], event.details["sensitivity_miu_ml"]) == ({"sensitivity_miu_ml": 100}, 25)
    assert (event.reason, event.details["supersedes"], event.patient_id) == ("Misread", test.pk, maria.pk)


def test_a_correction_cannot_bring_in_what_could_not_be_recorded_nor_move_it_to_another_patient() -> None:
    test = recorded("test", a_patient())
    wrong: list[tuple[Asked, str]] = [
        ({"collected_at": NOON + DAY}, "collected_at"),
        ({"patient": a_patient()}, "patient"),
    ]
    for changes, field in wrong:
        with clock.stand_at(NOON), pytest.raises(InvalidFact) as caught:
            actions.correct(fact=test, changes=changes, reason="x", by=somebody())
        assert caught.value.field == field


def rows() -> list[tuple[type[Fact], Asked, str]]:
    """Rows that only the database is there to refuse."""
    test, dose = {**TEST}, {"program": LENALIDOMIDE, "kind": "first_dose", "starts_on": TODAY}
    return [
        (PregnancyTest, test | {"result": "fine"}, "result_known"),
        (PregnancyTest, test | {"method": "saliva"}, "method_known"),
        (PregnancyTest, test | {"sensitivity_miu_ml": 0}, "sensitivity_positive"),
        (PregnancyTest, test | {"sensitivity_miu_ml": -25}, "sensitivity_positive"),
        (PregnancyTest, test | {"collected_at": NOON + SECOND}, "collected_at_to_recorded_at"),
        (PregnancyTest, test | {"resulted_at": NOON - SECOND}, "collected_at_to_resulted_at"),
        (PregnancyTest, test | {"resulted_at": NOON + SECOND}, "resulted_at_to_recorded_at"),
        (ContraceptionAttestation, ATTESTED | {"attested_at": NOON, "methods": ["hope"]}, "methods_known"),
        (ContraceptionAttestation, ATTESTED | {"attested_at": NOON, "since": date(2026, 3, 5)}, "since_past"),
        (ContraceptionAttestation, ATTESTED | {"attested_at": NOON + SECOND}, "attested_at_to_recorded_at"),
        (MenarcheReport, {"reported_at": NOON + SECOND}, "reported_at_to_recorded_at"),
        (PatientSurvey, SURVEY | {"completed_at": NOON, "program": " "}, "program_given"),
        (PatientSurvey, SURVEY | {"completed_at": NOON + SECOND}, "completed_at_to_recorded_at"),
        (Report, {"kind": "headache", "opened_at": NOON}, "kind_known"),
        (Report, {"kind": "missed_period", "subject": "partner", "opened_at": NOON}, "partner_pregnancy"),
        (Report, {"kind": "missed_period", "opened_at": NOON + SECOND}, "opened_at_to_recorded_at"),
        (TherapyDate, dose | {"kind": "pause"}, "kind_known"),
        (TherapyDate, dose | {"ends_on": TODAY}, "end_of_interruption"),
        (TherapyDate, dose | {"kind": "interruption", "ends_on": TODAY - DAY}, "starts_on_to_ends_on"),
        (TherapyDate, dose | {"starts_on": date(2026, 3, 5)}, "starts_past"),
    ]


@pytest.mark.parametrize(("model", "values", "constraint"), rows())
def test_the_database_refuses_by_itself(model: Any, values: Asked, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        model.objects.create(patient=a_patient(), recorded_at=NOON, recorded_by=somebody(), **values)


def test_the_database_knows_the_outcomes_of_a_report() -> None:
    report = recorded("report", a_patient())
    row = {"report": report, "recorded_at": NOON, "recorded_by": somebody(), "closed_at": NOON}
    for values in ({"outcome": "fine"}, {"outcome": "evaluated", "closed_at": NOON + SECOND}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReportClosing.objects.create(**(row | values))
