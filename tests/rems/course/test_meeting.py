"""On which days the windows of a number meet, drawn without a database."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from rems.display.meeting import Meeting, Reach, meet

NOW = datetime(2026, 6, 16, 13, 20, tzinfo=UTC)
CLOSED = Reach(
    "Authorization", "test + 7 days", "refused", "soft", date(2026, 6, 8), date(2026, 6, 15), "closed", counts=False
)


def if_tested(last: date) -> Reach:
    return Reach("If tested today", "a new number", "note", "plan", date(2026, 6, 16), last, "would reach")


def fill(first: date) -> Reach:
    return Reach("Fill may open", "7 days or fewer left", "allowed", "soft", first, None, "from then")


def of(*reaches: Reach) -> Meeting:
    return meet(list(reaches), now=NOW, zone=ZoneInfo("America/New_York"), hint="No day fits.")


@pytest.mark.parametrize(
    ("opens", "words", "sentence"),
    [
        (date(2026, 6, 22), "Jun 22–23 fit", "All of these meet on 2 days, Jun 22–23."),
        (date(2026, 6, 23), "Jun 23 fits", "All of these meet on one day, Tue, Jun 23, 2026."),
        (date(2026, 6, 24), "", "No day fits."),
        (date(2026, 6, 1), "Jun 16–23 fit", "All of these meet on 8 days, Jun 16–23."),
    ],
)
def test_the_days_that_fit_lie_in_every_window_and_not_before_today(opens: date, words: str, sentence: str) -> None:
    drawn = of(CLOSED, if_tested(date(2026, 6, 23)), fill(opens))
    assert (drawn.fit_words, drawn.sentence) == (words, sentence)
    assert (drawn.fit_width > 0) is bool(words)


def test_the_days_that_fit_are_drawn_where_the_windows_overlap() -> None:
    drawn = of(CLOSED, if_tested(date(2026, 6, 23)), fill(date(2026, 6, 22)))
    line = drawn.lines[1]
    assert drawn.fit_x == drawn.lines[2].x
    assert drawn.fit_x + drawn.fit_width == pytest.approx(line.x + line.width, abs=0.2)
    assert line.x < drawn.now < line.x + line.width


def test_a_window_that_has_no_end_reaches_the_edge() -> None:
    drawn = of(fill(date(2026, 6, 22)))
    assert drawn.sentence == "All of these meet from Mon, Jun 22, 2026 on."
    assert drawn.lines[0].x + drawn.lines[0].width == pytest.approx(730, abs=0.1)


def test_the_picture_in_words_says_each_window() -> None:
    said = of(CLOSED, fill(date(2026, 6, 22))).description
    assert said.startswith("Authorization, test + 7 days: closed. Fill may open, 7 days or fewer left: from then.")
