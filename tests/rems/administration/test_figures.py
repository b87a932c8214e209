"""The program's figures: what is counted, in which week, for whom, and that each plot leads to its list."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from audit.models import Event
from eligibility.findings import Finding, Level
from eligibility.reasons import Reason
from rems.display.plots import nice
from rems.gate import findings_on_record
from rems.models import Decision, DisplayFlag, Enrollment
from rems.queries.figures import figures
from tests.rems.program_cast import NOW, Cast, dispensed, enrolled, signed_in

WEEK = date(2026, 6, 15)
"""The Monday of the clock's week; it is Tuesday."""
SECOND = timedelta(seconds=1)


@pytest.fixture
def leila(cast: Cast) -> Enrollment:
    return enrolled("Leila Haddad", cast.prescriber)


def refuse(enrollment: Enrollment, at: datetime, *reasons: Reason) -> Decision:
    """A refusal on record for these reasons, beside what was met and what was noted."""
    found = [Finding("supply", Level.MET, None, "Rule book", "A")]
    found += [Finding("late-test", Level.NOTED, Reason.TEST_WAS_LATE, "Rule book", "D")]
    found += [Finding("rule", Level.UNMET, reason, "Rule book", "A") for reason in reasons]
    return Decision.objects.create(
        stage="confirm", outcome="refused", program=enrollment.program, at=at, facts={},
        findings=findings_on_record(found), patient=enrollment.patient, by=enrollment.enrolled_by, recorded_at=at,
    )  # fmt: skip


def flag(enrollment: Enrollment, kind: str, due: datetime, *, cleared: datetime | None) -> DisplayFlag:
    return DisplayFlag.objects.create(
        enrollment=enrollment, kind=kind, what="test-calendar", due_at=due, raised_at=due - timedelta(days=7),
        cleared_at=cleared,
    )  # fmt: skip


def test_dispensings_are_counted_in_the_week_of_the_hand_over(cast: Cast, leila: Enrollment) -> None:
    for days_ago in (0, 1, 8, 83, 84):
        dispensed(leila, cast.cedar, days_ago=days_ago)
    found = figures(cast.jo, at=NOW)
    assert found is not None
    assert [week.monday for week in found.weeks][::11] == [date(2026, 3, 30), WEEK]
    assert found.dispensings == {WEEK: 2, WEEK - timedelta(days=7): 1}


@pytest.mark.parametrize(
    ("at", "monday"),
    [
        (datetime(2026, 6, 15, 4, tzinfo=UTC) - SECOND, date(2026, 6, 8)),
        (datetime(2026, 6, 15, 4, tzinfo=UTC), date(2026, 6, 15)),
        (datetime(2026, 3, 30, 4, tzinfo=UTC), date(2026, 3, 30)),
    ],
)
def test_a_week_begins_on_monday_at_midnight_in_the_installation_s_zone(
    cast: Cast, leila: Enrollment, at: datetime, monday: date
) -> None:
    refuse(leila, at, Reason.COUNSELING_MISSING)
    found = figures(cast.jo, at=NOW)
    assert found is not None
    assert found.reasons["counseling_missing"] == {monday: 1}


def test_what_lies_before_the_first_week_is_not_counted(cast: Cast, leila: Enrollment) -> None:
    refuse(leila, datetime(2026, 3, 30, 4, tzinfo=UTC) - SECOND, Reason.COUNSELING_MISSING)
    found = figures(cast.jo, at=NOW)
    assert found is not None
    assert (found.reasons, found.refusals) == ({}, {})


def test_a_refusal_counts_once_and_at_each_of_its_reasons(cast: Cast, leila: Enrollment) -> None:
    refuse(leila, NOW, Reason.COUNSELING_MISSING, Reason.TEST_OVERDUE)
    refuse(leila, NOW, Reason.COUNSELING_MISSING)
    found = figures(cast.jo, at=NOW)
    assert found is not None
    assert {reason: many.total() for reason, many in found.reasons.items()} == {
        "counseling_missing": 2,
        "test_overdue": 1,
    }
    assert list(found.reasons) == ["counseling_missing", "test_overdue"]
    assert found.refusals == {WEEK: 2}


def test_a_test_counts_once_however_often_it_was_flagged(cast: Cast, leila: Enrollment) -> None:
    due = NOW - timedelta(days=8)
    flag(leila, "due_soon", due, cleared=due - timedelta(hours=1))
    late = due + timedelta(hours=1)
    flag(leila, "due_soon", late, cleared=late + SECOND)
    flag(leila, "overdue", late, cleared=NOW)
    flag(leila, "due_soon", NOW + timedelta(days=3), cleared=None)
    found = figures(cast.jo, at=NOW)
    assert found is not None
    assert (found.due, found.late) == ({date(2026, 6, 8): 2}, {date(2026, 6, 8): 1})


