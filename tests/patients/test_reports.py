"""Reports stand open until their end is known; a positive test opens one by itself."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.roles import Role
from audit import clock
from audit.facts import InvalidFact
from audit.models import Event
from patients.actions import close_report, correct, open_report, record_test
from patients.actions.reports import BY_POSITIVE
from patients.models import Patient, PregnancyTest, Report, ReportClosing
from patients.queries import ends, open_pregnancy_reports, open_reports, with_ended
from tests.registry_cast import NOON, a_patient, a_person, somebody

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def a_test(patient: Patient, result: str, **more: Any) -> PregnancyTest:
    with clock.stand_at(NOON):
        return record_test(
            patient=patient, collected_at=NOON - HOUR, result=result, method="serum", by=somebody(), **more
        )


def a_report(kind: str = "pregnancy", **more: Any) -> Report:
    with clock.stand_at(NOON):
        return open_report(patient=a_patient(), kind=kind, by=somebody(), **more)


def test_a_positive_test_opens_a_pregnancy_report_about_the_patient_in_the_same_act() -> None:
    maria = a_patient()
    a_test(maria, "positive")
    [report] = open_pregnancy_reports(maria.pk)
    assert (report.opened_at, report.note, report.recorded_at) == (NOON, BY_POSITIVE, NOON)
    actions = Event.objects.said().filter(patient_id=maria.pk).order_by("id").values_list("action", flat=True)
    assert list(actions) == ["patients.register_patient", "patients.record_test", "patients.open_report"]


@pytest.mark.parametrize("result", ["negative", "indeterminate", "invalid", "hemolysed"])
def test_any_other_result_opens_none(result: str) -> None:
    maria = a_patient()
    a_test(maria, result)
    assert not open_reports(maria.pk).exists()


def test_a_second_positive_finds_the_report_open_and_after_its_closing_opens_a_new_one() -> None:
    maria = a_patient()
    a_test(maria, "positive")
    a_test(maria, "positive")
    [report] = open_pregnancy_reports(maria.pk)
    with clock.stand_at(NOON + HOUR):
        close_report(report=report, outcome="false_positive", by=somebody())
    assert not open_pregnancy_reports(maria.pk).exists()
    a_test(maria, "positive")
    assert open_pregnancy_reports(maria.pk).count() == 1


def test_a_test_that_is_corrected_to_positive_opens_one_too_and_a_withdrawn_one_does_not() -> None:
    maria = a_patient()
    test = a_test(maria, "negative")
    positive = correct(fact=test, changes={"result": "positive"}, reason="Exchanged tubes", by=somebody())
    assert open_pregnancy_reports(maria.pk).count() == 1
    rosa = a_patient(first_name="Rosa")
    correct(fact=a_test(rosa, "negative"), changes={}, reason="Not hers", void=True, by=somebody())
    assert not open_reports(rosa.pk).exists()
    correct(fact=positive, changes={"result": "negative"}, reason="It was right", by=somebody())
    assert open_pregnancy_reports(maria.pk).count() == 1, "only its closing ends a report"


def test_a_repeated_positive_opens_one_report() -> None:
    maria, alice = a_patient(), somebody()
    for _ in range(2):
        record_test(patient=maria, collected_at=NOON, result="positive", method="urine", home=True, by=alice, key="k")
    assert (PregnancyTest.objects.count(), Report.objects.count()) == (1, 1)


@pytest.mark.parametrize("outcome", ["ongoing", "unknown"])
def test_an_outcome_that_is_none_yet_leaves_it_open_until_it_is_known(outcome: str) -> None:
    report = a_report()
    first = close_report(report=report, outcome=outcome, closed_at=NOON, by=somebody())
    assert list(open_reports(report.patient_id)) == [report]
    last = close_report(report=report, outcome="live_birth", by=somebody())
    assert (last.supersedes, last.correction_reason) == (first, "The outcome became known.")
    assert not open_reports(report.patient_id).exists()


def test_a_report_is_closed_once_with_a_known_outcome() -> None:
    report = a_report("missed_period")
    close_report(report=report, outcome="evaluated", by=somebody())
    with pytest.raises(InvalidFact, match="closed already"):
        close_report(report=report, outcome="evaluated", by=somebody())
    assert ReportClosing.objects.count() == 1


def test_a_pregnancy_report_is_not_just_evaluated_nor_closed_before_it_was_opened() -> None:
    report = a_report()
    with pytest.raises(InvalidFact) as caught:
        close_report(report=report, outcome="evaluated", by=somebody())
    assert caught.value.field == "outcome"
    with pytest.raises(InvalidFact) as caught:
        close_report(report=report, outcome="false_positive", closed_at=NOON - HOUR, by=somebody())
    assert caught.value.field == "closed_at"


def test_a_partners_pregnancy_is_open_and_not_the_patients() -> None:
    report = a_report(subject="partner")
    assert list(open_reports(report.patient_id)) == [report]
    assert not open_pregnancy_reports(report.patient_id).exists()


def test_a_withdrawn_report_is_no_report_and_cannot_be_closed() -> None:
    report = a_report()
    correct(fact=report, changes={}, reason="Another patient's", void=True, by=a_person(Role.ADMINISTRATOR))
    assert not open_reports(report.patient_id).exists()
    with pytest.raises(InvalidFact, match="corrected or withdrawn"):
        close_report(report=report, outcome="false_positive", by=somebody())


def test_a_corrected_report_stays_closed_as_it_was() -> None:
    report = a_report()
    closing = close_report(report=report, outcome="false_positive", by=somebody())
    newer = correct(fact=report, changes={"note": "By telephone"}, reason="Completed", by=a_person(Role.ADMINISTRATOR))
    assert not open_reports(report.patient_id).exists()
    [carried] = ReportClosing.objects.current()
    assert (carried.report, carried.supersedes, carried.closed_at) == (newer, closing, closing.closed_at)


def test_a_withdrawn_closing_opens_the_report_again() -> None:
    report = a_report()
    closing = close_report(report=report, outcome="false_positive", by=somebody())
    correct(fact=closing, changes={}, reason="Wrong case", void=True, by=a_person(Role.ADMINISTRATOR))
    assert list(open_reports(report.patient_id)) == [report]


@pytest.mark.parametrize("changes", [{"kind": "missed_period"}, {"subject": "partner"}, {"note": "No"}])
def test_a_prescriber_does_not_lift_the_hold_of_a_pregnancy_report(changes: dict[str, str]) -> None:
    report = a_report()
    prescriber = a_person(Role.PRESCRIBER)
    with pytest.raises(PermissionDenied):
        correct(fact=report, changes=changes, reason="Not so", by=prescriber)
    with pytest.raises(PermissionDenied):
        correct(fact=report, changes={}, reason="Not so", void=True, by=prescriber)
    closing = close_report(report=report, outcome="ongoing", by=a_person(Role.ADMINISTRATOR))
    with pytest.raises(PermissionDenied):
        correct(fact=closing, changes={"outcome": "false_positive"}, reason="Not so", by=prescriber)
    assert list(open_reports(report.patient_id)) == [report]


@pytest.mark.parametrize(("kind", "still_open"), [("pregnancy", True), ("missed_period", False)])
def test_an_unknown_outcome_leaves_only_a_pregnancy_open_everywhere(kind: str, still_open: bool) -> None:
    report = a_report(kind)
    closing = close_report(report=report, outcome="unknown", by=somebody())
    assert open_reports(report.patient_id).exists() is still_open
    assert ends(closing) is not still_open
    assert [row.ended for row in with_ended(Report.objects.current())] == [not still_open]


def test_a_corrected_outcome_is_one_of_its_kind() -> None:
    closing = close_report(report=a_report(), outcome="false_positive", by=somebody())
    with pytest.raises(InvalidFact) as refused:
        correct(fact=closing, changes={"outcome": "evaluated"}, reason="Not so", by=somebody())
    assert refused.value.field == "outcome"
