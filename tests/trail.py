"""The trail as tests write, seal and attack it: on connections of its own roles, past Django."""

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from psycopg import sql
from pytest_django import DjangoDbBlocker

from audit.sealing import checkpoints, keys, loop, rounds, seals
from audit.sealing.seals import Seal
from audit.verifying import Outcome, Verdict, verify
from rems.services import roles
from rems.services.roles import Addresses
from tests.database import PASSWORDS, Laid
from tests.registry_cast import a_patient

Connection = psycopg.Connection[Any]
UNSEALED = "SELECT count(*) FROM audit.event e WHERE NOT EXISTS (SELECT FROM audit.leaf l WHERE l.event_id = e.id)"
HELD_BACK = """
SELECT max(txid) >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM audit.event
 WHERE epoch = (SELECT max(no) FROM audit.epoch)
"""
GUARDED = ("event", "leaf", "seal", "epoch", "key")
KEPT = {
    "event": "id, epoch, txid, at, payload, leaf",
    "leaf": "idx, event_id, hash",
    "seal": seals.COLUMNS,
    "epoch": "no, system_identifier, opened_at, opened_by, reason",
    "key": "id, public, introduced_at, endorsed_by, endorsement",
    "watermark": "passed_at, epoch, txid_upto, checkpoint_at, checkpoint_seal",
}
"""The tables of the tree, with the columns that are not computed."""


@dataclass(kw_only=True)
class Trail:
    """One database's trail, and the key that seals it."""

    addresses: Addresses
    key: keys.Key
    key_file: Path
    batch: int = field(default=rounds.BATCH)

    def write(self, connection: Connection, n: int = 1, **said: Any) -> None:
        """So many entries as the application writes them, in the connection's transaction."""
        entry = json.dumps({"action": "tests.note", "kind": "act", **said})
        connection.execute("SELECT audit.append(%s::jsonb) FROM generate_series(1, %s)", [entry, n])

    def written(self, n: int = 1, **said: Any) -> None:
        """So many entries, committed."""
        with self.app() as connection:
            self.write(connection, n, **said)

    @contextmanager
    def app(self) -> Iterator[Connection]:
        """A connection as the application, committed at the end."""
        with psycopg.connect(self.addresses.app) as connection:
            yield connection

    @contextmanager
    def sealer(self) -> Iterator[Connection]:
        """A connection as the sealer."""
        with loop.connect(self.addresses.sealer) as connection:
            yield connection

    def seal(self, *, waits: bool = True) -> list[Seal]:
        """Seal all that is committed; or, without waiting, what no transaction of the server holds back.

        Tests at work in other databases of the server have transactions too, and the watermark is the server's.
        """
        until = time.monotonic() + 60
        while waits and self.one(HELD_BACK):
            assert time.monotonic() < until, "a transaction of the server holds the watermark back"
            time.sleep(0.02)
        return loop.seal_all(self.addresses.sealer, self.key, batch=self.batch)

    @contextmanager
    def sealing(self) -> Iterator[list[str]]:
        """The sealer's loop at work in a thread meanwhile; what it says to an operator."""
        said: list[str] = []
        sealer = loop.Sealer(url=self.addresses.sealer, key=self.key, say=said.append, tell=said.append)
        thread = threading.Thread(target=sealer.run, daemon=True)
        thread.start()
        try:
            yield said
        finally:
            sealer.stopped.set()
            thread.join(timeout=60)
        assert not thread.is_alive()

    def await_sealed(self, *, seconds: float = 30) -> None:
        """Return when no entry is left unsealed."""
        until = time.monotonic() + seconds
        while self.unsealed():
            assert time.monotonic() < until, f"{self.unsealed()} entries are not sealed after {seconds} s"
            time.sleep(0.05)

    def seal_everything(self) -> None:
        """Seal until nothing is left: another process's transaction may hold the watermark back for a while."""
        with self.sealing():
            self.await_sealed()

    def one(self, statement: str, values: Any = None) -> Any:
        """The one value, as a superuser sees it."""
        with psycopg.connect(self.addresses.superuser) as connection:
            row = connection.execute(statement, values).fetchone()
            return row[0] if row else None

    def unsealed(self) -> int:
        """Entries without a leaf."""
        return int(self.one(UNSEALED))

    @contextmanager
    def attacker(self, *tables: str) -> Iterator[Connection]:
        """A superuser past all triggers and references of the trail, who leaves them as they were."""
        with psycopg.connect(self.addresses.superuser) as connection, past_guards(connection, *tables):
            yield connection


@contextmanager
def past_guards(connection: Connection, *tables: str) -> Iterator[None]:
    """The refusing triggers of tables of the trail (of all, if none is named) are off meanwhile."""
    connection.execute("SET LOCAL session_replication_role = replica")
    for table in tables or GUARDED:
        connection.execute(sql.SQL("ALTER TABLE audit.{} DISABLE TRIGGER USER").format(sql.Identifier(table)))
    yield
    for table in tables or GUARDED:
        words = sql.SQL(
            "ALTER TABLE audit.{0} ENABLE ALWAYS TRIGGER refuse_rows, ENABLE ALWAYS TRIGGER refuse_truncate"
        )
        connection.execute(words.format(sql.Identifier(table)))


