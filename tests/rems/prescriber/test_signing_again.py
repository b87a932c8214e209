"""Password or passkey again at each signature: the right one, of the right person, for this signature, once."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Signature
from accounts.signed import State, verify
from audit import clock
from audit.models import Event
from patients.actions import record_test
from rems.actions.prescribing import COUNSELED, newest_results, prescribe
from rems.models import Counseling, PrescriberSurvey, Prescription, Product
from tests.rems.prescriber.conftest import Practice, as_typed
from tests.rems.program_cast import NOW, PASSWORD, PROGRAM, signed_in
from tests.softkey import SoftKey

Send = Callable[..., HttpResponse]
Look = Callable[..., HttpResponse]


@pytest.fixture
def paper(practice: Practice) -> Prescription:
    """Dana's prescription, which waits for counseling."""
    items = [(Product.objects.filter(program=PROGRAM)[0], 21)]
    return prescribe(
        enrollment=practice.dana, items=items, days_supply=28, category="adult_female_rp", by=practice.ruth
    )


@pytest.fixture
def ruths(practice: Practice) -> Client:
    """Ruth's browser."""
    return signed_in(practice.ruth)


def challenge(browser: Client) -> dict[str, Any]:
    answer = browser.post(reverse("accounts:passkey_challenge"))
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def counsel(browser: Client, paper: Prescription, **typed: str) -> Any:
    form = {"key": str(uuid4()), "counseled": "on"}
    return browser.post(reverse("prescriber:counsel", args=[paper.pk]), form | typed)


def test_counseling_is_signed_with_the_password(practice: Practice, ruths: Client, paper: Prescription) -> None:
    for wrong in ({}, {"password": ""}, {"password": "guess"}, {"password": "", "printed_name": "Ruth Abara"}):
        assert counsel(ruths, paper, **wrong).status_code == 422
    assert not Counseling.objects.exists()
    assert Event.objects.filter(action="accounts.proof_refused", person_id=practice.ruth.pk).count() == 1
    assert counsel(ruths, paper, password=PASSWORD).status_code == 302
    made = Counseling.objects.get()
    signature = Signature.objects.get(record_kind="rems.counseling")
    assert (signature.person, signature.method, signature.signed_at) == (practice.ruth, "password", NOW)
    assert verify(signature, made) is State.FITS
    assert PASSWORD not in str(list(Event.objects.values()))
    page = ruths.get(reverse("prescriber:prescription", args=[paper.pk])).content.decode()
    assert "Tue, Jun 16, 2026, 09:12:00 EDT" in page
    assert signature.sha256[:4] in page


def test_the_signature_prints_the_accounts_name_whatever_is_sent(
    practice: Practice, ruths: Client, paper: Prescription
) -> None:
    page = ruths.get(reverse("prescriber:counsel", args=[paper.pk])).content.decode()
    assert "What the signature will say" in page
    assert "<strong>Ruth Abara</strong>" in page
    assert f"“{COUNSELED}”" in page
    assert 'name="printed_name"' not in page
    counsel(ruths, paper, password=PASSWORD, printed_name="Iris Holt")
    signature = Signature.objects.get(record_kind="rems.counseling")
    assert (signature.printed_name, signature.meaning) == ("Ruth Abara", COUNSELED)


def test_a_passkey_signs_in_place_of_the_password(practice: Practice, ruths: Client, paper: Prescription) -> None:
    key = SoftKey(practice.ruth)
    assert b"Use a passkey" in ruths.get(reverse("prescriber:counsel", args=[paper.pk])).content
    assert counsel(ruths, paper, passkey=key.answer(challenge(ruths))).status_code == 302
    signature = Signature.objects.get(record_kind="rems.counseling")
    assert (signature.method, len(signature.proof)) == ("passkey", 64)


def test_who_has_no_password_signs_with_the_passkey(practice: Practice, ruths: Client, paper: Prescription) -> None:
    key = SoftKey(practice.ruth)
    practice.ruth.set_unusable_password()
    practice.ruth.save()
    ruths = signed_in(practice.ruth)
    assert b'name="password"' not in ruths.get(reverse("prescriber:counsel", args=[paper.pk])).content
    assert counsel(ruths, paper).status_code == 422
    assert counsel(ruths, paper, passkey=key.answer(challenge(ruths))).status_code == 302


def test_an_answer_serves_once(practice: Practice, ruths: Client, paper: Prescription) -> None:
    answer = SoftKey(practice.ruth).answer(challenge(ruths))
    assert counsel(ruths, paper, passkey=answer).status_code == 302
    dose = {"attested_by_name": "Dana Whitfield", "abstinence": "on", "passkey": answer}
    url = reverse("prescriber:record_attestation", args=[practice.dana.patient.number])
    page = ruths.post(url, dose | {"key": str(uuid4())})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["passkey"])


