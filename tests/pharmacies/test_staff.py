"""Pharmacists at their sites, and their training."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from audit import clock
from audit.facts import InvalidFact
from pharmacies.actions import correct_training, end_pharmacist, name_pharmacist, record_training
from pharmacies.models import Pharmacist
from pharmacies.queries import is_trained, sites_of
from tests.registry_cast import LENALIDOMIDE, NOON, a_person, a_pharmacy

pytestmark = pytest.mark.django_db


def test_a_pharmacist_works_at_a_site_until_it_ends_and_at_several() -> None:
    pat, by = a_person(name="Pat Pharmacist"), a_person()
    here, there = a_pharmacy(name="A"), a_pharmacy(name="B")
    work = name_pharmacist(pharmacy=here, person=pat, by=by)
    name_pharmacist(pharmacy=there, person=pat, by=by)
    assert list(sites_of(pat, at=clock.now())) == [here, there]
    with pytest.raises(InvalidFact, match="already"):
        name_pharmacist(pharmacy=here, person=pat, by=by)
    end_pharmacist(pharmacist=work, by=by)
    assert list(sites_of(pat, at=clock.now())) == [there]
    with pytest.raises(InvalidFact, match="ended already"):
        end_pharmacist(pharmacist=work, by=by)


def test_the_database_keeps_one_employment_at_a_time_and_its_end_as_written() -> None:
    by = a_person()
    work = name_pharmacist(pharmacy=a_pharmacy(), person=a_person(), by=by)
    row = {"person": work.person, "pharmacy": work.pharmacy, "from_at": NOON, "from_by": by}
    with pytest.raises(IntegrityError, match="pharmacist_once"), transaction.atomic():
        Pharmacist.objects.create(**row)
    with pytest.raises(IntegrityError, match="ended_together"), transaction.atomic():
        Pharmacist.objects.create(**row, ended_at=NOON)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Pharmacist.objects.update(from_at=NOON)


def test_a_training_counts_from_when_it_was_recorded_until_it_is_withdrawn() -> None:
    pat, by = a_person(), a_person()
    with clock.stand_at(NOON):
        training = record_training(person=pat, program=LENALIDOMIDE, completed_on=date(2026, 3, 2), by=by)
    later = NOON + timedelta(days=1)
    with clock.stand_at(later):
        correct_training(training=training, changes={}, reason="Another Pat", void=True, by=by)
    assert not is_trained(pat.pk, LENALIDOMIDE, NOON - timedelta(seconds=1))
    assert is_trained(pat.pk, LENALIDOMIDE, NOON)
    assert not is_trained(pat.pk, "us-thalidomide", NOON)
    assert not is_trained(pat.pk, LENALIDOMIDE, later)


def test_a_training_of_tomorrow_is_refused_also_as_a_correction() -> None:
    pat, by, tomorrow = a_person(), a_person(), date(2026, 3, 3)
    with clock.stand_at(NOON):
        with pytest.raises(InvalidFact, match="future"):
            record_training(person=pat, program=LENALIDOMIDE, completed_on=tomorrow, by=by)
        training = record_training(person=pat, program=LENALIDOMIDE, completed_on=date(2026, 3, 1), by=by)
        with pytest.raises(InvalidFact, match="future"):
            correct_training(training=training, changes={"completed_on": tomorrow}, reason="Mistyped", by=by)
