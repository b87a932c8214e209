"""Reports: what is open, and the outcome of a pregnancy."""

import pytest
from django.urls import reverse

from audit.models import Event
from patients.actions import open_report
from patients.models import Report
from tests.rems.program_cast import Cast, enrolled, signed_in


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
    assert browser.post(url, {"key": "k-1", "outcome": "false_positive"}).status_code == 302
    assert not browser.get(reverse("administration:reports")).context["page"].object_list
    assert "Closed." in browser.get(reverse("administration:report", args=[pregnancy.pk])).content.decode()
    event = Event.objects.get(action="patients.close_report")
    assert (event.person_id, event.patient_id) == (cast.jo.pk, pregnancy.patient_id)


@pytest.mark.parametrize("outcome", ["ongoing", "unknown"])
def test_two_outcomes_leave_it_open(cast: Cast, pregnancy: Report, outcome: str) -> None:
    browser = signed_in(cast.jo)
    browser.post(reverse("administration:close_report", args=[pregnancy.pk]), {"key": "k-1", "outcome": outcome})
    page = browser.get(reverse("administration:reports"))
    assert [row.pk for row in page.context["page"]] == [pregnancy.pk]


def test_an_evaluation_is_the_prescriber_s_to_close(cast: Cast, bleeding: Report) -> None:
    browser = signed_in(cast.jo)
    url = reverse("administration:close_report", args=[bleeding.pk])
    assert browser.post(url, {"key": "k-1", "outcome": "false_positive"}).status_code == 404
    assert (
        "Record the outcome" not in browser.get(reverse("administration:report", args=[bleeding.pk])).content.decode()
    )
