"""The trail as tests write, seal and attack it: on connections of its own roles, past Django."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from audit.sealing import keys, loop, rounds
from audit.sealing.seals import Seal
from rems.services.roles import Addresses
from tests.database import Laid

Connection = psycopg.Connection[Any]
UNSEALED = "SELECT count(*) FROM audit.event e WHERE NOT EXISTS (SELECT FROM audit.leaf l WHERE l.event_id = e.id)"
GUARDED = ("event", "leaf", "seal", "epoch", "key")


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

    def seal(self) -> list[Seal]:
        """Seal all that is finished."""
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
    def attacker(self) -> Iterator[Connection]:
        """A superuser past all triggers, who leaves them as they were."""
        with psycopg.connect(self.addresses.superuser) as connection:
            switch(connection, "DISABLE TRIGGER")
            yield connection
            switch(connection, "ENABLE ALWAYS TRIGGER")


def switch(connection: Connection, how: str) -> None:
    """The refusing triggers of the trail's tables off, or on again."""
    for table in GUARDED:
        for name in ("refuse_rows", "refuse_truncate"):
            words = sql.SQL("ALTER TABLE audit.{} " + how + " {}")
            connection.execute(words.format(sql.Identifier(table), sql.Identifier(name)))


@pytest.fixture
def trail(committed_db: Laid, tmp_path: Path) -> Trail:
    """The trail of a database that is thrown away afterwards, as an installation has it."""
    committed_db.take_back()
    file = tmp_path / "seal.key"
    return Trail(addresses=committed_db.addresses, key=keys.make(file), key_file=file)
