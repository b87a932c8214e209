"""The practice's list out of the kept lines is the list that one gets by asking the engine about everybody."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.people import system_person
from accounts.roles import Role
from audit import clock
from eligibility.findings import INSTANT
from patients.models import PatientSurvey, TherapyDate
from rems.actions.work_lists import acknowledge_item, ask_to_waive, rule_on_waiver
from rems.horizon import passing
from rems.models import Enrollment, Horizon
from rems.queries import due_rows
from rems.queries.due_rows import Chosen, DueRows
from rems.queries.standing import standings
from tests import soak
from tests.kept import kept
from tests.rems.horizons import looked
from tests.rems.prescriber.everybody import (
    DAY,
    by_asking,
    everybody,
    fitting,
    happened,
    in_order,
    lines_of,
    listed,
    told,
)
from tests.rems.program_cast import NOW, Cast, collect, dispensed, enrolled, gather, on_treatment, person

WAKES = soak.count(soak=8, short=3)


@dataclass(kw_only=True)
class Crowd:
    """Ruth's patients, of whom each is another case."""

    cast: Cast
    many: list[Enrollment]


def crowd_of_ruth() -> Crowd:
    """Patients whose tests, fills, surveys, therapies and reports differ; most have been looked at, some have not."""
    with clock.stand_at(NOW):
        cast = gather()
        ages = product((3, 10, 21, 22, 28, 30), (2, 10, 17, 22, 24, 40), (0, 1, 29))
        made = [one_of_many(cast, number, *days_ago) for number, days_ago in enumerate(ages)]
        looked()
    return Crowd(cast=cast, many=made)


def one_of_many(cast: Cast, number: int, tested: int, filled: int, surveyed: int) -> Enrollment:
    category = "adult_male" if number % 5 == 0 else "adult_female_rp"
    one = enrolled(f"{'ABCDEabcde'[number % 10]}na No{number:03}", cast.prescriber, category)
    if number % 11 == 0:
        return one
    on_treatment(one)
    dispensed(one, cast.cedar, days_ago=filled)
    collect(one, days_ago=tested, result="positive" if number % 29 == 0 else "negative")
    if surveyed:
        happened(one, PatientSurvey, days_ago=surveyed, completed_at=NOW - surveyed * DAY, answered_by="Herself")
    if number % 7 == 0:
        happened(one, TherapyDate, days_ago=1, kind="end", starts_on=NOW.date() - DAY)
    return one


keep, crowd = kept("crowd", crowd_of_ruth)


@pytest.fixture
def cast(crowd: Crowd) -> Cast:
    return crowd.cast


@pytest.fixture
def many(crowd: Crowd) -> list[Enrollment]:
    return crowd.many


SORTS = [f"{sign}{name}" for sign in ("", "-") for name in ("when", "patient", "what", "until")]


def test_the_list_is_that_of_asking_about_everybody_however_it_is_sorted(many: list[Enrollment]) -> None:
    lines = by_asking(NOW)
    assert {line.task.group for line in lines} >= {"overdue", "today", "week", "held"}
    assert len({line.task.item.kind for line in lines}) > 4
    assert not Horizon.objects.filter(lines=None).exists()
    every = lines_of(everybody(), at=NOW)
    for sort in SORTS:
        assert told(listed(NOW, sort)) == told(in_order(every, sort)), sort


@pytest.mark.parametrize("after", [timedelta(0), timedelta(hours=14, minutes=47, seconds=59), 5 * DAY, 40 * DAY])
def test_it_is_right_though_no_pass_has_looked_since(many: list[Enrollment], after: timedelta) -> None:
    for at in (NOW + after - timedelta(seconds=1), NOW + after, NOW + after + timedelta(seconds=1)):
        assert told(listed(at)) == told(by_asking(at))


@pytest.mark.soak
def test_it_is_right_at_each_instant_at_which_a_horizon_wakes(many: list[Enrollment]) -> None:
    wakes = Horizon.objects.filter(wakes_at__lt=NOW + 3 * DAY).order_by("wakes_at").values_list("wakes_at", flat=True)
    for wake in sorted({wake for wake in wakes if wake is not None})[:WAKES]:
        for at in (wake - INSTANT, wake, wake + timedelta(seconds=1)):
            assert told(listed(at)) == told(by_asking(at)), at
        with clock.stand_at(wake):
            passing.run()


def test_who_has_no_horizon_is_asked_about(many: list[Enrollment]) -> None:
    Horizon.objects.filter(enrollment__in=many[::3]).delete()
    Horizon.objects.filter(enrollment__in=many[1::3]).update(lines=None)
    every = lines_of(everybody(), at=NOW)
    for sort in SORTS:
        assert told(listed(NOW, sort)) == told(in_order(every, sort)), sort


