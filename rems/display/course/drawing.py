"""Where each entry of a course is drawn. Lengths are units of the picture; a day is as wide as every other.

The place of an instant is its day in the program's zone and the part of that day that has passed: a day of
23 or of 25 hours neither moves nor stretches anything.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from eligibility.calendar import add_days, add_months, day_of, start_of_day
from eligibility.moments import day_words, moment_words
from rems.display.course.entries import Entry, Lane, Sign, Span, When, short

WIDTH, GUTTER, EDGE, TOP, LANE = 1136.0, 118.0, 12.0, 26.0, 52.0
"""Of a picture of usual length; the names of the lanes; the margin; what stands over and what each lane takes."""
DAYS_OF_ONE = 300
LONGEST = 6
"""A course of more days is drawn wider, so many times at most; it scrolls in its box."""
CENTER, BASE, FOOT, FLAG = 20.0, 44.0, 30.0, 100.0
HEIGHTS = {
    "soft": 18.0,
    "live": 18.0,
    "struck": 18.0,
    "open": 18.0,
    "plan": 18.0,
    "hatch": 18.0,
    "thin": 6.0,
    "cover": 8.0,
}
LETTER = 5.9
"""How wide a letter of the small words is, on the safe side."""
LEAST_MONTH = 46.0
NARROWEST = 4.0


class Mark(NamedTuple):
    """One entry as it is drawn: a point at ``x``, a bar from ``left``, and words under it."""

    entry: Entry
    sign: Sign
    words: str
    x: float
    y: float
    left: float
    top: float
    width: float
    height: float
    label: str = ""
    label_x: float = 0
    base: float = 0


class Row(NamedTuple):
    """A lane: its name, the line of the words, the line under it."""

    name: str
    base: float
    bottom: float


class Month(NamedTuple):
    """Where a month begins. ``words`` '': there is no room for its name."""

    x: float
    words: str

    @property
    def label_x(self) -> float:
        """Where its name begins."""
        return self.x + 4


class Picture(NamedTuple):
    """Everything that the template prints."""

    width: float
    height: float
    times: int
    gutter: float
    right: float
    top: float
    bottom: float
    now: float
    today: str
    rows: list[Row]
    months: list[Month]
    marks: list[Mark]
    legend: list[Sign]

    @property
    def ahead(self) -> float:
        """How wide the part is that lies ahead."""
        return round(self.right - self.now, 1)

    @property
    def lanes(self) -> float:
        """How high all lanes are together."""
        return self.bottom - self.top

    @property
    def flag(self) -> float:
        """Where the flag under the line of today begins, from above."""
        return self.bottom + 4

    @property
    def flag_x(self) -> float:
        """And from the left."""
        return round(self.now - FLAG / 2, 1)

    @property
    def flag_base(self) -> float:
        """The line on which its words stand."""
        return self.bottom + 18


class Scale:
    """From days to places."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self.days = (span.last - span.first).days + 1
        self.times = min(LONGEST, max(1, -(-self.days // DAYS_OF_ONE)))
        self.width = WIDTH * self.times
        self.right = self.width - EDGE

    def x(self, when: When, *, end: bool = False, middle: bool = False) -> float:
        """The place of a moment, within the picture. A day is its beginning, or its end, or its middle."""
        part = days_since(self.span.first, when, self.span.zone)
        if not isinstance(when, datetime):
            part += 1 if end else 0.5 if middle else 0
        inside = min(max(part, 0), self.days)
        return round(GUTTER + inside * (self.right - GUTTER) / self.days, 1)


def days_since(first: date, when: When, zone: ZoneInfo) -> float:
    """Days from the beginning of ``first`` to a moment, in the zone's own days, whatever their length."""
    day = day_of(when, zone)
    whole = float((day - first).days)
    if not isinstance(when, datetime):
        return whole
    begins, follows = start_of_day(day, zone), start_of_day(add_days(day, 1), zone)
    return whole + (when - begins) / (follows - begins)


def draw(entries: Iterable[Entry], span: Span) -> Picture:
    """The picture of these days. Lanes in which nothing stands are left out."""
    scale = Scale(span)
    shown = [(entry, entry.sign) for entry in entries if entry.sign is not None and span.holds(entry)]
    lanes = [lane for lane in Lane if any(sign.lane is lane for _, sign in shown)]
    tops = {lane: TOP + LANE * place for place, lane in enumerate(lanes)}
    marks = [_mark(entry, sign, scale, tops[sign.lane]) for entry, sign in shown]
    bottom = TOP + LANE * len(lanes)
    return Picture(
        width=scale.width,
        height=bottom + FOOT,
        times=scale.times,
        gutter=GUTTER,
        right=scale.right,
        top=TOP,
        bottom=bottom,
        now=scale.x(span.now),
        today=short(day_of(span.now, span.zone)),
        rows=[Row(lane.value, tops[lane] + CENTER + 4, tops[lane] + LANE) for lane in lanes],
        months=_months(scale),
        marks=_labelled(sorted(marks, key=_behind), now=scale.x(span.now), right=scale.right),
        legend=[sign for sign in Sign if any(sign is drawn for _, drawn in shown)],
    )


def _mark(entry: Entry, sign: Sign, scale: Scale, top: float) -> Mark:
    zone = scale.span.zone
    center = top + CENTER
    x = scale.x(entry.when, middle=not sign.bar)
    until = x if entry.ends is None or not sign.bar else max(scale.x(entry.ends, end=True), x + NARROWEST)
    height = HEIGHTS.get(sign.bar, 0)
    moment = entry.when
    said = moment_words(moment, zone=zone) if isinstance(moment, datetime) else day_words(moment)
    return Mark(
        entry=entry,
        sign=sign,
        words=f"{said}: {entry.what}, {entry.tag[2]}",
        x=x,
        y=center,
        left=x,
        top=center - height / 2,
        width=round(until - x, 1),
        height=height,
        base=top + BASE,
    )


def _behind(mark: Mark) -> tuple[bool, float]:
    """Bars first, so that no point is covered."""
    return bool(mark.sign.point), mark.x


def _labelled(marks: Sequence[Mark], *, now: float, right: float) -> list[Mark]:
    """The marks with their words, where none runs into another: warnings first, then what lies ahead, then the rest."""
    taken: dict[Lane, list[tuple[float, float]]] = {}
    placed: dict[int, Mark] = {}
    order = sorted(range(len(marks)), key=lambda i: (_weight(marks[i].sign), -marks[i].x))
    for i in order:
        mark = marks[i]
        half = len(mark.entry.label) * LETTER / 2
        middle = _middle(mark, half, now=now, right=right)
        spots = taken.setdefault(mark.sign.lane, [])
        free = all(middle + half <= left or middle - half >= end for left, end in spots)
        if mark.entry.label and free:
            spots.append((middle - half - 4, middle + half + 4))
            mark = mark._replace(label=mark.entry.label, label_x=round(middle, 1))
        placed[i] = mark
    return [placed[i] for i in range(len(marks))]


def _middle(mark: Mark, half: float, *, now: float, right: float) -> float:
    """Under the middle of what is drawn, within the picture, and not across the line of today."""
    middle = mark.left + mark.width / 2 if mark.sign.bar and not mark.sign.point else mark.x
    if abs(middle - now) < half + 3:
        middle = now + half + 4 if mark.sign.ahead else now - half - 4
    return min(max(middle, GUTTER + half), right - half - 1)


def _weight(sign: Sign) -> int:
    if sign.tone in ("refused", "held"):
        return 0
    if sign.tone == "warning":
        return 1
    return 2 if sign.ahead or sign is Sign.OPEN else 3


def _months(scale: Scale) -> list[Month]:
    """Where each month begins, with its name where there is room; the first name and each January with the year."""
    first = scale.span.first.replace(day=1)
    begins = [add_months(first, place) for place in range(scale.days // 28 + 2)]
    places = [(day, scale.x(day)) for day in begins if day <= scale.span.last]
    found: list[Month] = []
    free, named = GUTTER, False
    for (day, x), follows in zip(places, [*(x for _, x in places[1:]), scale.right], strict=True):
        words = f"{day:%b}" if named and day.month > 1 else f"{day:%b %Y}"
        takes = LETTER * 1.1 * len(words) + 8
        fits = x >= free and follows - x >= min(takes, LEAST_MONTH) and x + takes <= scale.right + EDGE
        if fits:
            free, named = x + takes, True
        if fits or x > GUTTER:
            found.append(Month(x, words if fits else ""))
    return found
