"""What a hand does, counted as it happens, and the time it takes by the keystroke-level model.

Card, Moran and Newell, The Psychology of Human-Computer Interaction (1983): an expert who makes no
error takes K 0.28 s for a key or a click, P 1.1 s to point with the mouse, H 0.4 s to bring the hand
from keyboard to mouse or back, M 1.35 s to make up the mind; what the system takes is measured.

When M is counted: once before each decision unit. That is a question answered (a field, a choice, a
tick), a command chosen (a button, a link), or an answer of the system taken in. By the book's rules
0 to 3 it is not counted again

- for the further fields of one thing that is known as one: a name, an address, a moment, the ticks of one
  list about one conversation (``part``);
- for a key that ends what it completes: Enter after the last answer, Tab to the next field (``ends``);
- for what the step before has fully announced: in a queue, taking the next of a pile (``scans``).

As that is a judgment, ``Tally.strict`` gives the time with an M for each of those parts and ends, too.

A scanner is taken up and pointed at the code like a mouse (H, P, K for the trigger, H back); what it
types is the machine's and measured as waiting.

Left out, as the model leaves it out: learning, errors, reading more than a glance, talking with the
patient, looking for the paper. A published time holds some of that; the ratio flatters by as much.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter, sleep

from playwright.sync_api import Locator, Page, expect

K, P, H, M = 0.28, 1.1, 0.4, 1.35
SHIFTED = frozenset('ABCDEFGHIJKLMNOPQRSTUVWXYZ~!@#$%^&*()_+{}|:"<>?')
"""What needs two keys on a United States keyboard."""
PACE = 0.1
"""Seconds between two keys as they are sent, which no figure holds: faster ones would be a scanner's."""
FARTHEST = 60
"""So many Tabs reach every field of a page; further than that the field is not there."""


@dataclass(kw_only=True)
class Tally:
    """How often each operator was needed. ``undecided``: parts and ends, for which no M is counted."""

    keys: int = 0
    clicks: int = 0
    pointings: int = 0
    hand_moves: int = 0
    decisions: int = 0
    undecided: int = 0
    waited: float = 0.0

    @property
    def seconds(self) -> float:
        """By the model."""
        pressed = (self.keys + self.clicks) * K
        return pressed + self.pointings * P + self.hand_moves * H + self.decisions * M + self.waited

    @property
    def strict(self) -> float:
        """By the model, were every single field, tick and Enter a decision of its own."""
        return self.seconds + self.undecided * M

    def __str__(self) -> str:
        return (
            f"{self.keys} keys, {self.clicks} clicks, {self.pointings} pointings, {self.hand_moves} hand moves, "
            f"{self.decisions} decisions, {self.waited:.1f} s waited"
        )


def strokes(text: str) -> int:
    """How many keys a text takes: one for each character, and Shift."""
    return len(text) + sum(character in SHIFTED for character in text)


COUNTER = """
document.addEventListener("keydown", (e) => {
  if (e.isTrusted) sessionStorage.setItem("pressed", Number(sessionStorage.getItem("pressed") || 0) + 1);
}, true);
document.addEventListener("mousedown", (e) => {
  if (e.isTrusted) sessionStorage.setItem("clicked", Number(sessionStorage.getItem("clicked") || 0) + 1);
}, true);
"""
"""Counts in the page what really arrives there, whoever sent it."""


WHERE = """
(target) => {
  const now = document.activeElement;
  if (now === target) return "here";
  return now.type === "radio" && target.type === "radio" && now.name === target.name ? "beside" : "elsewhere";
}
"""
"""Whether the focus is on a field, on another answer to its question, or elsewhere."""


class Miscounted(Exception):
    """The browser saw other keys or clicks than were counted: the figures mean nothing."""


