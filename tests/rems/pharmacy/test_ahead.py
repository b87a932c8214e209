"""What lies ahead of a site: what lapses, which fills open this week, whom to call now; of its own patients alone."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import clock
from audit.models import Event
from patients.actions import open_report, record_therapy_end
from pharmacies.models import Deactivation
from rems import models, numbers
from rems.models import Acknowledgment, ItemKey, Waiver
from rems.queries.pharmacy_ahead import Ahead, ahead_of
from tests.rems.horizons import renewed
from tests.rems.pharmacy.conftest import NOW, PROGRAM, Cast, enroll
from tests.rems.program_cast import decided, dispensed
from tests.soak import count

AHEAD = "/pharmacy/ahead"
OPENS, CALL, LAPSES = "fill_opens", "closes_before_fill", "confirmation"
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
MANY = count(soak=10_000, short=60)


def lines(cast: Cast, site: Any = None) -> list[tuple[str, str]]:
    return [(line.kind, line.first_name) for line in ahead_of(site or cast.cedar, at=clock.now())]


def numbered(enrollment: models.Enrollment, *, days: float) -> models.Authorization:
    """An open authorization of this moment that closes in so many days."""
    at, by = clock.now(), enrollment.enrolled_by
    written = models.Prescription.objects.create(
        enrollment=enrollment,
        prescriber=enrollment.prescriber,
        written_at=at,
        days_supply=28,
        category="adult_male",
        recorded_at=at,
        recorded_by=by,
    )
    made = models.Authorization.objects.create(
        number=numbers.new_number(numbers.Kind.AUTHORIZATION).text,
        prescription=written,
        patient=enrollment.patient,
        program=PROGRAM,
        category="adult_male",
        issued_at=at,
        closes_at=at + timedelta(days=days),
        decision=decided(enrollment, "authorize", at),
        by=by,
    )
    renewed(enrollment)
    return made


@pytest.mark.parametrize(
    ("days_ago", "shown"),
    [(13, False), (14, True), (20, True), (21, True), (22, False)],
    ids=["in 8 days", "in 7 days", "tomorrow", "today", "since yesterday"],
)
def test_a_fill_stands_there_in_the_week_in_which_it_opens(cast: Cast, days_ago: int, shown: bool) -> None:
    """28 days were dispensed: the next fill opens 21 days later, in the program's zone."""
    dispensed(cast.walter, cast.cedar, days_ago=days_ago)
    assert lines(cast) == ([(OPENS, "Walter")] if shown else [])


def test_of_a_patient_who_was_served_elsewhere_since_nothing_stands_there(cast: Cast) -> None:
    dispensed(cast.walter, cast.cedar, days_ago=19)
    assert lines(cast) == [(OPENS, "Walter")]
    dispensed(cast.walter, cast.birch, days_ago=18)
    assert (lines(cast), lines(cast, cast.birch)) == ([], [(OPENS, "Walter")])


def test_a_site_that_is_not_certified_now_reads_nothing_of_patients_numbers(cast: Cast) -> None:
    dispensed(cast.walter, cast.cedar, days_ago=19)
    Deactivation.objects.create(
        pharmacy=cast.cedar, program=PROGRAM, deactivated_at=NOW, by=cast.ruth, reason="Three deviations"
    )
    assert lines(cast) == []


@pytest.mark.parametrize(
    ("after", "shown"), [(-SECOND, True), (timedelta(0), False), (SECOND, False)], ids=["before", "at", "after"]
)
def test_whose_number_closes_before_the_fill_opens_is_called_now(cast: Cast, after: timedelta, shown: bool) -> None:
    dispensed(cast.walter, cast.cedar, days_ago=5)
    opens = ahead_opens(cast)
    numbered(cast.walter, days=(opens + after - NOW) / DAY)
    found = [line for line in ahead_of(cast.cedar, at=NOW) if line.kind == CALL]
    assert [(line.due_at, line.opens) for line in found] == ([(opens + after, opens)] if shown else [])


def ahead_opens(cast: Cast) -> Any:
    with clock.stand_at(NOW + 10 * DAY):
        [line] = ahead_of(cast.cedar, at=clock.now())
    return line.due_at


def test_a_later_number_or_an_open_confirmation_needs_no_call(cast: Cast) -> None:
    for enrollment in (cast.walter, cast.elena):
        dispensed(enrollment, cast.cedar, days_ago=5)
        numbered(enrollment, days=3)
    assert [kind for kind, _ in lines(cast)] == [CALL, CALL]
    numbered(cast.walter, days=30)
    held = models.Authorization.objects.filter(patient=cast.elena.patient).latest("issued_at")
    models.Confirmation.objects.create(
        number=numbers.new_number(numbers.Kind.CONFIRMATION).text,
        authorization=held,
        pharmacy=cast.cedar,
        issued_at=NOW,
        lapses_at=NOW + DAY,
        decision=decided(cast.elena, "confirm", NOW),
        by=cast.alice,
    )
    renewed()
    assert lines(cast) == [(LAPSES, "Elena")]
    with clock.stand_at(NOW + DAY + SECOND):
        assert lines(cast) == [(CALL, "Elena")]


def test_an_own_confirmation_stands_there_until_it_lapses_and_at_no_other_site(cast: Cast) -> None:
    given = cast.confirm(cast.authorize(cast.elena), at=cast.cedar, by=cast.alice)
    assert (lines(cast), lines(cast, cast.birch)) == ([(LAPSES, "Elena")], [])
    with clock.stand_at(given.lapses_at):
        assert lines(cast) == [(LAPSES, "Elena")]
    with clock.stand_at(given.lapses_at + SECOND):
        assert lines(cast) == []


