"""The demonstration in a database of its own, served to this machine alone; both are gone at the end."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from rems.services import children, postgres, roles

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "rems_benchmark_tasks"
SECONDS = 600
"""No step of the preparation may take longer."""


@dataclass(frozen=True, kw_only=True)
class Served:
    """Where it answers, and what was prepared for the tasks."""

    address: str
    prepared: dict[str, Any]


@contextmanager
def served() -> Iterator[Served]:
    """The whole demonstration, with what ``benchmarks._prepared`` adds to it, behind gunicorn as in `make demo`."""
    tenancy = postgres.TEST.start()
    superuser = postgres.TEST.superuser_url()
    try:
        _drop(superuser)
        addresses = roles.install(superuser_url=superuser, database=DATABASE)
        environment = _environment(addresses)
        _run("manage.py", "migrate", "--verbosity=0", environment={**environment, "DATABASE_URL": addresses.owner})
        _run("manage.py", "collectstatic", "--noinput", "--verbosity=0", environment=environment)
        _run("manage.py", "load_demo", environment=environment)
        prepared = json.loads(_run("-m", "benchmarks._prepared", environment=environment).splitlines()[-1])
        with _web(environment) as address:
            yield Served(address=address, prepared=prepared)
    finally:
        _drop(superuser)
        postgres.TEST.stop(tenancy)


def _environment(addresses: roles.Addresses) -> dict[str, str]:
    own = {
        "REMS_ENV": "demo",
        "DATABASE_URL": addresses.app,
        "TRAIL_DATABASE_URL": addresses.reader,
        "REDIS_URL": "redis://127.0.0.1:1/0",  # nothing that a page does needs the broker
        "DJANGO_SETTINGS_MODULE": "rems.settings",
        "STATEMENT_SECONDS": str(SECONDS),
    }
    return {**os.environ, **own}


def _run(*words: str, environment: dict[str, str]) -> str:
    """Run Python with these words; what it printed. RuntimeError, with its last words, where it fails."""
    ran = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    if ran.returncode:
        raise RuntimeError(f"{' '.join(words)} failed:\n{ran.stderr[-3000:]}")
    return ran.stdout


@contextmanager
def _web(environment: dict[str, str]) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ("gunicorn", "rems.wsgi", f"--bind=127.0.0.1:{port}", "--workers=2", "--threads=4", "--no-control-socket")
    child = children.start("benchmark-web", words, environment=environment)
    try:
        _await(child, f"http://127.0.0.1:{port}/healthz")
        yield f"http://localhost:{port}"
    finally:
        child.stop(seconds=10)


def _await(child: children.Child, address: str) -> None:
    """Until it answers. RuntimeError when it has ended, or after a minute."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(600):
        with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            opener.open(address, timeout=5).close()
            return
        if not child.is_alive():
            break
        time.sleep(0.1)
    raise RuntimeError(f"The web process does not answer:\n{child.last_words()}")


def _drop(superuser: str) -> None:
    with psycopg.connect(superuser, dbname="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