@pytest.mark.parametrize(
    ("days", "ages"), [(0, [1, 0, 0, 0]), (3, [0, 1, 0, 0]), (7, [0, 0, 1, 0]), (14, [0, 0, 0, 1])]
)
def test_an_overdue_test_stands_at_its_age(cast: Cast, leila: Enrollment, days: int, ages: list[int]) -> None:
    midnight = datetime(2026, 6, 16, 4, tzinfo=UTC) - timedelta(microseconds=1)
    flag(leila, "overdue", midnight - timedelta(days=max(days - 1, 0)), cleared=None)
    found = figures(cast.jo, at=NOW)
    assert found is not None
    assert found.ages == ages


def test_the_median_is_that_of_the_hours_from_the_number_to_the_hand_over(cast: Cast, leila: Enrollment) -> None:
    dispensed(leila, cast.cedar, days_ago=1)
    found = figures(cast.jo, at=NOW)
    assert found is not None
    assert found.hours == {WEEK: 0.0}


def test_the_page_counts_in_a_fixed_number_of_queries(
    cast: Cast, leila: Enrollment, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    with django_assert_max_num_queries(6) as few:
        figures(cast.jo, at=NOW)
    for days_ago in range(20):
        dispensed(leila, cast.cedar, days_ago=days_ago)
        refuse(leila, NOW - timedelta(days=days_ago), Reason.COUNSELING_MISSING, list(Reason)[days_ago])
    with django_assert_num_queries(len(few)):
        figures(cast.jo, at=NOW)


def test_each_plot_leads_to_its_list_and_has_its_table(cast: Cast, leila: Enrollment) -> None:
    dispensed(leila, cast.cedar, days_ago=1)
    refuse(leila, NOW, Reason.COUNSELING_MISSING)
    flag(leila, "due_soon", NOW - timedelta(days=8), cleared=NOW - timedelta(days=9))
    flag(leila, "overdue", NOW - timedelta(days=8), cleared=None)
    browser = signed_in(cast.jo)
    html = browser.get(reverse("administration:figures")).content.decode()
    links = {unescape(href) for href in re.findall(r'<a href="([^"]+)" aria-label', html)}
    assert {href.split("?")[0] for href in links} == {
        reverse("administration:decisions"), reverse("administration:deviations"), reverse("administration:overdue"),
    }  # fmt: skip
    assert html.count("as a table</summary>") == 5
    assert "style=" not in html
    for href in links:
        assert browser.get(href).status_code == 200, href


def test_a_disc_s_list_holds_as_many_as_it_says(cast: Cast, leila: Enrollment) -> None:
    for moment in (NOW, datetime(2026, 6, 15, 4, tzinfo=UTC), datetime(2026, 6, 15, 4, tzinfo=UTC) - SECOND):
        refuse(leila, moment, Reason.COUNSELING_MISSING)
    browser = signed_in(cast.jo)
    html = browser.get(reverse("administration:figures")).content.decode()
    found = re.findall(r'<a href="([^"]+)" aria-label="Counseling missing, week of ([^:]+): (\d+)"', html)
    assert [(week, many) for _, week, many in found] == [("Jun 8", "1"), ("Jun 15", "2")]
    for href, _, many in found:
        assert browser.get(unescape(href)).context["page"].paginator.count == int(many)


def test_what_a_phone_shows_in_place_of_the_discs_leads_to_as_many(cast: Cast, leila: Enrollment) -> None:
    refuse(leila, NOW, Reason.COUNSELING_MISSING, Reason.PRESCRIBER_SURVEY_MISSING)
    refuse(leila, NOW - timedelta(days=8), Reason.COUNSELING_MISSING)
    browser = signed_in(cast.jo)
    html = browser.get(reverse("administration:figures")).content.decode()
    totals = html.split('class="plot-totals"')[1].split("</ul>")[0]
    rows = re.findall(r'href="([^"]+)">([^<]+)</a><b>(\d+)</b>', totals)
    assert [(words, many) for _, words, many in rows] == [
        ("Counseling missing", "2"),
        ("Prescriber survey missing", "1"),
    ]
    for href, _, many in rows:
        assert browser.get(unescape(href)).context["page"].paginator.count == int(many)


def test_the_auditor_sees_the_figures_without_links_to_what_is_not_for_them(cast: Cast, leila: Enrollment) -> None:
    flag(leila, "overdue", NOW - timedelta(days=8), cleared=None)
    page = signed_in(cast.per).get(reverse("administration:figures"))
    assert page.status_code == 200
    assert reverse("administration:overdue") not in page.content.decode()
    assert "7–13 days" in page.content.decode()


def test_nobody_else_sees_them_and_nobody_is_named(cast: Cast, leila: Enrollment) -> None:
    assert signed_in(cast.ruth).get(reverse("administration:figures")).status_code == 403
    assert figures(cast.ruth, at=NOW) is None
    html = signed_in(cast.jo).get(reverse("administration:figures")).content.decode()
    assert "Leila" not in html
    assert leila.patient.number not in html
    assert not Event.objects.filter(action__startswith="rems.view").exists()


@pytest.mark.parametrize(("most", "scale"), [(1, (4, 1)), (4, (4, 1)), (5, (8, 2)), (20, (20, 5)), (41, (80, 20))])
def test_a_scale_ends_above_the_most_in_even_steps(most: float, scale: tuple[int, int]) -> None:
    assert nice(most) == scale
