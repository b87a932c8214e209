"""In a real browser: notices are read, the choice is made, and every page fits a small phone."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from accounts.models import ContactChoice, Person
from rems.models import Message
from rems.models.choices import Channel
from tests.rems.horizon.people import new_york, treated
from tests.rems.horizons import renewed
from tests.rems.notices.people import Refusing, passed, sent
from tests.rems.program_cast import Cast, signed_in
from tests.soak import in_full

pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
NOON = new_york(7, 3, 12)


@pytest.fixture
def told(committed_db: object, cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Ruth and Jo were told of what two patients missed, and Ruth's e-mail is not taken. It is noon of July 3."""
    settings.REMS_CLOCK = NOON
    for name in ("Leila Haddad", "Maximiliana Featherstonehaugh"):
        treated(name, cast, days_ago=1)
    renewed()
    passed(new_york(6, 22))
    passed(NOON)
    with monkeypatch.context() as patch:
        patch.setattr("rems.senders.sender_of", lambda channel: Refusing())
        Message.objects.filter(channel=Channel.EMAIL).update(tried=3)
        sent(NOON)
    return cast


def sign_in(page: Page, someone: Person, url: str) -> None:
    """Give the window a session of this person."""
    cookie = signed_in(someone).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": url}])


def test_notices_are_read_and_the_choice_is_made(told: Cast, page: Page, live_server: Any) -> None:
    sign_in(page, told.ruth, live_server.url)
    page.goto("/")
    page.get_by_role("banner").get_by_role("link", name="Notices").click()
    page.get_by_role("button", name="Mark these as read").click()
    page.get_by_role("status").get_by_text("Read:").wait_for()
    assert not Message.objects.filter(to=told.ruth, channel=Channel.IN_APP, read_at=None).exists()
    page.get_by_role("link", name="How you are told").click()
    page.get_by_label("By text message").check()
    page.get_by_label("Number for text messages").fill("202 555 0143")
    page.get_by_label("Quiet until").fill("8:30")
    page.get_by_role("button", name="Choose").click()
    page.get_by_role("status").get_by_text("Chosen.").wait_for()
    assert ContactChoice.objects.get().mobile == "+12025550143"


@in_full
@pytest.mark.parametrize("wide", [320, 1280])
def test_every_page_fits_without_a_finding_of_axe(told: Cast, browser: Browser, live_server: Any, wide: int) -> None:
    context = browser.new_context(base_url=live_server.url, viewport={"width": wide, "height": 900})
    for someone, address in (
        (told.ruth, "/notices/"),
        (told.ruth, "/account/notices/"),
        (told.ruth, "/account/"),
        (told.jo, "/notices/"),
        (told.jo, "/program/deliveries"),
    ):
        page = context.new_page()
        sign_in(page, someone, live_server.url)
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= wide, address
        assert Axe().run(page, options=RULES).response["violations"] == [], address
        page.close()
    context.close()
