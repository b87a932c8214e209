"""Every page as everybody who may look at it: nothing for axe to find, in light and dark, on a desk and at 400 %."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page

from accounts.roles import Role
from rems.actions.own_access import choose_language
from tests.adversary.world import World, world
from tests.everyone import looking
from tests.everyone.pages import Leaf, leaves
from tests.soak import SOAK

pytestmark = pytest.mark.browser


class Windows:
    """One window for each role, signed in, and one for nobody. Nothing moves in them."""

    def __init__(self, browser: Browser, address: str, everybody: World) -> None:
        self.browser, self.address, self.everybody = browser, address, everybody
        self.held: dict[Role | None, Page] = {}
        self.language = ""

    def of(self, leaf: Leaf) -> Page:
        """The own window of whose page it is, in the language that a patient chose."""
        if leaf.role not in self.held:
            self.held[leaf.role] = self._context(leaf.role).new_page()
        if leaf.is_own and leaf.role and leaf.language != self.language:
            account = self.everybody.ours.rows.patient.account
            choose_language(account=account, language=leaf.language, by=account.person)
            self.language = leaf.language
        return self.held[leaf.role]

    def _context(self, role: Role | None) -> BrowserContext:
        context = self.browser.new_context(
            base_url=self.address, viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
        )
        if role is not None:
            cookie = self.everybody.browser(role).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": self.address}])
        return context

    def close(self) -> None:
        """Close them all."""
        for page in self.held.values():
            page.context.close()


@pytest.fixture
def windows(browser: Browser, live_server: Any) -> Iterator[Windows]:
    """The world's people before their windows."""
    opened = Windows(browser, live_server.url, world())
    yield opened
    opened.close()


def chosen(everybody: World) -> list[Leaf]:
    """Each page as everybody who may; in a short run as the first of them, and not of both sides."""
    every = list(leaves(everybody))
    once = {str(leaf) if leaf.is_own else leaf.name: leaf for leaf in reversed(every)}
    return every if SOAK else list(once.values())[::-1]


def is_shown(page: Page, leaf: Leaf) -> bool:
    """Whether the window shows the page now; False for what is a file, and for what machines read."""
    try:
        answer = page.goto(leaf.where)
    except Error as why:
        if "Download is starting" in str(why):
            return False
        raise
    assert answer is not None
    shown = (answer.header_value("content-type") or "").startswith("text/html")
    assert answer.status < 500 or not shown, leaf
    return shown


def faults_of(page: Page, leaf: Leaf, states: tuple[looking.State, ...]) -> list[str]:
    """Everything that is wrong with the page as it is shown in the window."""
    found = [*looking.faults_of_head(page), *looking.faults_of_color(page)]
    found += looking.faults_of_room(page, phone=leaf.is_own)
    return [f"{leaf}: {fault}" for fault in [*found, *looking.faults_for_axe(page, states)]]


def is_new(page: Page, leaf: Leaf, seen: set[str]) -> bool:
    """Whether nothing built alike was seen yet, nor the frame of this role. Patients' pages differ by words, too."""
    built = looking.skeleton_of(page)
    kinds = {f"the frame of {leaf.role}", f"{leaf} {built}" if leaf.is_own else f"{leaf.name} {built}"}
    new = kinds - seen
    seen |= kinds
    return bool(new)


@pytest.mark.soak
def test_every_page_can_be_read_and_used_by_everybody(windows: Windows) -> None:
    """In a short run axe looks at every fourth page, in one state each; with `make soak` at all in every state."""
    faults: list[str] = []
    seen: set[str] = set()
    for place, leaf in enumerate(chosen(windows.everybody)):
        page = windows.of(leaf)
        if not is_shown(page, leaf) or not is_new(page, leaf, seen):
            continue
        states = looking.STATES if SOAK else looking.STATES[place // 4 % 4 :][:1] if place % 4 == 0 else ()
        faults += faults_of(page, leaf, states)
        if SOAK and looking.send_empty(page) and is_new(page, leaf, seen):
            faults += faults_of(page, leaf, looking.STATES)
    assert faults == [], "\n".join(faults)
    assert len(seen) >= 60, "a crawl that sees little proves little"


BAD = """<!doctype html><html><head><title>REMS gate</title></head><body><h1>One</h1><h1>Two</h1>
<main><p style="color: #bbb; width: 400px">Hardly to be read</p><a class="btn" href="#" tabindex="-1">x</a>
<input><span class="tag is-refused">Due</span><span class="tag is-warning">Due</span></main></body></html>"""


def test_what_is_wrong_is_found(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(BAD)
    found = "\n".join(faults_of(page, Leaf("bad", "/", None), looking.STATES[-1:]))
    page.close()
    for fault in (
        "one h1",
        "a title",
        "a skip link",
        "what it is for",
        "the Tab key",
        "style of its own",
        "has no icon",
        "differ by color alone",
        "sideways",
        "not 24",
    ):
        assert fault in found
    for rule in ("color-contrast", "label", "html-has-lang"):
        assert f"{rule}:" in found
