"""On which days the windows of a number meet: a small picture beside a refusal, for who stands at the counter."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from eligibility.calendar import add_days, day_of
from eligibility.moments import day_words
from rems.display.course.drawing import days_since
from rems.display.course.entries import between, short

LEFT, RIGHT, TOP, ROW = 150.0, 730.0, 26.0, 40.0
FEWEST, MOST, BACK = 14, 42, 14
"""Days that are drawn, at least and at most; a window that began long ago is cut so many days back."""
LETTER, DAY_NAME = 6.6, 72.0
"""How wide a letter in a bar and the name of a day are, on the safe side."""


class Reach(NamedTuple):
    """A window: its name, how it comes about, its tone and bar, its days, and the words in it.

    ``last`` None: it has no end. ``counts``: whether it has to meet the others.
    """

    name: str
    note: str
    tone: str
    bar: str
    first: date
    last: date | None
    words: str
    counts: bool = True


class Line(NamedTuple):
    """A window as it is drawn."""

    reach: Reach
    top: float
    x: float
    width: float
    now: float

    @property
    def name_base(self) -> float:
        """The line of its name."""
        return self.top + 11

    @property
    def note_base(self) -> float:
        """The line of what stands under the name."""
        return self.top + 25

    @property
    def words_base(self) -> float:
        """The line of the words in the bar."""
        return self.top + 14

    @property
    def words_x(self) -> float:
        """Where they begin: right of the line of now, where that would run through them."""
        begins = self.x + 8
        return self.now + 8 if begins - 4 < self.now < begins + LETTER * len(self.reach.words) else begins


class Day(NamedTuple):
    """Where a day begins; every seventh with its name."""

    x: float
    words: str

    @property
    def words_x(self) -> float:
        """Where its name begins."""
        return self.x + 3


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """The picture, and what it says in a sentence."""

    lines: list[Line]
    days: list[Day]
    now: float
    fit_x: float
    fit_width: float
    fit_words: str
    sentence: str
    top: float = TOP

    @property
    def bottom(self) -> float:
        """Where the days end."""
        return TOP + ROW * len(self.lines)

    @property
    def base(self) -> float:
        """The line of the words under them."""
        return self.bottom + 18

    @property
    def height(self) -> float:
        """Of the whole picture."""
        return self.bottom + 28

    @property
    def days_high(self) -> float:
        """How high the days are."""
        return self.bottom - TOP

    @property
    def fit_middle(self) -> float:
        """The middle of the days on which all windows are open."""
        return round(self.fit_x + self.fit_width / 2, 1)

    @property
    def apart(self) -> bool:
        """Whether the word "now" and those of the days that fit do not run into each other."""
        return not self.fit_words or abs(self.fit_middle - self.now) > 60

    @property
    def description(self) -> str:
        """The same in words: each window, then the days."""
        said = [f"{line.reach.name}, {line.reach.note}: {line.reach.words}." for line in self.lines]
        return " ".join([*said, self.sentence])


def meet(reaches: list[Reach], *, now: datetime, zone: ZoneInfo, hint: str) -> Meeting:
    """The picture of these windows. ``hint``: what to do where no day is in all of them."""
    today = day_of(now, zone)
    begins = max(min(reach.first for reach in reaches), add_days(today, -BACK))
    begins = min(begins, today)
    ends = max([reach.last or add_days(reach.first, 6) for reach in reaches] + [add_days(begins, FEWEST)])
    many = min((ends - begins).days + 1, MOST)
    step = (RIGHT - LEFT) / many

    def x(days: float) -> float:
        return round(LEFT + min(max(days, 0), many) * step, 1)

    first, last = common(reaches, today)
    fits = last is None or first <= last
    end = last or add_days(begins, many - 1)
    at = x(days_since(begins, now, zone))
    lines = [_line(reach, place, begins, x)._replace(now=at) for place, reach in enumerate(reaches)]
    return Meeting(
        lines=lines,
        days=[Day(x(d), _named(add_days(begins, d)) if _has_name(d, x) else "") for d in range(many + 1)],
        now=at,
        fit_x=x((first - begins).days),
        fit_width=round(max(x((end - begins).days + 1) - x((first - begins).days), 0), 1) if fits else 0,
        fit_words=_fit_words(first, last) if fits else "",
        sentence=_sentence(first, last) if fits else hint,
    )


def common(reaches: list[Reach], today: date) -> tuple[date, date | None]:
    """The first and the last day, from today on, that lie in every window that counts. None: no end."""
    counted = [reach for reach in reaches if reach.counts]
    lasts = [reach.last for reach in counted if reach.last is not None]
    return max([today, *(reach.first for reach in counted)]), min(lasts, default=None)


def _line(reach: Reach, place: int, begins: date, x: Callable[[float], float]) -> Line:
    left = x((reach.first - begins).days)
    right = RIGHT if reach.last is None else x((reach.last - begins).days + 1)
    return Line(reach, TOP + 12 + ROW * place, left, round(max(right - left, 3), 1), LEFT)


def _has_name(day: int, x: Callable[[float], float]) -> bool:
    return day % 7 == 0 and x(day) + DAY_NAME <= RIGHT


def _named(day: date) -> str:
    return f"{day:%a}, {short(day)}"


def _fit_words(first: date, last: date | None) -> str:
    if last is None:
        return f"from {short(first)}"
    return f"{short(first)} fits" if first == last else f"{between(first, last)} fit"


def _sentence(first: date, last: date | None) -> str:
    if last is None:
        return f"All of these meet from {day_words(first)} on."
    if first == last:
        return f"All of these meet on one day, {day_words(first)}."
    return f"All of these meet on {(last - first).days + 1} days, {between(first, last)}."
