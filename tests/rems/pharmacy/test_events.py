"""What the patient tells at the counter is reported from there, and holds everything at once."""

from uuid import uuid4

import pytest
from django.test import Client

from audit.models import Event
from patients.models import Report
from pharmacies.models import Deactivation
from tests.rems.pharmacy.conftest import NOW, PROGRAM, Cast

LINK = "Report a missed period, bleeding or a pregnancy"


def told(what: str, **more: str) -> dict[str, str]:
    return {"key": str(uuid4()), "what": what, "note": ""} | more


@pytest.mark.parametrize("what", ["missed_period", "abnormal_bleeding", "pregnancy"])
def test_a_report_about_the_patient_holds_everything(at_counter: Client, cast: Cast, what: str) -> None:
    authorization = cast.authorize(cast.elena)
    page = f"/pharmacy/verify/{authorization.number}"
    address = f"/pharmacy/report/{authorization.number}"
    seen = at_counter.get(page).content.decode()
    assert LINK in seen
    assert address in seen
    answer = at_counter.post(address, told(what, note="Eight days late."), follow=True)
    report = Report.objects.get()
    assert (report.kind, report.subject, report.note) == (what, "patient", "Eight days late.")
    assert (report.patient, report.recorded_by, report.opened_at) == (cast.elena.patient, cast.alice, NOW)
    assert "Nothing is dispensed until it is closed." in answer.content.decode()
    assert "Do not dispense" in answer.content.decode()
    assert "Get confirmation number" not in answer.content.decode()


def test_of_a_male_patient_only_the_partner_s_pregnancy_is_asked_and_it_holds_nothing(
    at_counter: Client, cast: Cast
) -> None:
    authorization = cast.authorize(cast.walter)
    address = f"/pharmacy/report/{authorization.number}"
    page = at_counter.get(address).content.decode()
    assert "missed_period" not in page
    assert at_counter.post(address, told("missed_period")).status_code == 422
    answer = at_counter.post(address, told("partner_pregnancy"), follow=True).content.decode()
    report = Report.objects.get()
    assert (report.kind, report.subject) == ("pregnancy", "partner")
    assert "The program follows it to its outcome." in answer
    assert "Do not dispense" not in answer


def test_the_same_form_sent_twice_is_one_report(at_counter: Client, cast: Cast) -> None:
    address, form = f"/pharmacy/report/{cast.authorize(cast.elena).number}", told("pregnancy")
    assert [at_counter.post(address, form).status_code for _ in range(2)] == [302, 302]
    assert Report.objects.count() == 1


def test_a_site_reports_by_its_own_confirmation_and_no_other_site_by_it(client: Client, cast: Cast) -> None:
    confirmation = cast.confirm(cast.authorize(cast.elena), at=cast.cedar, by=cast.alice)
    address = f"/pharmacy/report/{confirmation.number}"
    client.force_login(cast.bob)
    answer = client.get(address)
    assert (answer.status_code, "Elena" in answer.content.decode()) == (404, False)
    assert client.post(address, told("pregnancy")).status_code == 404
    client.force_login(cast.alice)
    assert LINK in client.get(f"/pharmacy/confirmation/{confirmation.number}").content.decode()
    assert client.post(address, told("pregnancy")).status_code == 302
    assert Report.objects.count() == 1


def test_a_site_that_is_not_certified_sees_and_reports_nothing(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    Deactivation.objects.create(
        pharmacy=cast.cedar, program=PROGRAM, deactivated_at=NOW, by=cast.ruth, reason="Three deviations"
    )
    address = f"/pharmacy/report/{authorization.number}"
    for answer in (at_counter.get(address), at_counter.post(address, told("pregnancy"))):
        assert answer["Location"] == f"/pharmacy/verify/{authorization.number}"
    assert LINK not in at_counter.get(f"/pharmacy/verify/{authorization.number}").content.decode()
    assert not Report.objects.exists()


def test_an_unknown_number_is_none_and_each_look_is_recorded(at_counter: Client, cast: Cast) -> None:
    assert at_counter.get("/pharmacy/report/nonsense").status_code == 422
    at_counter.get(f"/pharmacy/report/{cast.authorize(cast.elena).number}")
    seen = Event.objects.get(action="pharmacy.view_authorization")
    assert (seen.patient_id, seen.details["page"]) == (cast.elena.patient_id, "report")


def test_the_open_report_is_named_by_its_number(at_counter: Client, cast: Cast) -> None:
    address = f"/pharmacy/report/{cast.authorize(cast.elena).number}"
    page = at_counter.post(address, told("pregnancy"), follow=True).content.decode()
    assert f"report {Report.objects.get().pk}" in page.lower()
    assert "an unknown value" not in page
