"""The trail is appended to, also by the application's own role."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.people import system_person
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
        "UPDATE audit_event SET person_name = 'Somebody else'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "ALTER TABLE audit_event DISABLE TRIGGER keep_rows",
        "DROP TRIGGER keep_rows ON audit_event",
        "DROP TABLE audit_event",
        "CREATE OR REPLACE FUNCTION audit_keep_row() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
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


def test_the_entries_of_a_patient_are_found_also_in_lists_by_an_index() -> None:
    alice, maria, rosa = a_person(), a_patient(), a_patient(first_name="Rosa")
    shown = record_view(action="patients.list", by=alice, patient_ids=[maria.pk, rosa.pk])
    assert Event.objects.filter(details__patients__contains=[rosa.pk]).get() == shown
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'event_patients_shown'")
        assert "(details -> 'patients'::text)) jsonb_path_ops" in cursor.fetchone()[0]
