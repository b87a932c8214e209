"""What a patient tells by themselves: something that happened, and their birth control."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Signature
from accounts.roles import Role
from accounts.signed import State, verify
from audit import clock
from audit.models import Event
from eligibility.reasons import Reason
from patients.actions import record_attestation
from patients.models import ContraceptionAttestation, PatientAccount, Report
from rems.actions import own
from rems.actions.standing import Forbidden
from rems.models import Concern, Enrollment, Message
from rems.relay import run
from tests.rems.patient.conftest import link_of, phone_of, read, send
from tests.rems.patient.test_survey import reasons
from tests.rems.program_cast import NOW, Cast, person, prescriber, signed_in

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("what", "kind", "reason"),
    [
        ("missed_period", "missed_period", Reason.EVALUATION_OPEN),
        ("abnormal_bleeding", "abnormal_bleeding", Reason.EVALUATION_OPEN),
        ("pregnant", "pregnancy", Reason.PREGNANCY_CASE_OPEN),
    ],
)
def test_a_report_holds_the_gate_at_once(leila: Enrollment, what: str, kind: str, reason: Reason) -> None:
    phone = phone_of(leila)
    with clock.stand_at(NOW + SECOND):
        assert send(phone, "report", what=what, since="2026-06-10").status_code == 302
        assert reason in reasons(leila)
    report = Report.objects.get()
    assert (report.kind, report.opened_at) == (kind, NOW + SECOND)
    assert "Since 2026-06-10" in report.note
    assert report.recorded_by == PatientAccount.objects.get().person


def test_capsules_that_somebody_else_took_are_told_and_hold_nothing(leila: Enrollment) -> None:
    before = reasons(leila)
    send(phone_of(leila), "report", what="shared")
    assert (Concern.objects.get().what, reasons(leila), Report.objects.count()) == ("shared", before, 0)


@pytest.mark.parametrize(("since", "right"), [("2026-06-16", True), ("2026-06-17", False), ("1990-04-01", False)])
def test_it_cannot_have_begun_in_the_future_or_before_birth(leila: Enrollment, since: str, right: bool) -> None:
    answer = send(phone_of(leila), "report", what="missed_period", since=since)
    assert (answer.status_code == 302, Report.objects.exists()) == (right, right)


def test_a_man_is_not_asked_about_periods(ivan: Enrollment) -> None:
    phone = phone_of(ivan)
    assert "period" not in read(phone, "report")
    assert send(phone, "report", what="missed_period").status_code == 422


def test_the_messages_are_neutral(leila: Enrollment, mailoutbox: list[Any]) -> None:
    send(phone_of(leila), "report", what="pregnant")
    assert set(Message.objects.values_list("to__name", flat=True)) == {"Ruth Abara", "Jo Lindgren"}
    run()
    words = " ".join(f"{mail.subject} {mail.body}" for mail in mailoutbox).lower()
    assert len(mailoutbox) == 2
    assert not any(word in words for word in ("leila", "pregnan", "lenalidomide", "haddad"))


def test_the_practice_reads_it_on_its_first_page_and_says_so(cast: Cast, leila: Enrollment) -> None:
    send(phone_of(leila), "report", what="pregnant")
    ruth, concern = signed_in(cast.ruth), Concern.objects.get()
    assert "Are you pregnant" in ruth.get(reverse("prescriber:home")).content.decode()
    for _ in range(2):
        assert ruth.post(reverse("prescriber:see_concern", args=[concern.pk])).status_code == 302
    concern.refresh_from_db()
    assert (concern.seen_by, concern.seen_at) == (cast.ruth, NOW)
    assert "Are you pregnant" not in ruth.get(reverse("prescriber:home")).content.decode()
    assert "Are you pregnant" in ruth.get(reverse("prescriber:own_pages", args=[leila.patient.number])).content.decode()
    assert Reason.PREGNANCY_CASE_OPEN in reasons(leila), "reading it clears nothing"


def test_another_practice_sees_nothing_of_it(cast: Cast, leila: Enrollment) -> None:
    send(phone_of(leila), "report", what="pregnant")
    iris = person("Iris Holt", Role.PRESCRIBER)
    prescriber(iris, 223456789)
    concern = Concern.objects.get()
    assert "pregnant" not in signed_in(iris).get(reverse("prescriber:home")).content.decode()
    assert signed_in(iris).post(reverse("prescriber:see_concern", args=[concern.pk])).status_code == 404
    with pytest.raises(Forbidden):
        own.see(concern=concern, by=iris)
    with pytest.raises(Forbidden):
        own.see(concern=concern, by=cast.jo)


def attested(leila: Enrollment, cast: Cast) -> ContraceptionAttestation:
    """What was attested at the clinic."""
    return record_attestation(
        patient=leila.patient,
        attested_by_name="Leila Haddad",
        methods=["iud", "male_condom"],
        since=date(2026, 1, 1),
        by=cast.ruth,
    )


def test_birth_control_is_offered_unchanged_and_nothing_is_chosen(cast: Cast, leila: Enrollment) -> None:
    attested(leila, cast)
    phone = phone_of(leila)
    words = read(phone, "contraception", leila.pk)
    assert "A coil in the womb (IUD)" in words
    assert "Without a break since January 1, 2026" in words
    assert " checked>" not in words
    with clock.stand_at(NOW + SECOND):
        assert send(phone, "contraception", leila.pk, still="same").status_code == 302
    new = ContraceptionAttestation.objects.latest("pk")
    assert (new.methods, new.since, new.attested_at) == (["iud", "male_condom"], date(2026, 1, 1), NOW + SECOND)
    assert (new.attested_by_name, new.recorded_by) == ("Leila Haddad", PatientAccount.objects.get().person)
    signature = Signature.objects.latest("pk")
    assert (signature.method, signature.printed_name, signature.person) == ("link", "Leila Haddad", None)
    assert verify(signature, new) is State.FITS
    assert not Concern.objects.exists()


def test_what_has_changed_is_asked_and_not_enough_is_told_and_blocks_the_next_number(
    cast: Cast, leila: Enrollment
) -> None:
    attested(leila, cast)
    phone = phone_of(leila)
    answer = send(phone, "contraception", leila.pk, still="other")
    assert answer["Location"].endswith("?new=1")
    assert ContraceptionAttestation.objects.count() == 1
    with clock.stand_at(NOW + SECOND):
        send(phone, "contraception", leila.pk, query="?new=1", methods=["male_condom"], since="2026-01-01")
        assert Reason.CONTRACEPTION_NOT_SUFFICIENT in reasons(leila)
    assert Concern.objects.get().what == "birth_control"
    assert Concern.objects.get().said == "Birth control: Male condom. It is not enough."


@pytest.mark.parametrize("data", [{"methods": ["iud", "diaphragm"]}, {"abstinence": "on"}])
def test_enough_protection_worries_nobody(cast: Cast, leila: Enrollment, data: dict[str, Any]) -> None:
    attested(leila, cast)
    send(phone_of(leila), "contraception", leila.pk, query="?new=1", since="2026-01-01", **data)
    assert ContraceptionAttestation.objects.count() == 2
    assert not Concern.objects.exists()


def test_nothing_chosen_and_a_day_to_come_are_errors_that_are_said(leila: Enrollment) -> None:
    phone = phone_of(leila)
    nothing = send(phone, "contraception", leila.pk, query="?new=1")
    assert "Choose what you use." in nothing.content.decode()
    later = send(phone, "contraception", leila.pk, query="?new=1", methods=["iud"], since="2026-06-18")
    assert later.status_code == 422
    assert not ContraceptionAttestation.objects.exists()


def test_men_are_not_asked_to_attest(ivan: Enrollment) -> None:
    phone = phone_of(ivan)
    assert phone.get(reverse("my:contraception", args=[ivan.pk])).status_code == 302


def test_every_page_is_written_down_under_the_patient(leila: Enrollment) -> None:
    phone: Client = phone_of(leila)
    for name, args in (
        ("home", []),
        ("survey", [leila.pk]),
        ("report", []),
        ("program", []),
        ("answers", []),
        ("calendar", []),
    ):
        newest = Event.objects.latest("pk").pk
        phone.get(reverse(f"my:{name}", args=args))
        seen = Event.objects.filter(pk__gt=newest, kind="view", patient_id=leila.patient_id)
        assert seen.count() == 1, name
    assert link_of(leila)
