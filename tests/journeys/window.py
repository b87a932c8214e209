"""One person's browser window, used as a person uses it: by the words on links, buttons and fields."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from accounts.models import Person
from tests.journeys.cast import PASSWORD
from tests.rems.test_frame_browser import sound


@dataclass
class Window:
    """A window in which somebody is signed in.

    ``seen``: the pages that were examined already. A page is examined for accessibility when it is
    shown for the first time; None examines nothing, as where scripts are off.
    """

    page: Page
    seen: set[str] | None = None

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
        """Click a link. Where several say the same, the first. What is said to those who listen counts, too."""
        name = re.compile(re.escape(words).replace(":", r"\s*:"))
        self._go((within or self.page.locator("body")).get_by_role("link", name=name).first)

    def press(self, words: str) -> None:
        """Click a button that sends something."""
        self._go(self.page.locator("body").get_by_role("button", name=words, exact=True))

    def fill(self, label: str, text: str) -> None:
        """Type into a field, optional or not. Where several are called so, the first."""
        self.page.get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\))?$")).first.fill(text)

    def fill_all(self, texts: dict[str, str]) -> None:
        """Type into several fields."""
        for label, text in texts.items():
            self.fill(label, text)

    def choose(self, *labels: str) -> None:
        """Choose answers and tick boxes."""
        for label in labels:
            self.page.locator("main").get_by_label(label, exact=True).check()

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

    @contextmanager
    def group(self, legend: str) -> Iterator[Locator]:
        """The answers to one question."""
        yield self.page.locator("fieldset").filter(has=self.page.locator("legend", has_text=legend))

    def _go(self, target: Locator) -> None:
        with self.page.expect_navigation():
            target.click()
        self._examine()

    def _examine(self) -> None:
        if self.seen is None:
            return
        address = re.sub(r"\d+|[0-9A-Z]{12}", "#", self.page.evaluate("location.pathname"))
        state = self.page.locator(".error-summary, .verdict, .reasons, main form[method=post]").count()
        kind = f"{address} {self.page.title()} {state}"
        if kind not in self.seen:
            self.seen.add(kind)
            sound(self.page)
