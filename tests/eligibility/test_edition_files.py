"""What an edition's file must hold, and where it says that it is wrong."""

import re
from pathlib import Path

import pytest

from eligibility.edition_reader import EditionError
from eligibility.editions import read_edition, read_editions
from tests.eligibility.courses import PROGRAM
from tests.eligibility.edition_files import STARTS, TEXT, changed, line_of, write

WRONG = [
    ("an unknown key of the edition", "state: in_force", "state: in_force\ncolor: red", "color: red", "'color'"),
    ("an unknown key of a requirement", "- id: refill", "- id: refill\n  limit: 3", "limit: 3", "'limit'"),
    (
        "an unknown key of a value",
        "max_days: {value: 28,",
        "max_days: {value: 28, about: x,",
        "max_days: {value: 28,",
        "'about'",
    ),
    ("an unknown kind", "kind: no_refill", "kind: few_refills", "- id: refill", "unknown kind 'few_refills'"),
    ("an unknown state", "state: in_force", "state: paused", "state: paused", "unknown state 'paused'"),
    ("an unknown reminder", "  late_after:", "  ignored:", "  ignored:", "'ignored'"),
    (
        "a reminder without a unit of days",
        "before: {value: [7, 2, 0], unit: days each",
        "before: {value: [7, 2, 0], unit: list",
        "before: {value: [7, 2, 0]",
        "wrong unit 'list'",
    ),
    (
        "a reminder on a day that is none",
        "before: {value: [7, 2, 0]",
        "before: {value: [7, -2, 0]",
        "before: {value: [7, -2, 0]",
        "is no value in 'days each'",
    ),
    ("an unknown switch", "  home_tests:", "  telehealth:", "  telehealth:", "'telehealth'"),
    (
        "a wrong unit",
        "hours: {value: 24, unit: hours}",
        "hours: {value: 24, unit: days}",
        "hours: {value: 24",
        "wrong unit 'days'",
    ),
    (
        "no unit",
        "max_days: {value: 28, unit: days}",
        "max_days: {value: 28}",
        "max_days: {value: 28}",
        "wrong unit 'text'",
    ),
    (
        "a value of another type",
        "max_days: {value: 28, unit: days}",
        "max_days: {value: '28', unit: days}",
        "max_days: {value: '28'",
        "'28' is no value in 'days'",
    ),
    (
        "a fraction where a whole number is meant",
        "hours: {value: 24,",
        "hours: {value: 24.5,",
        "hours: {value: 24.5",
        "24.5 is no value",
    ),
    ("a number below one", "max_days: {value: 28,", "max_days: {value: 0,", "max_days: {value: 0", "0 is no value"),
    (
        "true in place of a number",
        "max_days: {value: 28,",
        "max_days: {value: true,",
        "max_days: {value: true",
        "True is no value",
    ),
    (
        "a list of other things than words",
        "accepted_child: {value: [premenarchal]",
        "accepted_child: {value: [1]",
        "accepted_child: {value: [1]",
        "is no value in 'list'",
    ),
    ("no source of a requirement", "  source: 'Program guides'\n", "", "- id: menarche", "'source' is missing"),
    (
        "no mark of a requirement",
        "  kind: no_menarche\n  mark: C\n",
        "  kind: no_menarche\n",
        "- id: menarche",
        "'mark' is missing",
    ),
    (
        "no source of a value of the edition",
        ", mark: A, source: 'Revlimid prescribing information'}",
        ", mark: A}",
        "drug: {value",
        "source and mark",
    ),
    (
        "no mark of a value of the edition",
        "drug: {value: lenalidomide, mark: A,",
        "drug: {value: lenalidomide,",
        "drug: {value",
        "source and mark",
    ),
    ("an empty source", "  source: 'Program guides'", "  source: ' '", "  source: ' '", "expected a text"),
    ("an unknown mark", "kind: no_menarche\n  mark: C", "kind: no_menarche\n  mark: E", "mark: E", "unknown mark 'E'"),
    (
        "an unknown second mark",
        "kind: no_menarche\n  mark: C",
        "kind: no_menarche\n  mark: A/F",
        "mark: A/F",
        "unknown mark 'A/F'",
    ),
    (
        "a key twice",
        "  kind: no_menarche",
        "  kind: no_menarche\n  kind: no_menarche",
        "  kind: no_menarche\n  mark",
        "'kind' stands twice",
    ),
    (
        "a key of the edition twice",
        "state: in_force",
        "state: in_force\nstate: in_force",
        "state: in_force\nstarts",
        "'state' stands twice",
    ),
    ("a requirement twice", "- id: refill", "- id: supply", "- id: supply\n  kind: no_refill", "'supply'"),
    (
        "a value that is missing",
        "  hours: {value: 24, unit: hours}\n\n- id: test-calendar",
        "\n- id: test-calendar",
        "- id: second-test",
        "'hours' is missing",
    ),
    ("a key of the edition that is missing", "state: in_force\n", "", "program: us-lenalidomide", "'state' is missing"),
    (
        "a switch that is missing",
        "  home_tests: {value: [], unit: spans, mark: A, source: 'FDA letter on flexibility; off by default'}\n",
        "",
        "  verbal_prescriptions:",
        "'home_tests' is missing",
    ),
    (
        "an unknown zone",
        "value: America/New_York",
        "value: America/Old_York",
        "zone: {value",
        "America/Old_York is no time zone",
    ),
    (
        "another program than the folder's",
        "program: us-lenalidomide",
        "program: us-pomalidomide",
        "program: us-pomalidomide",
        "'us-pomalidomide'",
    ),
    (
        "a span that ends before it begins",
        "home_tests: {value: []",
        "home_tests: {value: [{start: 2026-06-12, until: 2026-06-10}]",
        "home_tests:",
        "a span needs a start",
    ),
    (
        "a span without a start",
        "home_tests: {value: []",
        "home_tests: {value: [{until: 2026-06-10}]",
        "home_tests:",
        "a span needs a start",
    ),
    (
        "a first day that is no date",
        "starts: {value: 2021-05-21",
        "starts: {value: soon",
        "starts: {value: soon",
        "'soon' is no value in 'date'",
    ),
    (
        "a first day that does not exist",
        "starts: {value: 2021-05-21",
        "starts: {value: 2021-02-30",
        "starts: {value",
        "not readable",
    ),
]


