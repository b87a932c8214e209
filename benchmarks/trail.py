"""What the trail costs: audited writes of 1 and 16 clients, how soon they are sealed, how long verifying takes.

On a PostgreSQL of its own that waits for the disk, in a database that is removed again.
BENCH_EVENTS (1,000,000 when nothing is given) bounds the longest part.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg

from rems.services import places, postgres, roles
from rems.services.roles import Addresses

CLUSTER = postgres.Cluster(home=places.VAR / "bench-postgres", settings={"max_wal_size": "4GB"})
DATABASE = "bench_trail"
SECONDS, HELD = 10.0, 0.015
PROMISED = {"ratio": 10, "lag": 5, "million": 15}
CONTEXT = {"act": "patients.register", "person_id": 1, "person_name": "Ana Ruiz", "role": "prescriber"}
REGISTER = """
INSERT INTO patients_patient (first_name, middle_name, last_name, born, language, guardian_name,
    guardian_relationship, guardian_phone, created_at, created_by_id, address_line_1, address_line_2, city, state,
    zip_code, phone, email)
SELECT 'Maria', '', 'Gomez', '1985-04-02', 'English', '', '', '', now(), 1, '12 Main Street', '', 'Albany', 'NY',
       '12207', '518-555-0100', 'maria@example.org'
  FROM generate_series(1, %s)
"""
SAID = {
    "kind": "view",
    "action": "rems.view_patient",
    "as_of": "2026-11-25T17:00:00+00:00",
    "patient_id": 7,
    "role": "prescriber",
    "organization": "Main Street Practice",
    "person_id": 1,
    "person_name": "Ana Ruiz",
    "request_id": "0b6dbd5e-8f0b-4b8c-a1ee-1dd5ff3e6d1f",
    "address": "10.20.30.40",
    "details": {"path": "/patients/7", "category": "adult_male", "shown": ["name", "born", "tests", "agreements"]},
}
LAG = """
SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM s.at - e.at))
  FROM audit.event e JOIN audit.leaf l ON l.event_id = e.id
  JOIN audit.seal s ON l.idx >= s.first_idx AND l.idx < s.first_idx + s.n WHERE e.at >= %s
"""


def run() -> dict[str, str]:
    """Every figure, with its unit."""
    tenancy = CLUSTER.start()
    try:
        with _laid() as (addresses, environment):
            return {**_writing(addresses, environment), **_reading(addresses, environment)}
    finally:
        CLUSTER.stop(tenancy)


@contextmanager
def _laid() -> Iterator[tuple[Addresses, dict[str, str]]]:
    """A migrated database with one person in it, and what a process of the project needs to know of it."""
    superuser = CLUSTER.superuser_url()
    key = places.private(places.VAR / "bench") / "seal.key"
    key.unlink(missing_ok=True)
    _drop(superuser)
    addresses = roles.install(superuser_url=superuser, database=DATABASE)
    environment = {**os.environ, "REMS_ENV": "test", "DATABASE_URL": addresses.app, "STATEMENT_SECONDS": "600"}
    environment |= {"TRAIL_DATABASE_URL": addresses.reader, "SEALER_DATABASE_URL": addresses.sealer}
    environment |= {"SEAL_KEY_FILE": str(key)}
    try:
        _manage("migrate", "--verbosity=0", environment={**environment, "DATABASE_URL": addresses.owner})
        _manage("audit", "key", str(key), environment=environment)
        with psycopg.connect(addresses.app) as connection:
            connection.execute(PERSON)
        yield addresses, environment
    finally:
        _drop(superuser)


PERSON = """
INSERT INTO accounts_person (id, email, name, password, is_active, created_at, password_set_by_other)
VALUES (1, 'ana@example.org', 'Ana Ruiz', '!', true, now(), false)
"""


def _drop(superuser: str) -> None:
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def _manage(*words: str, environment: dict[str, str]) -> str:
    ran = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=places.ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return ran.stdout


def _writing(addresses: Addresses, environment: dict[str, str]) -> dict[str, str]:
    """Audited writes per second, while the sealer's own process follows."""
    sealer = subprocess.Popen(
        [sys.executable, "manage.py", "audit", "seal", "--loop"], cwd=places.ROOT, env=environment
    )
    try:
        with psycopg.connect(addresses.superuser) as connection:
            began = connection.execute("SELECT now()").fetchall()[0][0]
        one, sixteen = _writes(addresses, clients=1), _writes(addresses, clients=16)
        time.sleep(2.5)
    finally:
        sealer.terminate()
        sealer.wait(30)
    with psycopg.connect(addresses.superuser) as connection:
        median, worst = connection.execute(LAG, [began]).fetchall()[0][0]
    held = f"{HELD * 1000:.0f} ms in each"
    return {
        f"audited writes, 1 client, {held}": f"{one:,.0f} /s",
        f"audited writes, 16 clients, {held}": f"{sixteen:,.0f} /s",
        f"16 clients against one (promise: {PROMISED['ratio']})": f"{sixteen / one:.1f} times",
        "from the entry to its seal, median": f"{median:.2f} s",
        f"from the entry to its seal, 99 of 100 (promise: {PROMISED['lag']} s)": f"{worst:.2f} s",
    }


