"""A row changed behind the trail's back, and a guard taken away, are found also when the guard stands again."""

import threading
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import sql

from audit.triggers import recorded_tables
from audit.verifying import Outcome, Progress, Verdict, entries, verify
from audit.verifying.guards import check_guards
from tests.registry_cast import a_patient
from tests.trail import Connection, Copies, Trail, check, first

pytestmark = pytest.mark.xdist_group("tampering")


def said(outcome: Outcome) -> list[str]:
    return [f"{fault.place}: {fault.what}" for fault in outcome.faults]


def behind_its_back(trail: Trail, *statements: str) -> None:
    """As a superuser, with the table's triggers off meanwhile."""
    with psycopg.connect(trail.addresses.superuser) as attacker:
        attacker.execute("SET session_replication_role = replica")
        attacker.execute("ALTER TABLE patients_patient DISABLE TRIGGER record_rows, DISABLE TRIGGER record_truncate")
        for statement in statements:
            attacker.execute(sql.SQL(statement))
        for name in ("record_rows", "record_truncate"):
            words = sql.SQL("ALTER TABLE patients_patient ENABLE ALWAYS TRIGGER {}")
            attacker.execute(words.format(sql.Identifier(name)))


def test_a_trigger_that_is_off_is_found(sealed: Trail) -> None:
    with psycopg.connect(sealed.addresses.owner) as owner:
        owner.execute("ALTER TABLE patients_patient DISABLE TRIGGER record_rows")
        owner.execute("ALTER TABLE patients_pregnancytest ENABLE TRIGGER record_rows")
        owner.execute("DROP TRIGGER record_truncate ON rems_decision")
    assert said(check(sealed)) == [
        "trigger record_rows of public.patients_patient: it is switched off, or not always on",
        "trigger record_rows of public.patients_pregnancytest: it is switched off, or not always on",
        "trigger record_truncate of public.rems_decision: it is gone",
    ]


