"""Reports: what is open, and the outcome of a pregnancy."""

import pytest
from django.urls import reverse

from audit.models import Event
from patients.actions import close_report, open_report
from patients.models import Report
from patients.queries import open_pregnancy_reports
from tests.rems.program_cast import PASSWORD, Cast, enrolled, signed_in


@pytest.fixture
def pregnancy(cast: Cast) -> Report:
    """An open report about Leila."""
    leila = enrolled("Leila Haddad", cast.prescriber)
    return open_report(patient=leila.patient, kind="pregnancy", note="Positive at home.", by=cast.ruth)


@pytest.fixture
def bleeding(cast: Cast) -> Report:
    """An open evaluation about Renata."""
    renata = enrolled("Renata Vogel", cast.prescriber)
    return open_report(patient=renata.patient, kind="abnormal_bleeding", by=cast.ruth)


def test_the_list_shows_what_is_open_and_records_it(cast: Cast, pregnancy: Report, bleeding: Report) -> None:
    page = signed_in(cast.jo).get(reverse("administration:reports"))
    assert [row.pk for row in page.context["page"]] == [pregnancy.pk, bleeding.pk]
    assert Event.objects.filter(action="rems.view_reports").count() == 1


def test_an_outcome_closes_it(cast: Cast, pregnancy: Report) -> None:
    browser = signed_in(cast.jo)
    url = reverse("administration:close_report", args=[pregnancy.pk])
    assert browser.post(url, {"key": "k-1"}).status_code == 422
    assert browser.post(url, SIGNED | {"key": "k-1", "outcome": "false_positive"}).status_code == 302
    assert not browser.get(reverse("administration:reports")).context["page"].object_list
    assert "Closed." in browser.get(reverse("administration:report", args=[pregnancy.pk])).content.decode()
    event = Event.objects.get(action="patients.close_report")
    assert (event.person_id, event.patient_id) == (cast.jo.pk, pregnancy.patient_id)


@pytest.mark.parametrize("outcome", ["ongoing", "unknown"])
def test_two_outcomes_leave_it_open(cast: Cast, pregnancy: Report, outcome: str) -> None:
    browser = signed_in(cast.jo)
    browser.post(
        reverse("administration:close_report", args=[pregnancy.pk]), SIGNED | {"key": "k-1", "outcome": outcome}
    )
    page = browser.get(reverse("administration:reports"))
    assert [row.pk for row in page.context["page"]] == [pregnancy.pk]


def test_an_evaluation_is_the_prescriber_s_to_close(cast: Cast, bleeding: Report) -> None:
    browser = signed_in(cast.jo)
    url = reverse("administration:close_report", args=[bleeding.pk])
    assert browser.post(url, SIGNED | {"key": "k-1", "outcome": "false_positive"}).status_code == 404
    assert (
        "Record the outcome" not in browser.get(reverse("administration:report", args=[bleeding.pk])).content.decode()
    )


SIGNED = {"password": PASSWORD}


@pytest.fixture
def closed(cast: Cast, pregnancy: Report) -> Report:
    """The report about Leila, closed as a false positive."""
    close_report(report=pregnancy, outcome="false_positive", by=cast.jo)
    return pregnancy


@pytest.mark.parametrize(("outcome", "left"), [("none", []), ("ongoing", ["ongoing"]), ("unknown", ["unknown"])])
def test_a_report_closed_by_mistake_is_opened_again(cast: Cast, closed: Report, outcome: str, left: list[str]) -> None:
    browser = signed_in(cast.jo)
    url = reverse("administration:correct_outcome", args=[closed.pk])
    assert "Correct the outcome" in browser.get(reverse("administration:report", args=[closed.pk])).content.decode()
    page = browser.post(url, SIGNED | {"key": "k-1", "outcome": outcome})
    assert (page.status_code, list(page.context["correcting"].errors)) == (422, ["reason"])
    assert browser.post(url, SIGNED | {"key": "k-1", "outcome": outcome, "reason": "Wrong report."}).status_code == 302
    assert [row.outcome for row in closed.closings.current()] == left
    assert list(open_pregnancy_reports(closed.patient_id)) == [closed]
    event = Event.objects.get(action="patients.correct")
    assert (event.person_id, event.patient_id, event.reason) == (cast.jo.pk, closed.patient_id, "Wrong report.")
    page = browser.get(reverse("administration:report", args=[closed.pk]))
    assert "Open: nothing may be dispensed" in page.content.decode()
    assert "Wrong report." in page.content.decode()
    assert "False positive" in page.content.decode()


def test_an_outcome_is_put_right_and_the_report_stays_closed(cast: Cast, closed: Report) -> None:
    url = reverse("administration:correct_outcome", args=[closed.pk])
    answer = signed_in(cast.jo).post(url, SIGNED | {"key": "k-1", "outcome": "miscarriage", "reason": "A slip."})
    assert answer.status_code == 302
    assert [row.outcome for row in closed.closings.current()] == ["miscarriage"]
    assert not open_pregnancy_reports(closed.patient_id).exists()


@pytest.mark.parametrize("outcome", ["false_positive", "evaluated", "nonsense"])
def test_an_outcome_is_corrected_to_another_of_a_pregnancy(cast: Cast, closed: Report, outcome: str) -> None:
    url = reverse("administration:correct_outcome", args=[closed.pk])
    page = signed_in(cast.jo).post(url, SIGNED | {"key": "k-1", "outcome": outcome, "reason": "A slip."})
    assert (page.status_code, list(page.context["correcting"].errors)) == (422, ["outcome"])


def test_there_is_nothing_to_correct_before_an_outcome_or_on_an_evaluation(
    cast: Cast, pregnancy: Report, bleeding: Report
) -> None:
    close_report(report=bleeding, outcome="evaluated", by=cast.ruth)
    browser = signed_in(cast.jo)
    for report in (pregnancy, bleeding):
        url = reverse("administration:correct_outcome", args=[report.pk])
        assert browser.post(url, SIGNED | {"key": "k-1", "outcome": "none", "reason": "A slip."}).status_code == 404
        page = browser.get(reverse("administration:report", args=[report.pk])).content.decode()
        assert "Correct the outcome" not in page
