"""Frame and program pages in a real browser: narrow, by keyboard, without a finding of axe."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from accounts.roles import Role
from tests.people import PASSWORD, person
from tests.soak import count

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],  # what passes is not described, which takes a third of the time
}
EDITION = "/programs/us-lenalidomide/2021-05-21/"


def sound(page: Page) -> None:
    """No accessibility finding, and nothing to scroll sideways."""
    found: Any = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def sign_in(page: Page, *, password: str = PASSWORD) -> None:
    page.goto("/sign-in/")
    page.get_by_label("E-mail").fill("per@example.org")
    page.get_by_label("Password").fill(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


LOOKS = [(320, "dark"), (1280, "light"), (320, "light"), (1280, "dark")]


@pytest.mark.soak
@pytest.mark.parametrize(("width", "scheme"), LOOKS[: count(soak=4, short=2)])
def test_an_auditor_signs_in_and_reads_an_edition(page: Page, width: int, scheme: Any) -> None:
    person("Per Holm", Role.AUDITOR)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    sign_in(page, password="wrong")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    sound(page)
    sign_in(page)
    for address in ("/programs/", EDITION, "/nothing/here/"):
        page.goto(address)
        sound(page)


def test_a_link_to_a_rule_shows_that_rule(page: Page) -> None:
    person("Per Holm", Role.AUDITOR)
    sign_in(page)
    page.goto(f"{EDITION}#test-calendar")
    box = page.locator("#test-calendar").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 400


def test_the_first_key_leads_to_the_content_and_signing_out_is_a_button(page: Page) -> None:
    person("Per Holm", Role.AUDITOR)
    sign_in(page)
    page.goto("/programs/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/")
