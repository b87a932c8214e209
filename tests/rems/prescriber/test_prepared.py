"""An agreement is prepared, signed from afar by a one-time link, and completed by the prescriber."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Signature, SigningMethod
from accounts.people import system_person
from accounts.signed import State, verify
from audit import clock
from audit.facts import InvalidFact
from audit.models import Event
from patients.actions import correct_identity
from patients.models import ContraceptionAttestation
from rems.actions import links
from rems.actions import prepared as actions
from rems.actions.standing import Forbidden
from rems.models import Agreement, AgreementLink, CategoryAssignment, Enrollment, LinkTry, PreparedAgreement, Purpose
from tests.rems.prescriber.conftest import Practice, patient
from tests.rems.program_cast import NOW, PROGRAM

Send = Callable[..., HttpResponse]
Look = Callable[..., HttpResponse]
ADULT, CHILD = date(1988, 8, 21), date(2012, 1, 1)
SECOND = timedelta(seconds=1)


def prepare(practice: Practice, born: date = ADULT, **more: Any) -> PreparedAgreement:
    """An enrollment of somebody new, prepared by Ruth's delegate."""
    asked: dict[str, Any] = {"category": "adult_male" if born == ADULT else "male_child", "diagnosis": "c90.0"} | more
    return actions.prepare(
        patient=patient("Leo Sato", practice.ruth, born),
        program=PROGRAM,
        prescriber=practice.prescriber,
        purpose=Purpose.ENROLL,
        by=practice.tom,
        **asked,
    )


def link_to(prepared: PreparedAgreement, practice: Practice) -> str:
    """The address that is handed over."""
    return reverse("agreement_link", args=[links.make_link(prepared=prepared, by=practice.tom).token])


def opened(address: str, born: date = ADULT) -> Any:
    """The page behind the birth date, on a phone on which nobody is signed in."""
    return Client().post(address, {"key": str(uuid4()), "born": born.isoformat()})


def names(born: date = ADULT) -> dict[str, str]:
    """What patient and guardian type and tick."""
    typed = {"key": str(uuid4()), "born": born.isoformat(), "patient_name": "Leo Sato", "patient_agrees": "on"}
    return typed | ({"guardian_name": "Aya Sato", "guardian_agrees": "on"} if born == CHILD else {})


def is_closed(answer: Any) -> bool:
    return answer.status_code == 404 and b"This link opens nothing" in answer.content and b"Sato" not in answer.content


def test_a_patient_signs_by_link_and_the_prescriber_completes_the_enrollment(practice: Practice, send: Send) -> None:
    prepared = prepare(practice)
    address = link_to(prepared, practice)
    first = Client().get(address).content.decode()
    assert "date of birth" in first
    assert not any(word in first for word in ("Sato", "Lenalidomide", "Ruth", "C90"))
    shown = opened(address)
    assert all(text in shown.content.decode() for text in ("Leo Sato", "birth defects", "Ruth Abara", "C90.0"))
    assert not Enrollment.objects.filter(patient=prepared.patient).exists()
    assert b"Thank you" in Client().post(address, names()).content
    assert not Enrollment.objects.filter(patient=prepared.patient).exists()

    answer = send(practice.ruth, "complete_prepared", [prepared.pk])
    assert answer.status_code == 302
    agreement = Agreement.objects.get(enrollment__patient=prepared.patient)
    assert (agreement.pk, agreement.signed_on) == (prepared.agreement_number, clock.local_date(NOW))
    patients, prescribers = agreement.patient_signature, agreement.prescriber_signature
    assert patients is not None
    assert prescribers is not None
    assert patients.sha256 == prescribers.sha256 == agreement.sha256
    assert (patients.method, patients.person, patients.entered_by) == ("link", None, None)
    assert {verify(row, agreement) for row in (patients, prescribers)} == {State.FITS}
    assert CategoryAssignment.objects.get(agreement=agreement).category == "adult_male"
    assert is_closed(Client().get(address))


def test_for_a_child_the_guardian_signs_too(practice: Practice, send: Send) -> None:
    prepared = prepare(practice, CHILD)
    address = link_to(prepared, practice)
    alone = {name: text for name, text in names(CHILD).items() if not name.startswith("guardian")}
    answer = Client().post(address, alone)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"guardian_name", "guardian_agrees"})
    assert not Signature.objects.filter(method=SigningMethod.LINK).exists()
    made = AgreementLink.objects.get()
    with pytest.raises(InvalidFact, match="full name"):
        links.sign_by_link(link=made, patient_name="Leo Sato", address="", by=system_person("one-time-link"))
    assert b"Thank you" in Client().post(address, names(CHILD)).content
    assert send(practice.ruth, "complete_prepared", [prepared.pk]).status_code == 302
    agreement = Agreement.objects.get(enrollment__patient=prepared.patient)
    assert agreement.guardian_signed
    assert agreement.guardian_signature is not None
    assert (agreement.guardian_signature.printed_name, agreement.guardian_signature.sha256) == (
        "Aya Sato",
        agreement.sha256,
    )


