"""Pharmacists at their sites, and their training."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import Person
from accounts.roles import Role
from accounts.standing import Forbidden
from audit import clock
from audit.facts import InvalidFact
from pharmacies.actions import correct_training, end_pharmacist, name_pharmacist, record_training
from pharmacies.models import Pharmacist, Training
from pharmacies.queries import sites_of
from tests.registry_cast import LENALIDOMIDE, NOON, a_person, a_pharmacy

pytestmark = pytest.mark.django_db


def test_a_pharmacist_works_at_a_site_until_it_ends_and_at_several() -> None:
    pat, by = a_person(name="Pat Pharmacist"), a_person(Role.REPRESENTATIVE)
    here, there = (a_pharmacy(name=name, representative=by) for name in "AB")
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
    by = a_person(Role.REPRESENTATIVE)
    work = name_pharmacist(pharmacy=a_pharmacy(representative=by), person=a_person(), by=by)
    row = {"person": work.person, "pharmacy": work.pharmacy, "from_at": NOON, "from_by": by}
    with pytest.raises(IntegrityError, match="pharmacist_once"), transaction.atomic():
        Pharmacist.objects.create(**row)
    with pytest.raises(IntegrityError, match="ended_together"), transaction.atomic():
        Pharmacist.objects.create(**row, ended_at=NOON)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Pharmacist.objects.update(from_at=NOON)


def employed() -> tuple[Person, Person]:
    """A pharmacist, and the representative of the site where they work."""
    pat, rita = a_person(name="Pat Pharmacist"), a_person(Role.REPRESENTATIVE)
    name_pharmacist(pharmacy=a_pharmacy(representative=rita), person=pat, by=rita)
    return pat, rita


def test_only_the_representative_keeps_the_staff_of_the_site_and_its_training() -> None:
    rita, pat = a_person(Role.REPRESENTATIVE), a_person(Role.PHARMACIST)
    here = a_pharmacy(representative=rita)
    work = name_pharmacist(pharmacy=here, person=pat, by=rita)
    learned: dict[str, Any] = {"program": LENALIDOMIDE, "completed_on": date(2026, 3, 2)}
    training = record_training(person=pat, **learned, by=rita)
    for stranger in (pat, a_person(Role.REPRESENTATIVE), a_person(Role.ADMINISTRATOR)):
        for attempt in (
            partial(name_pharmacist, pharmacy=here, person=a_person()),
            partial(end_pharmacist, pharmacist=work),
            partial(record_training, person=pat, **learned),
            partial(correct_training, training=training, changes={}, reason="Not his", void=True),
        ):
            with pytest.raises(Forbidden):
                attempt(by=stranger)
    assert list(sites_of(pat, at=clock.now())) == [here]


def test_a_training_counts_from_when_it_was_recorded_until_it_is_withdrawn() -> None:
    with clock.stand_at(NOON):
        pat, by = employed()
        training = record_training(person=pat, program=LENALIDOMIDE, completed_on=date(2026, 3, 2), by=by)
    later = NOON + timedelta(days=1)
    with clock.stand_at(later):
        correct_training(training=training, changes={}, reason="Another Pat", void=True, by=by)
    known = [list(Training.objects.known_at(at)) for at in (NOON - timedelta(seconds=1), NOON, later)]
    assert known == [[], [training], []]


def test_a_training_of_tomorrow_is_refused_also_as_a_correction() -> None:
    tomorrow = date(2026, 3, 3)
    with clock.stand_at(NOON):
        pat, by = employed()
        with pytest.raises(InvalidFact, match="future"):
            record_training(person=pat, program=LENALIDOMIDE, completed_on=tomorrow, by=by)
        training = record_training(person=pat, program=LENALIDOMIDE, completed_on=date(2026, 3, 1), by=by)
        with pytest.raises(InvalidFact, match="future"):
            correct_training(training=training, changes={"completed_on": tomorrow}, reason="Mistyped", by=by)