@pytest.mark.parametrize(("old", "new", "place", "says"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_named_with_file_and_line(tmp_path: Path, old: str, new: str, place: str, says: str) -> None:
    text = changed(old, new)
    with pytest.raises(EditionError) as error:
        read_edition(write(tmp_path, text))
    message = str(error.value)
    assert says in message
    assert PROGRAM in message
    named = re.match(r"2021-05-21\.yaml:(\d+): ", message)
    assert named, message
    first = line_of(text, place)
    assert first <= int(named[1]) <= first + 1, message


def test_an_edition_in_force_names_every_kind(tmp_path: Path) -> None:
    text = changed(
        "- id: refill\n  kind: no_refill\n  mark: A\n  source: 'FDA approved-REMS page Lenalidomide (410)'\n", ""
    )
    with pytest.raises(EditionError, match=r"2021-05-21\.yaml:\d+: .*missing: no_refill"):
        read_edition(write(tmp_path, text))


@pytest.mark.parametrize("text", ["a: [1, 2", "", "[]", "a: b: c", "just words"])
def test_what_is_no_edition_at_all_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(EditionError, match=r"2021-05-21\.yaml"):
        read_edition(write(tmp_path, text))


def test_two_editions_of_one_first_day_overlap(tmp_path: Path) -> None:
    write(tmp_path, TEXT)
    write(tmp_path, TEXT.replace("edition: '2021-05-21'", "edition: 'other'"), "other.yaml")
    with pytest.raises(EditionError, match=r"us-lenalidomide/other\.yaml:1: overlaps us-lenalidomide/2021-05-21\.yaml"):
        read_editions(tmp_path)


def test_two_editions_of_one_name_overlap(tmp_path: Path) -> None:
    write(tmp_path, TEXT)
    write(tmp_path, TEXT.replace(STARTS, STARTS.replace("2021-05-21", "2026-07-01")), "other.yaml")
    with pytest.raises(EditionError, match=r"other\.yaml:1: overlaps"):
        read_editions(tmp_path)


def test_a_folder_without_editions_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match="no program editions"):
        read_editions(tmp_path)
