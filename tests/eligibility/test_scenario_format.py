"""The format of the scenarios: how files merge, what is unknown, and where an error is."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from eligibility import Category, Outcome, Reason, Stage
from eligibility.converters import FormatError
from eligibility.scenario_format import describe, facts_of
from eligibility.scenarios import Scenario, ScenarioError, merge, read_scenarios

AT = "2026-06-15T10:00:00-04:00"
PLAIN: dict[str, Any] = {
    "id": "X1",
    "program": "us-lenalidomide",
    "ask": "authorize",
    "at": AT,
    "patient": {"enrolled": True, "category": "adult_male"},
    "expect": {"decision": "refused"},
}
TEST = {"collected": AT, "result": "negative"}


def write(folder: Path, content: Any) -> Path:
    path = folder / "trial.yaml"
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
    return path


def read(folder: Path, defaults: Any = None, **changes: Any) -> Scenario:
    """The one scenario of a file."""
    content = {"defaults": defaults or {}, "scenarios": [{**PLAIN, **changes}]}
    (scenario,) = read_scenarios(write(folder, content))
    return scenario


WRONG: list[tuple[str, Mapping[str, Any], str]] = [
    ("an unknown key", {"colour": "red"}, "colour: unknown key"),
    ("an unknown key of the patient", {"patient": {"name": "Ann"}}, "patient.name: unknown key"),
    ("an unknown key of a test", {"tests": [TEST, {**TEST, "lab": "x"}]}, "tests.1.lab: unknown key"),
    ("an unknown key of what is expected", {"expect": {"decision": "refused", "why": []}}, "expect.why: unknown key"),
    ("an unknown switch", {"flexibilities": {"telehealth": True}}, "flexibilities.telehealth: unknown key"),
    ("an unknown key of the hand-over", {"hand_over": {"by": "x"}}, "hand_over.by: unknown key"),
    ("an unknown program", {"program": "us-clozapine"}, "program: unknown program 'us-clozapine'"),
    ("no program", {"program": None}, "program: is missing"),
    ("an unknown stage", {"ask": "dispense"}, "ask: unknown stage 'dispense'"),
    ("an unknown category", {"patient": {"category": "adult"}}, "patient.category: unknown category 'adult'"),
    (
        "an unknown category on the prescription",
        {"prescription": {"category": "man"}},
        "prescription.category: unknown category 'man'",
    ),
    ("an unknown cycle", {"patient": {"cycle": "odd"}}, "patient.cycle: unknown cycle 'odd'"),
    ("an unknown result", {"tests": [{**TEST, "result": "good"}]}, "tests.0.result: unknown result 'good'"),
    ("an unknown kind of report", {"reports": [{"kind": "rash"}]}, "reports.0.kind: unknown reportkind 'rash'"),
    ("an unknown method", {"hand_over": {"method": "drone"}}, "hand_over.method: unknown method 'drone'"),
    (
        "an unknown reason",
        {"expect": {"decision": "refused", "because": ["too_late"]}},
        "expect.because.0: unknown reason 'too_late'",
    ),
    (
        "an unknown warning",
        {"expect": {"decision": "refused", "warnings": ["late"]}},
        "expect.warnings.0: unknown reason 'late'",
    ),
    ("an unknown reason not to be given", {"expect": {"decision": "refused", "not": ["x"]}}, "expect.not.0"),
    ("an unknown decision", {"expect": {"decision": "maybe"}}, "expect.decision: unknown outcome 'maybe'"),
    ("no decision", {"expect": {"because": []}}, "expect.decision: is missing"),
    ("nothing expected", {"expect": None}, "expect: is missing"),
    ("no instant", {"at": None}, "at: is missing"),
    ("an instant without an offset", {"at": "2026-06-15T10:00:00"}, "at: '2026-06-15T10:00:00' is no instant"),
    ("a day for an instant", {"at": "2026-06-15"}, "at: '2026-06-15' is no instant"),
    ("a date that does not exist", {"first_dose": "2026-02-30"}, "first_dose: '2026-02-30' is no date"),
    ("an hour that does not exist", {"surveys": ["2026-06-10T25:00:00-04:00"]}, "surveys.0"),
    ("a malformed date", {"patient": {"born": "4/2/1985"}}, "patient.born: '4/2/1985' is no date"),
    ("a collection without an offset", {"tests": [{"collected": "2026-06-10T09:00:00"}]}, "tests.0.collected"),
    ("an instant where a day is meant", {"first_dose": AT}, "first_dose"),
    ("a word for a flag", {"counseled": "yes please"}, "counseled: 'yes please' is neither true nor false"),
    ("a word for a number", {"prescription": {"days_supply": "28"}}, "prescription.days_supply: '28' is no number"),
    ("true for a number", {"days_on_hand": True}, "days_on_hand: True is no number"),
    ("no number at all", {"days_on_hand": float("nan")}, "days_on_hand: nan is no number"),
    ("an endless number", {"days_on_hand": float("inf")}, "days_on_hand: inf is no number"),
    ("a mapping for a list", {"tests": {"collected": AT}}, "tests: "),
    ("a list for a mapping", {"patient": []}, "patient: [] is no mapping"),
    ("an unknown zone of the site", {"pharmacy": {"zone": "America/Old_York"}}, "pharmacy.zone"),
    ("a number for an id", {"id": 7}, "id: 7 is no text"),
]


@pytest.mark.parametrize(("changes", "says"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_an_error_names_file_scenario_and_key(tmp_path: Path, changes: Mapping[str, Any], says: str) -> None:
    with pytest.raises(ScenarioError) as error:
        read(tmp_path, **changes)
    message = str(error.value)
    assert message.startswith(str(tmp_path / "trial.yaml"))
    assert f": {changes.get('id', 'X1')}: " in message
    assert says in message


def test_a_wrong_key_of_the_defaults_is_named_with_the_scenario(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"trial\.yaml: X1: agreement\.signed: unknown key"):
        read(tmp_path, defaults={"agreement": {"signed": "2026-01-01"}})


@pytest.mark.parametrize(
    "content",
    [
        "scenarios: [",
        "",
        "[]",
        "scenarios: {}",
        "defaults: {}",
        "scenarios: []\nmore: 1",
        "scenarios:\n- just words",
        "scenarios:\n- {id: X1, id: X2}",
        "? [a, b]\n: 1\nscenarios: []",
    ],
)
def test_what_is_no_file_of_scenarios_is_an_error(tmp_path: Path, content: str) -> None:
    with pytest.raises(ScenarioError, match=r"trial\.yaml"):
        read_scenarios(write(tmp_path, content))


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"absent\.yaml: not readable"):
        read_scenarios(tmp_path / "absent.yaml")


def test_a_file_in_another_encoding_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    path.write_bytes("title: Prüfung".encode("latin-1"))
    with pytest.raises(ScenarioError, match="not readable"):
        read_scenarios(path)


def test_an_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"trial\.yaml: X1: id: stands twice"):
        read_scenarios(write(tmp_path, {"scenarios": [PLAIN, PLAIN]}))


def test_a_scenario_without_an_id_is_named_by_its_place(tmp_path: Path) -> None:
    entry = {key: value for key, value in PLAIN.items() if key != "id"}
    with pytest.raises(ScenarioError, match=r"trial\.yaml: number 2: id: is missing"):
        read_scenarios(write(tmp_path, {"scenarios": [PLAIN, entry]}))


# Merging ------------------------------------------------------------------------------------------


def test_mappings_merge_key_by_key_and_anything_else_replaces() -> None:
    under = {
        "patient": {"enrolled": True, "born": "1985-04-02"},
        "surveys": ["2026-06-01", "2026-06-02"],
        "counseled": True,
    }
    over = {"patient": {"born": None}, "surveys": ["2026-06-10"], "counseled": False}
    assert merge(under, over) == {
        "patient": {"enrolled": True, "born": None},
        "surveys": ["2026-06-10"],
        "counseled": False,
    }


def test_null_takes_away_what_the_defaults_say(tmp_path: Path) -> None:
    defaults = {"agreement": {"signed_on": "2025-11-03"}, "authorization": {"issued": AT}, "days_on_hand": 3}
    facts = read(tmp_path, defaults, agreement=None, authorization=None, days_on_hand=None).facts
    assert (facts.agreement, facts.authorization, facts.days_on_hand) == (None, None, None)


def test_the_defaults_hold_for_every_scenario_and_are_not_changed_by_one(tmp_path: Path) -> None:
    defaults = {"patient": {"born": "1985-04-02"}, "counseled": True}
    entries = [{**PLAIN, "counseled": False}, {**PLAIN, "id": "X2"}]
    first, second = read_scenarios(write(tmp_path, {"defaults": defaults, "scenarios": entries}))
    assert (first.facts.counseled, second.facts.counseled) == (False, True)
    assert first.facts.patient.born == second.facts.patient.born == date(1985, 4, 2)


def test_a_mapping_replaces_null_and_a_list_replaces_a_mapping() -> None:
    assert merge({"agreement": None}, {"agreement": {"signed_on": AT}}) == {"agreement": {"signed_on": AT}}
    assert merge({"tests": {}}, {"tests": [TEST]}) == {"tests": [TEST]}


# What is unknown ----------------------------------------------------------------------------------


def test_what_nobody_says_is_unknown() -> None:
    facts = facts_of({}, at=datetime.fromisoformat(AT), program="us-lenalidomide")
    assert facts.patient.enrolled is None
    assert facts.counseled is None
    assert facts.prescription.days_supply is None
    assert (facts.authorization, facts.last_dispense, facts.method) == (None, None, None)


def test_absent_means_no_where_the_format_says_so() -> None:
    described = {"authorization": {"issued": AT}, "tests": [TEST], "prescription": {"days_supply": 28}}
    facts = facts_of(described, at=datetime.fromisoformat(AT), program="us-lenalidomide")
    assert facts.authorization is not None
    assert facts.authorization.used is False
    assert facts.tests[0].home is False
    assert (facts.prescription.refill, facts.prescription.verbal) == (False, False)
    assert facts.patient.menarche_reported is False
    assert (facts.reports, facts.therapy_ended, facts.interruption) == ((), None, None)
    assert (facts.prescriber.deactivated, facts.flexibilities) == (None, {})


@pytest.mark.parametrize(
    ("prescription", "category"),
    [
        (None, Category.ADULT_MALE),
        ({"days_supply": 28}, Category.ADULT_MALE),
        ({"category": "male_child"}, Category.MALE_CHILD),
        ({"category": None}, None),
    ],
)
def test_the_category_on_the_prescription_is_the_patients_unless_given(
    tmp_path: Path, prescription: Any, category: Category | None
) -> None:
    assert read(tmp_path, prescription=prescription).facts.prescription.category is category


def test_days_and_instants_may_stand_without_quotes(tmp_path: Path) -> None:
    text = (
        "scenarios:\n- {id: X1, program: us-lenalidomide, ask: authorize, at: 2026-06-15T10:00:00-04:00, "
        "first_dose: 2026-01-05, expect: {decision: refused}}\n"
    )
    (scenario,) = read_scenarios(write(tmp_path, text))
    assert scenario.facts.at == datetime(2026, 6, 15, 14, tzinfo=UTC)
    assert scenario.facts.first_dose == date(2026, 1, 5)


def test_what_a_scenario_says_is_written_down_and_read_again_the_same(tmp_path: Path) -> None:
    facts = read(tmp_path, tests=[TEST], prescription={"category": None}, interruption={"from": "2026-05-01"}).facts
    assert facts_of(describe(facts), at=facts.at, program=facts.program) == facts


def test_facts_of_names_the_key() -> None:
    with pytest.raises(FormatError) as error:
        facts_of({"tests": [{"collected": "soon"}]}, at=datetime.fromisoformat(AT), program="us-lenalidomide")
    assert error.value.key == "tests.0.collected"


# What differs -------------------------------------------------------------------------------------


def differences(folder: Path, **expect: Any) -> str:
    scenario = read(folder, expect={"decision": "refused", **expect})
    return "; ".join(scenario.differences(scenario.ask()))


def test_a_scenario_is_read_with_stage_and_expectation(tmp_path: Path) -> None:
    scenario = read(tmp_path, expect={"decision": "allowed", "because": ["too_early"], "not": ["test_positive"]})
    assert (scenario.id, scenario.stage) == ("X1", Stage.AUTHORIZE)
    assert scenario.expected.decision is Outcome.ALLOWED
    assert scenario.expected.because == (Reason.TOO_EARLY,)
    assert scenario.expected.never == (Reason.TEST_POSITIVE,)


def test_more_reasons_may_be_given_than_expected(tmp_path: Path) -> None:
    assert differences(tmp_path, because=["counseling_missing"]) == ""


def test_a_difference_says_what_was_expected_and_what_came(tmp_path: Path) -> None:
    said = differences(
        tmp_path,
        decision="allowed",
        because=["too_early"],
        warnings=["test_was_late"],
        **{"not": ["agreement_missing"]},
    )
    for part in (
        "expected allowed, came refused",
        "too_early not given",
        "warning test_was_late not given",
        "agreement_missing given",
        "counseling_missing",
        "warnings none",
    ):
        assert part in said
