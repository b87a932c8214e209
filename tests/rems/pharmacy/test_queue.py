"""The queue: one number after the other, without a script and without a click."""

import re

from django.test import Client

from audit.models import Event
from rems import models
from rems.checklists import required_points
from tests.rems.pharmacy.conftest import NOW, Cast, test


def confirm(client: Client, authorization: models.Authorization, **more: str) -> str:
    """Send the checklist as the queue's page holds it; the address to which it leads."""
    page = client.get(f"/pharmacy/verify/{authorization.number}?queue=1").content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    assert '<input type="hidden" name="queue" value="1">' in page.split("<form")[-1] + page
    sent = {"key": key[1], "category": "as_enrolled", "points": list(required_points(authorization.category))}
    answer = client.post(f"/pharmacy/verify/{authorization.number}/confirm", sent | {"queue": "1"} | more)
    return answer.headers.get("Location", "")


def test_a_number_typed_in_the_queue_stays_in_it(at_counter: Client, cast: Cast) -> None:
    number = cast.authorize(cast.elena).number
    assert "<h1>Queue: one number after the other</h1>" in at_counter.get("/pharmacy/queue").content.decode()
    answer = at_counter.get("/pharmacy/", {"n": number, "queue": "1"})
    assert answer.headers["Location"] == f"/pharmacy/verify/{number}?queue=1"


def test_after_confirming_the_box_has_the_focus_and_the_last_result_stands_above(
    at_counter: Client, cast: Cast
) -> None:
    authorization = cast.authorize(cast.elena)
    back = confirm(at_counter, authorization)
    confirmation = authorization.confirmations.get()
    assert back == f"/pharmacy/queue?last={confirmation.number}"
    page = at_counter.get(back).content.decode()
    assert "Confirmed: Elena Marsh" in page
    assert page.index("Confirmed: Elena Marsh") < page.index('id="n"')
    assert re.search(r'<input [^>]*id="n"[^>]* value=""[^>]* autofocus>', page)


def test_outside_of_the_queue_the_number_is_a_page_of_its_own(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    sent = {"key": "k", "category": "as_enrolled", "points": list(required_points(authorization.category))}
    answer = at_counter.post(f"/pharmacy/verify/{authorization.number}/confirm", sent)
    assert answer.headers["Location"] == f"/pharmacy/confirmation/{authorization.confirmations.get().number}"


def test_a_missing_tick_is_refused_in_the_queue_and_the_form_stays_in_it(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    sent = {"key": "k", "category": "as_enrolled", "points": ["handling"], "queue": "1"}
    answer = at_counter.post(f"/pharmacy/verify/{authorization.number}/confirm", sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert not authorization.confirmations.exists()
    assert page.count('<input type="hidden" name="queue" value="1">') == 2


def test_in_the_queue_nothing_is_chosen_or_ticked_beforehand(at_counter: Client, cast: Cast) -> None:
    page = at_counter.get(f"/pharmacy/verify/{cast.authorize(cast.elena).number}?queue=1").content.decode()
    assert " checked" not in page


def test_after_a_refusal_the_box_awaits_the_next_number(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    test(cast.elena.patient, "positive", at=NOW, by=cast.ruth)
    page = at_counter.get(f"/pharmacy/verify/{authorization.number}?queue=1").content.decode()
    assert "Do not dispense" in page
    assert "Get confirmation number" not in page
    assert re.search(r'<input [^>]*id="n"[^>]* autofocus>', page)
    outside = at_counter.get(f"/pharmacy/verify/{authorization.number}").content.decode()
    assert not re.search(r'<input [^>]*id="n"[^>]* autofocus>', outside)


def test_a_number_that_was_confirmed_already_is_shown_as_that(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.walter)
    confirmation = cast.confirm(authorization, at=cast.cedar, by=cast.alice)
    answer = at_counter.get(f"/pharmacy/verify/{authorization.number}?queue=1")
    assert answer.headers["Location"] == f"/pharmacy/queue?last={confirmation.number}"


def test_an_unknown_number_keeps_the_queue(at_counter: Client, cast: Cast) -> None:
    page = at_counter.get("/pharmacy/", {"n": "nonsense", "queue": "1"})
    assert page.status_code == 422
    assert '<input type="hidden" name="queue" value="1">' in page.content.decode()


def test_another_sites_last_number_is_not_shown(client: Client, cast: Cast) -> None:
    confirmation = cast.confirm(cast.authorize(cast.elena), at=cast.cedar, by=cast.alice)
    client.force_login(cast.bob)
    page = client.get("/pharmacy/queue", {"last": confirmation.number}).content.decode()
    assert "Elena Marsh" not in page
    assert "Confirmed:" not in page


def test_the_last_result_is_a_view_that_is_recorded(at_counter: Client, cast: Cast) -> None:
    confirmation = cast.confirm(cast.authorize(cast.elena), at=cast.cedar, by=cast.alice)
    at_counter.get("/pharmacy/queue", {"last": confirmation.number})
    event = Event.objects.filter(action="pharmacy.view_confirmation").latest("pk")
    assert event.patient_id == cast.elena.patient_id
    assert event.details["page"] == "queue"
