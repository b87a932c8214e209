"""Facts are superseded, never edited, and known as of any moment."""

from datetime import timedelta

import psycopg
import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, transaction

from audit import clock
from audit.acts import Act, act
from audit.facts import Fact, InvalidFact, corrected
from patients.actions import correct, record_cycle, record_test
from patients.models import CycleReport, Patient, PregnancyTest
from tests.database import Laid
from tests.registry_cast import NOON, a_patient, somebody

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
FACTS = sorted((m for m in apps.get_models() if issubclass(m, Fact)), key=lambda m: m._meta.label)


def a_cycle(patient: Patient) -> CycleReport:
    with clock.stand_at(NOON):
        return record_cycle(patient=patient, cycle="regular", by=somebody())


def known(patient: Patient, at: object) -> list[str]:
    return [report.cycle for report in CycleReport.objects.known_at(at).filter(patient=patient)]  # type: ignore[arg-type]


def test_a_correction_is_a_new_row_and_the_past_stays_as_it_was_known() -> None:
    patient = a_patient()
    first = a_cycle(patient)
    with clock.stand_at(NOON + HOUR):
        second = correct(fact=first, changes={"cycle": "irregular"}, reason="Misheard", by=somebody())
    assert (second.supersedes, second.correction_reason, second.reported_at) == (first, "Misheard", NOON)
    assert known(patient, NOON - timedelta(microseconds=1)) == []
    assert known(patient, NOON) == ["regular"]
    assert known(patient, NOON + HOUR - timedelta(microseconds=1)) == ["regular"]
    assert known(patient, NOON + HOUR) == ["irregular"]
    assert list(CycleReport.objects.current()) == [second]


def test_a_withdrawn_entry_is_known_until_it_was_withdrawn() -> None:
    patient = a_patient()
    with clock.stand_at(NOON):
        first = record_cycle(patient=patient, cycle="regular", by=somebody())
    with clock.stand_at(NOON + HOUR):
        correct(fact=first, changes={}, reason="Another patient's", void=True, by=somebody())
    assert known(patient, NOON) == ["regular"]
    assert known(patient, NOON + HOUR) == []
    assert not CycleReport.objects.current().exists()


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"cycle": "irregular"}, "  ", "correction_reason"),
        ({"recorded_at": NOON}, "Later", "recorded_at"),
        ({"no_such": 1}, "Why not", "no_such"),
        ({"cycle": "purple"}, "Color", "cycle"),
    ],
)
def test_a_correction_that_cannot_be_names_the_field(changes: dict[str, object], reason: str, field: str) -> None:
    first = a_cycle(a_patient())
    with pytest.raises(Exception) as caught:  # noqa: PT011
        correct(fact=first, changes=changes, reason=reason, by=somebody())
    assert list(caught.value.error_dict) == [field]  # type: ignore[attr-defined]
    assert CycleReport.objects.count() == 1


def test_an_entry_is_corrected_once_then_the_newer_one_is() -> None:
    first = a_cycle(a_patient())
    correct(fact=first, changes={"cycle": "none"}, reason="One", by=somebody())
    with pytest.raises(InvalidFact, match="Correct the newer one"):
        correct(fact=first, changes={"cycle": "irregular"}, reason="Two", by=somebody())


def test_who_and_when_come_from_the_act() -> None:
    alice = somebody()
    with clock.stand_at(NOON):
        test = record_test(patient=a_patient(), collected_at=NOON, result="negative", method="serum", by=alice)
    assert (test.recorded_at, test.recorded_by, test.on_behalf_of) == (NOON, alice, None)


@pytest.mark.parametrize("model", FACTS, ids=lambda m: m._meta.label)
def test_every_kind_of_fact_has_its_guard_and_its_checks_in_the_database(model: type[Fact]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = 'keep_rows'",
            [model._meta.db_table],
        )
        assert cursor.fetchone() == ("O",)
        cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass", [model._meta.db_table])
        names = {name for (name,) in cursor.fetchall()}
    prefix = model._meta.label_lower.replace(".", "_")
    assert {f"{prefix}_correction_says_why", f"{prefix}_void_supersedes"} <= names


EDITS = ["UPDATE patients_cyclereport SET cycle = 'none'", "DELETE FROM patients_cyclereport"]


@pytest.mark.parametrize("attempt", EDITS)
def test_the_application_has_no_right_to_edit_a_fact(attempt: str) -> None:
    a_cycle(a_patient())
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attempt)


@pytest.mark.parametrize("attempt", EDITS)
def test_not_even_the_owner_of_the_table_edits_a_fact(committed_db: Laid, attempt: str) -> None:
    test = a_cycle(a_patient())
    with (
        psycopg.connect(committed_db.addresses.owner) as owner,
        pytest.raises(psycopg.IntegrityError, match="never"),
    ):
        owner.execute(attempt)
    test.refresh_from_db()
    assert test.cycle == "regular"


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"correction_reason": "Just so"}, "correction_says_why"),
        ({"void": True}, "void_supersedes"),
        ({"cycle": "purple"}, "cycle_known"),
        ({"recorded_at": NOON - timedelta(seconds=1)}, "reported_at_to_recorded_at"),
    ],
)
def test_the_database_refuses_by_itself(values: dict[str, object], constraint: str) -> None:
    row = {"cycle": "regular", "reported_at": NOON, "recorded_at": NOON, "recorded_by": somebody()}
    with pytest.raises(IntegrityError, match=constraint):
        CycleReport.objects.create(patient=a_patient(), **(row | values))


def test_a_fact_that_supersedes_must_say_why() -> None:
    first = a_cycle(a_patient())
    silent = corrected(first, changes={}, reason="x")
    silent.correction_reason, silent.recorded_at, silent.recorded_by = " ", NOON, first.recorded_by
    with pytest.raises(IntegrityError, match="correction_says_why"):
        silent.save()


@act("tests.borrow")
def borrow(frame: Act, *, by: object) -> None:
    frame.record(None)


def test_a_kind_that_is_no_fact_of_a_patient_is_a_bug() -> None:
    with pytest.raises(TypeError):
        correct(fact=a_patient(), changes={}, reason="x", by=somebody())  # type: ignore[type-var]


def test_pregnancy_tests_are_facts() -> None:
    assert PregnancyTest in FACTS
