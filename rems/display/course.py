"""The picture of a plan: one line for each kind of step, days from left to right. The table says the same."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

LEFT, RIGHT, TOP, ROW = 120, 1128, 26, 52
LANES = ("test", "survey", "authorization", "fill")
WORDS = {"test": "Tests", "survey": "Survey", "authorization": "Authorization", "fill": "Fill"}


class Mark(NamedTuple):
    """One step in the picture: where it begins, how wide it is (0: one day), its line and its words."""

    kind: str
    tone: str
    x: float
    y: int
    width: float
    words: str

    @property
    def middle(self) -> float:
        """Where its words are centered."""
        return round(min(max(self.x + self.width / 2, LEFT + 40), RIGHT - 40), 1)


class Picture(NamedTuple):
    """What the template draws."""

    lanes: list[tuple[str, int]]
    months: list[tuple[str, float]]
    marks: list[Mark]
    height: int


def picture(steps: Iterable[tuple[str, date, date | None, str]], *, since: date, until: date) -> Picture:
    """Steps as kind, first day, last day and tone, drawn between two days; what lies outside is cut off."""
    days = (until - since).days + 1

    def x(day: date) -> float:
        return round(LEFT + (RIGHT - LEFT) * (min(max(day, since), until + timedelta(days=1)) - since).days / days, 1)

    marks = []
    for kind, first, last, tone in steps:
        if first > until:
            continue
        end = last if last is not None and kind in {"survey", "authorization"} else None
        right = x(end + timedelta(days=1)) if end else x(until + timedelta(days=1))
        width = round(right - x(first), 1) if kind in {"survey", "authorization"} else 0
        words = f"{first:%b} {first.day}" + (f"–{last:%b} {last.day}" if end and last and last != first else "")
        marks.append(Mark(kind, tone, x(first), TOP + ROW * LANES.index(kind) + 10, width, words))
    return Picture(
        lanes=[(WORDS[kind], TOP + ROW * (place + 1)) for place, kind in enumerate(LANES)],
        months=[(f"{day:%b %Y}", x(day)) for day in _months(since, until)],
        marks=marks,
        height=TOP + ROW * len(LANES) + 4,
    )


def _months(since: date, until: date) -> list[date]:
    """The first days of the months between."""
    found, day = [], (since.replace(day=1) + timedelta(days=32)).replace(day=1)
    while day <= until:
        found.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    return found
