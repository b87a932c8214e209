"""The confirmation number: handed over, shipped, cancelled, lapsed."""

from datetime import timedelta
from hashlib import sha256
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.test import Client

from audit import clock
from audit.acts import Busy
from audit.models import Event
from rems import models, numbers
from tests.rems.pharmacy.conftest import NOW, Cast, test

HOURS = timedelta(hours=24)


@pytest.fixture
def confirmation(cast: Cast) -> models.Confirmation:
    """Elena's number, confirmed by Alice."""
    return cast.confirm(cast.authorize(cast.elena), at=cast.cedar, by=cast.alice)


def address(confirmation: models.Confirmation, act: str = "") -> str:
    return f"/pharmacy/confirmation/{confirmation.number}{act}"


def look(client: Client, confirmation: models.Confirmation) -> str:
    answer = client.get(address(confirmation))
    assert answer.status_code == 200
    return answer.content.decode()


def filled(**changes: object) -> dict[str, object]:
    return {"key": str(uuid4()), "method": "hand", "medication_guide": "on"} | changes


def test_the_number_is_the_page(at_counter: Client, confirmation: models.Confirmation) -> None:
    page = look(at_counter, confirmation)
    assert '<h1 id="verdict">Confirmed</h1>' in page
    for group in numbers.grouped(confirmation.number).split():
        assert f"<span>{group}</span>" in page
    assert 'class="barcode"' in page
    assert "Hand over by" in page
    assert "Wed, Jun 17, 2026, 09:12 EDT" in page
    assert "Ship by" in page
    assert "Tue, Jun 16, 2026, 23:59 EDT" in page
    assert "Not dispensed: cancel this number" in page
    assert " checked" not in page


def test_the_paper_carries_the_first_digits_of_the_hash_of_its_own_event(
    at_counter: Client, confirmation: models.Confirmation
) -> None:
    assert digits(confirmation) in look(at_counter, confirmation).replace("</span><span>", "")
    at_counter.post(address(confirmation, "/hand-over"), filled())
    dispensing = models.Dispensing.objects.get(confirmation=confirmation)
    page = look(at_counter, confirmation).replace("</span><span>", "")
    assert digits(dispensing) in page
    assert digits(confirmation) not in page


def digits(row: models.Confirmation | models.Dispensing) -> str:
    entry = Event.objects.get(table=row._meta.db_table, row_id=str(row.pk), source="database")
    return sha256(b"\0" + entry.payload.encode()).hexdigest()[:16]


def test_a_record_without_its_event_is_told_to_the_program(
    at_counter: Client, confirmation: models.Confirmation
) -> None:
    with patch("rems.queries.witness.Event.objects", Event.objects.none()):
        page = look(at_counter, confirmation)
    assert "The trail has no entry of this record." in page


def test_handing_over_records_the_dispensing(at_counter: Client, confirmation: models.Confirmation) -> None:
    answer = at_counter.post(address(confirmation, "/hand-over"), filled())
    assert answer.status_code == 302
    page = look(at_counter, confirmation)
    assert '<h1 id="verdict">Handed over</h1>' in page
    assert "Next fill opens" in page
    assert "Next pregnancy test due" in page
    assert "Record hand-over" not in page
    assert models.Dispensing.objects.get().by.name == "Alice Lind"


def test_a_double_click_is_one_dispensing(at_counter: Client, confirmation: models.Confirmation) -> None:
    form = filled()
    for _ in range(2):
        assert at_counter.post(address(confirmation, "/hand-over"), form).status_code == 302
    assert models.Dispensing.objects.count() == 1


def test_a_second_hand_over_is_refused(at_counter: Client, confirmation: models.Confirmation) -> None:
    at_counter.post(address(confirmation, "/hand-over"), filled())
    answer = at_counter.post(address(confirmation, "/hand-over"), filled(method="ship"))
    assert answer.status_code == 409
    assert "Confirmation already used" in answer.content.decode()
    assert "Record hand-over" not in answer.content.decode()
    assert models.Dispensing.objects.count() == 1


def test_without_the_guide_it_is_refused_and_the_rest_stays(
    at_counter: Client, confirmation: models.Confirmation
) -> None:
    answer = at_counter.post(address(confirmation, "/hand-over"), filled(medication_guide=""))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Medication Guide not given" in page
    assert page.count(" checked") == 1
    assert "Record hand-over" in page
    assert not models.Dispensing.objects.exists()


def test_how_it_leaves_must_be_said(at_counter: Client, confirmation: models.Confirmation) -> None:
    answer = at_counter.post(address(confirmation, "/hand-over"), filled(method=""))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_method_0"' in page
    assert page.count(" checked") == 1


