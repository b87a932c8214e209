"""Two ways to use a page: with the mouse, and by the keys alone."""

import re
from typing import NamedTuple, Protocol

from playwright.sync_api import Locator, Page, expect

FARTHEST = 40
"""So many looks at where the focus is reach everything; whoever tabs longer is caught in something."""

STOPS = """target => {
    const every = [...document.querySelectorAll(
            "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]")]
        .filter(one => one.tabIndex >= 0 && !one.disabled && one.checkVisibility() && !one.closest("[inert]"));
    const stops = [];
    for (const one of every) {
        const last = stops.at(-1);
        if (one.type === "radio" && last?.[0].type === "radio" && last[0].name === one.name) last.push(one);
        else stops.push([one]);
    }
    const place = one => stops.findIndex(stop => stop.includes(one));
    const now = document.activeElement;
    return {here: now === target, beside: now !== target && place(now) >= 0 && place(now) === place(target),
            steps: place(target) - place(now)};
}"""
"""How many stops of the Tab key lie between the focus and a target, at a guess; the answers to one question are one."""

SEEN = """target => {
    const box = target.getBoundingClientRect();
    const label = target.labels?.[0];
    const shown = part => {
        const at = document.elementFromPoint(box.left + box.width * part, box.top + Math.min(box.height / 2, 12));
        return Boolean(at) && (target.contains(at) || at.contains(target) || Boolean(label?.contains(at)));
    };
    const inside = /date|time/.test(target.type); // Its parts and the button of its calendar show the focus themselves.
    return (inside || target.matches(":focus-visible")) && [0.1, 0.5, 0.9].some(shown);
}"""
"""Whether the focus can be seen on the target, and nothing lies on the whole of it."""


class Hand(Protocol):
    """What one hand does to one thing on a page."""

    def press(self, target: Locator) -> None:
        """A link, a button, the summary of something that is folded."""

    def fill(self, target: Locator, text: str) -> None:
        """A field, whatever stands in it. Days are given as 2026-06-16, times as 09:12."""

    def check(self, target: Locator) -> None:
        """An answer or a tick."""

    def select(self, target: Locator, option: str) -> None:
        """One of a list."""


class Mouse(NamedTuple):
    """Points and clicks."""

    page: Page

    def press(self, target: Locator) -> None:
        """By a click."""
        target.click()

    def fill(self, target: Locator, text: str) -> None:
        """All at once."""
        target.fill(text)

    def check(self, target: Locator) -> None:
        """By a click."""
        target.check()

    def select(self, target: Locator, option: str) -> None:
        """From the open list."""
        target.select_option(label=option)


class Keys(NamedTuple):
    """Tab, arrows, Space, Enter and letters; nothing else."""

    page: Page

    def reach(self, target: Locator) -> None:
        """By Tab, forward or back; among the answers to one question by the arrows. The focus can be seen there."""
        expect(target).to_be_visible()
        for _ in range(FARTHEST):
            where = target.evaluate(STOPS)
            if where["here"]:
                assert target.evaluate(SEEN), f"the focus is not seen on {target}"
                return
            key = "ArrowDown" if where["beside"] else "Tab" if where["steps"] > 0 else "Shift+Tab"
            for _ in range(1 if where["beside"] else max(1, abs(where["steps"]))):
                self.page.keyboard.press(key)
        raise AssertionError(f"{target} is not reached by Tab")

    def press(self, target: Locator) -> None:
        """By Enter."""
        self.reach(target)
        self.page.keyboard.press("Enter")

    def fill(self, target: Locator, text: str) -> None:
        """Key by key. A day has its month first, as a keyboard of the United States writes it."""
        self.reach(target)
        if target.get_attribute("type") not in {"date", "time", "datetime-local"}:
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)
            return
        self._enter_first_part(target)
        for part in _in_parts(text):
            self.page.keyboard.type(part)
            self.page.keyboard.press("ArrowRight")

    def _enter_first_part(self, target: Locator) -> None:
        """From wherever Tab came into a day, to its month."""
        for _ in range(8):
            self.page.keyboard.press("Shift+Tab")
            if not target.evaluate("one => one === document.activeElement"):
                break
        self.page.keyboard.press("Tab")

    def check(self, target: Locator) -> None:
        """By Space, where the arrows have not done it."""
        self.reach(target)
        if not target.is_checked():
            self.page.keyboard.press("Space")
        expect(target).to_be_checked()

    def select(self, target: Locator, option: str) -> None:
        """By its first letters."""
        self.reach(target)
        self.page.keyboard.type(option)
        expect(target.locator("option:checked")).to_have_text(option)


def _in_parts(text: str) -> list[str]:
    """2026-06-16 as 06162026, 14:05 as 0205PM; of a moment one after the other."""
    typed = [f"{month}{day}{year}" for year, month, day in re.findall(r"(\d{4})-(\d\d)-(\d\d)", text)]
    hours = [(int(hour), minute) for hour, minute in re.findall(r"(\d\d):(\d\d)", text)]
    return typed + [f"{(hour - 1) % 12 + 1:02d}{minute}{'PM' if hour >= 12 else 'AM'}" for hour, minute in hours]
