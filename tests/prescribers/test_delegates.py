"""Delegates prepare for the prescribers who named them."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.roles import Role
from accounts.standing import Forbidden
from audit.facts import InvalidFact
from prescribers.actions import end_delegate, name_delegate
from prescribers.models import Delegate
from prescribers.queries import served_by
from tests.registry_cast import NOON, a_person, a_prescriber

pytestmark = pytest.mark.django_db


def test_a_delegate_serves_who_named_them_until_it_ends() -> None:
    ana, dee = a_person(Role.PRESCRIBER, name="Ana Ruiz"), a_person(name="Dee Delegate")
    ruiz, stranger = a_prescriber(person=ana), a_prescriber(last_name="Stranger")
    delegate = name_delegate(prescriber=ruiz, person=dee, by=ana)
    assert list(served_by(dee)) == [ruiz]
    assert list(served_by(ana)) == [ruiz]
    assert stranger not in served_by(dee)
    end_delegate(delegate=delegate, by=ana)
    assert not served_by(dee).exists()
    name_delegate(prescriber=ruiz, person=dee, by=ana)
    assert list(served_by(dee)) == [ruiz]


def test_nobody_is_named_twice_nor_ended_twice_nor_their_own_delegate() -> None:
    ana, dee = a_person(Role.PRESCRIBER, name="Ana Ruiz"), a_person(name="Dee Delegate")
    ruiz = a_prescriber(person=ana)
    delegate = name_delegate(prescriber=ruiz, person=dee, by=ana)
    with pytest.raises(InvalidFact, match="already"):
        name_delegate(prescriber=ruiz, person=dee, by=ana)
    with pytest.raises(InvalidFact, match="own delegate"):
        name_delegate(prescriber=ruiz, person=ana, by=ana)
    end_delegate(delegate=delegate, by=ana)
    with pytest.raises(InvalidFact, match="ended already"):
        end_delegate(delegate=delegate, by=ana)


def test_the_database_keeps_both_by_itself() -> None:
    ana, dee = a_person(Role.PRESCRIBER, name="Ana Ruiz"), a_person(name="Dee Delegate")
    delegate = name_delegate(prescriber=a_prescriber(person=ana), person=dee, by=ana)
    row = {"prescriber": delegate.prescriber, "person": dee, "named_at": NOON, "named_by": ana}
    for values, constraint in [({}, "named_once"), ({"ended_at": NOON}, "ended_together")]:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Delegate.objects.create(**(row | values))


def test_an_end_is_written_once_and_nothing_else_changes() -> None:
    ana = a_person(Role.PRESCRIBER)
    delegate = name_delegate(prescriber=a_prescriber(person=ana), person=a_person(), by=ana)
    end_delegate(delegate=delegate, by=ana)
    for values in ({"ended_at": NOON}, {"ended_at": None, "ended_by": None}, {"named_at": NOON}):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            Delegate.objects.update(**values)


def test_only_the_prescriber_names_and_ends_their_delegates() -> None:
    ana, dee = a_person(Role.PRESCRIBER, name="Ana Ruiz"), a_person(Role.DELEGATE, name="Dee Delegate")
    ruiz = a_prescriber(person=ana)
    delegate = name_delegate(prescriber=ruiz, person=dee, by=ana)
    for stranger in (dee, a_person(Role.PRESCRIBER), a_person(Role.ADMINISTRATOR)):
        with pytest.raises(Forbidden):
            name_delegate(prescriber=ruiz, person=a_person(), by=stranger)
        with pytest.raises(Forbidden):
            end_delegate(delegate=delegate, by=stranger)
    delegate.refresh_from_db()
    assert delegate.ended_at is None
