"""`make demo`: everything on one machine, started in order and stopped in order.

PORT, DATABASE_URL, OWNER_DATABASE_URL, REDIS_URL and REMS_CLOCK are honored.
"""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from types import FrameType
from typing import NoReturn

import psycopg

from rems.services import children, demo_database, places, postgres, subject, valkey
from rems.services.children import Child
from rems.services.demo_database import Access, Refused
from rems.services.tenancy import Tenancy

NOT_FOR_ALL = ("OWNER_DATABASE_URL", "SEALER_DATABASE_URL", "SEAL_KEY_FILE")
CHECKPOINTS = places.VAR / "checkpoints.ndjson"


class Stopped(BaseException):
    """Somebody asked for the end: Ctrl-C, or a signal."""


def main() -> int:
    """Run until stopped; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reset", action="store_true", help="drop the demo's database first")
    reset = parser.parse_args().reset
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _stop)
    try:
        with contextlib.ExitStack() as stack:
            run(stack, reset=reset)
    except Stopped:
        print("Stopped.")
        return 0
    except (Refused, postgres.CannotStart, valkey.CannotStart, subject.Unreachable) as error:
        print(error, file=sys.stderr)
    except psycopg.OperationalError as error:
        print(f"The database does not answer: {error}", file=sys.stderr)
    return 1


def run(stack: contextlib.ExitStack, *, reset: bool) -> NoReturn:
    """Start everything, say where it is, and wait. Raises Stopped, Refused and the services' own."""
    began = time.monotonic()
    port = _free_port()
    stack.callback(_only_one().leave)
    access = _database(stack, reset=reset)
    environment = _environment(access, broker=_broker(stack), port=port)
    _fill(environment, owner=access.owner)
    running = [_start_sealer(stack, environment, sealer=access.sealer), *_start(stack, environment, port=port)]
    _await_answer(running, port=port)
    print(f"\nReady in {time.monotonic() - began:.1f} s: http://localhost:{port}/\n", flush=True)
    _manage("load_demo", "--accounts", environment=environment)
    print(f"What the processes write is in {children.LOGS}. Ctrl-C stops all.", flush=True)
    _watch(running)


def _stop(number: int, frame: FrameType | None) -> None:
    """Stop once; further signals while stopping change nothing."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    raise Stopped


def _free_port() -> int:
    """The port to listen on. Raises Refused when it is no port or somebody listens there."""
    given = os.environ.get("PORT") or "8000"
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise Refused(f"PORT is {given!r}; it must be a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(given)))
        except OSError as error:
            raise Refused(
                f"Port {given} cannot be used ({error.strerror}). Choose another: make demo PORT=8010"
            ) from None
    return int(given)


def _only_one() -> Tenancy:
    """This folder's demo. Raises Refused when it runs already."""
    tenancy = Tenancy(places.VAR / "demo.lock")
    if not tenancy.is_last():
        raise Refused("A demo is already running from this folder.")
    return tenancy


def _database(stack: contextlib.ExitStack, *, reset: bool) -> Access:
    """The database given, or the project's own."""
    if given := os.environ.get("DATABASE_URL"):
        return demo_database.prepare(given, reset=reset)
    _say("Starting PostgreSQL")
    stack.callback(postgres.DEMO.stop, postgres.DEMO.start())
    return demo_database.install(postgres.DEMO.superuser_url(), reset=reset)


def _broker(stack: contextlib.ExitStack) -> str:
    """The broker given, or the project's own."""
    if given := os.environ.get("REDIS_URL"):
        return given
    _say("Starting Valkey")
    stack.callback(valkey.DEMO.stop, valkey.DEMO.start())
    return valkey.DEMO.url()


