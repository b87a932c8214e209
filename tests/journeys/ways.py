"""The ways in which the same journey is walked: by which hand, with or without scripts, in which window.

In every run each journey is walked in one way, and all hands, widths and schemes occur; with ``make soak``
each is walked in every way, on a desk and on a phone, and each page is looked at in light and dark.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page

from tests.everyone.looking import DESK, DESK_DARK, State
from tests.journeys.hands import Hand, Keys, Mouse
from tests.soak import SOAK

PHONE, PHONE_DARK = State(320, 640, "light"), State(320, 640, "dark")


class Way(NamedTuple):
    """``looks``: how the window is, and in which looks each new page is examined; the first is walked in."""

    name: str
    hand: Callable[[Page], Hand]
    scripts: bool
    looks: tuple[State, ...]

    def __str__(self) -> str:
        return f"{self.name}, {self.looks[0]}"


def _way(name: str, hand: Callable[[Page], Hand], *, scripts: bool) -> Callable[[State], Way]:
    def walked(look: State) -> Way:
        """With ``make soak`` each page is looked at in the other scheme of its width, too."""
        other = next(one for one in LOOKS if one.width == look.width and one.scheme != look.scheme)
        return Way(name, hand, scripts, (look, other) if SOAK else (look,))

    return walked


LOOKS = (DESK, DESK_DARK, PHONE, PHONE_DARK)
by_mouse = _way("by mouse", Mouse, scripts=True)
by_keys = _way("by keys", Keys, scripts=True)
without_scripts = _way("without scripts", Mouse, scripts=False)
keys_without_scripts = _way("by keys without scripts", Keys, scripts=False)


def walked(way: Way) -> Any:
    """Walk this journey so in every run, and with ``make soak`` in all ways, on a desk and on a phone."""
    ways = {str(way): way}
    if SOAK:
        makers = (by_mouse, by_keys, without_scripts, keys_without_scripts)
        every = [make(look) for make in makers for look in (DESK, PHONE)]
        ways |= {str(one): one for one in every if (one.name, one.looks[0].width) != (way.name, way.looks[0].width)}
    walks = [pytest.param(one, id=name, marks=pytest.mark.soak) for name, one in ways.items()]
    return pytest.mark.parametrize("way", walks)
