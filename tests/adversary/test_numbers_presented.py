"""Numbers that are not good: nothing is confirmed and nothing handed over."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from audit import clock
from eligibility import Stage
from rems import models, numbers
from rems.actions import gate
from tests.adversary.counter_pages import ask_to_confirm, ask_to_hand_over, reasons, stored
from tests.adversary.world import PROGRAM, browser
from tests.rems import counter
from tests.rems.scenario_rows import Rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def confirmed() -> Rows:
    return counter.at_the_counter(counter.male, Stage.HAND_OVER)


def exchanged(number: str) -> str:
    """The number with two neighbours exchanged."""
    at = next(i for i in range(2, 10) if number[i] != number[i + 1])
    return f"{number[:at]}{number[at + 1]}{number[at]}{number[at + 2 :]}"


def test_a_forged_or_mistyped_number_is_no_number(confirmed: Rows) -> None:
    kim, before = browser(confirmed.pharmacist), stored()
    good, open_one = confirmed.number.number, confirmed.confirmed.number
    forged = numbers.new_number(numbers.Kind.AUTHORIZATION).text
    for typed in (
        forged,
        exchanged(good),
        exchanged(open_one),
        good[:-1],
        open_one + "0",
        "A' OR 1=1--",
        "\u202e" + good,
    ):
        expected = {302} if numbers.parse(typed) == numbers.parse(good) else {404, 422}
        for answer in (
            kim.get(reverse("pharmacy:verify", args=[typed])),
            kim.get(reverse("pharmacy:home"), {"n": typed}),
        ):
            assert answer.status_code in expected | ({302} if typed == forged else set()), typed
        if expected != {302}:
            assert ask_to_confirm(kim, confirmed, typed).status_code in {404, 422}, typed
            assert ask_to_hand_over(kim, confirmed, typed).status_code in {404, 422}, typed
    assert stored() == before


def test_a_number_of_the_other_kind_does_not_serve(confirmed: Rows) -> None:
    kim, before = browser(confirmed.pharmacist), stored()
    assert ask_to_hand_over(kim, confirmed, confirmed.number.number).status_code == 404
    assert ask_to_confirm(kim, confirmed, confirmed.confirmed.number).status_code == 404
    assert stored() == before


def test_another_patients_confirmation_serves_the_other_patient_alone(confirmed: Rows) -> None:
    other = counter.at_the_counter(counter.male, Stage.HAND_OVER)
    kim = browser(confirmed.pharmacist)
    foreign, unknown = other.confirmed.number, numbers.new_number(numbers.Kind.CONFIRMATION).text
    answers = [ask_to_hand_over(kim, confirmed, number) for number in (foreign, unknown)]
    assert [answer.status_code for answer in answers] == [404, 404]
    plain = [
        re.sub(rf'csrfmiddlewaretoken" value="\w+"|{number}|{numbers.grouped(number)}', "", answer.content.decode())
        for answer, number in zip(answers, (foreign, unknown), strict=True)
    ]
    assert plain[0] == plain[1]
    assert not models.Dispensing.objects.exists()


def test_a_number_of_another_program_authorizes_nothing(confirmed: Rows) -> None:
    given = counter.at_the_counter(counter.male, Stage.AUTHORIZE)
    foreign = models.Authorization.objects.create(
        number=numbers.new_number(numbers.Kind.AUTHORIZATION).text,
        prescription=given.prescription,
        patient=given.patient,
        program="us-pomalidomide",
        category="adult_male",
        issued_at=clock.now() - timedelta(hours=1),
        closes_at=clock.now() + timedelta(days=20),
        decision=given._decided(Stage.AUTHORIZE, clock.now() - timedelta(hours=1)),
        by=given.doctor,
    )
    given.authorization = foreign
    assert given.enrollment.program == PROGRAM
    assert "program_mismatch" in reasons(ask_to_confirm(browser(given.pharmacist), given))
    assert not models.Confirmation.objects.filter(authorization=foreign).exists()


def test_a_cancelled_number_is_not_confirmed_and_not_handed_over(confirmed: Rows) -> None:
    gate.cancel_authorization(authorization=confirmed.number, reason="Dose changed", by=confirmed.doctor)
    kim = browser(confirmed.pharmacist)
    assert reasons(ask_to_hand_over(kim, confirmed)) == {"authorization_cancelled"}
    assert "authorization_cancelled" in reasons(ask_to_confirm(kim, confirmed))
    assert not models.Dispensing.objects.exists()


def test_an_expired_number_is_refused_a_second_after_its_last(confirmed: Rows) -> None:
    kim, last = browser(confirmed.pharmacist), confirmed.confirmed.lapses_at
    with clock.stand_at(last + timedelta(seconds=1)):
        assert "confirmation_expired" in reasons(ask_to_hand_over(kim, confirmed))
    with clock.stand_at(confirmed.number.closes_at + timedelta(days=40)):
        assert "authorization_expired" in reasons(ask_to_confirm(kim, confirmed))
    assert not models.Dispensing.objects.exists()
    with clock.stand_at(last):
        assert ask_to_hand_over(kim, confirmed).status_code == 302


def test_a_used_number_serves_no_second_time_whichever_tab_asks(confirmed: Rows) -> None:
    kim = browser(confirmed.pharmacist)
    assert ask_to_hand_over(kim, confirmed, key="first-tab").status_code == 302
    assert ask_to_hand_over(kim, confirmed, key="first-tab").status_code == 302
    second = ask_to_hand_over(kim, confirmed, key="second-tab")
    assert (second.status_code, reasons(second)) == (409, {"confirmation_used", "authorization_used"})
    changed = ask_to_hand_over(kim, confirmed, key="first-tab", method="ship")
    assert changed.status_code == 409
    assert ask_to_confirm(kim, confirmed).status_code == 409
    assert models.Dispensing.objects.get().method == "hand"


def test_steps_are_not_skipped() -> None:
    rows = counter.at_the_counter(counter.male, Stage.CONFIRM)
    kim, before = browser(rows.pharmacist), stored()
    assert ask_to_hand_over(kim, rows, rows.number.number).status_code == 404
    assert stored() == before
    alone = gate.hand_over(
        authorization=rows.number, pharmacy=rows.site, method="hand", medication_guide=True, by=rows.pharmacist
    )
    assert not alone.allowed
    without = gate.confirm(
        prescription=rows.prescription, pharmacy=rows.site, category="adult_male", by=rows.pharmacist
    )
    assert not without.allowed
    assert not models.Confirmation.objects.exists()
    assert not models.Dispensing.objects.exists()


def test_ticks_and_guide_that_were_not_given_are_missing(confirmed: Rows) -> None:
    kim = browser(confirmed.pharmacist)
    assert "medication_guide_missing" in reasons(ask_to_hand_over(kim, confirmed, medication_guide=""))
    assert ask_to_hand_over(kim, confirmed, method="post").status_code == 422
    rows = counter.at_the_counter(counter.male, Stage.CONFIRM)
    lee = browser(rows.pharmacist)
    assert "checklist_incomplete" in reasons(ask_to_confirm(lee, rows, points=[]))
    assert ask_to_confirm(lee, rows, points=["all"]).status_code == 422
    other = ask_to_confirm(lee, rows, category="other", other_category="male_child")
    assert "category_mismatch" in reasons(other)
    assert ask_to_confirm(lee, rows, category="other", other_category="everybody").status_code == 422
    assert not models.Dispensing.objects.exists()
    assert not models.Confirmation.objects.filter(authorization=rows.number).exists()