CHANGES = {
    "a name changed": (
        "UPDATE patients_patient SET last_name = 'Other' WHERE first_name = 'Rosa'",
        "left it: last_name",
    ),
    "a patient deleted": ("DELETE FROM patients_patient WHERE first_name = 'Rosa'", "the row is gone, and no entry"),
    "a patient put in": (
        """DO $$ DECLARE names text := (SELECT string_agg(column_name, ', ') FROM information_schema.columns
            WHERE table_name = 'patients_patient' AND is_generated = 'NEVER' AND column_name <> 'id'); BEGIN
           EXECUTE format('INSERT INTO patients_patient (id, %1$s) SELECT 999, %1$s FROM patients_patient LIMIT 1',
                          names);
           END $$""",
        "the row is there, and no entry of the trail says so",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_patient_changed_with_the_triggers_off_is_found_when_they_are_on_again(sealed: Trail, change: str) -> None:
    statement, expected = CHANGES[change]
    behind_its_back(sealed, statement)
    found = check(sealed)
    assert len(found.faults) == 1
    assert first(found).startswith("patients_patient ")
    assert expected in first(found)


def test_a_change_behind_its_back_is_found_also_after_an_honest_one_over_it(sealed: Trail) -> None:
    behind_its_back(sealed, "UPDATE patients_patient SET last_name = 'Other' WHERE first_name = 'Rosa'")
    with sealed.app() as app:
        app.execute("UPDATE patients_patient SET last_name = 'Gomez-Ruiz' WHERE first_name = 'Rosa'")
    (found,) = said(check(sealed))
    assert "it was changed without a line: last_name" in found


def test_a_column_that_a_migration_adds_is_no_alteration(sealed: Trail) -> None:
    with psycopg.connect(sealed.addresses.owner) as owner:
        owner.execute("ALTER TABLE patients_patient ADD nickname text NOT NULL DEFAULT 'M'")
    assert check(sealed).verdict is Verdict.SOUND
    with sealed.app() as app:
        app.execute("UPDATE patients_patient SET nickname = 'R' WHERE first_name = 'Rosa'")
    assert check(sealed).verdict is Verdict.SOUND


GUARDS = {
    "CREATE OR REPLACE FUNCTION audit.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'": (
        "function audit.refuse: its body is another one"
    ),
    "ALTER FUNCTION audit.append(jsonb) SECURITY INVOKER": "function audit.append: it runs with other rights",
    "ALTER FUNCTION audit.append(jsonb) RESET search_path": "function audit.append: it runs with other settings: ",
    "ALTER FUNCTION audit.write(jsonb, text) OWNER TO postgres": "audit.write(): its owner is postgres",
    "CREATE FUNCTION audit.more() RETURNS void LANGUAGE sql AS ''": "function audit.more: nobody laid it",
    "DROP FUNCTION audit.hold_writers()": "function audit.hold_writers: it is gone",
    "GRANT DELETE ON audit.event TO rems_app": "grants: DELETE on audit.event to rems_app, which nobody laid",
    "GRANT SELECT ON audit.entry TO PUBLIC": "grants: SELECT on audit.entry to everybody, which nobody laid",
    "GRANT UPDATE (at) ON audit.event TO rems_app": "grants: UPDATE on column audit.event.at to rems_app",
    "REVOKE EXECUTE ON FUNCTION audit.append(jsonb) FROM rems_app": "EXECUTE on audit.append() to rems_app is missing",
    "ALTER TABLE audit.seal OWNER TO rems_owner": "audit.seal: its owner is rems_owner",
    "ALTER TABLE public.patients_patient OWNER TO rems_app": "roles: rems_app owns table public.patients_patient",
    "ALTER TABLE audit.event DISABLE TRIGGER refuse_rows": "trigger refuse_rows of audit.event: it is switched off",
    "CREATE TRIGGER more BEFORE INSERT ON audit.event EXECUTE FUNCTION audit.refuse()": (
        "trigger more of audit.event: nobody laid it"
    ),
    "CREATE RULE more AS ON INSERT TO audit.leaf DO INSTEAD NOTHING": "rule more on audit.leaf: nobody laid it",
    "ALTER TABLE audit.event ENABLE ROW LEVEL SECURITY": "row security on audit.event: nobody laid it",
    "ALTER TABLE audit.leaf DROP CONSTRAINT leaf_event_id_key": "audit.leaf: the constraint UNIQUE (event_id) is gone",
    "ALTER TABLE audit.event ALTER allowed DROP EXPRESSION": "audit.event.allowed: it is not computed from the text",
    "ALTER TABLE audit.event ALTER row_id SET EXPRESSION AS (payload::jsonb ->> 'table')": (
        "audit.event.row_id: it is computed in another way"
    ),
    "CREATE TABLE audit.more () INHERITS (audit.event)": "audit.more inherits from audit.event: nobody laid it",
}


@pytest.fixture(scope="module")
def superuser(copies: Copies) -> Iterator[Connection]:
    """A superuser's connection to a copy; what it does is seen by itself and taken back."""
    with psycopg.connect(copies.take().addresses.superuser, options="-c search_path=pg_catalog") as connection:
        yield connection
        connection.rollback()


def guards_without(superuser: Connection, statement: str) -> list[str]:
    """What the guards' check says in a transaction that did something to them."""
    superuser.execute(sql.SQL(statement))
    found = check_guards(superuser, recorded_tables())
    superuser.rollback()
    return [f"{fault.place}: {fault.what}" for fault in found]


@pytest.mark.parametrize("statement", GUARDS)
def test_a_guard_that_was_changed_is_found(superuser: Connection, statement: str) -> None:
    found = guards_without(superuser, statement)
    assert any(GUARDS[statement] in line for line in found), found


def test_guards_that_nobody_touched_are_as_they_were_laid(superuser: Connection) -> None:
    assert guards_without(superuser, "SELECT 1") == []


def test_a_view_that_hides_entries_is_found(superuser: Connection) -> None:
    view = superuser.execute("SELECT pg_get_viewdef('audit.entry'::regclass)").fetchall()[0][0].rstrip("; ")
    found = guards_without(superuser, f"CREATE OR REPLACE VIEW audit.entry AS {view} WHERE action <> 'tests.note'")
    assert found == ["view audit.entry: it shows something else than it should"]


def test_who_may_become_the_owner_of_the_trail_is_found(sealed: Trail) -> None:
    with psycopg.connect(sealed.addresses.superuser, autocommit=True) as connection:
        connection.execute("GRANT audit_owner TO rems_owner")
        try:
            assert said(check(sealed)) == ["roles: rems_owner may act as audit_owner"]
        finally:
            connection.execute("REVOKE audit_owner FROM rems_owner")


def test_without_a_database_or_a_seal_it_cannot_tell(trail: Trail) -> None:
    outcome = check(trail)
    assert (outcome.verdict, outcome.exit_code, outcome.why) == (Verdict.UNKNOWN, 2, "Nothing is sealed yet.")
    away = verify("postgresql:///nowhere?host=/nowhere")
    assert away.exit_code == 2
    assert "does not answer" in away.why


def test_a_sealer_that_stands_is_said_and_is_no_alteration(sealed: Trail) -> None:
    sealed.written(2)
    assert check(sealed).warnings == ()
    with sealed.attacker() as connection:
        connection.execute(
            """SET LOCAL timezone = 'UTC';
               WITH old AS (SELECT id, at - interval '1 hour' AS then FROM audit.event ORDER BY id DESC LIMIT 2)
               UPDATE audit.event e SET at = old.then, payload =
                 jsonb_set(payload::jsonb, '{at}', to_jsonb(old.then))::text FROM old WHERE old.id = e.id"""
        )
        connection.execute("UPDATE audit.event SET leaf = sha256('\\x00'::bytea || convert_to(payload, 'UTF8'))")
    outcome = check(sealed)
    assert outcome.verdict is Verdict.SOUND, outcome.faults
    assert outcome.unsealed == 2
    assert "The sealer stands: 2 entries wait to be sealed, the oldest for 36" in outcome.warnings[0]


def test_who_watches_is_told_how_far_it_is_and_may_stop_it(sealed: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "CHUNK", 10)
    seen: list[Progress] = []

    def watch(progress: Progress) -> bool:
        seen.append(progress)
        return True

    outcome = check(sealed, watch=watch)
    assert outcome.verdict is Verdict.SOUND
    assert seen[-1] == Progress(done=outcome.entries, of=outcome.entries, faults=0)
    assert len({progress.done for progress in seen}) > 3
    assert check(sealed, watch=lambda _: False).why == "It was stopped."


def test_a_time_is_verified_with_all_links(sealed: Trail) -> None:
    middle = "SELECT at FROM audit.event WHERE action = 'tests.note' ORDER BY id OFFSET {} LIMIT 1"
    since, until = (sealed.one(middle.format(place)) for place in (2, 8))
    outcome = check(sealed, since=since, until=until)
    assert outcome.verdict is Verdict.SOUND
    assert 17 <= outcome.entries < sealed.one("SELECT count(*) FROM audit.event")
    with sealed.attacker() as connection:
        connection.execute("DELETE FROM audit.event WHERE at = %s", [until])
    assert "it is gone" in first(check(sealed, since=since, until=until))


def test_writers_meanwhile_are_no_false_alarm(trail: Trail, together: Callable[..., list[None]]) -> None:
    ending = time.monotonic() + 4

    def write() -> None:
        while time.monotonic() < ending:
            a_patient()

    outcomes: list[Outcome] = []

    def look() -> None:
        time.sleep(1.2)
        while time.monotonic() < ending:
            outcomes.append(check(trail))

    with trail.sealing():
        looking = threading.Thread(target=look)
        looking.start()
        assert together([write] * 3) == [None] * 3
        looking.join()
    assert len(outcomes) >= 2
    assert [outcome for outcome in outcomes if outcome.verdict is not Verdict.SOUND] == []
    assert outcomes[-1].entries > outcomes[0].entries > 0
