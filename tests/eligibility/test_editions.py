"""Program editions: the project's own, which one is in force, an ended program, dated switches."""

from datetime import date, datetime
from pathlib import Path

import pytest

from eligibility import Outcome, Reason, Stage, decide
from eligibility.edition import Edition
from eligibility.editions import edition_in_force, programs, read_edition, read_editions
from eligibility.explain import explain
from eligibility.findings import INSTANT
from eligibility.requirements import KINDS
from tests.eligibility.courses import MAN, PROGRAM, WOMAN, facts, negative
from tests.eligibility.edition_files import ENDED, TEXT, at, changed, later, write

# The project's own editions -----------------------------------------------------------------------


def test_the_three_programs_are_there() -> None:
    assert sorted(programs()) == ["us-lenalidomide", "us-pomalidomide", "us-thalidomide"]


EDITIONS = [edition for editions in programs().values() for edition in editions]


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda e: e.path)
def test_every_value_has_its_source_and_mark(edition: Edition) -> None:
    values = [*edition.header.values(), *(v for r in edition.requirements for v in r.values.values())]
    assert values
    for value in values:
        assert value.source.strip()
        assert set(value.mark.split("/")) <= set("ABCD")


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda e: e.path)
def test_an_edition_is_read_to_people_with_every_value(edition: Edition) -> None:
    text = explain(edition)
    assert edition.sha256 in text
    for requirement in edition.requirements:
        assert f"({requirement.id})" in text
        for value in requirement.values.values():
            assert value.words in text
            assert value.source in text


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda e: e.path)
def test_the_switches_are_off(edition: Edition) -> None:
    assert set(edition.switches.values()) == {()}


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda e: e.path)
def test_an_edition_uses_every_kind_once(edition: Edition) -> None:
    assert sorted(type(r).__name__ for r in edition.requirements) == sorted(kind.__name__ for kind in KINDS.values())


# Which one is in force ----------------------------------------------------------------------------


def test_an_edition_is_superseded_at_midnight_of_its_zone(tmp_path: Path) -> None:
    write(tmp_path, TEXT)
    write(tmp_path, later("2026-07-01", max_days="14"), "2026-07-01.yaml")
    among = read_editions(tmp_path)
    for moment, edition, refused in (
        ("2026-06-30T23:59:59-04:00", "2021-05-21", False),
        ("2026-07-01T03:59:59Z", "2021-05-21", False),
        ("2026-07-01T00:00:00-04:00", "2026-07-01", True),
        ("2026-07-01T00:00:01-04:00", "2026-07-01", True),
    ):
        found = edition_in_force(PROGRAM, at(moment), among=among)
        decision = decide(found, facts(MAN, at(moment), surveys=["2026-06-25"]), Stage.AUTHORIZE)
        assert decision.edition == edition, moment
        assert (Reason.SUPPLY_OVER_LIMIT in decision.reasons) is refused, moment


def test_a_decision_ends_with_its_edition(tmp_path: Path) -> None:
    write(tmp_path, TEXT)
    write(tmp_path, later("2026-07-01"), "2026-07-01.yaml")
    first, second = read_editions(tmp_path)[PROGRAM]
    midnight = at("2026-07-01T00:00:00-04:00")
    assert (first.until, second.until) == (midnight - INSTANT, None)
    noon = at("2026-06-15T12:00:00-04:00")
    assert decide(first, facts(MAN, noon, last_dispense=None, surveys=[]), Stage.AUTHORIZE).until == first.until


def test_two_editions_of_different_text_have_different_sums(tmp_path: Path) -> None:
    write(tmp_path, TEXT)
    write(tmp_path, later("2026-07-01"), "2026-07-01.yaml")
    first, second = read_editions(tmp_path)[PROGRAM]
    assert first.sha256 != second.sha256
    assert first.sha256 == programs()[PROGRAM][0].sha256


@pytest.mark.parametrize("moment", ["2021-05-20T23:59:59-04:00", "1999-01-01T00:00:00+00:00"])
def test_before_any_edition_none_is_in_force(moment: str) -> None:
    decision = decide(edition_in_force(PROGRAM, at(moment)), facts(MAN, at(moment)), Stage.AUTHORIZE)
    assert decision.outcome is Outcome.REFUSED
    assert decision.reasons == {Reason.NO_EDITION_IN_FORCE}
    assert (decision.edition, decision.edition_sha256) == (None, None)


def test_an_unknown_program_is_no_answer() -> None:
    with pytest.raises(KeyError):
        edition_in_force("us-clozapine", at("2026-06-15T12:00:00-04:00"))