def test_a_link_is_used_once_and_a_second_click_reads_the_same_thanks(practice: Practice) -> None:
    address, typed = link_to(prepare(practice), practice), names()
    assert b"Thank you" in Client().post(address, typed).content
    assert b"Thank you" in Client().post(address, typed).content
    assert is_closed(Client().post(address, names()))
    assert is_closed(opened(address))
    assert Signature.objects.filter(method=SigningMethod.LINK).count() == 1


@pytest.mark.parametrize(("after", "serves"), [(-SECOND, True), (0 * SECOND, True), (SECOND, False)])
def test_a_link_serves_seven_days(practice: Practice, after: timedelta, serves: bool) -> None:
    address = link_to(prepare(practice), practice)
    with clock.stand_at(NOW + timedelta(days=7) + after):
        for answer in (Client().get(address), opened(address), Client().post(address, names())):
            assert is_closed(answer) is not serves


def test_a_newer_link_a_withdrawal_and_a_new_draft_end_a_link(practice: Practice, send: Send) -> None:
    prepared = prepare(practice)
    first = link_to(prepared, practice)
    second = link_to(prepared, practice)
    assert is_closed(opened(first))
    assert opened(second).status_code == 200
    again = actions.prepare(
        patient=prepared.patient,
        program=PROGRAM,
        prescriber=practice.prescriber,
        purpose=Purpose.ENROLL,
        category="adult_male",
        diagnosis="C90.1",
        by=practice.ruth,
    )
    prepared.refresh_from_db()
    assert (prepared.is_open, prepared.withdrawn_reason) == (False, "Prepared anew.")
    assert is_closed(opened(second))
    third = link_to(again, practice)
    assert send(practice.tom, "withdraw_prepared", [again.pk], reason="").status_code == 422
    assert send(practice.tom, "withdraw_prepared", [again.pk], reason="He comes in.").status_code == 302
    assert is_closed(opened(third))


def test_unknown_and_foreign_tokens_open_nothing(practice: Practice) -> None:
    prepared = prepare(practice)
    token = links.make_link(prepared=prepared, by=practice.tom).token
    digest = hashlib.sha256(token.encode()).hexdigest()
    assert AgreementLink.objects.get().digest == digest
    for other in ("x", token[:-1], token.upper(), digest):
        assert is_closed(opened(reverse("agreement_link", args=[other])))
    assert token not in str(list(Event.objects.values()))


def test_five_wrong_birth_dates_close_the_link(practice: Practice) -> None:
    address = link_to(prepare(practice), practice)
    for _ in range(4):
        answer = opened(address, date(1988, 8, 22))
        assert answer.status_code == 422
        assert b"Sato" not in answer.content
    assert is_closed(opened(address, date(1988, 8, 22)))
    assert is_closed(opened(address))
    assert LinkTry.objects.filter(fits=False).count() == 5
    assert Event.objects.filter(action="rems.try_agreement_link", allowed=False).count() == 5


def test_with_a_wrong_birth_date_nothing_is_signed_however_it_is_sent(practice: Practice) -> None:
    address = link_to(prepare(practice), practice)
    for born in ("1988-08-22", "", "yesterday"):
        answer = Client().post(address, names() | {"born": born})
        assert answer.status_code == 422
        assert b"C90" not in answer.content
    assert not Signature.objects.filter(method=SigningMethod.LINK).exists()


def test_who_looks_by_link_is_in_the_trail_before_it_is_shown(practice: Practice) -> None:
    prepared = prepare(practice)
    opened(link_to(prepared, practice))
    seen = Event.objects.get(action="rems.view_agreement_by_link")
    assert (seen.patient_id, seen.details["address"]) == (prepared.patient_id, "127.0.0.1")
    assert seen.person_name == "System: one-time-link"


def test_the_network_address_of_a_signature_is_in_the_trail(practice: Practice) -> None:
    Client().post(link_to(prepare(practice), practice), names())
    event = Event.objects.get(action="rems.sign_by_link")
    assert event.details["address"] == "127.0.0.1"


def test_the_prescriber_does_not_complete_what_the_patient_has_not_signed(practice: Practice, send: Send) -> None:
    prepared = prepare(practice)
    assert send(practice.ruth, "complete_prepared", [prepared.pk]).status_code == 422
    assert not Enrollment.objects.filter(patient=prepared.patient).exists()