def _environment(access: Access, *, broker: str, port: int) -> dict[str, str]:
    """What the processes are told: never the owner's or the sealer's address, still less a superuser's."""
    kept = {name: word for name, word in os.environ.items() if name not in NOT_FOR_ALL}
    own = {
        "REMS_ENV": "demo",
        "DATABASE_URL": access.app,
        "TRAIL_DATABASE_URL": access.reader,
        "REDIS_URL": broker,
        "SITE_URL": os.environ.get("SITE_URL") or f"http://localhost:{port}/",
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "rems.settings",
    }
    return {**kept, **own}


def _fill(environment: Mapping[str, str], *, owner: str) -> None:
    """Migrate as the owner, collect the static files, load the demonstration's data."""
    _say("Migrating")
    _manage(
        "migrate",
        "--verbosity=0",
        "--noinput",
        environment={**environment, "DATABASE_URL": owner, "STATEMENT_SECONDS": "600"},
    )
    _manage("collectstatic", "--noinput", "--verbosity=0", environment=environment)
    _say("Loading the demonstration's data")
    _manage("load_demo", environment=environment)


def _manage(command: str, *words: str, environment: Mapping[str, str]) -> None:
    """Run a command of Django's or the project's; one that is not there is passed over."""
    if command == "load_demo" and not any(places.ROOT.glob(f"*/management/commands/{command}.py")):
        return
    ran = subprocess.run([sys.executable, "manage.py", command, *words], cwd=places.ROOT, env=environment, check=False)
    if ran.returncode != 0:
        raise Refused(f"`manage.py {command}` failed; what it wrote stands above.")


def _start_sealer(stack: contextlib.ExitStack, environment: Mapping[str, str], *, sealer: str) -> Child:
    """The process that seals the trail: it alone is given the sealer's address and key."""
    _say("Starting the sealer")
    key = places.private(places.VAR / "secrets") / "seal.key"
    if not key.exists():
        _manage("audit", "key", str(key), environment=environment)
    words = ("django", "audit", "seal", "--loop", f"--checkpoints={CHECKPOINTS}")
    own = {**environment, "SEALER_DATABASE_URL": sealer, "SEAL_KEY_FILE": str(key)}
    child = children.start("sealer", words, environment=own)
    stack.callback(child.stop, seconds=10)
    return child


def _start(stack: contextlib.ExitStack, environment: Mapping[str, str], *, port: int) -> list[Child]:
    """The worker, the clockwork and the web processes. They are stopped in the opposite order."""
    _say("Starting worker, beat and web processes")
    beat_file = places.private(places.VAR / "beat") / "schedule"
    celery = ("celery", "--app=rems.celery", "--quiet")
    web = (
        "gunicorn",
        "rems.wsgi",
        f"--bind=127.0.0.1:{port}",
        "--workers=2",
        "--threads=4",
        "--graceful-timeout=5",
        "--no-control-socket",
    )
    commands = {
        "worker": (*celery, "worker", "--concurrency=1", "--loglevel=INFO", "--without-gossip", "--without-mingle"),
        "beat": (*celery, "beat", f"--schedule={beat_file}", "--pidfile=", "--loglevel=WARNING"),
        "web": web,
    }
    running = []
    for name, words in commands.items():
        child = children.start(name, words, environment=environment)
        stack.callback(child.stop, seconds=10)
        running.append(child)
    return running


def _await_answer(running: list[Child], *, port: int) -> None:
    """Return when the web processes answer. Raises Refused when a process ends, or after 60 s."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(600):
        _require_alive(running)
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            opener.open(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            return
        time.sleep(0.1)
    raise Refused(f"The web processes do not answer; see {running[-1].log}.")


def _require_alive(running: list[Child]) -> None:
    """Raises Refused, with its last words, when a child has ended."""
    for child in running:
        if not child.is_alive():
            raise Refused(f"{child.last_words()}\n\nThe {child.name} process has ended; the others are stopped.")


def _watch(running: list[Child]) -> NoReturn:
    """Wait until a signal comes (Stopped) or a child ends (Refused)."""
    while True:
        _require_alive(running)
        time.sleep(0.5)


def _say(what: str) -> None:
    print(what, flush=True)


if __name__ == "__main__":
    sys.exit(main())
