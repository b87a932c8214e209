"""Given a page that stays open, when its window closes, then it says so and claims no more time than there is."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from eligibility.moments import span_words
from tests.rems.pharmacy.conftest import NOW, Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SLOW = 6
"""Seconds that a step of the test may take beside those by which the browser's clock is moved."""


@pytest.fixture
def counter(page: Page, live_server: Any, cast: Cast, settings: Any) -> Page:
    """Alice's browser, whose clock the test moves; for the server it stays 09:12."""
    settings.REMS_CLOCK = NOW
    client = Client()
    client.force_login(cast.alice)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.clock.install()
    return page


def seconds_left(page: Page) -> int:
    """How long the answer stands, as the server said it."""
    return int(page.locator(".verdict").get_attribute("data-turns") or "")


def test_an_answer_that_ends_while_the_page_is_open_asks_to_be_asked_again(counter: Page, cast: Cast) -> None:
    counter.goto(f"/pharmacy/verify/{cast.authorize(cast.elena).number}")
    expect(counter.get_by_role("heading", level=1)).to_have_text("May be dispensed")
    left = seconds_left(counter)
    gone = 0
    for then in (3600, left // 2, left - 7200, left - 90):
        counter.clock.fast_forward((then - gone) * 1000)
        gone = then
        counter.wait_for_timeout(1)
        said = counter.locator(".verdict-left b").inner_text()
        assert said in {span_words(timedelta(seconds=left - gone - late)) for late in range(SLOW)}
    expect(counter.get_by_role("heading", level=1)).to_have_text("May be dispensed")

    counter.clock.fast_forward(91_000)
    expect(counter.get_by_role("heading", level=1)).to_have_text("Ask once more")
    expect(counter.locator(".verdict")).to_contain_text("It does not stand any more.")
    expect(counter.locator(".windows .chip").first).to_have_text("closed")
    expect(counter.get_by_text("May be dispensed", exact=True)).to_have_count(0)
    again = counter.locator(".verdict").get_by_role("link", name="Ask once more")
    assert again.get_attribute("href") == counter.evaluate("location.pathname")


def test_a_confirmation_that_lapses_while_its_page_is_open_says_so(counter: Page, cast: Cast) -> None:
    confirmation = cast.confirm(cast.authorize(cast.walter), at=cast.cedar, by=cast.alice)
    counter.goto(f"/pharmacy/confirmation/{confirmation.number}")
    expect(counter.get_by_role("heading", level=1)).to_have_text("Confirmed")
    counter.clock.fast_forward(seconds_left(counter) * 1000 + 1000)
    expect(counter.get_by_role("heading", level=1)).to_have_text("Ask once more")
    expect(counter.locator(".verdict-left")).to_have_text("closed")