def test_what_was_decided_narrows_and_counts_as_when_all_are_asked(many: list[Enrollment], cast: Cast) -> None:
    kai, items = person("Kai Brandt", Role.ADMINISTRATOR), [line.task.item for line in by_asking(NOW)]
    for item in items[::12]:
        acknowledge_item(item=item, until=NOW + DAY, reason="Travels", by=cast.ruth)
    for number, item in enumerate(items[1::12]):
        asked = ask_to_waive(item=item, reason="Moved abroad", by=cast.ruth)
        if number % 3:
            ruling = "approved" if number % 3 == 1 else "refused"
            rule_on_waiver(waiver=asked, ruling=ruling, reason="As agreed", by=kai)
    every = lines_of(everybody(), at=NOW)
    narrowed = [Chosen(state=state) for state in ("", "open", "quiet", "asked", "waived")]
    for chosen in (*narrowed, Chosen(when="overdue"), Chosen(what="test"), Chosen("week", "survey", "open")):
        assert told(listed(NOW, chosen=chosen)) == told(in_order(fitting(every, chosen), "when")), chosen
    to_do = [line for line in every if line.attention.state in ("open", "asked")]
    assert DueRows(everybody(), at=NOW).groups() == Counter(line.task.group for line in to_do)
    for at in (NOW + DAY, NOW + DAY + INSTANT):
        assert told(listed(at, chosen=Chosen(state="quiet"))) == told(by_asking(at, chosen=Chosen(state="quiet")))


def test_pages_follow_one_another_whichever_was_likely(many: list[Enrollment]) -> None:
    whole = told(by_asking(NOW))
    assert len(whole) > 75
    for likely in (None, "3", "999", "0", "x", "9" * 30):
        rows = DueRows(everybody(), at=NOW, page=likely)
        pages = [told(rows[first : first + 25]) for first in range(0, rows.count(), 25)]
        assert [line for page in pages for line in page] == whole, likely


def test_the_engine_is_asked_about_one_page_however_many_there_are(
    many: list[Enrollment], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def counted(enrollments: Any, *, at: datetime) -> Any:
        found = standings(enrollments, at=at)
        asked.append(len(found))
        return found

    monkeypatch.setattr(due_rows, "standings", counted)
    queries = []
    for rows in (everybody().filter(pk__in=[one.pk for one in many[:40]]), everybody()):
        with CaptureQueriesContext(connection) as taken:
            assert len(DueRows(rows, at=NOW)[0:25]) == 25
        queries.append(len(taken))
    assert len(asked) == 2
    assert max(asked) <= 25
    assert queries[0] == queries[1]


def test_until_it_wakes_a_horizon_is_believed_and_from_then_on_it_is_not(many: list[Enrollment]) -> None:
    one = by_asking(NOW)[0].task.enrollment
    horizon = Horizon.objects.filter(enrollment=one, authorization=None)
    for wakes, believed in ((NOW + INSTANT, True), (NOW, False), (NOW - timedelta(seconds=1), False)):
        horizon.update(lines=[], wakes_at=wakes)
        assert (one not in [line.task.enrollment for line in listed(NOW)]) is believed
    horizon.update(wakes_at=None, looked_at=NOW + INSTANT)
    assert told(listed(NOW)) == told(by_asking(NOW)), "of an instant before it was looked at"


def test_a_line_that_the_engine_does_not_confirm_is_not_shown(
    many: list[Enrollment], caplog: pytest.LogCaptureFixture
) -> None:
    line = by_asking(NOW)[0]
    horizon = Horizon.objects.get(enrollment=line.task.enrollment, authorization=None)
    assert horizon.lines is not None
    horizon.lines[0]["kind"] = "evaluation_open"
    horizon.save()
    assert line.task.item.kind != "evaluation_open"
    assert line.task.item not in [shown.task.item for shown in listed(NOW)]
    assert "does not confirm the line evaluation_open" in caplog.text


def test_after_a_failure_to_look_nothing_is_believed(many: list[Enrollment]) -> None:
    one = by_asking(NOW)[0].task.enrollment
    horizon = Horizon.objects.get(enrollment=one, authorization=None)
    passing.postpone(horizon_id=horizon.pk, by=system_person("tests"))
    horizon.refresh_from_db()
    assert (horizon.lines, horizon.wakes_at) == (None, NOW + passing.AGAIN)
    assert told(listed(NOW)) == told(by_asking(NOW))
