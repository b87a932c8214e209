"""Several connections that all see the trail as it stood at one instant, and can change nothing."""

import contextlib
import queue
from collections.abc import Iterator
from typing import Any

import psycopg

Connection = psycopg.Connection[Any]

# As the trail's triggers print a row, so that a row that is printed again can be compared.
PRINTED = "-c TimeZone=UTC -c bytea_output=hex -c IntervalStyle=postgres -c extra_float_digits=1"
LIMITS = "-c statement_timeout=600s -c jit=off -c search_path=pg_catalog -c work_mem=64MB"


class Snapshot:
    """One instant of the database: ``main`` for questions in turn, ``lent()`` for threads."""

    def __init__(self, main: Connection, others: list[Connection]) -> None:
        self.main = main
        self._free: queue.SimpleQueue[Connection] = queue.SimpleQueue()
        for other in others:
            self._free.put(other)

    @contextlib.contextmanager
    def lent(self) -> Iterator[Connection]:
        """A connection for the time of one piece of work."""
        connection = self._free.get()
        try:
            yield connection
        finally:
            self._free.put(connection)


@contextlib.contextmanager
def snapshot(url: str, *, streams: int) -> Iterator[Snapshot]:
    """The database now, over so many connections and one. Raises psycopg.OperationalError."""
    with contextlib.ExitStack() as stack:
        main = stack.enter_context(_connect(url))
        name = main.execute("SELECT pg_export_snapshot()").fetchall()[0][0]
        others = [stack.enter_context(_connect(url)) for _ in range(streams)]
        for other in others:
            other.execute(f"SET TRANSACTION SNAPSHOT '{name}'")
        yield Snapshot(main, others)


def _connect(url: str) -> Connection:
    options = f"{PRINTED} {LIMITS}"
    connection: Connection = psycopg.connect(url, connect_timeout=5, options=options, application_name="rems-verifier")
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    return connection
