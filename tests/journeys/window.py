"""One person's browser window, used as a person uses it: by the words on links, buttons and fields."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import CDPSession, Locator, Page, expect

from accounts.models import Person
from tests.everyone import looking
from tests.journeys.cast import PASSWORD
from tests.journeys.hands import Hand, Mouse
from tests.journeys.ways import Way


@dataclass
class Window:
    """A window in which somebody is signed in, used in one way; without one, by the mouse, and nothing is examined.

    ``seen``: the pages that were examined already. A page is examined for accessibility when it is
    shown for the first time.
    """

    page: Page
    way: Way | None = None
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.hand: Hand = self.way.hand(self.page) if self.way else Mouse(self.page)
        self._switch = _ScriptSwitch(self.page) if self.way and not self.way.scripts else None

    def sign_in(self, someone: Person) -> None:
        """By the form, with the password."""
        self.open("/")
        self.fill("E-mail", someone.email)
        self.fill("Password", PASSWORD)
        self.press("Sign in")

    def open(self, address: str) -> None:
        """Type an address, or use a bookmark."""
        self.page.goto(address)
        self._examine()

    def follow(self, words: str, *, within: Locator | None = None) -> None:
        """A link. Where several say the same, the first. What is said to those who listen counts, too."""
        name = re.compile(re.escape(words).replace(":", r"\s*:"))
        self._go((within or self.page.locator("body")).get_by_role("link", name=name).first)

    def press(self, words: str, *, within: Locator | None = None) -> None:
        """A button that sends something."""
        self._go((within or self.page.locator("body")).get_by_role("button", name=words, exact=True).first)

    def unfold(self, words: str) -> None:
        """Open what is folded under these words."""
        summary = self.page.locator("summary", has_text=words)
        if not summary.evaluate("one => one.parentElement.open"):
            self.hand.press(summary)

    def fill(self, label: str, text: str) -> None:
        """Type into a field, optional or not. Where several are called so, the first."""
        self.hand.fill(self.page.get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\))?$")).first, text)

    def fill_all(self, texts: dict[str, str]) -> None:
        """Type into several fields."""
        for label, text in texts.items():
            self.fill(label, text)

    def choose(self, *labels: str) -> None:
        """Choose answers and tick boxes."""
        for label in labels:
            self.hand.check(self.page.locator("main").get_by_label(label, exact=True))

    def tick(self, *words: str) -> None:
        """Choose answers and tick boxes that begin with these words, or hold them."""
        for some in words:
            main = self.page.locator("main")
            self.hand.check(main.get_by_role("checkbox", name=some).or_(main.get_by_role("radio", name=some)).first)

    def tick_all(self) -> None:
        """Every box, one by one."""
        for box in self.page.locator("main").get_by_role("checkbox").all():
            self.hand.check(box)

    def answer(self, question: str, answer: str) -> None:
        """One of the answers to a question that is asked as a group."""
        with self.group(question) as asked:
            self.hand.check(asked.get_by_label(answer, exact=True))

    def select(self, label: str, option: str) -> None:
        """One of a list."""
        self.hand.select(self.page.get_by_label(label, exact=True), option)

    def reads(self, *texts: str) -> None:
        """The page says all of it."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def headed(self, title: str) -> None:
        """The page's own heading is this."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)

    @property
    def text(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()

    def number(self, *, within: str = "main") -> str:
        """The number that the page shows, as it is read aloud: in groups, on one line."""
        return " ".join(self.page.locator(f"{within} .number").first.inner_text().split())

    @contextmanager
    def group(self, legend: str) -> Iterator[Locator]:
        """The answers to one question."""
        yield self.page.locator("fieldset").filter(has=self.page.locator("legend", has_text=legend))

    def _go(self, target: Locator) -> None:
        with self.page.expect_navigation():
            self.hand.press(target)
        self._examine()

    def _examine(self) -> None:
        if self.way is None:
            return
        address = re.sub(r"\d+|[0-9A-Z]{12}", "#", self.page.evaluate("location.pathname"))
        state = self.page.locator(".error-summary, .verdict, .reasons, main form[method=post]").count()
        kind = f"{address} {self.page.title()} {state} {self.way if len(self.way.looks) > 1 else ''}"
        if kind in self.seen:
            return
        self.seen.add(kind)
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{address} scrolls sideways"
        if self._switch:
            self._switch.on()
        found = list(looking.faults_for_axe(self.page, self.way.looks))
        if self._switch:
            self._switch.off()
        looking.look(self.page, self.way.looks[0])
        assert found == [], f"{address}: {found}"


class _ScriptSwitch:
    """Lets axe run in a page that was loaded without scripts, whose own ones stay unrun."""

    def __init__(self, page: Page) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.off()

    def on(self) -> None:
        self.session.send("Emulation.setScriptExecutionDisabled", {"value": False})

    def off(self) -> None:
        self.session.send("Emulation.setScriptExecutionDisabled", {"value": True})
