"""Ruth's work list: narrowed, sorted, given as a file; lines are acknowledged and waived; others' are not hers."""

import csv
import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from audit import clock
from audit.models import Event
from rems.actions.work_lists import acknowledge_item, ask_to_waive, rule_on_waiver
from rems.lists import exporting
from rems.lists.due import due_items, key_of
from rems.models import Enrollment
from rems.queries.practice import Line
from tests.rems.horizons import looked, renewed
from tests.rems.prescriber.conftest import Practice
from tests.rems.prescriber.conftest import enrolled as enrolled_today
from tests.rems.prescriber.everybody import lines_of
from tests.rems.program_cast import NOW, Cast, cast, collect, dispensed, enrolled, on_treatment, person, signed_in

__all__ = ["cast"]
Look = Callable[..., HttpResponse]


@pytest.fixture
def leila(cast: Cast) -> Enrollment:
    """On treatment, tested 18 days ago with unknown cycles: the test was due 4 days ago."""
    made = enrolled("Leila Haddad", cast.prescriber)
    on_treatment(made)
    dispensed(made, cast.cedar, days_ago=20)
    collect(made, days_ago=18)
    looked()
    return made


@pytest.fixture
def samuel(cast: Cast, leila: Enrollment) -> Enrollment:
    """Dispensed 17 days ago: the survey is due when the fill opens, on June 20."""
    made = enrolled("Samuel Osei", cast.prescriber, "adult_male")
    dispensed(made, cast.cedar, days_ago=17)
    looked()
    return made


def home(someone: Any, **asked: str) -> Any:
    return signed_in(someone).get(reverse("prescriber:home"), asked)


def shown(someone: Any, **asked: str) -> list[str]:
    """Who and what stands on the page, in its order."""
    rows = home(someone, **asked).context["rows"]
    return [f"{line.task.enrollment.patient.first_name}: {line.words}" for line, _ in rows]


TEST, SURVEY = "Leila: Pregnancy test", "Samuel: Patient survey"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [TEST, SURVEY]),
        ({"when": "overdue"}, [TEST]),
        ({"when": "week"}, [SURVEY]),
        ({"when": "held"}, []),
        ({"what": "survey"}, [SURVEY]),
        ({"q": "OSEI"}, [SURVEY]),
        ({"q": "osei leila"}, []),
        ({"program": "us-lenalidomide"}, [TEST, SURVEY]),
        ({"program": "us-thalidomide"}, []),
        ({"state": "quiet"}, []),
        ({"state": "open"}, [TEST, SURVEY]),
        ({"sort": "-when"}, [SURVEY, TEST]),
        ({"sort": "patient"}, [TEST, SURVEY]),
        ({"sort": "-patient"}, [SURVEY, TEST]),
        ({"sort": "what"}, [SURVEY, TEST]),
        ({"sort": "-until"}, [SURVEY, TEST]),
    ],
)
def test_the_list_is_narrowed_and_sorted(
    cast: Cast, samuel: Enrollment, asked: dict[str, str], found: list[str]
) -> None:
    only = {TEST, SURVEY}
    assert [line for line in shown(cast.ruth, **asked) if line in only] == found


def test_a_line_says_until_when_and_opens_the_form_that_clears_it(cast: Cast, leila: Enrollment) -> None:
    page = home(cast.ruth).content.decode()
    assert "4 days overdue" in page
    assert "Fri, Jun 12, 2026, 23:59 EDT" in page
    assert reverse("prescriber:record_test", args=[leila.patient.number]) in page


def test_a_due_day_is_one_item_for_notices_flags_and_the_practice(cast: Cast, samuel: Enrollment) -> None:
    lines = {line.task.item for line in lines_of(Enrollment.objects.all(), at=NOW)}
    assert {key_of(row) for row in due_items(at=NOW)} <= lines


def of_test(enrollment: Enrollment) -> Line:
    return next(line for line in lines_of([enrollment], at=clock.now()) if line.task.item.kind == "test")


def test_a_test_of_which_no_day_is_known_stays_one_item(cast: Cast, leila: Enrollment) -> None:
    maya = enrolled("Maya Lind", cast.prescriber)
    on_treatment(maya)
    dispensed(maya, cast.cedar, days_ago=20)
    renewed(maya)
    first = of_test(maya).task
    with clock.stand_at(NOW + timedelta(days=2)):
        assert of_test(maya).task.item == first.item
    assert first.until is None


def test_what_is_missing_for_one_fill_is_one_item_and_for_the_next_another(cast: Cast) -> None:
    male = enrolled("Ivan Petrov", cast.prescriber, "adult_male")
    dispensed(male, cast.cedar, days_ago=60)

    def items() -> set[Any]:
        return {line.task.item for line in lines_of([male], at=clock.now())}

    before = items()
    with clock.stand_at(NOW + timedelta(days=3)):
        assert items() == before
        dispensed(male, cast.cedar, days_ago=1)
    with clock.stand_at(NOW + timedelta(days=40)):
        assert items().isdisjoint(before)


