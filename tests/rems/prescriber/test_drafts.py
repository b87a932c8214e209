"""What somebody typed and did not send is there on return, for this person alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import reverse

from accounts.standing import Forbidden
from audit import clock
from audit.models import Event
from patients.models import Patient
from rems import tasks
from rems.actions import keeping
from rems.models import Draft, Prescription, Product
from tests.rems.prescriber.conftest import Practice
from tests.rems.prescriber.test_enrollment import WHO
from tests.rems.program_cast import NOW, PROGRAM, signed_in

Send = Callable[..., HttpResponse]
Look = Callable[..., HttpResponse]
TYPED = {"first_name": "Mei-Lin", "last_name": "Sato", "born": "1994-10-08"}


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_a_registration_that_was_begun_is_shown_as_a_draft_on_return(
    practice: Practice, send: Send, look: Look
) -> None:
    before = Patient.objects.count()
    send(practice.tom, "enroll", **TYPED, keep_draft="1")
    assert Patient.objects.count() == before
    page = text(look(practice.tom, "enroll"))
    assert "This is your draft." in page
    assert 'value="Mei-Lin"' in page
    assert 'value="1994-10-08"' in page
    assert "A draft of yours:" in text(look(practice.tom, "home"))


def test_the_first_field_that_is_needed_and_empty_has_the_focus(practice: Practice, send: Send, look: Look) -> None:
    send(practice.tom, "enroll", **TYPED, keep_draft="1")
    page = text(look(practice.tom, "enroll"))
    assert page.count("autofocus") == 1
    assert "autofocus" in page.split('name="address_line_1"')[1].split(">")[0]


def test_a_draft_is_its_writers_alone(practice: Practice, send: Send, look: Look) -> None:
    send(practice.tom, "enroll", **TYPED, keep_draft="1")
    for other in (practice.ruth, practice.iris):
        assert "Mei-Lin" not in text(look(other, "enroll"))
        assert "draft of yours" not in text(look(other, "home"))
    with pytest.raises(PermissionError):
        keeping.drop_draft(draft=Draft.objects.get(), by=practice.ruth)


def test_once_it_is_sent_the_draft_is_gone(practice: Practice, send: Send, look: Look) -> None:
    send(practice.tom, "enroll", **TYPED, keep_draft="1")
    answer = send(practice.tom, "enroll", **WHO)
    assert answer.status_code == 302
    assert not Draft.objects.exists()
    assert "This is your draft." not in text(look(practice.tom, "enroll"))


def test_keeping_uses_up_no_key_so_that_the_form_can_still_be_sent(practice: Practice, send: Send) -> None:
    send(practice.tom, "enroll", **TYPED, key="the same", keep_draft="1")
    assert send(practice.tom, "enroll", **WHO, key="the same").status_code == 302


def test_it_is_dropped_when_it_is_not_wanted(practice: Practice, send: Send) -> None:
    send(practice.tom, "enroll", **TYPED, keep_draft="1")
    send(practice.tom, "enroll", drop_draft="1")
    assert not Draft.objects.exists()


def test_nothing_typed_is_nothing_kept(practice: Practice, send: Send) -> None:
    send(practice.tom, "enroll", first_name=" ", keep_draft="1")
    assert not Draft.objects.exists()


@pytest.mark.parametrize(("seconds", "shown"), [(-1, True), (0, True), (1, False)])
def test_a_draft_is_kept_for_fourteen_days(
    practice: Practice, send: Send, look: Look, seconds: int, shown: bool
) -> None:
    send(practice.tom, "enroll", **TYPED, keep_draft="1")
    with clock.stand_at(NOW + timedelta(days=14, seconds=seconds)):
        assert ("This is your draft." in text(look(practice.tom, "enroll"))) is shown


@pytest.mark.parametrize(("seconds", "left"), [(-1, 1), (0, 1), (1, 0)])
def test_a_job_lets_go_what_is_kept_no_longer(practice: Practice, send: Send, seconds: int, left: int) -> None:
    send(practice.tom, "enroll", **TYPED, keep_draft="1")
    with clock.stand_at(NOW + timedelta(days=14, seconds=seconds)):
        assert tasks.forget_drafts() == 1 - left
        assert tasks.forget_drafts() == 0
    assert Draft.objects.count() == left
    assert Event.objects.filter(action="rems.forget_drafts", details={"drafts": 1}).count() == 1 - left


def test_nobody_but_the_job_lets_drafts_go(practice: Practice) -> None:
    with pytest.raises(Forbidden):
        keeping.forget_old_drafts(by=practice.iris)


def test_the_trail_says_that_it_was_kept_and_not_what_stands_in_it(practice: Practice, send: Send) -> None:
    send(practice.tom, "enroll", **TYPED, keep_draft="1")
    event = Event.objects.filter(action="rems.keep_draft").get()
    assert event.details == {"form": "patient", "subject": ""}
    assert not Event.objects.filter(action__startswith="row.", details__icontains="Mei-Lin").exists()


def test_of_a_prescription_the_category_is_never_kept(practice: Practice, send: Send, look: Look) -> None:
    where = [practice.ivan.patient.number, PROGRAM]
    typed = {"product_1": "Revlimid 10 mg", "capsules_1": "21", "days_supply": "28", "category": "adult_male"}
    send(practice.tom, "prescribe", where, **typed, keep_draft="1")
    assert Draft.objects.get().values == {"product_1": "Revlimid 10 mg", "capsules_1": "21", "days_supply": "28"}
    page = text(look(practice.tom, "prescribe", where))
    assert 'value="Revlimid 10 mg"' in page
    assert " checked" not in page
    other = [practice.dana.patient.number, PROGRAM]
    assert "This is your draft." not in text(look(practice.tom, "prescribe", other))
    send(practice.tom, "prescribe", where, **typed)
    assert Prescription.objects.get().items.get().product == Product.objects.get(program=PROGRAM, strength_mg=10)
    assert not Draft.objects.exists()


def test_no_draft_holds_a_signature_or_a_password(practice: Practice, send: Send) -> None:
    send(practice.ruth, "enroll", **TYPED, password="secret", reason="x", keep_draft="1")
    assert Draft.objects.get().values.keys() == TYPED.keys()


def test_forms_that_attest_keep_none(practice: Practice, look: Look) -> None:
    for view in ("record_test", "record_attestation"):
        page = text(look(practice.ruth, view, [practice.dana.patient.number]))
        assert "Keep as draft" not in page


def test_own_data_are_kept_until_they_are_given(practice: Practice) -> None:
    from accounts.roles import Role
    from tests.rems.program_cast import person

    new = person("Wanda Okafor", Role.PRESCRIBER)
    client, address = signed_in(new), reverse("prescriber:details")
    first = client.get(address).content.decode()
    assert 'value="Wanda"' in first
    assert 'value="Okafor"' in first
    client.post(address, {"npi": "165", "first_name": "Wanda", "keep_draft": "1"})
    assert 'value="165"' in client.get(address).content.decode()
