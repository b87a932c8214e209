"""Two minutes before the session ends a window says so; what was typed stays, also past the end."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.roles import Role
from tests.everyone import looking
from tests.people import person
from tests.rems.test_frame_browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FORM, SITE = "/site/new", "Harbor Street Pharmacy"


class Hours:
    """The time, for the server and in the window alike."""

    def __init__(self, page: Page, settings: Any) -> None:
        self.page, self.settings, self.passed = page, settings, 0
        page.clock.install()

    def pass_by(self, *, minutes: float) -> None:
        self.passed += int(minutes * 60)
        self.settings.REMS_CLOCK = timedelta(seconds=self.passed)
        self.page.clock.fast_forward(int(minutes * 60_000))


def test_the_warning_is_answered_by_one_key_and_work_outlives_the_session(page: Page, settings: Any) -> None:
    person("Per Holm", Role.REPRESENTATIVE)
    hours = Hours(page, settings)
    sign_in(page)
    page.goto(FORM)
    name = page.get_by_label("Name", exact=False).first
    name.fill(SITE)
    warning = page.get_by_role("alertdialog")

    # Two minutes before the end, not earlier, and the key is at hand
    hours.pass_by(minutes=12.5)
    expect(warning).to_have_count(0)
    hours.pass_by(minutes=0.6)
    expect(warning).to_contain_text("Your session is about to end")
    expect(page.get_by_role("button", name="Stay signed in", exact=True)).to_be_focused()
    assert list(looking.faults_for_axe(page, looking.STATES[-1:])) == []
    page.keyboard.press("Enter")
    expect(warning).to_have_count(0)
    expect(name).to_be_focused()
    expect(name).to_have_value(SITE)

    # It was extended: 13 minutes later it warns anew, and who does nothing is signed out
    hours.pass_by(minutes=12.8)
    expect(warning).to_have_count(0)
    hours.pass_by(minutes=0.5)
    expect(warning).to_contain_text("Left: 1 min")
    hours.pass_by(minutes=2)
    expect(warning).to_contain_text("Your session has ended")
    page.keyboard.press("Escape")
    expect(warning).to_be_visible()

    # Signed in again in another window, the page goes on as it was, and what it sends is taken
    other = page.context.new_page()
    sign_in(other)
    page.get_by_role("button", name="I have signed in").click()
    expect(warning).to_have_count(0)
    expect(name).to_have_value(SITE)
    with page.expect_navigation():
        page.get_by_role("button", name="Register the site").click()
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.get_by_label("Name", exact=False).first).to_have_value(SITE)