class Kept:
    """The trail's tables as they were, so that they can be spoiled again and again. They end with the connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        for table, columns in KEPT.items():
            words = sql.SQL("CREATE TEMP TABLE {} AS SELECT {} FROM audit.{}")
            connection.execute(words.format(sql.Identifier(f"was_{table}"), sql.SQL(columns), sql.Identifier(table)))
        connection.commit()

    def put_back(self, *tables: str) -> None:
        """These tables, or all of them, as they were."""
        chosen = tables or tuple(KEPT)
        with past_guards(self._connection, *(table for table in chosen if table in GUARDED)):
            for table in chosen:
                names = {"table": sql.Identifier(table), "was": sql.Identifier(f"was_{table}")}
                columns = sql.SQL(KEPT[table])
                self._connection.execute(sql.SQL("DELETE FROM audit.{table}").format(**names))
                words = sql.SQL("INSERT INTO audit.{table} ({columns}) SELECT {columns} FROM {was}")
                self._connection.execute(words.format(columns=columns, **names))
        self._connection.commit()


@pytest.fixture
def trail(committed_db: Laid, tmp_path: Path) -> Trail:
    """The trail of a database that is thrown away afterwards, as an installation has it."""
    committed_db.take_back()
    file = tmp_path / "seal.key"
    return Trail(addresses=committed_db.addresses, key=keys.make(file), key_file=file)


@dataclass(frozen=True, kw_only=True)
class Copies:
    """A sealed trail, and as many copies of its database as tests want to spoil."""

    superuser: str
    original: Trail
    name: str
    taken: list[str] = field(default_factory=list)

    def take(self) -> Trail:
        """A fresh copy."""
        name = f"{self.name}_copy{len(self.taken)}"
        self.taken.append(name)
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            names = map(sql.Identifier, (name, roles.OWNER, self.name))
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(*names))
        return replace(self.original, addresses=_admitted(self.superuser, name))

    def remove(self) -> None:
        """Leave none."""
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            for name in (*self.taken, self.name):
                _drop(connection, name)


def copies_of(database: Laid, key_file: Path) -> Copies:
    """The database as it stands now, sealed, for copies; the database itself is laid anew."""
    connections.close_all()
    database.take_back()
    name = f"test_sealed_{os.getpid()}"
    with psycopg.connect(database.superuser, autocommit=True) as connection:
        _drop(connection, name)
        names = map(sql.Identifier, (name, roles.OWNER, database.name))
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(*names))
    database.lay()
    original = Trail(addresses=_admitted(database.superuser, name), key=keys.make(key_file), key_file=key_file)
    return Copies(superuser=database.superuser, original=original, name=name)


@pytest.fixture(scope="module")
def copies(
    database: Laid, django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any
) -> Iterator[Copies]:
    """Two patients and forty entries, in several seals."""
    with django_db_blocker.unblock():
        for name in ("Maria", "Rosa"):
            a_patient(first_name=name)
        made = copies_of(database, tmp_path_factory.mktemp("seal") / "key")
    made.original.seal()
    for n in (1, 5, 12, 22):
        made.original.written(n, details={"n": n, "said": '=cmd|"/c calc"!A1'}, reason="+1")
        made.original.seal()
    yield made
    made.remove()


@pytest.fixture(scope="module")
def spoiled(copies: Copies) -> Iterator[tuple[Trail, Kept, Connection]]:
    """One copy for many attacks, what it was, and the attacker's connection; each puts back what it spoiled."""
    trail = copies.take()
    with psycopg.connect(trail.addresses.superuser) as connection:
        yield trail, Kept(connection), connection


@pytest.fixture
def sealed(copies: Copies) -> Trail:
    """A sealed trail of its own, to spoil."""
    return copies.take()


def check(trail: Trail, **more: Any) -> Outcome:
    """What verifying finds."""
    return verify(trail.addresses.reader, **more)


def first(outcome: Outcome) -> str:
    """The first bad place and what is wrong there."""
    assert outcome.verdict is Verdict.ALTERED, outcome
    return f"{outcome.faults[0].place}: {outcome.faults[0].what}"


def checkpoint(trail: Trail, path: Path) -> list[checkpoints.Checkpoint]:
    """The checkpoints of a file, with a new one of the newest seal."""
    with trail.sealer() as connection:
        taken = checkpoints.take(connection, trail.key)
        assert taken
        checkpoints.keep(connection, taken, path)
    return checkpoints.read(path)


def _admitted(superuser: str, name: str) -> Addresses:
    roles.admit(superuser_url=superuser, database=name)
    return roles.addresses_of(superuser_url=superuser, database=name, passwords=PASSWORDS)


def _drop(connection: Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
