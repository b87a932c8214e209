"""Given a pile of prescriptions, when the pharmacist has only keys and a scanner, then each is confirmed in turn."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from rems.models import Confirmation
from tests.rems.pharmacy.conftest import NOW, Cast
from tests.rems.test_frame_browser import sound

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def cookie_of(cast: Cast, address: str) -> Any:
    client = Client()
    client.force_login(cast.alice)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}


@pytest.fixture
def counter(page: Page, live_server: Any, cast: Cast, settings: Any) -> Page:
    """Alice's browser, signed in; it is 09:12 for the server too."""
    settings.REMS_CLOCK = NOW
    page.context.add_cookies([cookie_of(cast, live_server.url)])
    return page


def scan(page: Page, number: str) -> None:
    """As a scanner does: all at once, and Enter."""
    with page.expect_navigation():
        page.keyboard.type(number)
        page.keyboard.press("Enter")


def strike(page: Page, *keys: str) -> None:
    """As a hand does: one after the other."""
    for key in keys:
        page.wait_for_timeout(120)
        page.keyboard.press(key)


def tab_to(page: Page, target: Any) -> None:
    """By Tab alone, from where the focus is."""
    for _ in range(20):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise LookupError(target)


def box(page: Page) -> Any:
    return page.get_by_label("Authorization or confirmation number")


def test_two_numbers_are_confirmed_one_after_the_other_with_keys_alone(counter: Page, cast: Cast) -> None:
    counter.goto("/pharmacy/queue")
    for enrollment, name in ((cast.elena, "Elena Marsh"), (cast.walter, "Walter Hale")):
        expect(box(counter)).to_be_focused()
        scan(counter, cast.authorize(enrollment).number)
        expect(counter.get_by_role("heading", level=1)).to_have_text("May be dispensed")
        strike(counter, "1", "3", "4", "5")
        with counter.expect_navigation():
            strike(counter, "Enter")
        expect(counter.get_by_text(f"Confirmed: {name}")).to_be_visible()
    assert Confirmation.objects.count() == 2
    sound(counter)


def test_a_number_that_is_scanned_anywhere_goes_to_its_page_and_ticks_nothing(counter: Page, cast: Cast) -> None:
    first, second = cast.authorize(cast.elena).number, cast.authorize(cast.walter).number
    counter.goto(f"/pharmacy/verify/{first}")
    strike(counter, "1", "3", "4", "5")
    scan(counter, second)
    assert counter.url.endswith(f"/pharmacy/verify/{second}")
    assert not Confirmation.objects.exists()
    assert counter.locator("main input:checked").count() == 0
    counter.goto("/pharmacy/returns")
    counter.get_by_label("Capsules").focus()
    scan(counter, first)
    assert counter.url.endswith(f"/pharmacy/verify/{first}")


def test_where_a_number_is_asked_for_a_scan_stays(counter: Page, cast: Cast) -> None:
    number = cast.authorize(cast.elena).number
    counter.goto("/pharmacy/returns")
    asked = counter.get_by_label("Number on the prescription")
    asked.focus()
    scan(counter, number)
    assert "/pharmacy/returns" in counter.url
    expect(asked).to_have_value(number)


def test_the_next_scan_takes_the_place_of_what_stands_in_the_box(counter: Page, cast: Cast) -> None:
    first, second = cast.authorize(cast.elena).number, cast.authorize(cast.walter).number
    counter.goto(f"/pharmacy/verify/{first}")
    strike(counter, "/")
    expect(box(counter)).to_be_focused()
    scan(counter, second)
    assert counter.url.endswith(f"/pharmacy/verify/{second}")


def test_the_shortcuts_are_shown_and_can_be_switched_off(counter: Page, cast: Cast) -> None:
    counter.goto("/pharmacy/today")
    strike(counter, "?")
    dialog = counter.get_by_role("dialog", name="Shortcuts")
    expect(dialog).to_be_visible()
    sound(counter)
    strike(counter, "Escape")
    expect(dialog).to_be_hidden()
    strike(counter, "?")
    dialog.get_by_role("link").press("Enter")
    expect(counter.get_by_role("heading", level=1)).to_have_text("Shortcuts")
    sound(counter)
    counter.get_by_role("button", name="Switch single keys off").press("Enter")
    expect(counter.get_by_text("Single keys are off in this browser.")).to_be_visible()
    strike(counter, "?")
    counter.wait_for_timeout(200)
    expect(counter.locator("#shortcuts")).to_be_hidden()
    counter.goto(f"/pharmacy/verify/{cast.authorize(cast.elena).number}")
    strike(counter, "1")
    counter.wait_for_timeout(200)
    assert counter.locator("main input:checked").count() == 0


def test_without_scripts_the_queue_works_by_tab_space_and_enter(
    browser: Browser, live_server: Any, cast: Cast, settings: Any
) -> None:
    settings.REMS_CLOCK = NOW
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies([cookie_of(cast, live_server.url)])
    page = context.new_page()
    page.goto("/pharmacy/queue")
    expect(box(page)).to_be_focused()
    scan(page, cast.authorize(cast.elena).number)
    answers = page.get_by_role("radio").or_(page.get_by_role("checkbox"))
    for at in (0, 2, 3, 4):
        tab_to(page, answers.nth(at))
        page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("Confirmed: Elena Marsh")).to_be_visible()
    expect(box(page)).to_be_focused()
    page.goto("/shortcuts/")
    expect(page.locator("main").get_by_text("to the number or search box")).to_be_visible()
    context.close()