def test_a_wrong_password_completes_nothing(practice: Practice, send: Send) -> None:
    prepared = prepare(practice)
    Client().post(link_to(prepared, practice), names())
    answer = send(practice.ruth, "complete_prepared", [prepared.pk], password="guess")
    assert answer.status_code == 422
    assert not Enrollment.objects.filter(patient=prepared.patient).exists()
    assert Event.objects.get(action="accounts.proof_refused").person_id == practice.ruth.pk


def test_a_delegate_prepares_and_never_completes_and_another_prescriber_sees_nothing(
    practice: Practice, send: Send, look: Look
) -> None:
    prepared = prepare(practice)
    Client().post(link_to(prepared, practice), names())
    assert b"Only the prescriber can sign now" in look(practice.tom, "prepared", [prepared.pk]).content
    assert send(practice.tom, "complete_prepared", [prepared.pk]).status_code == 403
    with pytest.raises(Forbidden):
        actions.complete(prepared=prepared, by=practice.tom)
    for view in ("make_link", "withdraw_prepared", "complete_prepared"):
        assert send(practice.iris, view, [prepared.pk], reason="Mine").status_code == 404
    with pytest.raises(Forbidden):
        links.make_link(prepared=prepared, by=practice.iris)


def test_a_name_corrected_after_the_patient_signed_needs_a_new_agreement(practice: Practice, send: Send) -> None:
    prepared = prepare(practice)
    Client().post(link_to(prepared, practice), names())
    correct_identity(patient=prepared.patient, changes={"last_name": "Santo"}, reason="Mistyped", by=practice.ruth)
    answer = send(practice.ruth, "complete_prepared", [prepared.pk])
    assert answer.status_code == 422
    assert "Prepare the agreement anew" in answer.content.decode()
    assert not Enrollment.objects.filter(patient=prepared.patient).exists()


def test_a_delegate_prepares_on_the_page_and_the_link_is_shown_once(practice: Practice, send: Send, look: Look) -> None:
    somebody = patient("Mei Sato", practice.ruth)
    answers = {"program": PROGRAM, "sex": "female", "basis": "none"}
    asked = {"diagnosis": "C90.0", "abstinence": "on", "since": "2026-05-01", "cycle": "regular"}
    assert send(practice.tom, "prepare", [somebody.number], **answers, **asked).status_code == 302
    prepared = PreparedAgreement.objects.get()
    assert prepared.contraception == {
        "methods": [],
        "abstinence": True,
        "since": "2026-05-01",
        "cycle": "regular",
    }
    page = send(practice.tom, "make_link", [prepared.pk]).content.decode()
    address = page.split('readonly value="')[1].split('"')[0]
    assert address.startswith("http://testserver/agree/")
    assert "agree/" not in look(practice.tom, "prepared", [prepared.pk]).content.decode()
    typed = names() | {"patient_name": "Mei Sato"}
    assert b"Continuous abstinence" in opened(address).content
    assert b"Thank you" in Client().post(address, typed).content
    assert b"the prescriber signs next" in look(practice.ruth, "home").content
    assert send(practice.ruth, "complete_prepared", [prepared.pk]).status_code == 302
    attested = ContraceptionAttestation.objects.get(patient=somebody)
    assert (attested.attested_by_name, attested.abstinence, attested.since) == ("Mei Sato", True, date(2026, 5, 1))


def test_a_change_of_category_and_a_new_agreement_are_signed_by_link_too(practice: Practice, send: Send) -> None:
    number = practice.dana.patient.number
    answers = {"sex": "female", "basis": "hysterectomy", "diagnosis": "C90.0", "reason": "Hysterectomy on June 1."}
    assert send(practice.ruth, "prepare_change", [number, PROGRAM], **answers).status_code == 302
    _sign_and_complete(practice, send, PreparedAgreement.objects.latest("pk"), "Dana Whitfield")
    assert practice.dana.categories.current().latest("pk").category == "adult_female_nrp"
    assert send(practice.tom, "prepare_renewal", [number, PROGRAM]).status_code == 302
    before = practice.dana.agreements.count()
    _sign_and_complete(practice, send, PreparedAgreement.objects.latest("pk"), "Dana Whitfield")
    assert practice.dana.agreements.count() == before + 1


def _sign_and_complete(practice: Practice, send: Send, prepared: PreparedAgreement, name: str) -> None:
    Client().post(link_to(prepared, practice), names() | {"patient_name": name})
    assert send(practice.ruth, "complete_prepared", [prepared.pk]).status_code == 302
