"""Every reason, in every case that the engine can give, has words; and they say what they should."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import eligibility
from eligibility import wording
from eligibility.editions import programs
from eligibility.findings import Finding, Level
from eligibility.reasons import Reason
from eligibility.vocabulary import CATEGORY_WORDS, SWITCHES, Category
from eligibility.wording import Said, WordingError, say, template

NEW_YORK = ZoneInfo("America/New_York")
ENGINE = Path(eligibility.__file__).parent

# Calls whose reason or case is no plain word in the call: what each can be.
COMPUTED = {
    ("Reason.EVALUATION_OPEN", "report.kind"): (("evaluation_open",), ("missed_period", "abnormal_bleeding")),
    ("Reason.PROGRAM_MISMATCH", "kind"): (("program_mismatch",), ("authorization", "confirmation")),
    ("Reason.AUTHORIZATION_EXPIRED", "kind"): (("authorization_expired",), ("test", "issue")),
    ("Reason.CATEGORY_MISMATCH", "named"): (("category_mismatch",), ("prescription", "none")),
    ("reason", "'deactivated' if known else 'never'"): (
        ("prescriber_not_certified", "pharmacy_not_certified"),
        ("deactivated", "never"),
    ),
    ("reason", ""): (("authorization_expired_after_confirmation",), ("",)),
}


def calls() -> Iterator[ast.Call]:
    """Every place at which the engine says that something is not met, or notes it."""
    for file in sorted(ENGINE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("blocked", "noted"):
                yield node


def given(call: ast.Call) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The reasons and cases of one call."""
    reason = ast.unparse(call.args[1])
    case = next((k.value for k in call.keywords if k.arg == "case"), None)
    key = (reason, ast.unparse(case) if case else "")
    if key in COMPUTED:
        return COMPUTED[key]
    code = Reason[reason.removeprefix("Reason.")].value
    if case is None:
        return (code,), ("",)
    words = [node.value for node in ast.walk(case) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    plain = isinstance(case, ast.Constant) or (isinstance(case, ast.IfExp) and len(words) >= 2)
    assert plain, f"line {call.lineno}: name what {key} can be in COMPUTED"
    return (code,), tuple(words)


EMITTED = sorted(
    {(code, case) for call in calls() for codes, cases in (given(call),) for code in codes for case in cases}
)


def finding(reason: Reason, case: str = "", *, opens: datetime | None = None, **details: object) -> Finding:
    return Finding("rule", Level.UNMET, reason, "a source", "A", None, opens, case, details)  # type: ignore[arg-type]


def said(reason: Reason, case: str = "", *, opens: datetime | None = None, **details: object) -> Said:
    return say(finding(reason, case, opens=opens, **details), zone=NEW_YORK, names={})


def test_every_reason_has_words_and_no_words_are_left_over() -> None:
    assert set(wording.wording()["reasons"]) == {reason.value for reason in Reason}


def test_the_search_finds_the_engines_cases() -> None:
    assert ("test_overdue", "start_unknown") in EMITTED
    assert len(EMITTED) > 60


@pytest.mark.parametrize(("code", "case"), EMITTED)
def test_every_case_that_the_engine_gives_has_all_four_texts(code: str, case: str) -> None:
    assert all(template(code, case).values())


def test_no_case_has_words_that_the_engine_never_asks_for() -> None:
    written = {(code, case) for code, entry in wording.wording()["reasons"].items() for case in entry.get("case", {})}
    assert written <= set(EMITTED)


@pytest.mark.parametrize(("code", "case"), EMITTED)
def test_every_case_is_said_even_where_nothing_is_known(code: str, case: str) -> None:
    for text in said(Reason(code), case):
        assert "{" not in text
        assert "the the" not in text
        assert text.strip() == text != ""


@pytest.mark.parametrize(("code", "case"), EMITTED)
def test_the_words_keep_to_the_style(code: str, case: str) -> None:
    for text in template(code, case).values():
        assert not re.search(r"\b(valid|invalid|successful|please|error)\b", text.replace("{", " "), re.IGNORECASE)
        assert "!" not in text


@pytest.mark.parametrize(("code", "case"), EMITTED)
def test_a_sentence_and_an_advice_end_as_sentences_and_a_title_does_not(code: str, case: str) -> None:
    texts = template(code, case)
    assert texts["sentence"].endswith(".")
    assert texts["what"].endswith((".", ")"))
    assert not texts["title"].endswith(".")


def test_a_refusal_without_words_is_an_error_and_not_a_blank() -> None:
    with pytest.raises(WordingError, match="no words for nonsense"):
        template("nonsense", "")
    with pytest.raises(WordingError, match="sentence"):
        template("test_overdue", "no_such_case")
    met = Finding("rule", Level.MET, None, "a source", "A")
    with pytest.raises(WordingError, match="nothing to say"):
        say(met, zone=NEW_YORK, names={})


def test_days_are_said_in_the_programs_zone() -> None:
    late = datetime(2026, 6, 12, 2, 30, tzinfo=UTC)
    assert said(Reason.TEST_POSITIVE, collected=late).sentence.startswith("The test of Thu, Jun 11, 2026 was positive.")


def test_moments_are_said_with_their_zone() -> None:
    closed = datetime(2026, 6, 16, 3, 59, 59, tzinfo=UTC)
    assert said(Reason.AUTHORIZATION_EXPIRED, "test", closed=closed).sentence.endswith(
        "It closed Mon, Jun 15, 2026, 23:59 EDT."
    )
    winter = datetime(2026, 1, 16, 4, 59, 59, tzinfo=UTC)
    assert "23:59 EST" in said(Reason.AUTHORIZATION_EXPIRED, "test", closed=winter).sentence


def test_what_was_kept_as_text_is_said_like_the_moment_that_it_was() -> None:
    kept = said(Reason.AUTHORIZATION_EXPIRED, "issue", closed="2026-06-16T03:59:59+00:00")
    assert kept == said(Reason.AUTHORIZATION_EXPIRED, "issue", closed=datetime(2026, 6, 16, 3, 59, 59, tzinfo=UTC))
    day = said(Reason.TEST_OVERDUE, "late", due="2026-06-15", n=1)
    assert day == said(Reason.TEST_OVERDUE, "late", due=date(2026, 6, 15), n=1)


def test_one_day_is_one_day() -> None:
    assert said(Reason.TEST_OVERDUE, "late", due=date(2026, 6, 15), n=1).sentence.endswith(
        "Mon, Jun 15, 2026, 1 day ago."
    )
    assert "13 days are on hand" in said(Reason.TOO_EARLY, "computed", n=13, m=28, limit=7).sentence


def test_people_are_named_where_they_are_known() -> None:
    named = say(finding(Reason.TEST_OVERDUE, "none"), zone=NEW_YORK, names={"prescriber": "Ruth Abara, MD"})
    assert named.who == "Ruth Abara, MD"
    assert said(Reason.TEST_OVERDUE, "none").who == "The prescriber"


def test_an_unknown_day_is_said_to_be_unknown() -> None:
    assert said(Reason.PREGNANCY_CASE_OPEN).sentence.startswith("A report of an unknown day about this patient")


def test_the_advice_names_the_day_on_which_time_clears_it() -> None:
    opens = datetime(2026, 6, 22, 4, tzinfo=UTC)
    advice = said(Reason.TOO_EARLY, "computed", opens=opens, n=13, m=28, limit=7, dispensed=date(2026, 6, 1)).what
    assert advice == "Wait until Mon, Jun 22, 2026, or count the capsules with the patient."


def test_a_number_of_another_program_names_both() -> None:
    names = {"program": "Lenalidomide REMS", "drug": "lenalidomide"}
    other = say(
        finding(Reason.PROGRAM_MISMATCH, "authorization", program="us-pomalidomide"), zone=NEW_YORK, names=names
    )
    assert (
        other.sentence == "The authorization belongs to the PS-Pomalidomide REMS; the prescription is for lenalidomide."
    )
    assert other.what == "Obtain an authorization in the Lenalidomide REMS."


def test_codes_of_the_field_are_words() -> None:
    methods = said(Reason.CONTRACEPTION_NOT_SUFFICIENT, "methods", methods="iud, male_condom").sentence
    assert methods.startswith("IUD, male condom is not enough")
    assert wording.word_for("adult_male") == CATEGORY_WORDS[Category.ADULT_MALE]
    assert all("_" not in wording.word_for(name) for name in SWITCHES)


def test_days_supply_not_stated_has_its_own_title() -> None:
    assert said(Reason.SUPPLY_OVER_LIMIT, "unknown", limit=28).title == "Days' supply not stated"
    assert said(Reason.SUPPLY_OVER_LIMIT, "over", n=30, limit=28).title == "More than 28 days"


def test_every_value_of_a_requirement_has_a_name_in_words() -> None:
    fields = {
        name for editions in programs().values() for e in editions for rule in e.requirements for name in rule.values
    }
    assert fields == set(wording.wording()["values"])
