"""An opened record is for reading: it opens neither the gate nor any other act about the patient."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from accounts import proofs
from accounts.models import Person
from accounts.roles import Role
from accounts.standing import Forbidden
from eligibility import Stage
from patients.actions import correct, record_attestation, record_test
from rems import models
from rems.actions import gate, prescribing
from rems.actions.enrollment import change_category
from rems.actions.openings import open_record
from tests.adversary.world import browser, somebody
from tests.rems import counter
from tests.rems.scenario_rows import Rows

pytestmark = pytest.mark.django_db
Act = Callable[[Rows, Person], Any]


def authorize(rows: Rows, by: Person) -> None:
    gate.authorize(prescription=rows.prescription, by=by)


def confirm(rows: Rows, by: Person) -> None:
    gate.confirm(authorization=rows.number, pharmacy=rows.site, by=by)


def hand_over(rows: Rows, by: Person) -> None:
    gate.hand_over(confirmation=rows.confirmed, method="hand", medication_guide=True, by=by)


def cancel_authorization(rows: Rows, by: Person) -> None:
    gate.cancel_authorization(authorization=rows.number, reason="Seen", by=by)


def cancel_confirmation(rows: Rows, by: Person) -> None:
    gate.cancel_confirmation(confirmation=rows.confirmed, reason="Seen", by=by)


def counsel(rows: Rows, by: Person) -> None:
    prescribing.record_counseling(prescription=rows.prescription, by=by)


def attest(rows: Rows, by: Person) -> None:
    record_attestation(patient=rows.patient, attested_by_name="Mary Major", methods=["iud"], by=by)


def enter_a_test(rows: Rows, by: Person) -> None:
    record_test(patient=rows.patient, collected_at=rows.at, result="negative", method="serum", by=by)


def correct_a_test(rows: Rows, by: Person) -> None:
    test = rows.patient.pregnancy_tests.latest("collected_at")
    correct(fact=test, changes={"result": "negative"}, reason="Read anew", by=by)


def sign_an_agreement(rows: Rows, by: Person) -> None:
    change_category(
        enrollment=rows.enrollment,
        category="adult_male",
        reason="Read anew",
        diagnosis="C90.0",
        signed_on=date(2026, 1, 5),
        patient_name="Mary Major",
        by=by,
    )


ACTS: list[Act] = [
    authorize,
    confirm,
    hand_over,
    cancel_authorization,
    cancel_confirmation,
    counsel,
    attest,
    enter_a_test,
    correct_a_test,
    sign_an_agreement,
]


@pytest.fixture
def opened() -> tuple[Rows, Person]:
    """A patient whose medicine could be handed over, with the record open to an administrator."""
    rows, jo = (
        counter.at_the_counter(counter.on_treatment, Stage.HAND_OVER),
        somebody("Jo Lindgren", Role.ADMINISTRATOR),
    )
    proof = proofs.proof(jo, how="password")
    open_record(patient=rows.patient, reason="The prescriber cannot be reached.", proof=proof, by=jo)
    return rows, jo


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_an_administrator_with_the_record_open_signs_attests_and_dispenses_nothing(
    opened: tuple[Rows, Person], act: Act
) -> None:
    rows, jo = opened
    decisions = models.Decision.objects.count()
    with pytest.raises(Forbidden):
        act(rows, jo)
    assert models.Decision.objects.count() == decisions
    assert not models.Dispensing.objects.filter(authorization=rows.number).exists()


def test_the_pages_of_the_counter_stay_closed(opened: tuple[Rows, Person]) -> None:
    rows, jo = opened
    client = browser(jo)
    for name, number in (("verify", rows.number.number), ("confirmation", rows.confirmed.number)):
        assert client.get(reverse(f"pharmacy:{name}", args=[number])).status_code == 403
    handed = reverse("pharmacy:hand_over", args=[rows.confirmed.number])
    assert client.post(handed, {"method": "hand", "medication_guide": "on", "key": "k"}).status_code == 403


def test_the_gate_answers_the_pharmacist_as_if_nobody_had_opened_anything(opened: tuple[Rows, Person]) -> None:
    rows, _ = opened
    decision = gate.hand_over(confirmation=rows.confirmed, method="hand", medication_guide=True, by=rows.pharmacist)
    assert decision.allowed
