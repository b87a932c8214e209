"""A repeated request is harmless."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from audit import payloads
from audit.acts import KeyReused
from audit.models import Event, IdempotencyKey
from patients.actions import record_cycle, record_test
from patients.models import CycleReport, PregnancyTest
from tests.registry_cast import NOON, a_patient, somebody

pytestmark = pytest.mark.django_db


def test_a_repeat_gets_the_first_outcome_and_does_nothing() -> None:
    patient, alice = a_patient(), somebody()
    first = record_cycle(patient=patient, cycle="regular", by=alice, key="k1")
    assert record_cycle(patient=patient, cycle="regular", by=alice, key="k1") == first
    assert CycleReport.objects.count() == 1
    assert Event.objects.filter(action="patients.record_cycle").count() == 1


def test_another_key_is_another_request() -> None:
    patient, alice = a_patient(), somebody()
    first = record_cycle(patient=patient, cycle="regular", by=alice, key="k1")
    assert record_cycle(patient=patient, cycle="regular", by=alice, key="k2") != first


def test_a_key_belongs_to_its_person() -> None:
    patient = a_patient()
    first = record_cycle(patient=patient, cycle="regular", by=somebody(), key="k1")
    assert record_cycle(patient=patient, cycle="regular", by=somebody(), key="k1") != first


def test_a_key_does_not_serve_another_request() -> None:
    patient, alice = a_patient(), somebody()
    record_cycle(patient=patient, cycle="regular", by=alice, key="k1")
    with pytest.raises(KeyReused):
        record_cycle(patient=patient, cycle="irregular", by=alice, key="k1")
    with pytest.raises(KeyReused):
        record_test(patient=patient, collected_at=NOON, result="negative", method="urine", by=alice, key="k1")
    assert CycleReport.objects.count() == 1
    assert not PregnancyTest.objects.exists()


def test_a_key_has_an_outcome_and_its_kind_or_neither() -> None:
    record_cycle(patient=a_patient(), cycle="regular", by=somebody(), key="k1")
    with pytest.raises(IntegrityError, match="audit_key_outcome_together"):
        IdempotencyKey.objects.update(outcome_id=None)


@pytest.mark.django_db(transaction=True)
def test_fifty_copies_at_once_make_one_entry_and_get_one_answer(together) -> None:  # type: ignore[no-untyped-def]
    patient, alice = a_patient(), somebody()

    def ask() -> PregnancyTest:
        return record_test(
            patient=patient,
            collected_at=NOON - timedelta(days=1),
            result="negative",
            method="urine",
            by=alice,
            key="one",
        )

    answers = together([ask] * 50)
    assert PregnancyTest.objects.count() == 1
    assert {getattr(answer, "pk", answer) for answer in answers} == {PregnancyTest.objects.get().pk}
    assert Event.objects.filter(action="patients.record_test").count() == 1


def test_the_digest_of_a_request_leaves_out_who_asks_the_key_and_a_password() -> None:
    asked = {"result": "negative", "at": NOON}
    same = payloads.payload_sha256({**asked, "by": 1, "key": "k", "password": "secret"})
    assert payloads.payload_sha256(asked) == same
    assert payloads.payload_sha256({**asked, "result": "positive"}) != same


def test_the_order_of_names_does_not_matter_and_values_do() -> None:
    assert payloads.canonical({"b": 1, "a": [NOON.date(), {"y", "x"}]}) == '{"a":["2026-03-02",["x","y"]],"b":1}'
    with pytest.raises(TypeError, match="no canonical form"):
        payloads.canonical(object())