@pytest.mark.parametrize("stage", Stage)
def test_an_ended_program_stops_gating_on_its_end_date(tmp_path: Path, stage: Stage) -> None:
    write(tmp_path, TEXT)
    write(tmp_path, ENDED, "2026-07-01.yaml")
    among = read_editions(tmp_path)
    outcomes = {}
    for moment in ("2026-06-30T23:59:59-04:00", "2026-07-01T00:00:00-04:00", "2036-07-01T00:00:00-04:00"):
        unknown = facts({}, at(moment))
        decision = decide(edition_in_force(PROGRAM, at(moment), among=among), unknown, stage)
        outcomes[moment] = decision.outcome
        assert (Reason.PROGRAM_ENDED in {f.reason for f in decision.findings}) is (decision.outcome == "not_gated")
    assert list(outcomes.values()) == [Outcome.REFUSED, Outcome.NOT_GATED, Outcome.NOT_GATED]


def test_a_decision_before_the_end_says_when_it_ends(tmp_path: Path) -> None:
    write(tmp_path, TEXT)
    write(tmp_path, ENDED, "2026-07-01.yaml")
    (first, ended) = read_editions(tmp_path)[PROGRAM]
    assert ended.ended
    assert first.until == at("2026-07-01T00:00:00-04:00") - INSTANT


# Dated switches -----------------------------------------------------------------------------------

SPAN = "{value: [{start: 2026-06-10, until: 2026-06-12}]"


@pytest.mark.parametrize(
    ("moment", "accepted"),
    [
        ("2026-06-09T23:59:59-04:00", False),
        ("2026-06-10T00:00:00-04:00", True),
        ("2026-06-12T23:59:59-04:00", True),
        ("2026-06-13T00:00:00-04:00", False),
    ],
)
def test_a_dated_switch_is_on_for_its_days(tmp_path: Path, moment: str, accepted: bool) -> None:
    text = TEXT.replace("home_tests: {value: []", f"home_tests: {SPAN}")
    edition = read_edition(
        write(tmp_path, text.replace("verbal_prescriptions: {value: []", f"verbal_prescriptions: {SPAN}"))
    )
    course = facts(
        WOMAN, at(moment), tests=[negative("2026-06-09T09:00:00-04:00", home=True)], prescription={"verbal": True}
    )
    decision = decide(edition, course, Stage.AUTHORIZE)
    said = {f.reason for f in decision.findings if f.reason}
    assert (Reason.HOME_TEST_ACCEPTED in said, Reason.VERBAL_PRESCRIPTION_ACCEPTED in said) == (accepted, accepted)
    assert (Reason.HOME_TEST_NOT_ACCEPTED in said, Reason.VERBAL_PRESCRIPTION_NOT_ALLOWED in said) == (
        not accepted,
        not accepted,
    )


def test_a_switch_that_comes_and_goes_is_foretold(tmp_path: Path) -> None:
    text = changed("verbal_prescriptions: {value: []", f"verbal_prescriptions: {SPAN}")
    edition = read_edition(write(tmp_path, text))

    def verbal(moment: str) -> tuple[datetime | None, datetime | None]:
        course = facts(MAN, at(moment), prescription={"verbal": True})
        (found,) = [f for f in decide(edition, course, Stage.AUTHORIZE).findings if f.requirement == "verbal"]
        return found.opens, found.until

    assert verbal("2026-06-09T12:00:00-04:00") == (at("2026-06-10T00:00:00-04:00"), None)
    assert verbal("2026-06-11T12:00:00-04:00") == (None, at("2026-06-13T00:00:00-04:00") - INSTANT)
    assert verbal("2026-06-14T12:00:00-04:00") == (None, None)


def test_a_switch_without_an_end_stays_on(tmp_path: Path) -> None:
    text = changed("verbal_prescriptions: {value: []", "verbal_prescriptions: {value: [{start: 2026-06-10}]")
    edition = read_edition(write(tmp_path, text))
    assert [edition.switch("verbal_prescriptions", day) for day in (date(2026, 6, 9), date(2099, 1, 1))] == [
        False,
        True,
    ]


def test_a_switch_set_by_hand_goes_before_the_edition(tmp_path: Path) -> None:
    edition = read_edition(
        write(tmp_path, changed("verbal_prescriptions: {value: []", f"verbal_prescriptions: {SPAN}"))
    )
    noon = at("2026-06-11T12:00:00-04:00")
    course = facts(MAN, noon, prescription={"verbal": True}, flexibilities={"verbal_prescriptions": False})
    assert Reason.VERBAL_PRESCRIPTION_NOT_ALLOWED in decide(edition, course, Stage.AUTHORIZE).reasons
