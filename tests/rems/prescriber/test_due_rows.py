"""The practice's list out of the kept lines is the list that one gets by asking the engine about everybody."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count, product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.people import system_person
from accounts.roles import Role
from audit import clock
from eligibility.findings import INSTANT
from patients.models import PatientSurvey, Report, TherapyDate
from prescribers.actions import deactivate
from rems.actions.work_lists import acknowledge_item, ask_to_waive, rule_on_waiver
from rems.horizon import passing
from rems.horizon.deadlines import read
from rems.horizon.renewal import renew
from rems.lists.listing import Listing
from rems.models import Enrollment, Horizon
from rems.queries import due_rows
from rems.queries.due_rows import Chosen, DueRows
from rems.queries.kept_lines import stored_lines
from rems.queries.practice import Line
from rems.queries.prescriber import open_authorizations
from rems.queries.standing import standing_of, standings
from rems.records import Records
from rems.views.prescriber.due import COLUMNS
from tests import soak
from tests.oracle.generator import history
from tests.oracle.histories import History
from tests.oracle.recordable import recordable
from tests.rems.horizons import looked, renewed
from tests.rems.prescriber.everybody import lines_of
from tests.rems.program_cast import NOW, PROGRAM, Cast, cast, collect, dispensed, enrolled, on_treatment, person
from tests.rems.scenario_rows import Rows, Unstorable

__all__ = ["cast"]

HISTORIES = soak.count(soak=1_000, short=30)
DAY = timedelta(days=1)


def recorded() -> Iterator[tuple[int, History]]:
    """Histories that rows can hold, and their numbers."""
    for seed in count(900_000):
        made = recordable(history(seed))
        if made is not None:
            yield seed, made


@pytest.mark.soak
def test_kept_lines_are_what_the_engine_says_until_the_horizon_wakes() -> None:
    """Any history as rows, looked at once; then at its first, last and other instants until it is to be looked at."""
    chance, asked, kept = random.Random(7), 0, 0  # noqa: S311 - the same instants in every run
    for seed, made in recorded():
        if asked == HISTORIES:
            break
        try:
            rows = Rows(made.facts, made.stage)
        except Unstorable:
            continue
        asked, at = asked + 1, made.facts.at
        renew([rows.patient.pk], at=at)
        horizon = Horizon.objects.get(enrollment=rows.enrollment, authorization=None)
        kept += len(horizon.lines or [])
        last = horizon.wakes_at - INSTANT if horizon.wakes_at else at + 60 * DAY
        for instant in (at, *(at + (last - at) * chance.random() for _ in range(3)), last):
            said = as_the_engine_says(rows.enrollment, horizon, at=instant)
            assert said == horizon.lines, f"history {seed} as of {instant}"
    assert kept > HISTORIES / 2


def as_the_engine_says(enrollment: Enrollment, horizon: Horizon, *, at: datetime) -> list[dict[str, Any]]:
    """The lines at an instant by what was on record when the horizon was looked at: a history has later facts, too."""
    records, number = Records([enrollment], at=horizon.looked_at), open_authorizations([enrollment], at=at).last()
    stored = map(read, horizon.deadlines)
    row = standing_of(enrollment, at=at, number=number, records=records, stored=stored)
    return stored_lines(row) if row else []


@pytest.fixture
def many(cast: Cast) -> list[Enrollment]:
    """Patients whose tests, fills, surveys, therapies and reports differ; most have been looked at, some have not."""
    made = []
    ages = product((3, 10, 21, 22, 28, 30), (2, 10, 17, 22, 24, 40), (0, 1, 29))
    for number, (tested, filled, surveyed) in enumerate(ages):
        category = "adult_male" if number % 5 == 0 else "adult_female_rp"
        one = enrolled(f"{'ABCDEabcde'[number % 10]}na No{number:03}", cast.prescriber, category)
        made.append(one)
        if number % 11 == 0:
            continue
        on_treatment(one)
        dispensed(one, cast.cedar, days_ago=filled)
        collect(one, days_ago=tested, result="positive" if number % 29 == 0 else "negative")
        if surveyed:
            happened(one, PatientSurvey, days_ago=surveyed, completed_at=NOW - surveyed * DAY, answered_by="Herself")
        if number % 7 == 0:
            happened(one, TherapyDate, days_ago=1, kind="end", starts_on=NOW.date() - DAY)
    looked()
    return made


def happened(enrollment: Enrollment, fact: Any, *, days_ago: int, **more: Any) -> None:
    more |= {"program": PROGRAM} if fact is not Report else {}
    recorded_then = {"recorded_at": NOW - days_ago * DAY, "recorded_by": enrollment.enrolled_by}
    fact.objects.create(patient=enrollment.patient, **more, **recorded_then)


def everybody() -> Any:
    return Enrollment.objects.select_related("patient", "prescriber__person").order_by("pk")


def told(lines: Any) -> list[tuple[Any, ...]]:
    """Every word of the lines, in their order."""
    return [(line.task.item, line.task.group, line.task.tag, line.task.sentence, line.attention) for line in lines]


def listed(at: datetime, sort: str = "when", chosen: Chosen = due_rows.ALL) -> list[Line]:
    rows = DueRows(everybody(), at=at, chosen=chosen)
    return list(Listing(rows, COLUMNS, asked={"sort": sort}, default="when").rows[:])


def by_asking(at: datetime, sort: str = "when", chosen: Chosen = due_rows.ALL) -> list[Line]:
    found = [
        line
        for line in lines_of(everybody(), at=at)
        if chosen.fits(line.task.group, line.task.item.kind, line.attention.state)
    ]
    return list(Listing(found, COLUMNS, asked={"sort": sort}, default="when").rows)


SORTS = [f"{sign}{name}" for sign in ("", "-") for name in ("when", "patient", "what", "until")]


def test_the_list_is_that_of_asking_about_everybody_however_it_is_sorted(many: list[Enrollment]) -> None:
    lines = by_asking(NOW)
    assert {line.task.group for line in lines} >= {"overdue", "today", "week", "held"}
    assert len({line.task.item.kind for line in lines}) > 4
    assert not Horizon.objects.filter(lines=None).exists()
    for sort in SORTS:
        assert told(listed(NOW, sort)) == told(by_asking(NOW, sort)), sort


@pytest.mark.parametrize("after", [timedelta(0), timedelta(hours=14, minutes=47, seconds=59), 5 * DAY, 40 * DAY])
def test_it_is_right_though_no_pass_has_looked_since(many: list[Enrollment], after: timedelta) -> None:
    for at in (NOW + after - timedelta(seconds=1), NOW + after, NOW + after + timedelta(seconds=1)):
        assert told(listed(at)) == told(by_asking(at))


def test_it_is_right_at_each_instant_at_which_a_horizon_wakes(many: list[Enrollment]) -> None:
    wakes = Horizon.objects.filter(wakes_at__lt=NOW + 3 * DAY).order_by("wakes_at").values_list("wakes_at", flat=True)
    for wake in sorted({wake for wake in wakes if wake is not None})[:8]:
        for at in (wake - INSTANT, wake, wake + timedelta(seconds=1)):
            assert told(listed(at)) == told(by_asking(at)), at
        with clock.stand_at(wake):
            passing.run()


def test_who_has_no_horizon_is_asked_about(many: list[Enrollment]) -> None:
    Horizon.objects.filter(enrollment__in=many[::3]).delete()
    Horizon.objects.filter(enrollment__in=many[1::3]).update(lines=None)
    for sort in SORTS:
        assert told(listed(NOW, sort)) == told(by_asking(NOW, sort)), sort


def test_what_was_decided_narrows_and_counts_as_when_all_are_asked(many: list[Enrollment], cast: Cast) -> None:
    kai, items = person("Kai Brandt", Role.ADMINISTRATOR), [line.task.item for line in by_asking(NOW)]
    for item in items[::6]:
        acknowledge_item(item=item, until=NOW + DAY, reason="Travels", by=cast.ruth)
    for number, item in enumerate(items[1::6]):
        asked = ask_to_waive(item=item, reason="Moved abroad", by=cast.ruth)
        if number % 3:
            ruling = "approved" if number % 3 == 1 else "refused"
            rule_on_waiver(waiver=asked, ruling=ruling, reason="As agreed", by=kai)
    narrowed = [Chosen(state=state) for state in ("", "open", "quiet", "asked", "waived")]
    for chosen in (*narrowed, Chosen(when="overdue"), Chosen(what="test"), Chosen("week", "survey", "open")):
        assert told(listed(NOW, chosen=chosen)) == told(by_asking(NOW, chosen=chosen)), chosen
    to_do = [line for line in lines_of(everybody(), at=NOW) if line.attention.state in ("open", "asked")]
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


def test_a_deactivated_prescriber_is_heard_at_once(cast: Cast) -> None:
    male = enrolled("Samuel Osei", cast.prescriber, "adult_male")
    dispensed(male, cast.cedar, days_ago=24)
    happened(male, PatientSurvey, days_ago=1, completed_at=NOW - DAY, answered_by="Samuel Osei")
    renewed()
    assert [line.task.title for line in listed(NOW)] == ["authorization"]
    kai = person("Kai Brandt", Role.ADMINISTRATOR)
    deactivate(prescriber=cast.prescriber, program=PROGRAM, reason="As asked", by=kai)
    assert told(listed(NOW)) == told(by_asking(NOW))
    assert listed(NOW) == []
