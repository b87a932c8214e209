"""What is asked of a page that is open in a window: by axe-core, and by rules of this project."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as NoAnswer

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERY_RULE: dict[str, Any] = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
# What a color scheme or a width can change; everything else is the same page.
OF_LOOKS: dict[str, Any] = {
    "runOnly": {
        "type": "rule",
        "values": ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"],
    },
    "resultTypes": ["violations"],
}
FOUND = """options => axe.run(document, options).then(told => told.violations.map(
    rule => `${rule.id}: ${rule.nodes.map(node => node.target.join(" ")).slice(0, 3).join(", ")}`))"""

HEAD = """() => ({
    "one h1": document.querySelectorAll("h1").length === 1,
    "a title of its own": !/^REMS gate/.test(document.title) && document.title.length > 12,
    "one main": document.querySelectorAll("main").length === 1,
    "a skip link": document.querySelector("a.skip")?.getAttribute("href") === "#main",
    "a line that says what it is for":
        [...document.querySelectorAll("main .purpose")].filter(line => line.textContent.trim().length > 20).length >= 1,
    "all of it in reach of the Tab key": !document.querySelector(
        "main :is(a[href], button, input, select, textarea, summary)[tabindex='-1'], [tabindex]:not([tabindex='-1'], " +
        "[tabindex='0']), main :is([onclick], a:not([href]):not([id]))"),
    "what a signature will say, where one signs": [...document.querySelectorAll("main form")]
        .filter(form => form.textContent.includes("Asked again for each signature."))
        .every(form => form.textContent.includes("What the signature will say")),
    "no style of its own": !document.querySelector("[style], style, script:not([src]):not([type='application/json'])"),
})"""
SMALL = """([which, least]) => [...document.querySelectorAll(which)]
    .filter(one => one.getClientRects().length && !one.closest("[hidden]"))
    .map(one => one.matches("[type=checkbox], [type=radio]") && one.closest("label, .form-check, .choice") || one)
    .filter(one => one.getBoundingClientRect().height < least - 0.5)
    .map(one => `${one.tagName} ${one.className} ${Math.round(one.getBoundingClientRect().height)} px`)"""
TARGETS = "main :is(a.btn, button, input:not([type=hidden]), select, textarea, summary)"
OF_FINGERS = ":is(a[href], button, input:not([type=hidden]), select, textarea, summary, label.choice):not(.skip)"
FINGERS = 48
"""Targets of what patients read on a phone, in px."""

CUT = """() => [...document.querySelectorAll("main .table-wrap:has(> .table-stack)")]
    .filter(box => box.scrollWidth > box.clientWidth + 1)
    .map(box => [...box.querySelectorAll("td *, th *")]
        .find(one => one.getBoundingClientRect().right > box.getBoundingClientRect().right))
    .map(one => one ? one.outerHTML.slice(0, 90) : "a table")"""


TONED = """() => [...document.querySelectorAll(".tag, .chip, .countdown, .verdict, .notice, .strip, .stat, .due")]
    .filter(one => /(^| )is-/.test(one.className) && one.checkVisibility())
    .map(one => ({
        kind: one.classList[0],
        tone: [...one.classList].find(name => /^is-/.test(name)),
        icon: one.querySelector("use")?.getAttribute("href") ?? "",
        words: one.textContent.trim().replace(/\\s+/g, " "),
    }))"""
"""Everything whose color has a meaning, with what stands beside the color."""


class State(NamedTuple):
    """How a page is looked at. A desk's 1280 px at 400 % are 320 px by 256, as on a small phone."""

    width: int
    height: int
    scheme: Any

    def __str__(self) -> str:
        return f"{self.width} px, {self.scheme}"


DESK, DESK_DARK = State(1280, 900, "light"), State(1280, 900, "dark")
ZOOMED, ZOOMED_DARK = State(320, 256, "light"), State(320, 256, "dark")
STATES = (DESK, DESK_DARK, ZOOMED_DARK, ZOOMED)


def faults_of_head(page: Page) -> Iterator[str]:
    """What each page has once, and some have not."""
    told: dict[str, bool] = page.evaluate(HEAD)
    yield from (f"without {what}" for what, has in told.items() if not has)


def faults_of_color(page: Page) -> Iterator[str]:
    """Where a color says something that no word and no shape says, too."""
    toned: list[dict[str, str]] = page.evaluate(TONED)
    said: dict[tuple[str, str], str] = {}
    for one in toned:
        means = one["tone"] != "is-neutral"
        if not one["words"] or (means and not one["icon"]):
            yield f"{one['kind']} {one['tone']} “{one['words'][:40]}” has no {'icon' if one['words'] else 'words'}"
        if one["kind"] == "tag" and said.setdefault((one["icon"], one["words"]), one["tone"]) != one["tone"]:
            yield f"{one['kind']} “{one['words'][:40]}” has two meanings that differ by color alone"


def faults_of_room(page: Page, *, phone: bool) -> Iterator[str]:
    """What does not fit into a desk at 400 %, and what is smaller than it may be; on a ``phone``, than a finger."""
    least = FINGERS if phone else 24
    look(page, ZOOMED)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        yield "scrolls sideways at 320 px"
    yield from (f"{fault} is cut off at 320 px" for fault in page.evaluate(CUT))
    yield from (f"{fault}, not {least}" for fault in page.evaluate(SMALL, [OF_FINGERS if phone else TARGETS, least]))


def faults_for_axe(page: Page, states: tuple[State, ...]) -> Iterator[str]:
    """What axe finds in each state: every rule in the first, then those that looks can change."""
    if states:
        page.evaluate(AXE_SCRIPT)
    for state in states:
        look(page, state)
        rules = EVERY_RULE if state is states[0] else OF_LOOKS
        yield from (f"{fault} ({state})" for fault in page.evaluate(FOUND, rules))


def look(page: Page, state: State) -> None:
    """The window so."""
    page.set_viewport_size({"width": state.width, "height": state.height})
    page.emulate_media(color_scheme=state.scheme)


def send_empty(page: Page) -> bool:
    """Send the page's first form with nothing filled in; False where it has none that asks for anything."""
    form = page.locator("main form[method=post][novalidate]:visible").first
    button = form.locator("button[type=submit]:visible").first
    if not form.count() or not form.locator("input:visible, select:visible, textarea:visible").count():
        return False
    try:
        with page.expect_navigation(timeout=10_000):
            button.click()
    except NoAnswer:
        return False  # it gives a file
    return True


def skeleton_of(page: Page) -> str:
    """The page's main part without its words and numbers: what is built alike looks alike."""
    return str(
        page.evaluate(
            """() => (document.querySelector("main") ?? document.body).innerHTML.replace(/>[^<]*</g, "><")
                .replace(/ (id|for|href|value|name|aria-[a-z]+|action|datetime|title|d)="[^"]*"/g, "")"""
        )
    )
