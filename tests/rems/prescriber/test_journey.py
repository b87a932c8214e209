"""From the first test to the number: what is missing is shown at once, and each form clears its part."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from audit import clock
from patients.models import PregnancyTest
from rems.actions.prescribing import newest_results
from rems.models import Authorization, Decision, Prescription, Product
from tests.rems.prescriber.conftest import A_TEST, Practice, as_typed
from tests.rems.program_cast import NOW, PROGRAM, signed_in

Send = Callable[..., HttpResponse]
Look = Callable[..., HttpResponse]


def prescription(**more: Any) -> dict[str, Any]:
    """A prescription of 28 days for somebody who can get pregnant."""
    product = Product.objects.filter(program=PROGRAM).first()
    assert product is not None
    written = {"product_1": product.pk, "capsules_1": 21, "days_supply": 28, "category": "adult_female_rp"}
    return written | more


def ready(practice: Practice, send: Send) -> None:
    """Everything of Dana's that an authorization asks for, as of NOW."""
    number = practice.dana.patient.number
    for ago in (timedelta(days=12), timedelta(hours=2)):
        send(practice.ruth, "record_test", [number], **A_TEST, **as_typed(NOW - ago))
    methods = {"highly_effective": ["iud"], "additional": ["male_condom"], "since": "2026-05-01"}
    send(practice.ruth, "record_attestation", [number], attested_by_name="Dana Whitfield", **methods)
    answers = {
        f"q_{code}": "no" for code in ("pregnant", "missed_period", "abnormal_bleeding", "shared", "blood_donation")
    }
    answers |= {"q_methods_each_time": "yes", "q_knows_birth_defects": "yes"}
    send(practice.tom, "record_survey", [number, PROGRAM], answered_by="Dana Whitfield", **answers)


def test_all_that_is_missing_is_shown_at_once_with_the_forms_that_clear_it(
    practice: Practice, send: Send, look: Look
) -> None:
    send(practice.tom, "prescribe", [practice.dana.patient.number, PROGRAM], **prescription())
    written = Prescription.objects.get()
    page = look(practice.ruth, "prescription", [written.pk]).content.decode()
    for code in (
        "first_test_missing",
        "second_test_missing",
        "counseling_missing",
        "prescriber_survey_missing",
        "patient_survey_overdue",
        "contraception_not_sufficient",
    ):
        assert code in page
    for view, args in (("record_test", [practice.dana.patient.number]), ("counsel", [written.pk])):
        assert f'href="{reverse(f"prescriber:{view}", args=args)}"' in page


def test_a_refusal_is_kept_and_shown(practice: Practice, send: Send) -> None:
    send(practice.ruth, "prescribe", [practice.dana.patient.number, PROGRAM], **prescription())
    answer = send(practice.ruth, "ask", [Prescription.objects.get().pk])
    assert answer.status_code == 409
    assert b"No authorization" in answer.content
    assert Decision.objects.get().outcome == "refused"
    assert not Authorization.objects.exists()


def test_a_prescriber_obtains_a_number(practice: Practice, send: Send, look: Look) -> None:
    ready(practice, send)
    send(practice.tom, "prescribe", [practice.dana.patient.number, PROGRAM], **prescription())
    pk = Prescription.objects.get().pk
    send(practice.ruth, "counsel", [pk], counseled="on")
    ticks = ("category_unchanged", "results_verified", "not_pregnant", "contraception_discussed", "risks_discussed")
    listed = ",".join(str(row) for row in newest_results(practice.dana.patient))
    send(practice.ruth, "answer_survey", [pk], **dict.fromkeys(ticks, "on"), results=listed)
    assert b"May be authorized" in look(practice.ruth, "prescription", [pk]).content
    answer = send(practice.ruth, "ask", [pk])
    number = Authorization.objects.get()
    assert answer["Location"] == reverse("prescriber:authorization", args=[number.number])
    page = look(practice.ruth, "authorization", [number.number]).content.decode()
    assert "Tue, Jun 23, 2026, 23:59 EDT" in page
    assert look(practice.iris, "authorization", [number.number]).status_code == 404


