"""What stands on the line of a course. The picture, its description and the table print the same entries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from eligibility.calendar import day_of, end_of_day, instant_of
from eligibility.moments import count_words
from rems.display.windows import Window

When = date | datetime
Tag = tuple[str, str, str]
"""Tone, icon and word."""


class Lane(Enum):
    """The rows of the picture, from the top."""

    THERAPY = "Therapy"
    TESTS = "Tests"
    AUTHORIZATION = "Authorization"
    DISPENSED = "Dispensed"
    SURVEYS = "Surveys"
    REPORTS = "Reports"


class Sign(Enum):
    """How one kind of entry looks. Its shape says what it is, whatever the color (mockups, "Parts").

    Lane, tone, shape of the point, shape of the bar, words for one, words for several. A bar is "soft" where it is
    over, "live" with a rail where it goes on, "struck" through where it came to nothing.
    """

    TAKEN = (Lane.THERAPY, "neutral", "", "soft", "time on treatment", "times on treatment")
    PLANNED = (Lane.THERAPY, "neutral", "", "plan", "treatment ahead", "treatments ahead")
    INTERRUPTED = (Lane.THERAPY, "neutral", "", "hatch", "interruption", "interruptions")
    NEGATIVE = (Lane.TESTS, "allowed", "disc", "", "negative test", "negative tests")
    LATE = (Lane.TESTS, "warning", "ring", "", "negative test, late", "negative tests, late")
    UNCLEAR = (Lane.TESTS, "warning", "triangle", "", "test that does not count", "tests that do not count")
    POSITIVE = (Lane.TESTS, "refused", "diamond", "", "positive test", "positive tests")
    TEST_DUE = (Lane.TESTS, "note", "disc-ahead", "", "test due", "tests due")
    USED = (Lane.AUTHORIZATION, "neutral", "", "soft", "window, number used", "windows, numbers used")
    OPEN = (Lane.AUTHORIZATION, "allowed", "", "live", "window, open", "windows, open")
    LAPSED = (Lane.AUTHORIZATION, "warning", "", "struck", "window, lapsed or cancelled", "windows lapsed or cancelled")
    HELD = (Lane.AUTHORIZATION, "held", "pause", "open", "window, held", "windows, held")
    CONFIRMED = (Lane.AUTHORIZATION, "note", "", "thin", "confirmation", "confirmations")
    WINDOW_AHEAD = (Lane.AUTHORIZATION, "note", "", "plan", "window ahead", "windows ahead")
    DISPENSED = (Lane.DISPENSED, "allowed", "handed", "cover", "dispensing, days covered", "dispensings, days covered")
    REFUSED = (Lane.DISPENSED, "refused", "octagon", "", "refusal", "refusals")
    FILL_OPENS = (Lane.DISPENSED, "note", "opens", "", "next fill opens", "next fills open")
    SURVEY = (Lane.SURVEYS, "note", "tick", "", "survey", "surveys")
    SURVEY_DUE = (Lane.SURVEYS, "note", "tick-ahead", "", "survey due", "surveys due")
    REPORT_OPEN = (Lane.REPORTS, "held", "flag", "live", "report, open", "reports, open")
    REPORT_CLOSED = (Lane.REPORTS, "neutral", "flag", "soft", "report, closed", "reports, closed")

    def __init__(self, lane: Lane, tone: str, point: str, bar: str, one: str, several: str) -> None:
        self.lane = lane
        self.tone = tone
        self.point = point
        self.bar = bar
        self.one = one
        self.several = several

    @property
    def ahead(self) -> bool:
        """Whether it lies ahead: drawn dashed."""
        return self in AHEAD


AHEAD = frozenset({Sign.PLANNED, Sign.TEST_DUE, Sign.WINDOW_AHEAD, Sign.FILL_OPENS, Sign.SURVEY_DUE})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing on the line. ``sign`` None: it stands in the table alone.

    ``when``: a day, or an instant; ``ends``: of what lasts, the last day or instant. ``label`` stands under
    it in the picture, where there is room. ``by`` and ``opens``: of what comes next, until when or from when.
    """

    when: When
    what: str
    sign: Sign | None
    tag: Tag
    ends: When | None = None
    detail: str = ""
    note: str = ""
    number: str = ""
    label: str = ""
    mark: str = ""
    by: datetime | None = None
    opens: datetime | None = None

    @property
    def timed(self) -> bool:
        """Whether the table says the time, too."""
        return isinstance(self.when, datetime)


