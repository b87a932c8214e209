"""The application's own role on a plain connection: what was written stays, whoever holds its password."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.database import Laid

FACTS = """
    SELECT c.relname, string_agg(a.attname, ',' ORDER BY a.attnum)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE t.tgname = 'keep_rows' GROUP BY c.relname ORDER BY c.relname
"""


@pytest.fixture
def app(database: Laid) -> Iterator[psycopg.Connection[Any]]:
    """A connection as rems_app, past Django."""
    with psycopg.connect(database.addresses.app, autocommit=True) as connection:
        yield connection


def refused(connection: psycopg.Connection[Any], statement: str | sql.Composed) -> bool:
    """Whether the database says no for lack of rights or by its guards."""
    try:
        connection.execute(statement)
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.IntegrityError):
        return True
    return False


def guarded(connection: psycopg.Connection[Any]) -> list[str]:
    return [table for table, _ in connection.execute(FACTS).fetchall()]


def test_the_role_is_the_applications_own(app: psycopg.Connection[Any]) -> None:
    row = app.execute("SELECT current_user, rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user")
    assert row.fetchone() == ("rems_app", False, False)
    assert {"patients_pregnancytest", "rems_dispensing", "rems_decision"} <= set(guarded(app))
    assert len(guarded(app)) > 29


def test_nothing_that_is_kept_is_deleted_emptied_or_changed(app: psycopg.Connection[Any]) -> None:
    for table in guarded(app):
        name = sql.Identifier(table)
        for words in ("DELETE FROM {}", "TRUNCATE {}", "TRUNCATE {} CASCADE", "UPDATE {} SET id = id + 1"):
            statement = sql.SQL(words).format(name)
            if words.startswith("UPDATE") and _may_fill(app, table):
                continue
            assert refused(app, statement), statement.as_string(app)


def _may_fill(connection: psycopg.Connection[Any], table: str) -> bool:
    """Whether columns of the table may be filled once; the trigger then judges each row, and there is none."""
    row = connection.execute("SELECT has_table_privilege(%s, 'UPDATE')", [table]).fetchone()
    return bool(row and row[0])


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE audit.event DISABLE TRIGGER ALL",
        "ALTER TABLE audit.event DISABLE TRIGGER refuse_rows",
        "ALTER TABLE patients_patient DISABLE TRIGGER record_rows",
        "DROP TRIGGER record_rows ON patients_patient",
        "ALTER FUNCTION audit.record_row() RENAME TO gone",
        "SELECT audit.write('{}', 'database')",
        "SELECT audit.row_change('patients_patient', 'insert', '', 'id', NULL, '{}', '', '')",
        "SELECT audit.record_existing('patients_patient', 'id', 'id', '', '')",
        "SELECT audit.open_epoch('mine')",
        "SELECT audit.hold_writers()",
        "SELECT nextval('audit.event_id')",
        "INSERT INTO audit.seal (no) VALUES (1)",
        "SELECT * FROM audit.event",
        "ALTER TABLE rems_dispensing DISABLE TRIGGER USER",
        "DROP TRIGGER refuse_rows ON audit.event",
        "DROP TABLE audit.event",
        "ALTER TABLE audit.event OWNER TO rems_app",
        "SET session_replication_role = replica",
        "SELECT set_config('session_replication_role', 'replica', false)",
        "SET ROLE rems_owner",
        "SET SESSION AUTHORIZATION rems_owner",
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE OR REPLACE FUNCTION audit_keep_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "ALTER FUNCTION audit_keep_row() RENAME TO gone",
        "GRANT ALL ON audit.event TO rems_app",
        "CREATE ROLE other SUPERUSER",
        "CREATE RULE r AS ON INSERT TO audit.event DO INSTEAD NOTHING",
        "CREATE TRIGGER t BEFORE INSERT ON audit.event FOR EACH ROW EXECUTE FUNCTION audit_keep_row()",
        "CREATE INDEX i ON audit.event (id)",
        "COPY audit.event TO PROGRAM 'cat'",
        "COPY audit.event FROM '/etc/passwd'",
        "SELECT pg_read_file('/etc/passwd')",
        "CREATE EXTENSION dblink",
        "ALTER SYSTEM SET fsync = off",
    ],
)
def test_no_guard_is_taken_away(app: psycopg.Connection[Any], statement: str) -> None:
    if statement.startswith("CREATE OR REPLACE") or "CREATE TABLE" in statement:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(statement)
        return
    assert refused(app, statement)


def test_a_cancelled_number_stays_cancelled_and_a_time_once_written_stays(app: psycopg.Connection[Any]) -> None:
    arguments = app.execute(
        "SELECT c.relname, encode(t.tgargs, 'escape') FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE t.tgname = 'keep_rows' AND octet_length(t.tgargs) > 0"
    ).fetchall()
    once = {table: set(filter(None, text.split("\\000"))) for table, text in arguments}
    assert once["rems_authorization"] == {"cancelled_at", "cancelled_by_id", "cancel_reason"}
    assert all(column.split("_")[0] in WORDS for columns in once.values() for column in columns), once


WORDS = {"cancelled", "cancel", "lapsed", "decided", "outcome", "reason", "ended", "withdrawn", "sent", "cleared"}
WORDS |= {"patient", "guardian", "completed", "used", "revoked"}
WORDS |= {"closed", "reviewed", "review", "conclusion", "ruled", "ruling", "seen", "off"}