def test_the_same_form_sent_twice_asks_once(practice: Practice, send: Send) -> None:
    send(practice.ruth, "prescribe", [practice.dana.patient.number, PROGRAM], **prescription())
    pk = Prescription.objects.get().pk
    for _ in range(2):
        assert send(practice.ruth, "ask", [pk], key="one-and-the-same").status_code == 409
    assert Decision.objects.count() == 1


def test_a_delegate_asks_for_nothing(practice: Practice, send: Send, look: Look) -> None:
    send(practice.tom, "prescribe", [practice.dana.patient.number, PROGRAM], **prescription())
    pk = Prescription.objects.get().pk
    for view in ("ask", "counsel", "answer_survey"):
        assert send(practice.tom, view, [pk], counseled="on").status_code == 403
    page = look(practice.tom, "prescription", [pk]).content.decode()
    assert "Only the prescriber asks for an authorization." in page
    assert reverse("prescriber:ask", args=[pk]) not in page
    assert reverse("prescriber:counsel", args=[pk]) not in page


def test_a_number_is_cancelled_with_a_reason(practice: Practice, send: Send, look: Look) -> None:
    test_a_prescriber_obtains_a_number(practice, send, look)
    number = Authorization.objects.get().number
    assert send(practice.tom, "cancel", [number], reason="Typing error").status_code == 403
    assert send(practice.ruth, "cancel", [number], reason=" ").status_code == 422
    assert send(practice.ruth, "cancel", [number], reason="Wrong strength").status_code == 302
    assert b"Wrong strength" in look(practice.ruth, "authorization", [number]).content
    assert Authorization.objects.get().cancelled_at == NOW


def test_a_positive_test_entered_by_a_delegate_holds_at_once(practice: Practice, send: Send, look: Look) -> None:
    number = practice.dana.patient.number
    typed = A_TEST | {"result": "positive"} | as_typed(NOW - timedelta(hours=1))
    assert send(practice.tom, "record_test", [number], **typed).status_code == 302
    entered = PregnancyTest.objects.get()
    assert (entered.recorded_by, entered.on_behalf_of) == (practice.tom, practice.ruth)
    assert b"Everything held" in look(practice.ruth, "patients").content
    assert b"Everything is held" in look(practice.ruth, "home").content


def test_what_is_due_names_the_form(practice: Practice, look: Look) -> None:
    page = look(practice.ruth, "home").content.decode()
    assert "Dana Whitfield" in page
    assert "Nothing fits." in look(practice.ruth, "home", when="overdue").content.decode()
    with clock.stand_at(NOW + timedelta(days=2)):
        assert signed_in(practice.tom).get(reverse("prescriber:home")).status_code == 200


def test_a_prescription_with_a_number_is_not_asked_about_again(practice: Practice, send: Send, look: Look) -> None:
    test_a_prescriber_obtains_a_number(practice, send, look)
    number = Authorization.objects.get()
    answer = send(practice.ruth, "ask", [number.prescription_id])
    assert answer["Location"] == reverse("prescriber:prescription", args=[number.prescription_id])
    assert look(practice.ruth, "prescription", [number.prescription_id]).status_code == 302
    assert Authorization.objects.count() == 1


def test_a_used_or_cancelled_number_is_not_cancelled_again(practice: Practice, send: Send, look: Look) -> None:
    test_a_prescriber_obtains_a_number(practice, send, look)
    number = Authorization.objects.get().number
    for reason in ("Wrong strength", "Again"):
        assert send(practice.ruth, "cancel", [number], reason=reason).status_code == 302
    assert Authorization.objects.get().cancel_reason == "Wrong strength"


def test_strange_addresses_are_answers(practice: Practice) -> None:
    client = signed_in(practice.ruth)
    for path in (
        "patients/%00",
        "authorizations/A",
        "patients/P-9999999999999999999999999",
        "prescriptions/999999999999",
    ):
        assert client.get(f"/prescriber/{path}").status_code == 404, path
    for query in ("q=%00", "q=%27%3B--", "program=nowhere", "state=%00", "page=-7", "page=x"):
        assert client.get(f"/prescriber/patients?{query}").status_code == 200, query
    number = practice.ivan.patient.number
    for query in (
        "sex=%00",
        "program=nowhere&sex=male",
        "sex=female&basis=x",
        "sex=female&basis=natural_menopause&last_menses=0",
    ):
        assert client.get(f"/prescriber/patients/{number}/enroll?{query}").status_code == 200, query