@dataclass(frozen=True, kw_only=True)
class Span:
    """The days that are shown, both included, and the instant of the page."""

    first: date
    last: date
    now: datetime
    zone: ZoneInfo

    def holds(self, entry: Entry) -> bool:
        """Whether any of the entry lies in these days."""
        begins, ends = instant_of(self.first, self.zone), end_of_day(self.last, self.zone)
        until = entry.when if entry.ends is None else entry.ends
        last = until if isinstance(until, datetime) else end_of_day(until, self.zone)
        return instant_of(entry.when, self.zone) <= ends and last >= begins


def newest_first(entries: Iterable[Entry], zone: ZoneInfo) -> list[Entry]:
    """As the table lists them: what lies furthest ahead on top."""
    return sorted(entries, key=lambda entry: (instant_of(entry.when, zone), entry.what), reverse=True)


def next_of_each(entries: Iterable[Entry], zone: ZoneInfo) -> list[Window]:
    """What comes next, the first of each kind, soonest first: as ``{% windows %}`` lists it."""
    rows: dict[str, Window] = {}
    dated = [entry for entry in entries if entry.by is not None or entry.opens is not None]
    for entry in sorted(dated, key=lambda entry: instant_of(entry.by or entry.opens or entry.when, zone)):
        row = Window(entry.what, until=entry.by, opens=entry.opens, note=entry.note, mark=entry.mark)
        rows.setdefault(entry.what, row)
    return list(rows.values())


def said(entries: Iterable[Entry], zone: ZoneInfo) -> str:
    """The picture in one paragraph: how many of what, then what lies ahead and when."""
    counted: dict[Sign, list[Entry]] = {}
    for entry in entries:
        if entry.sign is not None:
            counted.setdefault(entry.sign, []).append(entry)
    past = [_count(sign, len(found)) for sign in Sign if not sign.ahead and (found := counted.get(sign))]
    ahead = [_dates(sign, found, zone) for sign in Sign if sign.ahead and (found := counted.get(sign))]
    sentences = [f"{'; '.join(past)}." if past else "Nothing is recorded in these days."]
    if ahead:
        sentences.append(f"Ahead: {'; '.join(ahead)}.")
    return " ".join([*sentences, "The table says the same."])


def _count(sign: Sign, many: int) -> str:
    return f"1 {sign.one}" if many == 1 else f"{many} {sign.several}"


def _dates(sign: Sign, found: list[Entry], zone: ZoneInfo) -> str:
    """``tests due Jul 8 and Aug 5``. The treatment ahead has no day of its own."""
    if sign is Sign.PLANNED:
        return sign.one
    days = [(day_of(entry.when, zone), day_of(entry.ends, zone) if entry.ends else None) for entry in found]
    words = [between(first, last) if last else short(first) for first, last in sorted(days)]
    listed = f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
    return f"{sign.one if len(words) == 1 else sign.several} {listed}"


def short(day: date) -> str:
    """``Jun 17``."""
    return f"{day:%b} {day.day}"


def between(first: date, last: date) -> str:
    """``Jul 8–15``, or ``Jul 28–Aug 4``."""
    return f"{short(first)}–{last.day if first.month == last.month else short(last)}"


def weeks_words(weeks: int) -> str:
    """``26 weeks``."""
    return count_words(weeks, "week")
