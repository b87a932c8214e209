"""Who a patient is, and who may be the same person twice."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from audit import clock
from audit.models import Event
from patients.actions import correct_identity
from patients.models import IdentityCorrection, Patient
from patients.queries import born_before_corrections, born_near, likely_duplicates
from tests.registry_cast import NOON, a_patient, somebody

pytestmark = pytest.mark.django_db
BORN = date(1985, 4, 2)


def test_a_patient_has_a_number_that_people_can_read() -> None:
    maria = a_patient(middle_name="Luz", guardian_name="")
    assert maria.number == f"P-{maria.pk:07}"
    assert str(maria) == f"{maria.number} Maria Luz Gomez"
    event = Event.objects.get(action="patients.register_patient")
    assert (event.patient_id, event.details["number"], event.details["born"]) == (
        maria.pk,
        maria.number,
        "1985-04-02",
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"born": date(2026, 3, 3)}, "born"),
        ({"born": date(1899, 12, 31)}, "born"),
        ({"last_name": ""}, "last_name"),
        ({"email": "nowhere"}, "email"),
    ],
)
def test_what_cannot_be_names_the_field(wrong: dict[str, object], field: str) -> None:
    with clock.stand_at(NOON), pytest.raises(ValidationError) as caught:
        a_patient(**wrong)
    assert list(caught.value.error_dict) == [field]
    assert not Patient.objects.exists()


def test_who_is_born_today_may_be_registered() -> None:
    with clock.stand_at(NOON):
        assert a_patient(born=date(2026, 3, 2)).born == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"first_name": " "}, "first_name_given"),
        ({"born": date(1850, 1, 1)}, "born_sane"),
        ({"born": date(2030, 1, 1)}, "born_sane"),
    ],
)
def test_the_database_refuses_by_itself(wrong: dict[str, object], constraint: str) -> None:
    with clock.stand_at(NOON):
        maria = a_patient()
    with pytest.raises(IntegrityError, match=constraint):
        Patient.objects.filter(pk=maria.pk).update(**wrong)


def test_a_corrected_birth_date_is_known_from_its_correction_on() -> None:
    with clock.stand_at(NOON):
        maria = a_patient()
    for hours, born in [(1, date(1986, 4, 2)), (2, date(1987, 4, 2))]:
        with clock.stand_at(NOON + timedelta(hours=hours)):
            correct_identity(patient=maria, changes={"born": born}, reason="Passport", by=somebody())
    maria.refresh_from_db()
    then = [NOON + timedelta(hours=hours) for hours in (0, 0.99, 1, 2, 3)]
    known = [born_before_corrections([maria.pk], at).get(maria.pk, maria.born).year for at in then]
    assert known == [1985, 1985, 1986, 1987, 1987]
    event = Event.objects.filter(action="patients.correct_identity").earliest("id")
    assert (event.patient_id, event.reason) == (maria.pk, "Passport")
    assert event.details == {"before": {"born": "1985-04-02"}, "after": {"born": "1986-04-02"}}


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"phone": "1"}, " ", "reason"),
        ({"number": "P-1"}, "x", "number"),
        ({"born": date(2999, 1, 1)}, "x", "born"),
        ({"first_name": ""}, "x", "first_name"),
    ],
)
def test_a_correction_that_cannot_be_changes_nothing(changes: dict[str, object], reason: str, field: str) -> None:
    maria = a_patient()
    with pytest.raises(ValidationError) as caught:
        correct_identity(patient=maria, changes=changes, reason=reason, by=somebody())
    assert list(caught.value.error_dict) == [field]
    assert not IdentityCorrection.objects.exists()


def test_what_stood_before_a_correction_stays_on_record() -> None:
    correct_identity(patient=a_patient(), changes={"phone": "1"}, reason="New", by=somebody())
    with pytest.raises(DatabaseError), transaction.atomic():
        IdentityCorrection.objects.update(reason="Other")


@pytest.mark.parametrize(
    ("first_name", "last_name", "born"),
    [
        ("Maria", "Gomez", BORN),
        ("MARIA", "gomez", BORN),
        ("María", "Gómez", BORN),
        ("Gomez", "Maria", BORN),
        ("Maria", "Gomes", BORN),
        ("Marie", "Gomez", BORN),
        ("Mar", "Gomez-Lopez", BORN),
        ("Maria", "Gomez", date(1985, 2, 4)),
        ("Maria", "Gomez", date(1985, 4, 20)),
        ("Maria", "Gomez", date(1986, 4, 2)),
        ("Gomez", "Maria", date(1985, 5, 2)),
    ],
)
def test_who_may_be_the_same_person_is_shown(first_name: str, last_name: str, born: date) -> None:
    maria = a_patient()
    assert likely_duplicates(first_name=first_name, last_name=last_name, born=born) == [maria]


@pytest.mark.parametrize(
    ("first_name", "last_name", "born"),
    [
        ("Peter", "Novak", BORN),
        ("Maria", "Lopez", BORN),
        ("Maria", "Gomez", date(1962, 11, 19)),
        ("Rosa", "Gomez", date(1985, 4, 3)),
    ],
)
def test_who_is_somebody_else_is_not(first_name: str, last_name: str, born: date) -> None:
    a_patient()
    assert likely_duplicates(first_name=first_name, last_name=last_name, born=born) == []


def test_the_likeliest_comes_first() -> None:
    near = a_patient(born=date(1985, 4, 3))
    alike = a_patient(last_name="Gomes")
    same = a_patient()
    assert likely_duplicates(first_name="Maria", last_name="Gomez", born=BORN) == [same, alike, near]


@pytest.mark.parametrize(
    ("other", "near"),
    [
        (BORN, True),
        (BORN + timedelta(days=31), True),
        (BORN + timedelta(days=32), False),
        (date(1985, 2, 4), True),
        (date(1995, 4, 2), True),
        (date(1995, 4, 3), False),
    ],
)
def test_a_slip_of_the_hand_makes_a_near_date(other: date, near: bool) -> None:
    assert born_near(BORN, other) is near
    assert born_near(other, BORN) is near
