"""A page stands open, and meanwhile something changes: what is sent from it gets the new answer."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.actions import deactivate_person
from accounts.people import system_person
from audit import clock
from eligibility import Stage
from patients.actions import correct, open_report, record_test
from pharmacies.actions import deactivate as deactivate_site
from prescribers.actions import deactivate as deactivate_prescriber
from rems import models
from rems.actions import enrollment, gate
from rems.actions.standing import Forbidden
from rems.gate import preview
from tests.adversary.counter_pages import ask_to_confirm, ask_to_hand_over, reasons
from tests.adversary.world import PROGRAM, browser
from tests.registry_cast import an_administrator
from tests.rems import counter
from tests.rems.scenario_rows import Rows, person

pytestmark = pytest.mark.django_db
Change = Callable[[Rows], Any]


def positive(rows: Rows) -> None:
    now = clock.now()
    record_test(patient=rows.patient, collected_at=now, result="positive", method="serum", by=rows.doctor)


def missed_period(rows: Rows) -> None:
    open_report(patient=rows.patient, kind="missed_period", by=rows.doctor)


def leaves(rows: Rows) -> None:
    deactivate_prescriber(prescriber=rows.prescriber, program=PROGRAM, reason="Left", by=an_administrator())


def closes(rows: Rows) -> None:
    deactivate_site(pharmacy=rows.site, program=PROGRAM, reason="Closed", by=an_administrator())


def takes_back(rows: Rows) -> None:
    gate.cancel_authorization(authorization=rows.number, reason="Dose changed", by=rows.doctor)


def becomes_male(rows: Rows) -> None:
    enrollment.change_category(
        enrollment=rows.enrollment,
        category="adult_male",
        reason="Entered wrongly",
        diagnosis="C90.0",
        signed_on=clock.local_date(clock.now()),
        patient_name="Mary Major",
        by=rows.doctor,
    )


def was_a_home_test(rows: Rows) -> None:
    newest = rows.patient.pregnancy_tests.latest("collected_at")
    correct(fact=newest, changes={"home": True}, reason="It was done at home.", by=rows.doctor)


def was_collected_earlier(rows: Rows) -> None:
    newest = rows.patient.pregnancy_tests.latest("collected_at")
    earlier = newest.collected_at - timedelta(days=11)
    correct(fact=newest, changes={"collected_at": earlier}, reason="Mistyped", by=rows.doctor)


CHANGES: list[tuple[Change, set[str]]] = [
    (positive, {"test_positive", "pregnancy_case_open"}),
    (missed_period, {"evaluation_open"}),
    (leaves, {"prescriber_not_certified"}),
    (closes, {"pharmacy_not_certified"}),
    (takes_back, {"authorization_cancelled"}),
    (becomes_male, {"authorization_cancelled"}),
    (was_a_home_test, {"home_test_not_accepted"}),
    (was_collected_earlier, {"authorization_expired"}),
]


@pytest.mark.parametrize(("change", "because"), CHANGES, ids=lambda value: getattr(value, "__name__", ""))
@pytest.mark.parametrize("stage", [Stage.CONFIRM, Stage.HAND_OVER])
def test_what_changed_in_twenty_minutes_is_the_answer(stage: Stage, change: Change, because: set[str]) -> None:
    rows = counter.at_the_counter(counter.on_treatment, stage)
    kim, later = browser(rows.pharmacist), clock.now() + timedelta(minutes=20)
    page = kim.get(reverse("pharmacy:verify", args=[rows.number.number]), follow=True)
    assert page.context["decision"].allowed
    with clock.stand_at(later - timedelta(minutes=1)):
        change(rows)
    with clock.stand_at(later):
        ask = ask_to_confirm if stage is Stage.CONFIRM else ask_to_hand_over
        answer = ask(kim, rows)
    # The ticks of another category's list are refused by the form; its page says why it stopped.
    other_list = stage is Stage.CONFIRM and change is becomes_male
    assert answer.status_code == (422 if other_list else 409)
    assert because & reasons(answer), reasons(answer)
    assert not models.Dispensing.objects.filter(authorization=rows.number).exists()


def test_nobody_acts_whose_account_ended_while_the_page_was_open() -> None:
    rows = counter.at_the_counter(counter.male, Stage.HAND_OVER)
    kim, as_loaded = browser(rows.pharmacist), rows.pharmacist
    deactivate_person(person=rows.pharmacist, reason="Left", by=system_person("tests"))
    assert ask_to_hand_over(kim, rows)["Location"].startswith(reverse("accounts:sign_in"))
    with pytest.raises(Forbidden):
        gate.hand_over(confirmation=rows.confirmed, method="hand", medication_guide=True, by=as_loaded)
    assert not models.Dispensing.objects.exists()


def test_a_child_who_turns_eighteen_before_the_hand_over_needs_the_adults_form() -> None:
    def boy(now: Any) -> dict[str, Any]:
        today = now.astimezone(counter.ZONE).date()
        born = date(today.year - 18, today.month, today.day) + timedelta(days=1)
        patient = {"enrolled": True, "born": born.isoformat(), "category": "male_child"}
        agreement = {"signed_on": "2025-11-03", "guardian_signed": True}
        return {**counter.male(now), "patient": patient, "agreement": agreement}

    rows = counter.at_the_counter(boy, Stage.HAND_OVER)
    kim = browser(rows.pharmacist)
    last_second = counter.midnight_after(rows.at) - timedelta(seconds=1)
    with clock.stand_at(last_second):
        assert preview(stage=Stage.HAND_OVER, confirmation=rows.confirmed, pharmacy=rows.site).allowed
    with clock.stand_at(last_second + timedelta(seconds=1)):
        assert "age_form_mismatch" in reasons(ask_to_hand_over(kim, rows))
    assert not models.Dispensing.objects.exists()


def test_a_transfer_leaves_the_number_to_its_prescriber_and_takes_the_patient_from_them() -> None:
    rows, other = (counter.at_the_counter(counter.male, stage) for stage in (Stage.HAND_OVER, Stage.AUTHORIZE))
    jo = person("Jo Lindgren", "administrator")  # type: ignore[arg-type]
    enrollment.transfer(enrollment=rows.enrollment, prescriber=other.prescriber, reason="Moved", by=jo)
    ana = browser(rows.doctor)
    assert ana.get(reverse("prescriber:patient", args=[rows.patient.number])).status_code == 404
    assert ana.post(reverse("prescriber:cancel", args=[rows.number.number]), {"reason": "x"}).status_code == 404
    for by in (rows.doctor, other.doctor):
        with pytest.raises(Forbidden):
            gate.authorize(prescription=rows.prescription, by=by)
    assert ask_to_hand_over(browser(rows.pharmacist), rows).status_code == 302


def late(rows: Rows, *, days: int) -> None:
    collected = clock.now() - timedelta(days=days)
    record_test(
        patient=rows.patient,
        collected_at=collected,
        result="negative",
        method="serum",
        sensitivity_miu_ml=25,
        by=rows.doctor,
    )


def without_tests(now: Any) -> dict[str, Any]:
    return {**counter.on_treatment(now), "tests": []}


def test_a_result_of_forty_days_ago_is_kept_with_both_times_and_opens_nothing() -> None:
    rows = counter.at_the_counter(without_tests, Stage.AUTHORIZE)
    before = preview(stage=Stage.AUTHORIZE, prescription=rows.prescription)
    late(rows, days=40)
    kept = rows.patient.pregnancy_tests.get()
    assert kept.recorded_at - kept.collected_at > timedelta(days=39)
    decision = gate.authorize(prescription=rows.prescription, by=rows.doctor)
    assert not decision.allowed
    assert "test_overdue" in before.reasons & {f["reason"] for f in decision.findings}


def test_a_test_entered_late_does_not_stretch_the_window_of_a_number() -> None:
    rows = counter.at_the_counter(counter.on_treatment, Stage.AUTHORIZE)
    number = gate.authorize(prescription=rows.prescription, by=rows.doctor).issued_authorization
    rows.authorization = number
    with clock.stand_at(clock.now() + timedelta(minutes=2)):
        record_test(
            patient=rows.patient,
            collected_at=number.issued_at - timedelta(seconds=1),
            result="negative",
            method="serum",
            sensitivity_miu_ml=25,
            by=rows.doctor,
        )
    number.refresh_from_db()
    kim = browser(rows.pharmacist)
    with clock.stand_at(number.closes_at + timedelta(seconds=1)):
        assert "authorization_expired" in reasons(ask_to_confirm(kim, rows))
    assert not models.Confirmation.objects.filter(authorization=number).exists()
