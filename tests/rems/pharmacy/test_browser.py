"""Given a patient at the counter, when the pharmacist has only a keyboard, then the medicine can be handed over."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from rems import numbers
from tests.rems.pharmacy.conftest import NOW, Cast
from tests.soak import in_full

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def counter(page: Page, live_server: Any, cast: Cast, settings: Any) -> Page:
    """Alice's browser, signed in; it is 09:12 for the server too."""
    settings.REMS_CLOCK = NOW
    client = Client()
    client.force_login(cast.alice)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return page


def test_from_the_scanner_to_the_hand_over(counter: Page, cast: Cast) -> None:
    number = cast.authorize(cast.elena).number
    counter.goto("/pharmacy/")
    expect(counter.get_by_label("Authorization or confirmation number")).to_be_focused()
    counter.keyboard.type(numbers.grouped(number))
    counter.keyboard.press("Enter")
    expect(counter.get_by_role("heading", level=1)).to_have_text("May be dispensed")

    counter.get_by_role("button", name="Get confirmation number").focus()
    counter.keyboard.press("Enter")
    expect(counter.locator(".error-summary")).to_be_focused()

    counter.get_by_label("Can get pregnant, as enrolled").press("Space")
    for tick in ("Pregnancy and contraception", "Handling", "Taking it"):
        counter.get_by_role("checkbox", name=tick).press("Space")
    counter.get_by_role("button", name="Get confirmation number").press("Enter")
    expect(counter.get_by_role("heading", level=1)).to_have_text("Confirmed")

    counter.get_by_role("radio", name="Handed over").press("Space")
    counter.get_by_role("button", name="Record hand-over").press("Enter")
    expect(counter.get_by_role("heading", name="Medication Guide not given")).to_be_visible()
    expect(counter.get_by_role("radio", name="Handed over")).to_be_checked()
    counter.get_by_role("checkbox", name="Medication Guide given").press("Space")
    counter.get_by_role("button", name="Record hand-over").press("Enter")
    expect(counter.get_by_role("heading", level=1)).to_have_text("Handed over")


@in_full
def test_a_narrow_window_needs_no_sideways_scrolling(counter: Page, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    confirmation = cast.confirm(cast.authorize(cast.walter), at=cast.cedar, by=cast.alice)
    counter.set_viewport_size({"width": 320, "height": 800})
    addresses = [
        "/pharmacy/",
        f"/pharmacy/verify/{authorization.number}",
        f"/pharmacy/confirmation/{confirmation.number}",
        f"/pharmacy/confirmation/{confirmation.number}/cancel",
        "/pharmacy/today",
        "/pharmacy/ahead",
        "/pharmacy/returns",
    ]
    for address in addresses:
        counter.goto(address)
        assert counter.evaluate("document.documentElement.scrollWidth") <= 320, address
