"""By keyboard alone: a pharmacist from the number to the hand-over, and a patient who signs, without scripts, too."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import Person
from eligibility import Stage
from rems.actions.links import make_link
from rems.actions.prepared import prepare_renewal
from tests.people import PASSWORD
from tests.rems import counter
from tests.rems.program_cast import signed_in
from tests.soak import SOAK

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST = 120
"""So many stops has no page; whoever tabs longer is caught in something."""


class Keys:
    """A keyboard, and nothing else, on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator) -> None:
        """Tab until it has the focus, which can be seen."""
        for _ in range(MOST):
            if target.evaluate("one => one === document.activeElement"):
                assert target.evaluate("one => one.matches(':focus-visible')")
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} is not reached by Tab")

    def fill(self, label: str, text: str) -> None:
        self.reach(self.page.get_by_label(label, exact=False).first)
        self.page.keyboard.type(text)

    def tick(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Space")
        expect(target).to_be_checked()

    def choose(self, target: Locator) -> None:
        """Tab into the group, then by the arrows to the answer."""
        name = target.get_attribute("name")
        group = self.page.locator(f"input[name={name}]")
        self.reach(group.first)
        for _ in range(group.count()):
            if target.evaluate("one => one === document.activeElement"):
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")
        expect(target).to_be_checked()

    def press(self, words: str) -> None:
        self.reach(self.page.get_by_role("button", name=words, exact=True))
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


@contextmanager
def keys(browser: Browser, address: str, *, scripts: bool, someone: Person | None = None) -> Iterator[Keys]:
    """A window of one's own, in which somebody is signed in or nobody."""
    context = browser.new_context(base_url=address, java_script_enabled=scripts)
    context.set_default_timeout(10_000)
    if someone is not None:
        cookie = signed_in(someone).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])
    yield Keys(context.new_page())
    context.close()


WITH_SCRIPTS = pytest.param(
    True,
    id="with scripts",
    marks=[pytest.mark.soak, pytest.mark.skipif(not SOAK, reason="make soak; without scripts less helps the keys")],
)


@pytest.mark.parametrize("scripts", [pytest.param(False, id="without scripts"), WITH_SCRIPTS])
def test_a_pharmacist_verifies_confirms_and_hands_over_by_keyboard(
    browser: Browser, live_server: Any, scripts: bool
) -> None:
    rows = counter.at_the_counter(counter.on_treatment, Stage.CONFIRM)
    with keys(browser, live_server.url, scripts=scripts, someone=rows.pharmacist) as hands:
        page = hands.page
        page.goto("/pharmacy/")
        expect(page.get_by_label("Authorization or confirmation number")).to_be_focused()
        page.keyboard.type(rows.number.number)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("May be dispensed")
        hands.choose(page.get_by_label("Can get pregnant, as enrolled"))
        for tick in page.locator("main form").get_by_role("checkbox").all():
            hands.tick(tick)
        hands.press("Get confirmation number")
        expect(page.get_by_role("heading", level=1)).to_have_text("Confirmed")
        hands.choose(page.get_by_role("radio", name="Handed over"))
        hands.tick(page.get_by_role("checkbox", name="Medication Guide given"))
        hands.press("Record hand-over")
        expect(page.get_by_role("heading", level=1)).to_have_text("Handed over")


def test_a_patient_signs_by_keyboard_and_without_scripts(browser: Browser, live_server: Any) -> None:
    rows = counter.at_the_counter(counter.male, Stage.AUTHORIZE)
    made = make_link(prepared=prepare_renewal(enrollment=rows.enrollment, by=rows.doctor), by=rows.doctor)
    with keys(browser, live_server.url, scripts=False) as hands:
        page = hands.page
        page.goto(f"/agree/{made.token}")
        hands.fill("The patient’s date of birth", rows.patient.born.strftime("%m%d%Y"))
        hands.press("Go on")
        hands.fill("type your full name", rows.patient.name)
        hands.tick(page.get_by_role("checkbox"))
        hands.press("Sign")
        expect(page.get_by_role("heading", level=1)).to_have_text("Signed")


def test_signing_in_and_out_is_done_by_keyboard_and_without_scripts(browser: Browser, live_server: Any) -> None:
    rows = counter.at_the_counter(counter.male, Stage.AUTHORIZE)
    rows.pharmacist.set_password(PASSWORD)
    rows.pharmacist.save()
    with keys(browser, live_server.url, scripts=False) as hands:
        page = hands.page
        page.goto("/")
        hands.fill("E-mail", rows.pharmacist.email)
        hands.fill("Password", PASSWORD)
        hands.press("Sign in")
        expect(page.get_by_text("Signed in until")).to_be_visible()
        hands.press("Skip the tour")
        expect(page.get_by_text("New here as pharmacist?")).to_have_count(0)
        hands.press("Sign out")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