def test_the_next_day_it_may_be_handed_over_but_not_shipped(
    at_counter: Client, confirmation: models.Confirmation
) -> None:
    with clock.stand_at(NOW + timedelta(hours=20)):
        refused = at_counter.post(address(confirmation, "/hand-over"), filled(method="ship"))
        assert refused.status_code == 409
        assert "Not shipped on the same day" in refused.content.decode()
        assert at_counter.post(address(confirmation, "/hand-over"), filled()).status_code == 302


@pytest.mark.parametrize(("after", "status"), [(HOURS, 302), (HOURS + timedelta(seconds=1), 409)])
def test_the_last_second_counts(
    at_counter: Client, confirmation: models.Confirmation, after: timedelta, status: int
) -> None:
    with clock.stand_at(NOW + after):
        assert at_counter.post(address(confirmation, "/hand-over"), filled()).status_code == status


def test_a_lapsed_number_says_so_and_leads_to_a_new_one(at_counter: Client, confirmation: models.Confirmation) -> None:
    with clock.stand_at(NOW + timedelta(hours=25)):
        page = look(at_counter, confirmation)
    assert "Confirmation lapsed" in page
    assert "Verify the authorization again" in page
    assert "Record hand-over" not in page


def test_a_positive_test_meanwhile_holds_it(at_counter: Client, confirmation: models.Confirmation, cast: Cast) -> None:
    test(cast.elena.patient, "positive", at=NOW - timedelta(minutes=1), by=cast.ruth)
    page = look(at_counter, confirmation)
    assert "Do not dispense: held" in page
    assert "Record hand-over" not in page
    assert "cancel this number" in page
    answer = at_counter.post(address(confirmation, "/hand-over"), filled())
    assert answer.status_code == 409
    assert "Record hand-over" not in answer.content.decode()
    assert not models.Dispensing.objects.exists()


def test_while_it_is_held_no_window_counts_down(
    at_counter: Client, confirmation: models.Confirmation, cast: Cast
) -> None:
    test(cast.elena.patient, "positive", at=NOW - timedelta(minutes=1), by=cast.ruth)
    page = look(at_counter, confirmation)
    assert "None counts down while this stands." in page
    for label in ("Hand over by", "Ship by", "Authorization closes", "Next pregnancy test due", "left</span>"):
        assert label not in page


def test_a_refusal_that_the_form_clears_keeps_the_form(at_counter: Client, confirmation: models.Confirmation) -> None:
    with clock.stand_at(NOW + timedelta(hours=20)):
        answer = at_counter.post(address(confirmation, "/hand-over"), filled(method="ship", medication_guide=""))
    assert answer.status_code == 409
    assert "Record hand-over" in answer.content.decode()


def test_the_middle_name_is_there_to_compare(at_counter: Client, confirmation: models.Confirmation, cast: Cast) -> None:
    cast.elena.patient.middle_name = "Rosalind"
    cast.elena.patient.save()
    assert "Elena Rosalind Marsh" in look(at_counter, confirmation)


def test_cancelling_asks_why(at_counter: Client, confirmation: models.Confirmation) -> None:
    assert "Why was it not dispensed?" in at_counter.get(address(confirmation, "/cancel")).content.decode()
    answer = at_counter.post(address(confirmation, "/cancel"), {"key": str(uuid4()), "reason": "  "})
    assert answer.status_code == 422
    assert "Say why." in answer.content.decode()
    confirmation.refresh_from_db()
    assert confirmation.cancelled_at is None


def test_a_cancelled_number_is_shown_with_its_reason(at_counter: Client, confirmation: models.Confirmation) -> None:
    form = {"key": str(uuid4()), "reason": "Patient did not come"}
    assert at_counter.post(address(confirmation, "/cancel"), form).status_code == 302
    page = look(at_counter, confirmation)
    assert "Confirmation cancelled" in page
    assert "Patient did not come" in page
    assert "Verify the authorization again" in page
    assert at_counter.post(address(confirmation, "/cancel"), form).status_code == 302


def test_busy_says_so_and_keeps_what_was_typed(at_counter: Client, confirmation: models.Confirmation) -> None:
    with patch("rems.views.pharmacy.confirmations.record_hand_over", side_effect=Busy):
        answer = at_counter.post(address(confirmation, "/hand-over"), filled())
    assert answer.status_code == 503
    assert answer.content.decode().count(" checked") == 2
    with patch("rems.views.pharmacy.confirmations.cancel_confirmation", side_effect=Busy):
        answer = at_counter.post(address(confirmation, "/cancel"), {"key": str(uuid4()), "reason": "Not fetched"})
    assert answer.status_code == 503
    assert "Not fetched" in answer.content.decode()


def test_each_look_is_recorded(at_counter: Client, confirmation: models.Confirmation, cast: Cast) -> None:
    look(at_counter, confirmation)
    assert Event.objects.get(action="pharmacy.view_confirmation").patient_id == cast.elena.patient_id