@dataclass
class Hand:
    """A hand at a browser. The page is reached through these steps only, and each is counted.

    It begins at the keyboard. ``scanned``: keys that a scanner sent; ``triggers``: how often it was pulled.
    """

    _page: Page
    tally: Tally = field(default_factory=Tally)
    scanned: int = 0
    triggers: int = 0
    _at_mouse: bool = False

    def __post_init__(self) -> None:
        self._page.evaluate("sessionStorage.clear()")

    def answers(self, label: str, text: str = "", *, keys: tuple[str, ...] = ()) -> None:
        """A question of its own: reach its field, and type, press keys, or choose it where it is a choice."""
        self.tally.decisions += 1
        self._fill(label, text, keys)

    def part(self, label: str, text: str = "", *, keys: tuple[str, ...] = ()) -> None:
        """A further field of what was just decided."""
        self.tally.undecided += 1
        self._fill(label, text, keys)

    def types(self, text: str) -> None:
        """Text into the field that has the focus already: one thing."""
        self.tally.decisions += 1
        for character in text:
            self._press(character)

    def chooses(self, question: str, answer: str) -> None:
        """An answer to a question that is asked as a group."""
        self.tally.decisions += 1
        group = self._page.locator("fieldset").filter(has=self._page.locator("legend", has_text=question))
        self._choose(group.get_by_label(answer, exact=True))

    def looks(self) -> None:
        """One M for an answer of the system that is taken in before the hand goes on."""
        self.tally.decisions += 1

    def answers_by(self, key: str) -> None:
        """A question of its own, answered by its own key wherever the focus is."""
        self.tally.decisions += 1
        self._press(key)

    def presses(self, key: str) -> None:
        """A key for a further part of what was just decided, where the hand is now."""
        self.tally.undecided += 1
        self._press(key)

    def ends(self, key: str = "Enter") -> None:
        """The key that completes what was answered, and the page that comes of it."""
        self.tally.undecided += 1
        self._and_wait(lambda: self._press(key, pace=0))

    def commands(self, key: str) -> None:
        """A command by its key, and the page that comes of it."""
        self.tally.decisions += 1
        self._and_wait(lambda: self._press(key, pace=0))

    def clicks(self, role: str, name: str) -> None:
        """Point at a link or button with the mouse, and click; the page that comes of it."""
        self.tally.decisions += 1
        self.tally.hand_moves += not self._at_mouse
        self._at_mouse = True
        self.tally.pointings += 1
        self.tally.clicks += 1
        target = self._page.get_by_role(role, name=re.compile(name)).first  # type: ignore[arg-type]
        self._and_wait(target.click)

    def scans(self, text: str) -> None:
        """Take up the scanner, point it, pull the trigger, lay it down. It types, and ends with Enter."""
        self.tally.hand_moves += 2
        self.tally.pointings += 1
        self.tally.keys += 1
        self.triggers += 1
        self.scanned += strokes(text) + 1

        def burst() -> None:
            for key in (*text, "Enter"):
                self._send(key, pace=0)

        self._and_wait(burst)

    def reads(self, text: str) -> None:
        """The page's heading has to say this. Raises AssertionError."""
        expect(self._page.locator("main").get_by_role("heading", level=1).first).to_contain_text(text)

    def sees(self, text: str) -> None:
        """The page has to say this somewhere. Raises AssertionError."""
        expect(self._page.locator("main")).to_contain_text(text)

    def awaits(self, role: str, name: str) -> None:
        """Measure until the page shows it of itself. Raises AssertionError where it never does."""
        began = perf_counter()
        expect(self._page.get_by_role(role, name=re.compile(name)).first).to_be_visible()  # type: ignore[arg-type]
        self.tally.waited += perf_counter() - began

    def done(self) -> Tally:
        """The count. Raises Miscounted where the browser saw anything else."""
        seen = self._page.evaluate("['pressed', 'clicked'].map((name) => Number(sessionStorage.getItem(name) || 0))")
        counted = [self.tally.keys - self.triggers + self.scanned, self.tally.clicks]
        if seen != counted:
            raise Miscounted(f"the browser saw {seen} keys and clicks, counted were {counted}")
        return self.tally

    def _fill(self, label: str, text: str, keys: tuple[str, ...]) -> None:
        target = self._page.locator("main").get_by_label(re.compile(rf"^{label}")).first
        self._reach(target)
        for character in text:
            self._press(character)
        for key in keys:
            self._press(key)
        if not text and not keys:
            self._choose(target)

    def _choose(self, target: Locator) -> None:
        self._reach(target)
        if not target.is_checked():
            self._press("Space")

    def _reach(self, target: Locator) -> None:
        """By Tab, and among the answers of one question by the arrow. LookupError where it is not to be reached."""
        for _ in range(FARTHEST):
            where = target.evaluate(WHERE)
            if where == "here":
                return
            self._press("ArrowDown" if where == "beside" else "Tab")
        raise LookupError(f"{target} is not to be reached by {FARTHEST} Tabs")

    def _press(self, key: str, *, pace: float | None = None) -> None:
        if self._at_mouse:
            self.tally.hand_moves += 1
            self._at_mouse = False
        self.tally.keys += strokes(key) if len(key) == 1 else key.count("+") + 1
        self._send(key, pace=pace)

    def _send(self, key: str, *, pace: float | None = None) -> None:
        sleep(PACE if pace is None else pace)
        self._page.keyboard.press(f"Shift+{key}" if key in SHIFTED else key)

    def _and_wait(self, act: Callable[[], object]) -> None:
        """Do it, and measure until the next page is there and may be used."""
        sleep(PACE)
        began = perf_counter()
        with self._page.expect_navigation(wait_until="load"):
            act()
        self.tally.waited += perf_counter() - began
