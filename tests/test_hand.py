"""The recorder of the keystroke-level model: what it counts, and what it makes of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from benchmarks import _hand
from benchmarks._hand import Hand, Miscounted, Tally, strokes
from benchmarks.tasks import Task, said


def test_a_tally_adds_up_by_the_times_of_the_model() -> None:
    tally = Tally(keys=10, clicks=2, pointings=2, hand_moves=3, decisions=4, undecided=5, waited=1.5)
    assert tally.seconds == pytest.approx(12 * 0.28 + 2 * 1.1 + 3 * 0.4 + 4 * 1.35 + 1.5)
    assert tally.strict == pytest.approx(tally.seconds + 5 * 1.35)
    assert Tally().seconds == Tally().strict == 0


@pytest.mark.parametrize(("text", "keys"), [("", 0), ("myeloma", 7), ("C90.00", 7), ("St. Ives", 10), ("a_b", 4)])
def test_a_capital_takes_two_keys(text: str, keys: int) -> None:
    assert strokes(text) == keys


class FakePage:
    """A page whose keys and clicks arrive, as far as ``loses`` lets them."""

    def __init__(self, *, loses: int = 0) -> None:
        self.pressed, self.clicked, self.loses = 0, 0, loses
        self.keyboard = self

    def evaluate(self, script: str) -> Any:
        return [self.pressed - self.loses, self.clicked] if "pressed" in script else None

    def press(self, key: str) -> None:
        self.pressed += key.count("+") + 1

    def get_by_role(self, *_: Any, **__: Any) -> "FakePage":
        return self

    @property
    def first(self) -> "FakePage":
        return self

    def click(self) -> None:
        self.clicked += 1

    @contextmanager
    def expect_navigation(self, **_: Any) -> Iterator[None]:
        yield


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_hand, "sleep", lambda seconds: None)


def hand_at(page: FakePage) -> Hand:
    return Hand(page)  # type: ignore[arg-type]


def test_the_hand_goes_to_the_mouse_once_and_back_once() -> None:
    hand = hand_at(FakePage())
    hand.clicks("link", "Enroll")
    hand.clicks("link", "Go on")
    hand.types("MD")
    hand.ends()
    tally = hand.done()
    assert (tally.hand_moves, tally.pointings, tally.clicks, tally.keys) == (2, 2, 2, 5)
    assert (tally.decisions, tally.undecided) == (3, 1)


def test_a_scan_is_one_trigger_and_its_keys_are_the_machines() -> None:
    hand = hand_at(FakePage())
    hand.scans("A7KQ2M9DXW4R")
    hand.presses("1")
    tally = hand.done()
    assert (tally.keys, tally.pointings, tally.hand_moves, tally.decisions) == (2, 1, 2, 0)


def test_a_chord_is_each_of_its_keys() -> None:
    hand = hand_at(FakePage())
    hand.commands("Control+Enter")
    assert hand.done().keys == 2


def test_what_waits_is_measured() -> None:
    hand = hand_at(FakePage())
    hand.commands("Enter")
    assert 0 < hand.done().waited < 1


def test_a_key_that_was_not_counted_spoils_the_figures() -> None:
    page = FakePage()
    hand = hand_at(page)
    hand.types("AB")
    page.press("Tab")
    with pytest.raises(Miscounted):
        hand.done()


def test_a_key_that_never_arrived_spoils_them_too() -> None:
    hand = hand_at(FakePage(loses=1))
    hand.types("AB")
    with pytest.raises(Miscounted):
        hand.done()


def test_the_goal_is_half_of_what_was_published_or_its_own() -> None:
    survey = Task("one patient survey", 1.3, lambda hand, served: None)
    confirmations = Task("five confirmations", 1.7, lambda hand, served: None, goal=35)
    assert survey.limit == pytest.approx(39)
    assert confirmations.limit == 35
    assert said(survey, Tally(waited=38.9)) == "38.9 s = 0.50, met"
    assert said(survey, Tally(waited=39.1)) == "39.1 s = 0.50, missed"
    assert said(confirmations, Tally(waited=35.1)).endswith("missed")
