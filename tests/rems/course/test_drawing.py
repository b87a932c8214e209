"""The picture of a course, drawn without a database: days, shapes, words."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from rems.display.course.drawing import DAYS_OF_ONE, EDGE, GUTTER, LANE, LETTER, TOP, WIDTH, days_since, draw
from rems.display.course.entries import Entry, Sign, Span, between, newest_first, next_of_each, said

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 6, 16, 13, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def span(first: date = date(2026, 1, 1), last: date = date(2026, 9, 8)) -> Span:
    return Span(first=first, last=last, now=NOW, zone=NEW_YORK)


def entry(sign: Sign | None, when: date | datetime, ends: date | datetime | None = None, label: str = "") -> Entry:
    return Entry(when=when, ends=ends, what="Something", sign=sign, tag=("neutral", "check", "Done"), label=label)


def test_a_day_is_as_wide_in_the_spring_and_in_the_autumn_as_in_june() -> None:
    """On March 8, 2026 a day has 23 hours in New York, on November 1 it has 25."""
    first = date(2026, 1, 1)
    for day in (date(2026, 3, 8), date(2026, 6, 16), date(2026, 11, 1)):
        midnight = datetime(day.year, day.month, day.day, tzinfo=NEW_YORK)
        following = datetime(day.year, day.month, day.day, tzinfo=NEW_YORK) + timedelta(days=1)
        assert days_since(first, midnight, NEW_YORK) == (day - first).days
        assert days_since(first, following, NEW_YORK) == (day - first).days + 1


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 3, 9, 4, tzinfo=UTC) - SECOND, 66),
        (datetime(2026, 3, 9, 4, tzinfo=UTC), 67),
        (datetime(2026, 11, 2, 5, tzinfo=UTC) - SECOND, 304),
        (datetime(2026, 11, 2, 5, tzinfo=UTC), 305),
    ],
)
def test_a_day_ends_at_midnight_in_the_program_s_zone_to_the_second(instant: datetime, day: int) -> None:
    assert int(days_since(date(2026, 1, 1), instant, NEW_YORK)) == day


def test_noon_of_a_day_of_23_hours_is_not_its_middle_and_a_date_is() -> None:
    noon = datetime(2026, 3, 8, 12, tzinfo=NEW_YORK)
    assert days_since(date(2026, 3, 8), noon, NEW_YORK) == pytest.approx(11 / 23)
    picture = draw([entry(Sign.TEST_DUE, date(2026, 6, 16)), entry(Sign.TEST_DUE, date(2026, 6, 17))], span())
    one, other = (mark.x for mark in picture.marks)
    step = (picture.right - GUTTER) / 251
    assert other - one == pytest.approx(step, abs=0.2)


def test_each_lane_stands_once_and_empty_ones_are_left_out() -> None:
    picture = draw([entry(Sign.SURVEY, NOW), entry(Sign.NEGATIVE, NOW), entry(Sign.POSITIVE, NOW)], span())
    assert [row.name for row in picture.rows] == ["Tests", "Surveys"]
    assert picture.bottom == TOP + 2 * LANE
    assert picture.legend == [Sign.NEGATIVE, Sign.POSITIVE, Sign.SURVEY]


def test_a_bar_begins_and_ends_with_its_days_and_is_cut_at_the_picture_s_edge() -> None:
    whole = entry(Sign.TAKEN, date(2025, 1, 1), date(2030, 1, 1))
    day = entry(Sign.WINDOW_AHEAD, date(2026, 7, 8), date(2026, 7, 15))
    picture = draw([whole, day], span())
    drawn = {mark.sign: mark for mark in picture.marks}
    assert drawn[Sign.TAKEN].left == GUTTER
    assert drawn[Sign.TAKEN].width == pytest.approx(WIDTH - EDGE - GUTTER)
    assert drawn[Sign.WINDOW_AHEAD].width == pytest.approx(8 * (WIDTH - EDGE - GUTTER) / 251, abs=0.2)


def test_what_is_over_before_the_first_day_is_not_drawn() -> None:
    days = span(first=date(2026, 6, 1))
    before = datetime(2026, 6, 1, 4, tzinfo=UTC) - SECOND
    assert draw([entry(Sign.NEGATIVE, before)], days).marks == []
    assert len(draw([entry(Sign.NEGATIVE, before + SECOND)], days).marks) == 1
    reaching = entry(Sign.OPEN, before - timedelta(days=7), before + SECOND)
    assert len(draw([reaching], days).marks) == 1


def test_words_never_run_into_each_other_and_a_warning_goes_first() -> None:
    crowd = [entry(Sign.NEGATIVE, NOW - timedelta(days=day), label="on its day") for day in range(1, 40)]
    late = entry(Sign.LATE, NOW - timedelta(days=20), label="2 days late")
    picture = draw([*crowd, late, entry(Sign.TEST_DUE, date(2026, 9, 8), label="due Sep 8")], span())
    named = sorted((mark.label_x, mark.label) for mark in picture.marks if mark.label)
    assert {"2 days late", "due Sep 8"} <= {label for _, label in named}
    assert 2 < len(named) < 10
    for (x, label), (following, next_label) in pairwise(named):
        assert following - x >= (len(label) + len(next_label)) * LETTER / 2
    assert named[-1][0] + len("due Sep 8") * LETTER / 2 < picture.right


@pytest.mark.parametrize("days", [-2, 0, 1])
def test_the_line_of_today_runs_through_no_words(days: int) -> None:
    near = entry(Sign.OPEN, NOW + timedelta(days=days), NOW + timedelta(days=days + 2), label="until Jun 17")
    picture = draw([near], span())
    mark = picture.marks[0]
    assert abs(mark.label_x - picture.now) > len("until Jun 17") * LETTER / 2


def test_a_long_course_is_drawn_wider_and_never_wider_than_six_times() -> None:
    def times(days: int) -> int:
        return draw([], span(first=date(2026, 9, 8) - timedelta(days=days - 1))).times

    assert [times(DAYS_OF_ONE), times(DAYS_OF_ONE + 1), times(5000)] == [1, 2, 6]


def test_months_have_their_names_where_there_is_room() -> None:
    months = [month.words for month in draw([], span(first=date(2025, 12, 29))).months]
    assert months[0] == "Jan 2026"
    assert months[1:] == ["Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep"][: len(months) - 1]


def test_the_description_counts_what_was_and_dates_what_comes() -> None:
    entries = [entry(Sign.NEGATIVE, NOW), entry(Sign.NEGATIVE, NOW), entry(Sign.LATE, NOW)]
    entries += [entry(Sign.TEST_DUE, date(2026, 8, 5)), entry(Sign.TEST_DUE, date(2026, 7, 8))]
    entries += [entry(Sign.WINDOW_AHEAD, date(2026, 7, 8), date(2026, 7, 15))]
    assert said(entries, NEW_YORK) == (
        "2 negative tests; 1 negative test, late. Ahead: tests due Jul 8 and Aug 5; window ahead Jul 8–15."
        " The table says the same."
    )
    assert said([], NEW_YORK) == "Nothing is recorded in these days. The table says the same."


def test_the_table_has_every_entry_newest_first_also_what_is_not_drawn() -> None:
    signed, test = entry(None, date(2026, 6, 1)), entry(Sign.NEGATIVE, NOW)
    assert newest_first([signed, test], NEW_YORK) == [test, signed]


def test_of_what_comes_next_each_is_listed_once_the_soonest_first() -> None:
    later, sooner = NOW + timedelta(days=30), NOW + timedelta(days=2)
    rows = [
        Entry(when=later, what="Pregnancy test due", sign=Sign.TEST_DUE, tag=("note", "calendar", "Due"), by=later),
        Entry(when=sooner, what="Pregnancy test due", sign=Sign.TEST_DUE, tag=("note", "calendar", "Due"), by=sooner),
        Entry(when=NOW, what="Next fill opens", sign=None, tag=("note", "calendar", "Opens"), opens=NOW),
        entry(Sign.NEGATIVE, NOW),
    ]
    assert [(row.label, row.until, row.opens) for row in next_of_each(rows, NEW_YORK)] == [
        ("Next fill opens", None, NOW),
        ("Pregnancy test due", sooner, None),
    ]


def test_days_from_one_to_another_name_the_second_month_only_where_it_differs() -> None:
    assert between(date(2026, 7, 8), date(2026, 7, 15)) == "Jul 8–15"
    assert between(date(2026, 7, 28), date(2026, 8, 4)) == "Jul 28–Aug 4"


@pytest.mark.parametrize("sign", list(Sign))
def test_every_sign_has_a_shape_of_its_own_whatever_its_color(sign: Sign) -> None:
    assert sign in shaped(sign)
    assert len(shaped(sign)) == 1


def shaped(sign: Sign) -> list[Sign]:
    """The signs of the same row that look alike in grey; how a bar is filled is a matter of color, too."""
    filled = {"open": "soft"}
    shape = (sign.point, filled.get(sign.bar, sign.bar))
    return [one for one in Sign if one.lane is sign.lane and (one.point, filled.get(one.bar, one.bar)) == shape]
