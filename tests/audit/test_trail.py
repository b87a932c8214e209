"""The trail is appended to, also by the application's own role."""

import hashlib
import json

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.people import system_person
from audit import clock, trail
from audit.denials import record_denial, record_sign_in, record_view
from audit.models import Event
from tests.registry_cast import a_patient, a_person

pytestmark = pytest.mark.django_db


def test_these_tests_run_as_the_application() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("rems_app",)


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE audit.event SET payload = '{}'",
        "UPDATE audit.entry SET reason = 'Another'",
        "DELETE FROM audit.event",
        "TRUNCATE audit.event",
        "INSERT INTO audit.event (id, epoch, txid, at, payload, leaf) VALUES (1, 1, 1, now(), '{}', '')",
        "ALTER TABLE audit.event DISABLE TRIGGER refuse_rows",
        "DROP TRIGGER refuse_rows ON audit.event",
        "DROP TABLE audit.event",
        "CREATE OR REPLACE FUNCTION audit.record_row() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
    ],
)
def test_the_application_cannot_change_an_entry(attempt: str) -> None:
    system_person("tests")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attempt)
    assert Event.objects.filter(action="accounts.create_system_person").exists()


def test_a_denial_is_kept_with_what_was_asked() -> None:
    alice = a_person()
    event = record_denial(action="accounts.denied", by=alice, reason="No.", details={"path": "/"})
    assert (event.allowed, event.person_id, event.reason) == (False, alice.pk, "No.")


def test_a_sign_in_is_kept_also_where_nobody_has_the_address() -> None:
    event = record_sign_in(by=None, email="nobody@example.com", allowed=False, reason="Unknown.")
    assert (event.action, event.person_id, event.details) == (
        "accounts.sign_in",
        None,
        {"email": "nobody@example.com"},
    )


def test_a_view_names_its_one_patient_and_a_list_all_of_them() -> None:
    one, two, alice = a_patient(), a_patient(first_name="Rosa"), a_person()
    alone = record_view(action="patients.view", by=alice, patient_ids=[one.pk], subject=one)
    several = record_view(action="patients.list", by=alice, patient_ids=[one.pk, two.pk], details={"q": "Go"})
    assert (alone.patient_id, alone.details) == (one.pk, {})
    assert (several.patient_id, several.details) == (None, {"patients": [one.pk, two.pk], "q": "Go"})


def test_an_entry_does_not_fail_over_characters_that_the_database_keeps_none_of() -> None:
    event = record_denial(
        action="accounts.denied", by=a_person(), reason="a\0b", details={"path": ["/\0", {"\0": ("\0",)}]}
    )
    event.refresh_from_db()
    assert event.reason == "a\N{REPLACEMENT CHARACTER}b"
    assert "\0" not in str(event.details)


def test_the_entries_of_a_patient_are_found_also_in_lists() -> None:
    alice, maria, rosa = a_person(), a_patient(), a_patient(first_name="Rosa")
    shown = record_view(action="patients.list", by=alice, patient_ids=[maria.pk, rosa.pk])
    assert Event.objects.filter(patients__contains=[rosa.pk]).get() == shown


def test_what_the_system_knows_no_caller_can_say_otherwise() -> None:
    said = {"action": "tests.lies", "kind": "act", "source": "database", "at": "1999-01-01", "id": 7, "txid": 7}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM audit.append(%s::jsonb)", [json.dumps(said | {"database_user": "postgres"})])
        event = Event.objects.get(pk=cursor.fetchone()[0])
    assert (event.source, event.database_user) == ("application", "rems_app")
    assert event.at.year >= 2026
    assert event.txid != 7


@pytest.mark.parametrize("action", ["", "row.update", "no dots", None])
def test_an_entry_names_its_action_and_none_passes_for_a_change_of_a_row(action: str | None) -> None:
    alice = a_person()
    with pytest.raises(trail.Unrecorded), transaction.atomic():
        trail.write(action, at=clock.now(), by=alice)  # type: ignore[arg-type]


def test_an_entry_that_is_too_long_is_refused_and_said_so() -> None:
    alice = a_person()
    with pytest.raises(trail.Unrecorded) as caught, transaction.atomic():
        trail.write("tests.long", at=clock.now(), by=alice, reason="x" * 300_000)
    assert "262144 is the most" in str(caught.value.__cause__)


def test_the_leaf_is_the_hash_of_the_text_and_the_first_digits_go_on_paper() -> None:
    event = record_denial(action="accounts.denied", by=a_person(), reason="No.")
    kept = Event.objects.get(pk=event.pk)
    assert hashlib.sha256(b"\0" + kept.payload.encode()).digest() == bytes(kept.leaf) == bytes(event.leaf)
    assert kept.short_hash == bytes(kept.leaf).hex()[:16]
    assert json.loads(kept.payload)["id"] == kept.pk
