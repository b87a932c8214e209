"""The parts of the pages print decisions, dates and errors as the mockups do."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory

from eligibility.findings import Decision, Finding, Level, Outcome
from eligibility.reasons import Reason
from eligibility.scenarios import Scenario, read_scenarios
from eligibility.vocabulary import Stage
from eligibility.wording import UNSAID
from patients.models import Patient
from rems.display import chips, verdicts
from rems.display.windows import Window

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 6, 16, 13, 12, 40, tzinfo=UTC)
SCENARIOS = [s for f in sorted(Path("tests/scenarios").glob("*.yaml")) for s in read_scenarios(f)]
LIBRARIES = "{% load words decisions faults frame crispy_forms_filters %}"


def printed(template: str, *, now: datetime = NOW, **given: Any) -> str:
    request = RequestFactory().get("/")
    request._shown_at = now  # type: ignore[attr-defined]
    return str(engines["django"].from_string(LIBRARIES + template).render(given, request))


def unmet(reason: Reason, *, opens: datetime | None = None, case: str = "", **details: Any) -> Finding:
    return Finding("late-test", Level.UNMET, reason, "Rule book", "A/D", None, opens, case, details)


def decision(*findings: Finding, stage: Stage = Stage.CONFIRM, until: datetime | None = None) -> Decision:
    met = Finding("supply", Level.MET, None, "FDA page", "A", until)
    outcome = Outcome.REFUSED if any(f.level is Level.UNMET for f in findings) else Outcome.ALLOWED
    return Decision(outcome, stage, NOW, "us-lenalidomide", "2021-05-21", "0" * 64, (met, *findings))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.id)
def test_every_scenario_s_answer_can_be_shown(scenario: Scenario) -> None:
    asked = scenario.ask()
    html = printed("{% verdict d %}{% notes d %}{% reasons d %}{% checks_met d %}", d=asked, now=asked.at)
    assert ("May be" in html) is (asked.outcome is Outcome.ALLOWED)
    assert all(f'<span class="reason-code">{f.reason}</span>' in html for f in asked.unmet)
    assert UNSAID not in html
    assert "style=" not in html


@pytest.mark.parametrize(
    ("stage", "yes", "no"),
    [
        (Stage.AUTHORIZE, "May be authorized", "No authorization"),
        (Stage.CONFIRM, "May be dispensed", "Do not dispense"),
        (Stage.HAND_OVER, "May be dispensed", "Do not dispense"),
    ],
)
def test_there_are_two_answers(stage: Stage, yes: str, no: str) -> None:
    assert f'<h1 id="verdict">{yes}</h1>' in printed("{% verdict d %}", d=decision(stage=stage))
    refused = decision(unmet(Reason.COUNSELING_MISSING), stage=stage)
    assert f'<h2 id="verdict">{no}</h2>' in printed("{% verdict d level=2 %}", d=refused)


def test_a_yes_says_until_when_and_how_long() -> None:
    html = printed("{% verdict d %}", d=decision(until=NOW + timedelta(hours=38, minutes=47)))
    assert "Confirm by <strong><time" in html
    assert "Wed, Jun 17, 2026, 23:59 EDT" in html
    assert "<b>1 d 14 h</b><span>left to confirm</span>" in html


@pytest.mark.parametrize(("left", "said"), [(timedelta(seconds=1), 1), (timedelta(seconds=-1), None)])
def test_a_page_that_stays_open_knows_when_its_answer_ends(left: timedelta, said: int | None) -> None:
    """Whole seconds; what has ended already ends no more, and an answer of the past is read as it was given."""
    asked = decision(until=NOW + left)
    shown = printed("{% verdict d %}", d=asked)
    assert ("data-turns=" in shown, "data-says-turned" in shown) == (said is not None,) * 2
    assert said is None or f'data-turns="{said}" data-counts="yes"' in shown
    assert "data-turns" not in printed("{% verdict d past=True %}", d=asked)
    chip = printed("{% chip until %}", until=NOW + left)
    assert chip.count("data-left") == (said is not None)


def test_a_yes_with_a_note_is_not_green() -> None:
    note = Finding("late-test", Level.NOTED, Reason.TEST_WAS_LATE, "Rule book", "D")
    shown = verdicts.verdict_of(decision(note), now=NOW, zone=NEW_YORK, names={})
    assert (shown.tone, shown.title) == ("is-warning", "May be dispensed, with a note")


def test_a_positive_test_holds_everything() -> None:
    held = decision(unmet(Reason.TEST_POSITIVE, collected=date(2026, 6, 11)), unmet(Reason.COUNSELING_MISSING))
    shown = verdicts.verdict_of(held, now=NOW, zone=NEW_YORK, names={})
    assert (shown.tone, shown.title) == ("is-held", "Do not dispense: held")
    assert shown.lines[0].lead == "Positive pregnancy test."


def test_an_ended_program_is_gray() -> None:
    note = Finding("edition", Level.NOTED, Reason.PROGRAM_ENDED, "Rule book", "A", details={"ended": date(2026, 5, 31)})
    ended = decision(note)._replace(outcome=Outcome.NOT_GATED)
    html = printed("{% verdict d names %}", d=ended, names={"program": "Lenalidomide REMS"})
    assert "verdict is-neutral" in html
    assert "The Lenalidomide REMS ended on Sun, May 31, 2026." in html


OPENS = datetime(2026, 6, 22, 4, tzinfo=UTC)
EARLY = unmet(Reason.TOO_EARLY, opens=OPENS, case="computed", n=13, m=28, limit=7, dispensed=date(2026, 6, 1))


@pytest.mark.parametrize(
    ("findings", "lead", "text"),
    [
        ((unmet(Reason.COUNSELING_MISSING),), "One reason.", "It is the prescriber’s to clear."),
        ((EARLY,), "One reason.", "It clears with time."),
        (
            (unmet(Reason.COUNSELING_MISSING), unmet(Reason.REFILL_NOT_ALLOWED)),
            "Two reasons.",
            "All are the prescriber’s to clear.",
        ),
        (
            (unmet(Reason.COUNSELING_MISSING), unmet(Reason.REFILL_NOT_ALLOWED), EARLY),
            "Three reasons.",
            "Two are the prescriber’s to clear, one clears with time.",
        ),
    ],
)
def test_a_refusal_counts_its_reasons_and_says_whose_they_are(
    findings: tuple[Finding, ...], lead: str, text: str
) -> None:
    shown = verdicts.verdict_of(decision(*findings), now=NOW, zone=NEW_YORK, names={})
    assert [(line.lead, line.text) for line in shown.lines] == [(lead, text)]


def test_what_time_clears_says_not_before_which_day() -> None:
    html = printed("{% verdict d %}{% reasons d %}", d=decision(EARLY))
    assert "<b>Mon, Jun 22, 2026</b><span>not before</span>" in html
    assert "in 6 days" in html


def test_one_reason_has_no_number_and_several_have() -> None:
    assert 'aria-hidden="true"></div>' in printed("{% reasons d %}", d=decision(EARLY))
    several = printed("{% reasons d %}", d=decision(EARLY, unmet(Reason.COUNSELING_MISSING)))
    assert '<span class="visually-hidden">2. </span>' in several


def test_a_new_authorization_waits_for_the_prescriber_s_other_reasons() -> None:
    closed = unmet(Reason.AUTHORIZATION_EXPIRED, case="test", closed=NOW - timedelta(hours=9))
    html = printed("{% reasons d names %}", d=decision(unmet(Reason.TEST_OVERDUE, case="none"), closed), names={})
    assert "The prescriber, after 1" in html
    assert "closed 9 h ago" in html


def test_a_reason_links_to_its_rule() -> None:
    assert 'href="/programs/us-lenalidomide/2021-05-21/#late-test"' in printed("{% reasons d %}", d=decision(EARLY))


def test_names_are_text_and_never_markup() -> None:
    bad = {"prescriber": "<script>alert(1)</script>"}
    html = printed("{% verdict d n %}{% reasons d n %}", d=decision(unmet(Reason.COUNSELING_MISSING)), n=bad)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    ("until", "hours", "tone", "words"),
    [
        (NOW + timedelta(days=22, minutes=1), None, "is-neutral", "22 days left"),
        (NOW + timedelta(hours=38), None, "is-warning", "1 d 14 h left"),
        (NOW + timedelta(hours=9), 6, "is-neutral", "9 h left"),
        (NOW + timedelta(hours=6), 6, "is-warning", "6 h left"),
        (NOW - timedelta(hours=9, minutes=5), None, "is-refused", "closed 9 h ago"),
        (None, None, "is-allowed", "open, no end"),
    ],
)
def test_a_countdown_warns_before_its_end(until: datetime | None, hours: int | None, tone: str, words: str) -> None:
    chip = chips.closing(until, now=NOW, zone=NEW_YORK, hours=hours)
    assert (chip.tone, chip.words) == (tone, words)


def test_a_window_that_opens_says_in_how_many_days() -> None:
    assert chips.opening(OPENS, now=NOW, zone=NEW_YORK).words == "in 6 days"
    assert chips.opening(NOW + timedelta(hours=3), now=NOW, zone=NEW_YORK).words == "in 3 h"
    assert chips.opening(NOW, now=NOW, zone=NEW_YORK).words == "open now"
    html = printed("{% windows rows 'us-lenalidomide' %}", rows=[Window("Fill opens", opens=OPENS, mark="B")])
    assert "Mon, Jun 22, 2026" in html


def test_a_number_is_shown_in_groups_and_copied_without_spaces() -> None:
    grouped = "<span>C3HP</span><span>8TNV</span><span>62JE</span>"
    assert printed("{% number 'C3HP8TNV62JE' %}") == f'<span class="number">{grouped}</span>'
    assert printed("{% number 'C3HP 8TNV-62JE' 'lg' %}") == f'<span class="number number-lg">{grouped}</span>'


def test_a_moment_is_a_day_in_the_program_s_zone() -> None:
    instant = datetime(2026, 6, 17, 2, tzinfo=UTC)
    assert "Tue, Jun 16, 2026" in printed("{% day when 'us-lenalidomide' %}", when=instant)
    assert "Wed, Jun 17, 2026" in printed("{% day when 'UTC' %}", when=instant)


def test_two_marks_are_two_signs() -> None:
    html = printed("{% source 'A/D' 'Revlimid' %}")
    assert 'class="mark mark-a"' in html
    assert "official document, convention of this project: Revlimid" in html


def test_codes_are_words() -> None:
    assert (
        printed("{{ 'adult_male'|category_words }}, {{ 'iud'|in_words }}, {{ None|category_words }}")
        == "Adult male, IUD, "
    )


class Asked(forms.Form):
    collected = forms.DateField(label="Collected on", help_text="Month, day, year.")
    result = forms.ChoiceField(label="Result", choices=[("n", "Negative")], widget=forms.RadioSelect)
    lab = forms.CharField(label="Laboratory", required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_field_s_error_stands_above_it_and_the_summary_links_to_it() -> None:
    form = Asked({"collected": "someday"})
    html = printed("{% error_summary form %}{{ form|crispy }}", form=form)
    assert "Two things to correct" in html
    assert '<a href="#id_collected">Collected on: enter a valid date.</a>' in html
    assert '<a href="#id_result_0">' in html
    order = [html.index(sign) for sign in ("id_collected_helptext", "id_collected_error", 'id="id_collected"')]
    assert order == sorted(order)
    assert 'value="someday"' in html
    assert 'aria-invalid="true"' in html


def test_a_field_that_may_stay_empty_says_so() -> None:
    html = printed("{{ form|crispy }}", form=Asked())
    assert html.count("(optional)") == 1
    assert 'type="hidden" name="key"' in html
    assert "things to correct" not in printed("{% error_summary form %}", form=Asked())


def test_what_no_field_is_to_blame_for_stands_in_the_summary() -> None:
    form = Asked({"collected": "06/12/2026", "result": "n"})
    form.add_error(None, "Busy.")
    html = printed("{% error_summary form %}", form=form)
    assert "One thing to correct" in html
    assert "<li>Busy.</li>" in html


def test_a_person_is_shown_with_program_category_and_prescriber() -> None:
    patient = Patient(
        first_name="Elena", middle_name="Rosalind", last_name="Marsh", number="P-0040817", born=date(1985, 4, 2)
    )
    enrollment = SimpleNamespace(program="us-lenalidomide", enrolled_at=NOW, prescriber="Ruth Abara, MD")
    html = printed(
        '{% include "parts/person.html" with category="adult_female_rp" %}', patient=patient, enrollment=enrollment
    )
    for words in (
        "Elena Rosalind Marsh",
        "P-0040817",
        "41 years",
        "Lenalidomide REMS",
        "who can get pregnant",
        "Ruth Abara, MD",
    ):
        assert words in html


def test_the_strips_tell_of_a_demonstration_and_a_shifted_clock(settings: Any) -> None:
    assert "strip" not in printed("{% strips %}")
    settings.REMS_ENV, settings.REMS_CLOCK = "demo", timedelta(days=14)
    html = printed("{% strips %}")
    assert "Demonstration." in html
    assert "By 14 days ahead. It is <time" in html
    settings.REMS_CLOCK = NOW
    assert "It stands still." in printed("{% strips %}")


def test_the_theme_is_the_mockups_and_its_dark_values_stand_twice_alike() -> None:
    css = Path("static/rems.css").read_text()
    first, second = css.split("color-scheme: dark;")[1:3]
    assert first.split("}")[0].split() == second.split("}")[0].split()
    assert "url(" not in css.replace("No url()", "")


def test_no_template_has_a_style_or_a_script_of_its_own() -> None:
    for file in Path("templates").rglob("*.html"):
        text = file.read_text()
        assert "style=" not in text, file
        assert "<style" not in text, file
        assert "<script>" not in text, file
        assert " onclick=" not in text, file
