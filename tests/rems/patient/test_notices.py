"""A patient is told of what falls due, if it is theirs to do and they gave an address."""

from datetime import timedelta
from typing import Any

import pytest

from audit import clock
from patients.models import Patient, PatientAccount
from rems import relay
from rems.models import Enrollment, Message, Notice
from rems.models.choices import DueKind
from rems.own_notices import patients_told
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


def test_a_patient_is_told_neither_of_numbers_nor_after_the_account_ended(leila: Enrollment) -> None:
    Patient.objects.filter(pk=leila.patient_id).update(email="leila@example.org")
    leila.patient.refresh_from_db()
    link_of(leila)
    patient = Patient.objects.get(pk=leila.patient_id)
    mine = PatientAccount.objects.get().person
    reached = {kind for kind in DueKind if patients_told(kind, patient)}
    assert reached == {DueKind.TEST, DueKind.SURVEY, DueKind.RE_ENROLLMENT, DueKind.ADULT_FORM}
    mine.is_active = False
    mine.save()
    assert patients_told(DueKind.TEST, Patient.objects.get(pk=leila.patient_id)) == []