def test_the_page_says_whom_to_call_and_never_the_authorization(at_counter: Client, cast: Cast) -> None:
    dispensed(cast.walter, cast.cedar, days_ago=5)
    number = numbered(cast.walter, days=3)
    page = at_counter.get(AHEAD).content.decode()
    for words in ("Call now", "Ruth Abara, MD", "555-0142", "Walter Hale"):
        assert words in page
    assert number.number not in page
    seen = Event.objects.get(action="rems.view_ahead")
    assert (seen.patient_id, seen.details["site"]) == (cast.walter.patient_id, cast.cedar.pk)


def test_nobody_is_hurried_for_who_is_held_or_whose_therapy_has_ended(at_counter: Client, cast: Cast) -> None:
    for enrollment in (cast.walter, cast.elena):
        dispensed(enrollment, cast.cedar, days_ago=18)
    open_report(patient=cast.elena.patient, kind="pregnancy", subject="patient", by=cast.ruth)
    record_therapy_end(patient=cast.walter.patient, program=PROGRAM, starts_on=NOW.date(), by=cast.ruth)
    page = at_counter.get(AHEAD)
    assert {row["line"].first_name: row["halted"] for row in page.context["lines"]} == {
        "Walter": "Therapy ended",
        "Elena": "Everything held",
    }
    assert "in 3 days" not in page.content.decode()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Elena", "Walter"]),
        ("?sort=-when", ["Walter", "Elena"]),
        ("?sort=patient", ["Walter", "Elena"]),
        ("?kind=fill_opens", ["Elena", "Walter"]),
        ("?kind=confirmation", []),
        ("?q=hale", ["Walter"]),
        ("?q=abara%20marsh", ["Elena"]),
        ("?program=us-thalidomide", []),
        ("?state=quiet", []),
    ],
)
def test_it_is_narrowed_and_sorted(at_counter: Client, cast: Cast, query: str, names: list[str]) -> None:
    dispensed(cast.walter, cast.cedar, days_ago=18)
    dispensed(cast.elena, cast.cedar, days_ago=20)
    page = at_counter.get(f"{AHEAD}{query}")
    assert [row["line"].first_name for row in page.context["lines"]] == names


def test_the_file_holds_the_lines_and_is_in_the_trail(at_counter: Client, cast: Cast) -> None:
    dispensed(cast.walter, cast.cedar, days_ago=18)
    dispensed(cast.elena, cast.cedar, days_ago=20)
    answer = at_counter.get(f"{AHEAD}.csv?q=walter")
    [head, line] = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))  # type: ignore[attr-defined]
    assert dict(zip(head, line, strict=True))["Patient"] == "Walter Hale"
    entry = Event.objects.get(action="rems.export_ahead")
    assert (entry.details["rows"], entry.patient_id) == (1, cast.walter.patient_id)


def only_line(cast: Cast) -> Ahead:
    dispensed(cast.walter, cast.cedar, days_ago=18)
    [line] = ahead_of(cast.cedar, at=NOW)
    return line


def decide(browser: Client, key: ItemKey, **typed: str) -> Any:
    return browser.post(reverse("pharmacy:item", args=key.args), {"key": "k", "reason": "Called."} | typed)


def test_a_line_is_acknowledged_until_a_day_and_then_stands_there_again(at_counter: Client, cast: Cast) -> None:
    line = only_line(cast)
    assert decide(at_counter, line.key, do="acknowledge", until="2026-06-17").status_code == 302
    assert Acknowledgment.objects.get().by == cast.alice
    assert shown(at_counter, "?state=open") == 0
    assert shown(at_counter, "?state=quiet") == 1
    with clock.stand_at(NOW + 2 * DAY):
        assert shown(at_counter, "?state=open") == 1


def shown(browser: Client, query: str = "") -> int:
    return len(browser.get(f"{AHEAD}{query}").context["lines"])


def test_a_waiver_is_asked_for_and_the_line_stays_until_a_second_person_approves(
    at_counter: Client, cast: Cast
) -> None:
    line = only_line(cast)
    assert decide(at_counter, line.key, do="waive").status_code == 302
    assert Waiver.objects.get().asked_by == cast.alice
    assert shown(at_counter) == 1


def test_a_line_of_another_sites_patient_does_not_exist(client: Client, cast: Cast) -> None:
    line = only_line(cast)
    client.force_login(cast.bob)
    assert decide(client, line.key, do="waive").status_code == 404
    assert client.get(reverse("pharmacy:item", args=line.key.args)).status_code == 404


def test_a_list_of_thousands_costs_as_many_queries_as_one_of_few(at_counter: Client, cast: Cast) -> None:
    dispensed(cast.walter, cast.cedar, days_ago=18)
    dispensed(cast.elena, cast.cedar, days_ago=5)
    numbered(cast.elena, days=2)
    assert shown(at_counter) == 2, "the session knows the site from here on"
    few = queries_of(at_counter)
    for place in range(MANY):
        made = enroll(f"Ada{place}", "Lund", "adult_male", prescriber=cast.prescriber, by=cast.ruth)
        dispensed(made, cast.cedar, days_ago=18)
    assert queries_of(at_counter) == few


def queries_of(browser: Client) -> int:
    with CaptureQueriesContext(connection) as told:
        assert browser.get(AHEAD).status_code == 200
    return len(told)
