"""Every change of a regulated row is an entry of the trail, whatever path it took."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from psycopg import sql

from accounts.models import Person
from accounts.roles import Role
from audit import acts, context, trail
from audit.models import Event
from audit.triggers import ROWS, TRUNCATE, Recorded, recorded_tables
from patients.models import Patient
from tests import people
from tests.database import Laid
from tests.registry_cast import a_patient, a_person

REGULATED = ("accounts", "prescribers", "pharmacies", "patients", "rems", "mfa", "account")
NOT_REGULATED: dict[str, str] = {
    "accounts_signintries": "counts of tries, no record of anybody; each try is an entry of its own",
    "rems_verificationrun": "how far a job is; its beginning and its end are entries of the trail",
    "rems_horizon": "derived from other rows; compared with a fresh computation every night",
    "rems_draft": "what one person typed and did not send; that it was kept, and that it went, are entries",
    "rems_comparison": "how far the night's comparison came",
    "rems_defect": "a difference that the comparison found; its entry in the trail names it",
}
"""Tables of these apps that the trail passes over, with the reason."""
TABLES = recorded_tables()
VALUES = {
    "boolean": True, "bigint": 7, "integer": 7, "smallint": 7, "numeric": 7, "jsonb": {"a": 1}, "date": "2026-06-16",
    "timestamp with time zone": "2026-06-16T12:00:00+00:00", "uuid": "6a2f41a3-c54c-4cf8-9d1b-ff9ed2a1a5a1",
}  # fmt: skip


def regulated_models() -> list[type[models.Model]]:
    found = (model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in REGULATED)
    return sorted(found, key=lambda model: model._meta.db_table)


def test_every_regulated_table_is_under_the_trail_or_says_why_not() -> None:
    tables = {model._meta.db_table for model in regulated_models()}
    assert tables - NOT_REGULATED.keys() == TABLES.keys()
    assert len(TABLES) > 35


def test_what_is_passed_over_and_what_is_kept_as_a_digest_is_this_alone() -> None:
    assert {table: kept.quiet for table, kept in TABLES.items() if kept.quiet} == {
        "accounts_person": ("last_login",),
        "mfa_authenticator": ("last_used_at",),
    }
    assert {table: kept.digested for table, kept in TABLES.items() if kept.digested} == {
        "account_emailconfirmation": ("key",),
        "accounts_person": ("password",),
        "mfa_authenticator": ("data",),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_both_triggers_are_there_and_always_on(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE tgrelid = %s::regclass AND tgname = ANY (%s)",
            [table, [ROWS, TRUNCATE]],
        )
        found = {name: (enabled, definition) for name, enabled, definition in cursor.fetchall()}
    assert found == {name: ("A", text) for name, text in TABLES[table].definitions().items()}


@pytest.fixture(scope="module")
def superuser(database: Laid) -> Iterator[psycopg.Connection[Any]]:
    """Whoever may do everything, past the application and past the guards that keep rows."""
    with psycopg.connect(database.addresses.superuser) as opened:
        yield opened
        opened.rollback()


def loosened(opened: psycopg.Connection[Any], kept: Recorded) -> tuple[str, str]:
    """Let the table take any row until the transaction ends; a column to change and its type."""
    opened.execute("SET LOCAL session_replication_role = replica")
    name = sql.Identifier(kept.table)
    checks = "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'"
    for (check,) in opened.execute(checks, [kept.table]).fetchall():
        opened.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(name, sql.Identifier(check)))
    columns = opened.execute(
        "SELECT column_name, data_type, is_nullable FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
        [kept.table],
    ).fetchall()
    for column, _, nullable in columns:
        if column != kept.key and nullable == "NO":
            opened.execute(sql.SQL("ALTER TABLE {} ALTER {} DROP NOT NULL").format(name, sql.Identifier(column)))
    return next((column, kind) for column, kind, _ in columns if column not in (kept.key, *kept.quiet))


@pytest.mark.parametrize("table", TABLES)
def test_a_row_made_changed_deleted_or_swept_away_by_whoever_leaves_a_line(
    table: str, superuser: psycopg.Connection[Any]
) -> None:
    kept = TABLES[table]
    with superuser.transaction(force_rollback=True):
        column, kind = loosened(superuser, kept)
        name, key = sql.Identifier(table), sql.Identifier(kept.key)
        value = VALUES.get(kind, "x")
        superuser.execute(sql.SQL("INSERT INTO {} ({}) VALUES (987654)").format(name, key))
        change = sql.SQL("UPDATE {} SET {} = (jsonb_populate_record(NULL::{}, %s)).{} WHERE {} = 987654")
        superuser.execute(
            change.format(name, sql.Identifier(column), name, sql.Identifier(column), key),
            [json.dumps({column: value})],
        )
        superuser.execute(sql.SQL("DELETE FROM {} WHERE {} = 987654").format(name, key))
        superuser.execute(sql.SQL("TRUNCATE {} CASCADE").format(name))
        lines = superuser.execute(
            "SELECT action, row_id, old ->> %s, new ->> %s, out_of_band, database_user FROM audit.entry"
            " WHERE table_name = %s AND txid = pg_current_xact_id()::text::bigint ORDER BY id",
            [column, column, table],
        ).fetchall()
    actions = [line[0] for line in lines]
    assert actions == ["row.insert", "row.update", "row.delete", "row.truncate"]
    assert [line[1] for line in lines] == ["987654", "987654", "987654", None]
    changed = lines[1]
    assert changed[2] is None
    assert changed[3] is not None
    assert lines[2][2:4] == (changed[3], None)
    assert all(line[4] and line[5] == "postgres" for line in lines), "from outside the application"


def changes(row: models.Model) -> list[Event]:
    found = Event.objects.filter(table=row._meta.db_table, row_id=str(row.pk), source="database")
    return list(found.order_by("id"))


def was(change: Event) -> dict[str, Any]:
    """The row before the change."""
    return change.old or {}


def now(change: Event) -> dict[str, Any]:
    """The row after the change."""
    return change.new or {}


@pytest.mark.django_db
def test_every_path_of_the_application_leaves_a_line() -> None:
    maria = a_patient()
    maria.city = "Portland"
    maria.save()
    Patient.objects.filter(pk=maria.pk).update(city="Bangor")
    Patient.objects.bulk_update([Patient(pk=maria.pk, city="Augusta")], ["city"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE patients_patient SET city = 'Bath' WHERE id = %s", [maria.pk])
    told = changes(maria)
    assert [event.action for event in told] == ["row.insert", *["row.update"] * 4]
    assert [now(event)["city"] for event in told[1:]] == ["Portland", "Bangor", "Augusta", "Bath"]
    assert [was(event)["city"] for event in told[2:]] == ["Portland", "Bangor", "Augusta"]
    assert {event.patient_id for event in told} == {maria.pk}


@pytest.mark.django_db
def test_rows_made_in_bulk_leave_a_line_each_and_the_application_deletes_none() -> None:
    alice = a_person()
    made = Patient.objects.bulk_create(
        [
            Patient(first_name="A", last_name="B", born="1950-01-02", created_at=alice.created_at, created_by=alice)
            for _ in range(3)
        ]
    )
    assert [len(changes(row)) for row in made] == [1, 1, 1]
    sweep = Patient.objects.filter(pk__in=[row.pk for row in made])
    with pytest.raises(DatabaseError), transaction.atomic():
        sweep.delete()


@pytest.mark.django_db
def test_a_change_that_changes_nothing_or_only_noise_leaves_none() -> None:
    alice = a_person()
    before = len(changes(alice))
    Person.objects.filter(pk=alice.pk).update(name=alice.name)
    Person.objects.filter(pk=alice.pk).update(last_login=alice.created_at)
    assert len(changes(alice)) == before


@pytest.mark.django_db
def test_a_password_is_kept_as_a_digest_so_that_a_change_of_it_shows_and_nothing_more() -> None:
    nora = people.person("Nora Lindqvist", Role.PHARMACIST)
    nora.set_password("another long passphrase")
    nora.save()
    *_, change = changes(nora)
    assert was(change)["password"].startswith("sha256:")
    assert was(change)["password"] != now(change)["password"]
    assert nora.password not in change.payload


@pytest.mark.django_db
def test_the_line_says_who_in_which_act_on_whose_behalf_and_why() -> None:
    maria, tom = a_patient(), a_person(name="Tom Weller")
    with context.acting(tom, role="delegate", organization="City Clinic", on_behalf_of=a_person(name="Ruth Abara")):
        move(patient=maria, to="Bangor", reason="She moved.", by=tom)
    line = changes(maria)[-1]
    assert (line.act, line.person_id, line.person_name) == ("tests.move", tom.pk, "Tom Weller")
    assert (line.role, line.organization, line.on_behalf_of) == ("delegate", "City Clinic", "Ruth Abara")
    assert (line.reason, line.out_of_band) == ("She moved.", False)
    act = Event.objects.get(action="tests.move")
    assert act.txid == line.txid


@acts.act("tests.move")
def move(frame: acts.Act, *, patient: Patient, to: str, reason: str, by: Person) -> None:
    """A change with a reason."""
    Patient.objects.filter(pk=patient.pk).update(city=to)
    frame.record(patient, reason=reason)


@pytest.mark.django_db
def test_a_context_cannot_say_more_than_who_and_why() -> None:
    maria = a_patient()
    with connection.cursor() as cursor:
        lie = {
            "act": "tests.lie",
            "old": {"city": "Rome"},
            "source": "application",
            "action": "patients.kind",
            "txid": 1,
        }
        cursor.execute("SELECT set_config('rems.context', %s, true)", [json.dumps(lie)])
        cursor.execute("UPDATE patients_patient SET city = 'Bath' WHERE id = %s", [maria.pk])
    line = changes(maria)[-1]
    assert (line.action, line.source, line.act) == ("row.update", "database", "tests.lie")
    assert was(line)["city"] == ""
    assert line.txid != 1


@pytest.mark.django_db
@pytest.mark.parametrize("broken", ["not json", "[1, 2]", '{"person_id": "x"}'])
def test_where_the_line_cannot_be_written_the_row_does_not_change(broken: str) -> None:
    maria = a_patient()
    change = Patient.objects.filter(pk=maria.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('rems.context', %s, true)", [broken])
    with pytest.raises(DatabaseError), transaction.atomic():
        change.update(city="Bath")
    maria.refresh_from_db()
    assert maria.city == ""


def test_a_connection_that_two_people_share_never_names_the_wrong_one(committed_db: Laid) -> None:
    maria, alice, bob = a_patient(), a_person(name="Alice Owner"), a_person(name="Bob Helper")
    move(patient=maria, to="Bangor", reason="First.", by=alice)
    Patient.objects.filter(pk=maria.pk).update(city="Bath")
    move(patient=maria, to="Rome", reason="Second.", by=bob)
    told = [(line.person_name, line.reason, line.out_of_band) for line in changes(maria)[-3:]]
    assert told == [("Alice Owner", "First.", False), ("", "", True), ("Bob Helper", "Second.", False)]


def test_a_change_by_hand_is_shown_as_out_of_band_also_where_it_says_who(committed_db: Laid) -> None:
    maria = a_patient()
    with psycopg.connect(committed_db.addresses.owner, application_name="psql") as owner:
        owner.execute("SELECT set_config('rems.context', '{\"act\": \"patients.correct\"}', true)")
        owner.execute("UPDATE patients_patient SET city = 'Bath' WHERE id = %s", [maria.pk])
    line = changes(maria)[-1]
    assert (line.database_user, line.out_of_band) == ("rems_owner", True)
    assert '"application": "psql"' in line.payload


def test_the_application_reads_nothing_of_the_trail_and_the_reader_changes_nothing(committed_db: Laid) -> None:
    committed_db.take_back()
    for statement in ("SELECT 1 FROM audit.entry", "SELECT 1 FROM audit.event", "SELECT 1 FROM audit.leaf"):
        with (
            psycopg.connect(committed_db.addresses.app) as app,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            app.execute(statement)
    for statement in ("DELETE FROM audit.event", "UPDATE patients_patient SET city = ''", "CREATE TABLE x ()"):
        with (
            psycopg.connect(committed_db.addresses.reader) as reader,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            reader.execute(statement)


def test_the_owner_of_the_tables_cannot_change_the_trail_and_nobody_by_accident(committed_db: Laid) -> None:
    a_patient()
    for address in (committed_db.addresses.owner, committed_db.addresses.sealer, committed_db.addresses.superuser):
        for statement in ("DELETE FROM audit.event", "UPDATE audit.event SET payload = '{}'", "TRUNCATE audit.event"):
            with psycopg.connect(address) as whoever, pytest.raises(psycopg.errors.InsufficientPrivilege):
                whoever.execute(statement)


@pytest.mark.django_db
def test_an_announcement_lasts_as_long_as_its_transaction() -> None:
    with transaction.atomic():
        trail.announce("tests.said", by=None)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('rems.context', true)")
            assert json.loads(cursor.fetchone()[0]) == {"act": "tests.said"}