def test_a_quiet_line_stays_says_by_whom_and_counts_no_more(cast: Cast, leila: Enrollment) -> None:
    tile = home(cast.ruth).context["tiles"][0]
    acknowledge_item(item=of_test(leila).task.item, until=NOW + timedelta(days=2), reason="Travels", by=cast.ruth)
    page = home(cast.ruth)
    assert TEST in shown(cast.ruth)
    assert "Quiet" in page.content.decode()
    assert "Travels" in page.content.decode()
    assert (tile["many"], page.context["tiles"][0]["many"]) == (1, 0)
    assert shown(cast.ruth, state="quiet") == [TEST]
    with clock.stand_at(NOW + timedelta(days=2, seconds=1)):
        assert shown(cast.ruth, state="quiet") == []


def test_a_waived_line_leaves_the_list_and_is_still_found_with_both_names(cast: Cast, leila: Enrollment) -> None:
    kai = person("Kai Brandt", Role.ADMINISTRATOR)
    asked = ask_to_waive(item=of_test(leila).task.item, reason="Moved abroad", by=cast.ruth)
    assert shown(cast.ruth, state="asked") == [TEST]
    rule_on_waiver(waiver=asked, ruling="approved", by=kai)
    assert TEST not in shown(cast.ruth)
    page = home(cast.ruth, state="waived").content.decode()
    assert "Kai Brandt" in page
    assert "Moved abroad" in page


def test_the_file_holds_what_is_shown_and_is_in_the_trail_before_it_leaves(cast: Cast, samuel: Enrollment) -> None:
    acknowledge_item(item=of_test_of_leila().task.item, until=NOW + timedelta(days=2), reason="=1+1", by=cast.ruth)
    answer: Any = signed_in(cast.ruth).post(f"{reverse('prescriber:export_due')}?what=test&sort=-patient")
    file = b"".join(answer.streaming_content)
    entry = Event.objects.get(action="rems.export_due")
    assert entry.details["sha256"] == hashlib.sha256(file).hexdigest()
    assert (entry.details["rows"], entry.details["filters"]) == (1, {"what": "test"})
    assert entry.patient_id == of_test_of_leila().patient_id
    (line,) = csv.DictReader(io.StringIO(file.decode()))
    assert (line["Patient"], line["State"], line["Acknowledged by"]) == ("Leila Haddad", "quiet", "Ruth Abara")
    assert line["Until"] == "2026-06-13T03:59:59.999999+00:00"


def of_test_of_leila() -> Line:
    return of_test(Enrollment.objects.get(patient__first_name="Leila"))


def test_more_lines_than_a_file_holds_are_narrowed_first(
    cast: Cast, samuel: Enrollment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", 1)
    answer = signed_in(cast.ruth).post(f"{reverse('prescriber:export_due')}?program=us-lenalidomide", follow=True)
    assert "Narrow the list first" in answer.content.decode()
    assert not Event.objects.filter(action="rems.export_due").exists()


def test_a_delegate_sees_and_exports_the_patients_of_whom_they_serve_alone(practice: Practice, look: Look) -> None:
    for someone, patient in ((practice.tom, "Dana Whitfield"), (practice.iris, "Olga Marsh")):
        page = look(someone, "home").content.decode()
        others = {"Dana Whitfield", "Olga Marsh"} - {patient}
        assert patient in page
        assert not [name for name in others if name in page]
        answer: Any = signed_in(someone).post(reverse("prescriber:export_due"))
        file = b"".join(answer.streaming_content).decode()
        assert patient in file
        assert not [name for name in others if name in file]


def test_who_is_on_the_page_is_in_the_trail(cast: Cast, samuel: Enrollment) -> None:
    home(cast.ruth, q="osei")
    entry = Event.objects.filter(action="rems.view_due_list").latest("pk")
    assert entry.details["query"] == {"q": "osei"}
    assert entry.patient_id == samuel.patient_id


def test_many_patients_take_as_many_queries_as_few_and_come_in_pages(practice: Practice) -> None:
    client, url = signed_in(practice.ruth), reverse("prescriber:home")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(30):
        enrolled_today(f"Patient No{number}", practice.prescriber, "adult_male")
    with CaptureQueriesContext(connection) as many:
        page = client.get(url)
    assert len(many) <= len(few)
    assert (len(page.context["rows"]), page.context["page"].paginator.num_pages) == (25, 2)
    assert len(client.get(url, {"page": "2"}).context["rows"]) == page.context["page"].paginator.count - 25
