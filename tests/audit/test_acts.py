"""The frame of every write."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Person
from accounts.people import system_person
from audit import clock, context, trail
from audit.acts import Act, Busy, Untraced, act
from audit.models import Event, IdempotencyKey
from patients.lock import lock
from patients.models import Patient
from tests.registry_cast import NOON, a_patient, a_person

pytestmark = pytest.mark.django_db


@act("tests.rename")
def rename(frame: Act, *, patient: Patient, to: str, by: Person, key: str | None = None) -> Patient:
    held = lock(patient.pk)
    held.first_name = to
    held.save(update_fields=["first_name"])
    frame.record(held, patient=held, details={"to": to}, reason="for a test")
    return held


@act("tests.silent")
def silent(frame: Act, *, patient: Patient, by: Person) -> Patient:
    Patient.objects.filter(pk=patient.pk).update(first_name="Nobody saw it")
    return patient


@act("tests.fails_afterwards")
def fails_afterwards(frame: Act, *, patient: Patient, by: Person, key: str | None = None) -> Patient:
    rename(patient=patient, to="Never", by=by)
    raise ZeroDivisionError


@act("tests.twice")
def twice(frame: Act, *, patient: Patient, by: Person) -> Patient:
    first = rename(patient=patient, to="One", by=by)
    frame.record(first, patient=first)
    return first


@act("tests.waits")
def waits(frame: Act, *, by: Person) -> None:
    """Read the instant twice with time between."""
    first = frame.at
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.01)")
    frame.record(None, details={"same": frame.at == first, "later": clock.now() > first})


@act("tests.answers", keep=lambda answer: answer[1], recall=lambda row: ("again", row))
def answers(frame: Act, *, patient: Patient, by: Person, key: str | None = None) -> tuple[str, Patient]:
    frame.record(patient, patient=patient)
    return "first", patient


def test_what_was_done_is_in_the_trail_with_who_when_and_why() -> None:
    patient, alice = a_patient(), a_person(name="Alice Owner")
    with (
        clock.stand_at(NOON),
        context.acting(alice, role="prescriber", organization="City Clinic", on_behalf_of=a_person(name="Bob")),
    ):
        rename(patient=patient, to="Marta", by=alice)
    event = Event.objects.get(action="tests.rename")
    assert (event.as_of, event.person_id, event.person_name) == (NOON, alice.pk, "Alice Owner")
    assert (event.role, event.organization, event.on_behalf_of) == ("prescriber", "City Clinic", "Bob")
    assert (event.table, event.row_id, event.patient_id) == ("patients_patient", str(patient.pk), patient.pk)
    assert (event.reason, event.details, event.allowed) == ("for a test", {"to": "Marta"}, None)


def test_who_acts_in_another_persons_request_is_not_given_that_persons_role() -> None:
    with context.acting(a_person(), role="prescriber", organization="City Clinic"):
        rename(patient=a_patient(), to="Marta", by=system_person("overdue"))
    event = Event.objects.get(action="tests.rename")
    assert (event.role, event.organization) == ("system", "")


def test_an_act_without_a_word_in_the_trail_is_undone() -> None:
    patient = a_patient()
    with pytest.raises(Untraced, match=r"tests\.silent"):
        silent(patient=patient, by=a_person())
    patient.refresh_from_db()
    assert patient.first_name == "Maria"


def test_an_act_that_fails_leaves_neither_the_change_nor_the_entry_nor_the_key() -> None:
    patient = a_patient()
    with pytest.raises(ZeroDivisionError):
        fails_afterwards(patient=patient, by=a_person(), key="k")
    patient.refresh_from_db()
    assert patient.first_name == "Maria"
    assert not Event.objects.filter(action__startswith="tests.").exists()
    assert not IdempotencyKey.objects.exists()


def test_the_change_is_undone_when_the_entry_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise IntegrityError("the trail is full")

    patient, alice = a_patient(), a_person()
    monkeypatch.setattr(trail, "write", refuse)
    with pytest.raises(IntegrityError):
        rename(patient=patient, to="Marta", by=alice)
    patient.refresh_from_db()
    assert patient.first_name == "Maria"


def test_an_act_inside_another_joins_its_transaction_and_instant_and_both_are_recorded() -> None:
    twice(patient=a_patient(), by=a_person())
    inner, outer = Event.objects.filter(action__startswith="tests.").order_by("id")
    assert (inner.action, outer.action) == ("tests.rename", "tests.twice")
    assert inner.as_of == outer.as_of


def test_the_instant_is_read_once_and_time_goes_on() -> None:
    waits(by=a_person())
    assert Event.objects.get(action="tests.waits").details == {"same": True, "later": True}


def test_two_acts_of_one_name_are_a_bug() -> None:
    with pytest.raises(ValueError, match=r"two acts named tests\.rename"):
        act("tests.rename")


def test_an_outcome_that_is_no_row_is_kept_and_recalled() -> None:
    patient, alice = a_patient(), a_person()
    assert answers(patient=patient, by=alice, key="k") == ("first", patient)
    assert answers(patient=patient, by=alice, key="k") == ("again", patient)
    assert Event.objects.filter(action="tests.answers").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_act_refuses_to_be_part_of_a_transaction_that_is_no_act() -> None:
    patient, alice = a_patient(), a_person()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        rename(patient=patient, to="Marta", by=alice)


@pytest.mark.django_db(transaction=True)
def test_who_must_wait_for_two_seconds_is_told_that_nothing_was_done(together) -> None:  # type: ignore[no-untyped-def]
    patient, alice = a_patient(), a_person()

    def sleeps() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            lock(patient.pk)
            cursor.execute("SELECT pg_sleep(3.2)")

    def comes_second() -> timedelta:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
        started = clock.now()
        with pytest.raises(Busy, match="Nothing was done"):
            rename(patient=patient, to="Marta", by=alice, key="once")
        return clock.now() - started

    _, waited = together([sleeps, comes_second])
    assert timedelta(seconds=1.9) < waited < timedelta(seconds=2.9)
    assert rename(patient=patient, to="Marta", by=alice, key="once").first_name == "Marta"


@pytest.mark.django_db(transaction=True)
def test_the_instant_lies_after_what_was_committed_while_the_act_waited(together) -> None:  # type: ignore[no-untyped-def]
    patient, alice = a_patient(), a_person()

    def holds() -> object:
        with transaction.atomic(), connection.cursor() as cursor:
            lock(patient.pk)
            cursor.execute("SELECT pg_sleep(0.5)")
            return clock.now()

    def waits_for_it() -> object:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.2)")
        rename(patient=patient, to="Marta", by=alice)
        return Event.objects.get(action="tests.rename").as_of

    released, recorded = together([holds, waits_for_it])
    assert released < recorded
