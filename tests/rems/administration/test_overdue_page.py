"""The program's work list: what is overdue, by days, prescriber and site; what came to the administrator."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse, reverse_lazy

from accounts.models import Person
from accounts.roles import Role
from audit import clock
from audit.models import Event
from patients.models import Patient
from rems.actions.work_lists import acknowledge_item, ask_to_waive, rule_on_waiver
from rems.lists.due import key_of
from rems.models import DisplayFlag, Enrollment, Notice
from rems.overdue import CALENDAR
from tests.rems.horizons import looked
from tests.rems.program_cast import (
    NOW,
    PROGRAM,
    Cast,
    collect,
    dispensed,
    enrolled,
    on_treatment,
    person,
    prescriber,
    signed_in,
)
from tests.soak import count

MANY = count(soak=10_000, short=200)


@pytest.fixture(autouse=True)
def flagged(cast: Cast) -> None:
    """Renata is 16 days late, Leila 2, Nora is due in 4."""
    for name, days_ago in (("Nora Quist", 10), ("Renata Vogel", 30), ("Leila Haddad", 16)):
        made = enrolled(name, cast.prescriber)
        on_treatment(made)
        dispensed(made, cast.cedar, days_ago=20)
        collect(made, days_ago=days_ago)
    looked()


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("", [("Renata Vogel", 16), ("Leila Haddad", 2), ("Nora Quist", -4)]),
        ("kind=overdue", [("Renata Vogel", 16), ("Leila Haddad", 2)]),
        ("kind=due_soon", [("Nora Quist", -4)]),
        ("late=14", [("Renata Vogel", 16)]),
        ("late=3", [("Renata Vogel", 16)]),
        ("q=leila", [("Leila Haddad", 2)]),
        ("q=abara", [("Renata Vogel", 16), ("Leila Haddad", 2), ("Nora Quist", -4)]),
        (f"program={PROGRAM}&kind=due_soon", [("Nora Quist", -4)]),
        ("program=us-thalidomide", []),
    ],
)
def test_oldest_first_then_due_soon(cast: Cast, query: str, rows: list[tuple[str, int]]) -> None:
    page = signed_in(cast.jo).get(f"{reverse('administration:overdue')}?what=test&{query}")
    assert [(flag.enrollment.patient.name, days) for flag, days in page.context["rows"]] == rows


def test_the_bars_count_by_age(cast: Cast) -> None:
    page = signed_in(cast.jo).get(reverse("administration:overdue"))
    assert [age.many for age in page.context["ages"]] == [1, 0, 0, 1]
    assert [bar.many for bar in page.context["coming"]] == [0, 3, 0, 1], "three surveys tomorrow"
    assert page.context["refusals"] == []
    assert page.context["at_once"] == 3


def test_the_view_is_recorded(cast: Cast) -> None:
    signed_in(cast.jo).get(reverse("administration:overdue"))
    assert len(Event.objects.get(action="rems.view_overdue").details["patients"]) == 3


def test_a_test_recorded_clears_the_list(cast: Cast) -> None:
    with clock.stand_at(NOW + timedelta(hours=1)):
        page = signed_in(cast.jo).get(f"{reverse('administration:overdue')}?what=test&q=renata")
        flag, _ = page.context["rows"][0]
        collect(flag.enrollment, days_ago=0)
        looked()
        page = signed_in(cast.jo).get(f"{reverse('administration:overdue')}?what=test&q=renata")
    assert page.context["rows"] == []


def test_what_was_due_soon_when_the_job_last_ran_is_overdue_once_its_day_is_over(cast: Cast) -> None:
    with clock.stand_at(NOW + timedelta(days=14)):
        browser = signed_in(cast.jo)
        page = browser.get(f"{reverse('administration:overdue')}?what=test&q=nora")
        soon = browser.get(f"{reverse('administration:overdue')}?what=test&kind=due_soon")
        home = browser.get(reverse("administration:home"))
    assert [(flag.kind, flag.late, days) for flag, days in page.context["rows"]] == [("due_soon", True, 10)]
    assert "overdue 10 days" in page.content.decode()
    assert "closed" not in page.content.decode()
    assert (page.context["overdue"], page.context["due_soon"]) == (6, 0)
    assert [age.many for age in page.context["ages"]] == [0, 0, 4, 2]
    assert soon.context["rows"] == []
    assert (home.context["overdue"], home.context["due_soon"], home.context["at_once"]) == (3, 0, 0)


OVERDUE, ESCALATIONS = reverse_lazy("administration:overdue"), reverse_lazy("administration:escalations")


def names_at(someone: Person, address: str) -> list[str]:
    return [row.enrollment.patient.first_name for row, _ in signed_in(someone).get(address).context["rows"]]


def test_overdue_ones_are_counted_by_prescriber_and_by_site_and_each_count_opens_its_list(cast: Cast) -> None:
    iris = prescriber(person("Iris Brand", Role.PRESCRIBER), 223456789)
    made = enrolled("Maya Ito", iris)
    on_treatment(made)
    dispensed(made, cast.birch, days_ago=20)
    collect(made, days_ago=40)
    looked()
    tallies = dict(signed_in(cast.jo).get(f"{OVERDUE}?what=test").context["tallies"])
    assert [(tally.name, tally.many) for tally in tallies["By prescriber"]] == [
        ("Ruth Abara, MD", 2),
        ("Iris Brand, MD", 1),
    ]
    assert [(tally.name, tally.many) for tally in tallies["By site"]] == [
        ("Cedar Street Pharmacy", 2),
        ("Birch Road Pharmacy", 1),
    ]
    for tally in (*tallies["By prescriber"], *tallies["By site"]):
        assert len(names_at(cast.jo, f"{OVERDUE}?{tally.query}")) == tally.many
    assert names_at(cast.jo, f"{OVERDUE}?{tallies['By site'][1].query}") == ["Maya"]


def test_who_was_served_elsewhere_since_counts_there(cast: Cast) -> None:
    renata = Enrollment.objects.get(patient__first_name="Renata")
    dispensed(renata, cast.birch, days_ago=2)
    rows = dict(signed_in(cast.jo).get(OVERDUE).context["tallies"])["By site"]
    assert [(tally.name, tally.many) for tally in rows] == [("Birch Road Pharmacy", 1), ("Cedar Street Pharmacy", 1)]


def test_surveys_and_numbers_stand_there_beside_tests(cast: Cast) -> None:
    page = signed_in(cast.jo).get(f"{OVERDUE}?kind=due_soon")
    assert {row.item_kind for row, _ in page.context["rows"]} == {"test", "survey"}
    assert "Patient survey" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sort=-late", ["Nora", "Leila", "Renata"]),
        ("sort=patient", ["Leila", "Nora", "Renata"]),
        ("sort=site", ["Renata", "Leila", "Nora"]),
        ("sort=password", ["Renata", "Leila", "Nora"]),
    ],
)
def test_it_is_sorted_by_its_heads(cast: Cast, query: str, found: list[str]) -> None:
    assert names_at(cast.jo, f"{OVERDUE}?what=test&{query}") == found


def test_what_is_waived_leaves_list_and_counts_and_what_is_quiet_says_so(cast: Cast) -> None:
    [renata, leila, _] = [row for row, _ in signed_in(cast.jo).get(f"{OVERDUE}?what=test").context["rows"]]
    asked = ask_to_waive(item=key_of(renata), reason="Moved abroad.", by=cast.ruth)
    acknowledge_item(item=key_of(leila), until=NOW + timedelta(days=2), reason="Test booked.", by=cast.jo)
    assert names_at(cast.jo, f"{OVERDUE}?what=test&kind=overdue") == ["Renata", "Leila"]
    rule_on_waiver(waiver=asked, ruling="approved", by=cast.jo)
    page = signed_in(cast.jo).get(f"{OVERDUE}?what=test")
    assert [row.enrollment.patient.first_name for row, _ in page.context["rows"]] == ["Leila", "Nora"]
    assert "Test booked." in page.content.decode()
    assert page.context["overdue"] == 1
    assert names_at(cast.jo, f"{OVERDUE}?what=test&state=waived") == ["Renata"]
    assert names_at(cast.jo, f"{OVERDUE}?what=test&state=quiet") == ["Leila"]


@pytest.mark.parametrize("address", ["overdue_file", "escalations_file"])
def test_the_files_hold_the_list_and_are_in_the_trail(cast: Cast, address: str) -> None:
    with clock.stand_at(NOW + timedelta(days=30)):
        looked()
        answer: Any = signed_in(cast.jo).get(f"{reverse(f'administration:{address}')}?q=leila&what=test")
        [head, line] = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert dict(zip(head, line, strict=True))["Patient"] == "Leila Haddad"
    entry = Event.objects.get(action=f"rems.export_{address.removesuffix('_file')}")
    assert (entry.details["rows"], len(entry.details["sha256"])) == (1, 64)


def test_what_the_ladder_brought_to_the_program_stands_there_until_it_is_cleared(cast: Cast) -> None:
    assert names_at(cast.jo, f"{ESCALATIONS}") == []
    with clock.stand_at(NOW + timedelta(days=30)):
        looked()
        assert sorted(names_at(cast.jo, f"{ESCALATIONS}?what=test")) == ["Leila", "Nora"], "Renata’s day was long over"
        page = signed_in(cast.jo).get(f"{ESCALATIONS}?what=test&q=leila")
        collect(page.context["rows"][0][0].enrollment, days_ago=0)
        looked()
        assert sorted(names_at(cast.jo, f"{ESCALATIONS}?what=test")) == ["Nora"]
        assert names_at(cast.jo, f"{ESCALATIONS}?what=test&cleared=cleared") == ["Leila"]
        assert len(names_at(cast.jo, f"{ESCALATIONS}?what=test&cleared=all")) == 2
        assert names_at(cast.jo, f"{ESCALATIONS}?program=us-thalidomide") == []


@pytest.mark.parametrize("address", [OVERDUE, ESCALATIONS])
def test_a_list_of_thousands_costs_as_many_queries_as_one_of_few(cast: Cast, address: str) -> None:
    with clock.stand_at(NOW + timedelta(days=30)):
        looked()
        few = queries_of(cast.jo, address)
        crowd(Enrollment.objects.get(patient__first_name="Leila"))
        assert queries_of(cast.jo, address) == few


def crowd(like: Enrollment) -> None:
    """MANY others like her, whose tests are overdue, and what came to the program of them."""
    who = like.patient
    same = {"born": who.born, "created_at": who.created_at, "created_by": who.created_by}
    patients = Patient.objects.bulk_create(Patient(first_name="Ada", last_name="Lund", **same) for _ in range(MANY))
    since = {"enrolled_at": like.enrolled_at, "enrolled_by": like.enrolled_by, "prescriber": like.prescriber}
    made = Enrollment.objects.bulk_create(Enrollment(patient=one, program=PROGRAM, **since) for one in patients)
    flag, notice = like.flags.filter(what=CALENDAR).latest("pk"), Notice.objects.filter(step="administrator")[0]
    DisplayFlag.objects.bulk_create(
        DisplayFlag(enrollment=one, kind=flag.kind, what=CALENDAR, due_at=flag.due_at, raised_at=flag.raised_at)
        for one in made
    )
    told = {name: getattr(notice, name) for name in ("kind", "step", "period", "program", "at", "made_at", "late")}
    Notice.objects.bulk_create(
        Notice(**told, enrollment=one, patient=one.patient, subject=f"enrollment:{one.pk}", due_at=flag.due_at)
        for one in made
    )


def queries_of(someone: Person, address: str) -> int:
    browser = signed_in(someone)
    assert browser.get(address).status_code == 200
    with CaptureQueriesContext(connection) as told:
        assert browser.get(address).status_code == 200
    return len(told)
