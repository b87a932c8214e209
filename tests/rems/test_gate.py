"""The gate's acts: what they keep, what they refuse, and what a repeat does."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from audit import clock
from audit.acts import KeyReused
from audit.facts import InvalidFact
from audit.models import Event
from eligibility import Stage, decide
from eligibility.editions import edition_in_force
from eligibility.scenario_format import describe, facts_of
from patients.actions import correct, correct_identity, record_test, record_therapy_end
from rems import checklists, models, numbers
from rems.actions import gate
from rems.actions.standing import Forbidden
from rems.facts import facts_for
from rems.gate import ask_again, decision_of, findings_on_record, preview, standings
from rems.question import Question
from tests.rems import counter
from tests.rems.scenario_rows import Rows, person

pytestmark = pytest.mark.django_db
TICKS = checklists.required_points("adult_male")


def confirm(rows: Rows, **changes: Any) -> models.Decision:
    asked: dict[str, Any] = {"category": "adult_male", "points": TICKS, "by": rows.pharmacist, **changes}
    return gate.confirm(authorization=rows.authorization, pharmacy=rows.site, **asked)


def hand_over(rows: Rows, confirmation: models.Confirmation | None = None, **changes: Any) -> models.Decision:
    asked: dict[str, Any] = {"method": "hand", "medication_guide": True, "by": rows.pharmacist, **changes}
    return gate.hand_over(confirmation=confirmation or rows.confirmation, **asked)


def reasons(decision: models.Decision) -> set[str]:
    return {f["reason"] for f in decision.findings if f["level"] == "unmet"}


def test_an_authorization_is_issued_with_its_window_and_kept_with_its_decision() -> None:
    rows = counter.at_the_counter(counter.male, Stage.AUTHORIZE)
    decision = gate.authorize(prescription=rows.prescription, by=rows.doctor)
    number = decision.issued_authorization
    assert isinstance(numbers.parse(number.number), numbers.Number)
    assert number.closes_at.astimezone(counter.ZONE).time().isoformat() == "23:59:59.999999"
    days = number.closes_at.astimezone(counter.ZONE).date() - number.issued_at.astimezone(counter.ZONE).date()
    assert days.days == 30
    event = Event.objects.get(action="gate.authorize")
    assert (event.allowed, event.patient_id, event.person_id) == (True, rows.patient.pk, rows.doctor.pk)


def test_a_refusal_is_an_answer_and_is_kept_with_every_reason() -> None:
    rows = counter.at_the_counter(counter.male, Stage.CONFIRM)
    decision = confirm(rows, points=(), category="", days_counted=8)
    assert not decision.allowed
    assert reasons(decision) == {"checklist_incomplete", "category_mismatch", "too_early"}
    assert Event.objects.get(action="gate.confirm").allowed is False
    assert not models.Confirmation.objects.exists()


def test_an_old_count_says_nothing_about_the_next_confirmation() -> None:
    rows = counter.at_the_counter(counter.male, Stage.CONFIRM)
    assert reasons(confirm(rows, days_counted=8)) == {"too_early"}
    assert confirm(rows).allowed


def test_a_decision_asked_again_from_its_record_and_from_the_rows_answers_the_same() -> None:
    rows = counter.at_the_counter(counter.on_treatment, Stage.AUTHORIZE)
    decision = gate.authorize(prescription=rows.prescription, by=rows.doctor)
    record_test(patient=rows.patient, collected_at=clock.now(), result="positive", method="serum", by=rows.doctor)
    edition = edition_in_force(decision.program, decision.at)
    kept = facts_of(decision.facts, at=decision.at, program=decision.program)
    question = Question(enrollment=rows.enrollment, prescription=rows.prescription)
    assert describe(facts_for(question, at=decision.at)) == decision.facts
    again = decide(edition, kept, Stage.AUTHORIZE)
    assert findings_on_record(again.findings) == decision.findings
    assert decision_of(decision).reasons == again.reasons
    assert decision.edition_sha256 == (edition.sha256 if edition else "")


@pytest.mark.parametrize("described", [counter.male, counter.on_treatment])
def test_every_stage_can_be_asked_again_of_the_rows_whatever_came_after(described: Any) -> None:
    rows = counter.at_the_counter(described, Stage.AUTHORIZE)
    first = gate.authorize(prescription=rows.prescription, by=rows.doctor)
    number = first.issued_authorization
    category = number.category
    asked: dict[str, Any] = {"authorization": number, "pharmacy": rows.site, "by": rows.pharmacist}
    points = checklists.required_points(category)
    refused = gate.confirm(**asked, category=category, points=points, days_counted=9)
    second = gate.confirm(**asked, category=category, points=points, days_counted=3)
    third = hand_over(rows, second.issued_confirmation, method="ship")
    correct_identity(patient=rows.patient, changes={"born": date(2015, 4, 2)}, reason="Passport", by=rows.doctor)
    record_therapy_end(patient=rows.patient, program=rows.facts.program, starts_on=date(2026, 1, 5), by=rows.doctor)
    assert [d.allowed for d in (first, refused, second, third)] == [True, False, True, True]
    for decision in (first, refused, second, third):
        again = ask_again(models.Decision.objects.get(pk=decision.pk))
        assert findings_on_record(again.findings) == decision.findings


def test_the_number_keeps_the_survey_that_serves_it() -> None:
    rows = counter.at_the_counter(counter.on_treatment, Stage.AUTHORIZE)
    number = gate.authorize(prescription=rows.prescription, by=rows.doctor).issued_authorization
    assert number.patient_survey == rows.patient.surveys.latest("completed_at")


def test_a_corrected_test_counts_from_its_correction_on() -> None:
    rows = counter.at_the_counter(counter.on_treatment, Stage.AUTHORIZE)
    before = clock.now()
    newest = rows.patient.pregnancy_tests.latest("collected_at")
    correct(fact=newest, changes={"home": True}, reason="It was a home test.", by=rows.doctor)
    assert preview(stage=Stage.AUTHORIZE, prescription=rows.prescription, at=before).allowed
    now = preview(stage=Stage.AUTHORIZE, prescription=rows.prescription)
    assert "home_test_not_accepted" in now.reasons


def test_a_repeat_with_the_same_key_returns_the_first_answer() -> None:
    rows = counter.at_the_counter(counter.male, Stage.CONFIRM)
    first, again = confirm(rows, key="k-1"), confirm(rows, key="k-1")
    assert first.pk == again.pk
    with pytest.raises(KeyReused):
        confirm(rows, key="k-1", category="male_child")


def test_a_lapsed_or_cancelled_confirmation_gives_the_number_back() -> None:
    rows = counter.at_the_counter(counter.male, Stage.CONFIRM)
    first = confirm(rows).issued_confirmation
    assert reasons(confirm(rows)) == {"confirmation_open"}
    with clock.stand_at(first.lapses_at):
        assert reasons(confirm(rows)) == {"confirmation_open"}
    with clock.stand_at(first.lapses_at + timedelta(seconds=1)):
        second = confirm(rows).issued_confirmation
        gate.cancel_confirmation(confirmation=second, reason="The patient did not come.", by=rows.pharmacist)
        assert reasons(hand_over(rows, second)) == {"confirmation_cancelled"}
        third = confirm(rows).issued_confirmation
        assert hand_over(rows, third).allowed
        assert reasons(hand_over(rows, third)) == {"confirmation_used", "authorization_used"}
    first.refresh_from_db()
    assert first.lapsed_at is not None


def test_a_cancelled_authorization_is_refused_and_a_used_one_is_not_cancelled() -> None:
    rows = counter.at_the_counter(counter.male, Stage.HAND_OVER)
    assert hand_over(rows).allowed
    with pytest.raises(Forbidden):
        gate.cancel_authorization(authorization=rows.number, reason="Too late", by=rows.doctor)
    other = counter.at_the_counter(counter.male, Stage.CONFIRM)
    with pytest.raises(InvalidFact):
        gate.cancel_authorization(authorization=other.number, reason=" ", by=other.doctor)
    gate.cancel_authorization(authorization=other.number, reason="Dose changed", by=other.doctor)
    assert reasons(confirm(other)) == {"authorization_cancelled"}


def test_the_late_test_of_an_allowed_dispensing_is_kept_as_a_deviation() -> None:
    def late(now: Any) -> dict[str, Any]:
        facts = counter.on_treatment(now)
        facts["tests"][0]["collected"] = (now - timedelta(days=31)).isoformat()
        return facts

    rows = counter.at_the_counter(late, Stage.HAND_OVER)
    decision = hand_over(rows)
    assert decision.allowed
    assert models.Deviation.objects.get().kind == "test_was_late"


@pytest.mark.parametrize("role", [Role.DELEGATE, Role.PHARMACIST, Role.ADMINISTRATOR, Role.AUDITOR])
def test_only_the_prescriber_asks_for_an_authorization(role: Role) -> None:
    rows = counter.at_the_counter(counter.male, Stage.AUTHORIZE)
    with pytest.raises(Forbidden):
        gate.authorize(prescription=rows.prescription, by=person("Somebody Else", role))
    with pytest.raises(Forbidden):
        gate.authorize(prescription=rows.prescription, by=person("Other Prescriber", Role.PRESCRIBER))


def test_only_a_pharmacist_of_the_site_confirms_and_hands_over() -> None:
    rows = counter.at_the_counter(counter.male, Stage.HAND_OVER)
    stranger = person("Pat Stranger", Role.PHARMACIST)
    with pytest.raises(Forbidden):
        confirm(rows, by=stranger)
    with pytest.raises(Forbidden):
        hand_over(rows, by=stranger)
    with pytest.raises(Forbidden):
        gate.cancel_confirmation(confirmation=rows.confirmed, reason="Why not", by=stranger)


def test_a_hand_over_without_its_way_is_asked_for_and_stores_nothing() -> None:
    rows = counter.at_the_counter(counter.male, Stage.HAND_OVER)
    with pytest.raises(InvalidFact) as refused:
        hand_over(rows, method="")
    assert refused.value.field == "method"
    assert not models.Dispensing.objects.exists()


def test_the_database_itself_refuses_a_second_dispensing() -> None:
    rows = counter.at_the_counter(counter.male, Stage.HAND_OVER)
    given = hand_over(rows).dispensing
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Dispensing.objects.create(
            authorization=rows.number,
            confirmation=rows.confirmed,
            patient=rows.patient,
            program=given.program,
            pharmacy=rows.site,
            handed_over_at=clock.now(),
            method="hand",
            medication_guide=True,
            days_supply=28,
            decision=given.decision,
            by=rows.pharmacist,
        )


def test_standings_of_many_are_read_in_a_fixed_number_of_queries(django_assert_num_queries: Any) -> None:
    several = [counter.at_the_counter(counter.on_treatment, Stage.AUTHORIZE).enrollment for _ in range(6)]
    with django_assert_num_queries(12 + 2 + 1 + 1):
        found = standings(several, at=clock.now())
    assert all(decision.allowed for decision in found.values())
