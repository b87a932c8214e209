"""Lists are narrowed, sorted, cut into pages and given as files, whatever stands in them."""

import csv
import hashlib
import io
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import trail
from audit.models import Event
from rems.actions.work_lists import acknowledge_item, ask_to_waive, rule_on_waiver
from rems.lists.attention import NOTHING, STATES, attention_to, narrowed_to
from rems.lists.due import due_items, key_of
from rems.lists.exporting import give, lines_of
from rems.lists.listing import PER_PAGE, Column, Listing, matching
from tests.rems.horizon.people import treated
from tests.rems.horizons import looked
from tests.rems.lists.conftest import Listed
from tests.rems.program_cast import NOW


class Line(NamedTuple):
    name: str
    days: int
    patient_id: int | None = None


LINES = [Line("Dana", 3, 7), Line("anna", 1, 8), Line("Björn", 3), Line("=1+1", 2, 7)]
COLUMNS = (
    Column(name="name", words="Name", by=("name",), cell=lambda line: line.name),
    Column(name="days", words="Days", by=("days",), cell=lambda line: line.days),
    Column(name="do", words="Do"),
)


def names(**asked: str) -> list[str]:
    return [line.name for line in Listing(LINES, COLUMNS, asked=asked, default="days").page]


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("", ["anna", "=1+1", "Dana", "Björn"]),
        ("-days", ["Dana", "Björn", "=1+1", "anna"]),
        ("name", ["=1+1", "anna", "Björn", "Dana"]),
        ("do", ["anna", "=1+1", "Dana", "Björn"]),
        ("password", ["anna", "=1+1", "Dana", "Björn"]),
    ],
)
def test_a_list_is_sorted_by_what_its_heads_offer_and_by_nothing_else(sort: str, found: list[str]) -> None:
    assert names(sort=sort) == found


def test_a_head_says_how_it_is_sorted_and_turns_it_around() -> None:
    heads = Listing(LINES, COLUMNS, asked={"sort": "days"}, default="name").heads
    assert [(head.sort, head.now) for head in heads] == [("name", ""), ("-days", "ascending"), ("", "")]
    heads = Listing(LINES, COLUMNS, asked={"sort": "-days"}, default="name").heads
    assert (heads[1].sort, heads[1].now, heads[1].next) == ("days", "descending", "ascending")


@pytest.mark.parametrize(("page", "first", "many"), [("", 0, 25), ("2", 25, 1), ("99", 25, 1), ("x", 0, 25)])
def test_a_list_is_cut_into_pages(page: str, first: int, many: int) -> None:
    lines = [Line(f"{number:02}", number) for number in range(PER_PAGE + 1)]
    shown = list(Listing(lines, COLUMNS, asked={"page": page}, default="days").page)
    assert (shown[0].days, len(shown)) == (first, many)


def test_words_are_found_in_any_case_and_all_of_them() -> None:
    assert [line.name for line in matching(LINES, "AN", ["name"])] == ["Dana", "anna"]
    assert matching(LINES, "an björn", ["name"]) == []


def test_a_file_is_in_the_trail_with_its_rows_hash_and_patients_before_it_leaves(listed: Listed) -> None:
    lines = lines_of(LINES, COLUMNS)
    answer = give(lines, filename="l.csv", action="rems.export_due", filters={"q": "x"}, by=listed.cast.ruth)
    file = b"".join(answer)
    assert answer.file_to_stream is not None
    answer.file_to_stream.close()
    assert list(csv.reader(io.StringIO(file.decode())))[-1] == ["'=1+1", "2"]
    assert file.splitlines()[0] == b"Name,Days"
    entry = Event.objects.get(action="rems.export_due")
    assert entry.details["rows"] == 4
    assert entry.details["sha256"] == hashlib.sha256(file).hexdigest()
    assert entry.details["filters"] == {"q": "x"}
    assert entry.patients == [7, 8]


def test_a_file_that_cannot_be_recorded_is_not_given(listed: Listed, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **said: object) -> None:
        raise trail.Unrecorded("no")

    monkeypatch.setattr(trail, "write", refuse)
    with pytest.raises(trail.Unrecorded):
        give(lines_of(LINES, COLUMNS), filename="l.csv", action="rems.export_due", filters={}, by=listed.cast.ruth)


def test_a_query_is_narrowed_to_the_state_that_each_of_its_rows_says(listed: Listed) -> None:
    """Leila's is left alone, Maya's is quiet, Nora's asked for, Olga's waived, Pia's was quiet until yesterday."""
    for name in ("Maya", "Nora", "Olga", "Pia"):
        treated(f"{name} Haddad", listed.cast, days_ago=18)
    looked()
    rows = {row.enrollment.patient.first_name: key_of(row) for row in due_items(at=NOW).filter(item_kind="test")}
    by, later = listed.cast.ruth, NOW + timedelta(days=2)
    acknowledge_item(item=rows["Maya"], until=later + timedelta(days=1), reason="Why", by=by)
    acknowledge_item(item=rows["Pia"], until=NOW + timedelta(days=1), reason="Why", by=by)
    ask_to_waive(item=rows["Nora"], reason="Why", by=by)
    rule_on_waiver(waiver=ask_to_waive(item=rows["Olga"], reason="Why", by=by), ruling="approved", by=listed.kai)
    every: Any = due_items(at=later).filter(item_kind="test")
    said = attention_to([key_of(row) for row in every], at=later)
    for chosen in ("", *(code for code, _ in STATES)):
        shown = {row.pk for row in narrowed_to(every, chosen, at=later)}
        assert shown == {row.pk for row in every if said.get(key_of(row), NOTHING).fits(chosen)}, chosen
    first = {
        code: {row.enrollment.patient.first_name for row in narrowed_to(every, code, at=later)} for code, _ in STATES
    }
    assert first == {"open": {"Leila", "Pia"}, "quiet": {"Maya"}, "asked": {"Nora"}, "waived": {"Olga"}}


def test_a_list_out_of_the_database_is_sorted_there_and_asks_as_often_for_many_as_for_one(listed: Listed) -> None:
    columns = (
        Column(name="patient", words="Patient", by=("enrollment__patient__first_name",)),
        Column(name="due", words="Due", by=("due_at",)),
    )

    def shown(sort: str) -> list[str]:
        rows = narrowed_to(due_items(at=NOW).filter(item_kind="test"), "", at=NOW)
        page = list(Listing(rows, columns, asked={"sort": sort}, default="due").page)
        attention_to([key_of(row) for row in page], at=NOW)
        return [row.enrollment.patient.first_name for row in page]

    with CaptureQueriesContext(connection) as alone:
        assert shown("due") == ["Leila"]
    for name in ("Zoe", "Amy", "Maya", "Nora"):
        treated(f"{name} Haddad", listed.cast, days_ago=17)
    looked()
    with CaptureQueriesContext(connection) as together:
        assert shown("-patient") == ["Zoe", "Nora", "Maya", "Leila", "Amy"]
    assert len(together) == len(alone)
    assert shown("due")[0] == "Leila"
