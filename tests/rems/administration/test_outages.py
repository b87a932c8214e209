"""The pages on which one administrator records an outage and asks for extensions, and another approves them."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from audit import clock
from audit.models import Event
from rems import models
from tests.rems import counter
from tests.rems.outage_cast import HOUR, SECOND, WHY, Down, authorized, confirmed
from tests.rems.program_cast import signed_in

pytestmark = pytest.mark.django_db
ZONE = counter.ZONE


def span(since: datetime, until: datetime) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, instant in (("since", since.astimezone(ZONE)), ("until", until.astimezone(ZONE))):
        texts |= {f"{name}_day": f"{instant:%Y-%m-%d}", f"{name}_time": f"{instant:%H:%M:%S}"}
    return texts


def page_of(down: Down) -> str:
    return reverse("administration:outage", args=[down.outage.pk])


def send(down: Down, name: str, whom: Any, at: datetime, **typed: Any) -> Any:
    with clock.stand_at(at):
        return signed_in(whom).post(
            reverse(f"administration:{name}", args=[down.outage.pk]), {"key": f"k-{name}", **typed}
        )


def test_an_outage_is_recorded_with_its_span_and_waits_for_another_administrator() -> None:
    down = authorized()
    with clock.stand_at(down.until + HOUR):
        browser = signed_in(down.jo)
        typed = {"key": "k-1", "what": WHY, **span(down.since, down.until)}
        answers = [browser.post(reverse("administration:record_outage"), typed) for _ in range(2)]
        row = models.Outage.objects.latest("pk")
        assert [a["Location"] for a in answers] == [reverse("administration:outage", args=[row.pk])] * 2
        text = browser.get(reverse("administration:outages")).content.decode()
    assert row.lasted.total_seconds() == 6 * 3600
    assert "Waiting" in text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"until_day": ""}, "until_day"),
        ({"since_time": "25:00"}, "since_time"),
        ({"what": " "}, "what"),
        ({"since_day": "2026-03-08", "since_time": "02:30"}, "since_day"),
    ],
)
def test_what_is_wrong_with_an_outage_is_said_at_its_field(changes: dict[str, str], field: str) -> None:
    down = authorized()
    typed = {"key": "k-1", "what": WHY, **span(down.since, down.until), **changes}
    with clock.stand_at(down.until + HOUR):
        answer: Any = signed_in(down.jo).post(reverse("administration:record_outage"), typed)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_two_administrators_extend_a_window_with_the_pages_and_the_number_says_so() -> None:
    down = authorized()
    code = f"a-{down.number.pk}"
    asked = send(down, "extend_windows", down.jo, down.until + SECOND, numbers=[code], reason=WHY)
    assert asked["Location"] == page_of(down)
    early = send(down, "decide_extensions", down.max, down.until + SECOND, numbers=["1"], ruling="approved", reason="x")
    assert early.status_code == 422
    assert send(down, "decide_outage", down.max, down.until + 2 * SECOND, ruling="approved", reason="Seen")
    row = models.Extension.objects.get()
    done = send(
        down, "decide_extensions", down.max, down.until + 3 * SECOND,
        numbers=[str(row.pk)], ruling="approved", reason="Seen",
    )  # fmt: skip
    assert done["Location"] == page_of(down)
    row.refresh_from_db()
    assert (row.ruling, row.until) == ("approved", down.last)
    with clock.stand_at(down.until + HOUR):
        address = reverse("prescriber:authorization", args=[down.number.number])
        page = signed_in(down.rows.doctor).get(address).content.decode()
        counter_page = signed_in(down.rows.pharmacist).get(reverse("pharmacy:verify", args=[down.number.number]))
    assert "Extended after an outage" in page
    text = counter_page.content.decode()
    assert "Window extended after an outage" in text
    assert "Extended after an outage by two administrators." in text


def test_the_site_sees_that_its_confirmation_was_extended_and_hands_over() -> None:
    down = confirmed()
    down.extend()
    with clock.stand_at(down.until + HOUR):
        browser = signed_in(down.rows.pharmacist)
        page = browser.get(reverse("pharmacy:confirmation", args=[down.number.number])).content.decode()
        today = browser.get(reverse("pharmacy:today")).content.decode()
    assert "Confirmation extended after an outage" in page
    assert "Record the hand-over" in page
    assert "Extended after an outage" in today


def test_who_recorded_or_asked_is_offered_no_approval_and_is_refused_one() -> None:
    down = authorized()
    down.ask()
    with clock.stand_at(down.until + HOUR):
        own: Any = signed_in(down.jo).get(page_of(down))
    assert own.context["deciding"] is None
    assert "Another administrator approves it." in own.content.decode()
    answer = send(down, "decide_outage", down.jo, down.until + HOUR, ruling="approved", reason="Mine")
    assert answer.status_code == 422
    down.approve_outage()
    row = models.Extension.objects.get()
    answer = send(
        down, "decide_extensions", down.jo, down.until + HOUR, numbers=[str(row.pk)], ruling="approved", reason="Mine"
    )
    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.ruling == ""


def test_what_rests_on_a_pregnancy_test_is_listed_with_its_reason_and_cannot_be_chosen() -> None:
    down = authorized(counter.on_treatment)
    with clock.stand_at(down.until + SECOND):
        page: Any = signed_in(down.jo).get(page_of(down))
    assert "The window rests on a pregnancy test" in page.content.decode()
    assert page.context["extending"] is None
    answer = send(down, "extend_windows", down.jo, down.until + SECOND, numbers=[f"a-{down.number.pk}"], reason=WHY)
    assert answer.status_code == 422
    assert not models.Extension.objects.exists()


def test_whose_windows_closed_is_in_the_trail_as_viewed() -> None:
    down = authorized()
    with clock.stand_at(down.until + SECOND):
        signed_in(down.max).get(page_of(down))
    event = Event.objects.get(action="rems.view_outage")
    assert event.patient_id == down.rows.patient.pk