def test_the_same_form_sent_twice_with_a_passkey_is_done_once(
    practice: Practice, ruths: Client, paper: Prescription
) -> None:
    typed = {"key": str(uuid4()), "passkey": SoftKey(practice.ruth).answer(challenge(ruths))}
    url = reverse("prescriber:record_attestation", args=[practice.dana.patient.number])
    form = {"attested_by_name": "Dana Whitfield", "abstinence": "on"}
    assert [ruths.post(url, form | typed).status_code for _ in range(2)] == [302, 302]
    assert practice.dana.patient.attestations.count() == 1
    changed = ruths.post(url, form | typed | {"attested_by_name": "Somebody Else"})
    assert changed.status_code == 409


def test_the_answer_of_another_challenge_person_place_or_time_signs_nothing(
    practice: Practice, ruths: Client, paper: Prescription
) -> None:
    key, elsewhere = SoftKey(practice.ruth), SoftKey(practice.iris)
    old = key.answer(challenge(ruths))
    fresh = challenge(ruths)
    challenge(ruths)
    unverified = key.answer(challenge(ruths), verified=False)
    for answer in (old, key.answer(fresh), unverified, "{}", "[" * 9000, "null", json.dumps({"response": {}})):
        assert counsel(ruths, paper, passkey=answer).status_code == 422
    assert counsel(ruths, paper, passkey=elsewhere.answer(challenge(ruths))).status_code == 422
    theirs = signed_in(practice.iris)
    assert counsel(ruths, paper, passkey=elsewhere.answer(challenge(theirs))).status_code == 422
    key.origin = "https://elsewhere.example"
    assert counsel(ruths, paper, passkey=key.answer(challenge(ruths))).status_code == 422
    assert not Counseling.objects.exists()
    assert Event.objects.filter(action="accounts.proof_refused").count() == 10


@pytest.mark.parametrize(("after", "status"), [(299, 302), (300, 302), (301, 422)])
def test_a_challenge_stands_five_minutes(
    practice: Practice, ruths: Client, paper: Prescription, after: int, status: int
) -> None:
    answer = SoftKey(practice.ruth).answer(challenge(ruths))
    with clock.stand_at(NOW + timedelta(seconds=after)):
        assert counsel(ruths, paper, passkey=answer).status_code == status


def test_who_has_no_passkey_gets_no_challenge(ruths: Client) -> None:
    answer = ruths.post(reverse("accounts:passkey_challenge"))
    assert (answer.status_code, answer.json()) == (
        409,
        {"error": "This account has no passkey. Sign with the password."},
    )


TICKS = ("category_unchanged", "results_verified", "not_pregnant", "contraception_discussed", "risks_discussed")


def test_the_survey_attests_the_results_that_were_read_and_no_other(
    practice: Practice, send: Send, paper: Prescription
) -> None:
    test: dict[str, Any] = {"result": "negative", "method": "serum", "sensitivity_miu_ml": 25, "laboratory": "Hill"}
    dana = practice.dana.patient
    first = record_test(patient=dana, collected_at=NOW - timedelta(days=1), **test, by=practice.tom)
    read = str(first.pk)
    second = record_test(patient=dana, collected_at=NOW, **test, by=practice.tom)
    answers = dict.fromkeys(TICKS, "on")
    late = send(practice.ruth, "answer_survey", [paper.pk], **answers, results=read)
    assert late.status_code == 422
    assert "A result was recorded or corrected meanwhile" in late.content.decode()
    listed = ",".join(str(row) for row in newest_results(dana))
    assert send(practice.ruth, "answer_survey", [paper.pk], **answers, results=listed).status_code == 302
    survey = PrescriberSurvey.objects.get()
    signature = Signature.objects.get(record_kind="rems.prescribersurvey")
    assert [row["id"] for row in signature.content["says"]["results"]] == [first.pk, second.pk]
    assert verify(signature, survey) is State.FITS


def test_a_correction_is_signed_and_shown_beside_what_it_corrects(practice: Practice, send: Send, look: Look) -> None:
    dana, ruth = practice.dana.patient, practice.ruth
    made = record_test(
        patient=dana, collected_at=NOW - timedelta(days=1), result="negative", method="serum", by=practice.tom
    )
    typed = {"result": "negative", "method": "serum", "sensitivity": "unknown", "place": "laboratory"}
    typed |= as_typed(made.collected_at) | {"laboratory": "Hill", "correction_reason": "Named late"}
    args = [dana.number, "test", made.pk]
    assert send(ruth, "correct", args, **typed, password="guess").status_code == 422
    assert dana.pregnancy_tests.count() == 1
    assert send(ruth, "correct", args, **typed).status_code == 302
    newer = dana.pregnancy_tests.latest("pk")
    signature = Signature.objects.get(record_kind="patients.pregnancytest", record_id=newer.pk)
    assert (signature.printed_name, verify(signature, newer)) == ("Ruth Abara", State.FITS)
    page = look(ruth, "patient", [dana.number]).content.decode()
    assert "I corrected this entry for the reason stated with it." in page
