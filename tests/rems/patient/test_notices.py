"""A patient is told of what falls due, if it is theirs to do and they gave an address."""

from datetime import timedelta
from typing import Any

import pytest

from audit import clock
from patients.models import Patient, PatientAccount
from rems import relay
from rems.models import Enrollment, Message, Notice
from rems.models.choices import DueKind
from rems.notices import THEIRS
from rems.reaching import reach_of
from rems.recipients import circle
from tests.rems.horizons import looked
from tests.rems.patient.conftest import link_of
from tests.rems.program_cast import NOW, Cast


def told() -> set[str]:
    """Who has a message about a test."""
    return set(Message.objects.filter(notice__kind="test").values_list("to__email", flat=True))


@pytest.mark.parametrize(("address", "reached"), [("leila@example.org", True), ("", False)])
def test_a_patient_with_an_address_is_reminded_of_the_test(
    cast: Cast, leila: Enrollment, mailoutbox: list[Any], address: str, reached: bool
) -> None:
    Patient.objects.filter(pk=leila.patient_id).update(email=address)
    leila.patient.refresh_from_db()
    link_of(leila)
    with clock.stand_at(NOW + timedelta(days=6)):
        looked()
        relay.run()
    assert Notice.objects.filter(kind="test").count() == 1
    assert told() == {cast.ruth.email} | ({address} if reached else set())
    words = " ".join(f"{mail.subject} {mail.body}" for mail in mailoutbox).lower()
    assert not any(word in words for word in ("leila", "test", "pregnan", "lenalidomide", "/open/"))


def test_a_patient_is_told_of_no_number_and_of_nothing_after_the_account_ended(leila: Enrollment) -> None:
    assert {kind for kind in DueKind if kind not in THEIRS} == {
        DueKind.CERTIFICATION,
        DueKind.AUTHORIZATION,
        DueKind.CONFIRMATION,
    }
    Patient.objects.filter(pk=leila.patient_id).update(email="leila@example.org")
    leila.patient.refresh_from_db()
    link_of(leila)
    mine = PatientAccount.objects.get().person
    assert circle(patients=[leila.patient_id]).own == {leila.patient_id: [mine.pk]}
    mine.is_active = False
    mine.save()
    assert circle(patients=[leila.patient_id]).own == {}


def test_a_patient_is_told_in_the_language_of_the_own_pages_and_not_on_a_page_of_the_staff(leila: Enrollment) -> None:
    link_of(leila)
    account = PatientAccount.objects.get()
    PatientAccount.objects.update(language="es", zone="America/Los_Angeles")
    reach = reach_of(account.person)
    assert (reach.in_app, reach.choice.language, reach.choice.zone) == (False, "es", "America/Los_Angeles")
    doctor = leila.prescriber.person
    assert doctor is not None
    assert reach_of(doctor).in_app
