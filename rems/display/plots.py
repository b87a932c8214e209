"""The administrators' plots, drawn: columns by week, counts as discs, a line by week. No rows are read here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from eligibility.moments import count_words

WIDE, NARROW = 550.0, 360.0


class Spot(NamedTuple):
    """One bar, disc or point: what it counts, its place, and where its list is ('': it has none)."""

    words: str
    href: str
    tone: str
    x: float
    y: float
    width: float = 0
    height: float = 0


class Label(NamedTuple):
    """Words beside a line or under a column."""

    words: str
    x: float
    y: float


class Total(NamedTuple):
    """A row's count over all weeks, and its list."""

    words: str
    href: str
    many: int


@dataclass(frozen=True, kw_only=True)
class Plot:
    """Everything that a template prints of one plot, and the same as rows of a table."""

    title: str
    text: str
    width: float
    height: float
    head: list[str]
    rows: list[list[str]]
    spots: list[Spot] = field(default_factory=list)
    others: list[Spot] = field(default_factory=list)
    """The second of two kinds: drawn open, so that it is told apart without color."""
    lines: list[Label] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    links: list[Spot] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    """What a phone shows in place of a picture whose rows have names."""
    points: str = ""
    last: Label | None = None
    left: float = 0
    right: float = 0

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.spots and not self.others

    @property
    def description(self) -> str:
        """The plot in words: what each bar or point says."""
        return f"{self.title}. " + "; ".join(spot.words for spot in [*self.spots, *self.others]) + "."


class Column(NamedTuple):
    """A week's two counts, each with its list."""

    name: str
    many: int
    others: int
    href: str
    others_href: str


def columns(found: Sequence[Column], *, title: str, text: str, kinds: tuple[str, str]) -> Plot:
    """Two bars for each week, the second one open."""
    left, top, bottom, right = 40.0, 16.0, 166.0, WIDE - 6
    most = max([1, *(max(column.many, column.others) for column in found)])
    top_tick, step = nice(most)
    slot = (right - left) / max(len(found), 1)
    spots: list[Spot] = []
    others: list[Spot] = []
    labels: list[Label] = []
    for place, column in enumerate(found):
        x = left + slot * place
        for kind, many, href, made, offset in (
            (kinds[0], column.many, column.href, spots, 0.12),
            (kinds[1], column.others, column.others_href, others, 0.52),
        ):
            if not many:
                continue
            high = (bottom - top) * many / top_tick
            tone = "allowed" if made is spots else "refused"
            words = f"week of {column.name}: {count_words(many, kind)}"
            box = (round(x + slot * offset, 1), round(bottom - high, 1), round(slot * 0.36, 1), round(high, 1))
            made.append(Spot(words, href, tone, *box))
        labels.append(Label(column.name, round(x + slot / 2, 1), bottom + 16))
    return Plot(
        title=title, text=text, width=WIDE, height=bottom + 24, spots=spots, others=others, labels=labels,
        lines=_lines(top_tick, step, top=top, bottom=bottom), left=left, right=right,
        head=["Week of", f"{kinds[0].capitalize()}s", f"{kinds[1].capitalize()}s"],
        rows=[[column.name, f"{column.many:,}", f"{column.others:,}"] for column in found],
    )  # fmt: skip


class Counted(NamedTuple):
    """A row of counts by week; each count and the row itself have a list."""

    name: str
    many: Sequence[int]
    hrefs: Sequence[str]
    href: str


def discs(found: Sequence[Counted], weeks: Sequence[str], *, title: str, text: str) -> Plot:
    """A disc for each count: its area says how many."""
    left, top, row, right = 176.0, 10.0, 30.0, WIDE - 6
    most = max([1, *(many for counted in found for many in counted.many)])
    slot = (right - left) / max(len(weeks), 1)
    spots, links = [], []
    for place, counted in enumerate(found):
        y = top + row * place + row / 2
        links.append(Spot(counted.name, counted.href, "neutral", 0, y + 4))
        for week, many in enumerate(counted.many):
            if many:
                radius = round(3 + 10 * (many / most) ** 0.5, 1)
                words = f"{counted.name}, week of {weeks[week]}: {many:,}"
                spots.append(
                    Spot(words, counted.hrefs[week], "neutral", round(left + slot * (week + 0.5), 1), y, radius)
                )
    bottom = top + row * len(found)
    labels = [
        Label(name, round(left + slot * (place + 0.5), 1), bottom + 16)
        for place, name in enumerate(weeks)
        if (len(weeks) - 1 - place) % 2 == 0
    ]
    return Plot(
        title=title, text=text, width=WIDE, height=bottom + 24, spots=spots, links=links, labels=labels,
        totals=[Total(c.name, c.href, sum(c.many)) for c in found],
        left=left, right=right, head=["Reason", *weeks, "All"],
        rows=[[c.name, *(f"{many:,}" for many in c.many), f"{sum(c.many):,}"] for c in found],
    )  # fmt: skip


class Point(NamedTuple):
    """A week's value; None: nothing to measure. ``cells``: what the table says beside it."""

    name: str
    value: float | None
    said: str
    href: str
    cells: tuple[str, ...]


def line(found: Sequence[Point], *, title: str, text: str, head: Sequence[str], low: float, high: float) -> Plot:
    """A point for each week, joined. ``low`` and ``high``: the ends of the scale."""
    left, top, bottom, right = 36.0, 18.0, 118.0, NARROW - 12
    measured = [(place, point, point.value) for place, point in enumerate(found) if point.value is not None]
    step = (right - left) / max(len(found) - 1, 1)

    def y(value: float) -> float:
        return round(bottom - (bottom - top) * (value - low) / (high - low), 1)

    spots = [
        Spot(f"week of {point.name}: {point.said}", point.href, "note", round(left + step * place, 1), y(value), 4)
        for place, point, value in measured
    ]
    ticks = [low + (high - low) * part / 4 for part in range(5)]
    last = None
    if measured:
        _, point, value = measured[-1]
        last = Label(point.said, spots[-1].x, max(y(value) - 9, 10))
    ends = [found[0], found[-1]] if found else []
    return Plot(
        title=title, text=text, width=NARROW, height=bottom + 24, spots=spots, last=last, left=left, right=right,
        points=" ".join(f"{spot.x},{spot.y}" for spot in spots),
        lines=[Label(f"{tick:g}", left - 6, y(tick)) for tick in ticks],
        labels=[Label(point.name, x, bottom + 18) for point, x in zip(ends, (left, right), strict=False)],
        head=list(head), rows=[[point.name, *point.cells] for point in found],
    )  # fmt: skip


def nice(most: float) -> tuple[int, int]:
    """The end of a scale from 0 that holds ``most``, and its steps: 1, 2 or 5 times a power of ten."""
    power = 1
    while True:
        for times in (1, 2, 5):
            step = times * power
            if step * 4 >= most:
                return step * 4, step
        power *= 10


def _lines(top_tick: int, step: int, *, top: float, bottom: float) -> list[Label]:
    return [
        Label(f"{value:,}", 34, round(bottom - (bottom - top) * value / top_tick, 1))
        for value in range(0, top_tick + 1, step)
    ]