def _writes(addresses: Addresses, *, clients: int) -> float:
    """Transactions per second, each with a row, its line, and an entry of the act."""
    ending = time.monotonic() + SECONDS

    def write(_: int) -> int:
        done = 0
        with psycopg.connect(addresses.app) as connection:
            while time.monotonic() < ending:
                with connection.transaction():
                    _change(connection, rows=1, entries=1)
                    time.sleep(HELD)
                done += 1
        return done

    with ThreadPoolExecutor(max_workers=clients) as pool:
        return sum(pool.map(write, range(clients))) / SECONDS


def _change(connection: psycopg.Connection[Any], *, rows: int, entries: int) -> None:
    connection.execute("SELECT set_config('rems.context', %s, true)", [json.dumps(CONTEXT)])
    connection.execute(REGISTER, [rows])
    connection.execute("SELECT audit.append(%s::jsonb) FROM generate_series(1, %s)", [json.dumps(SAID), entries])


def _reading(addresses: Addresses, environment: dict[str, str]) -> dict[str, str]:
    """How long verifying takes, and the first page of the entries, at several sizes."""
    figures = {}
    most = int(os.environ.get("BENCH_EVENTS", "1000000"))
    for size in sorted({min(100_000, most), most}):
        _fill(addresses, size)
        began = time.monotonic()
        _manage("audit", "seal", "--once", environment=environment)
        figures[f"sealing what was written up to {size:,} entries"] = f"{time.monotonic() - began:.1f} s"
        with psycopg.connect(addresses.superuser, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        found = json.loads(_manage("audit", "verify", "--json", environment=environment))
        promise = f" (promise: {PROMISED['million']} s)" if size == 1_000_000 else ""
        rate = found["entries"] / found["seconds"]
        figures[f"verifying {found['entries']:,} entries, {found['rows']:,} rows{promise}"] = (
            f"{found['seconds']:.1f} s"
        )
        figures[f"verified per second at {size:,}"] = f"{rate:,.0f} /s"
        figures[f"first page of the entries at {size:,}"] = f"{_first_page(addresses) * 1000:.1f} ms"
    return figures


def _fill(addresses: Addresses, size: int) -> None:
    """Entries up to a number: 2 in 5 are changes of rows, the others the application's own; as the application."""
    with psycopg.connect(addresses.superuser) as connection:
        there = connection.execute("SELECT count(*) FROM audit.event").fetchall()[0][0]
    piece = 5_000

    def write(_: int) -> None:
        with psycopg.connect(addresses.app) as connection:
            _change(connection, rows=piece * 2 // 5, entries=piece * 3 // 5)

    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(write, range(max(0, size - there + piece - 1) // piece)))


def _first_page(addresses: Addresses) -> float:
    """Seconds for the newest fifty entries, as the reader."""
    with psycopg.connect(addresses.reader) as connection:
        connection.execute("SELECT 1")
        began = time.monotonic()
        connection.execute("SELECT * FROM audit.entry ORDER BY id DESC LIMIT 50").fetchall()
        return time.monotonic() - began
