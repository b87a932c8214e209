"""`make demo`, as a visitor would run it: up, answering, and gone again without a trace."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from rems.services import places
from rems.services.postgres import Cluster
from rems.services.valkey import Broker

pytestmark = pytest.mark.long


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(var: Path, *, port: int) -> subprocess.Popen[str]:
    """A demo with a var/ of its own."""
    given = {name: word for name, word in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "REMS_ENV")}
    return subprocess.Popen(
        [sys.executable, "-m", "rems.services.demo"],
        cwd=places.ROOT,
        env={**given, "REMS_VAR": str(var), "PORT": str(port), "REMS_DEMO_CROWD": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def who_may_seal(pid: int) -> set[str]:
    """The demo's processes, by what they run, that were given the sealer's key or address."""
    names = {"audit": "sealer", "gunicorn": "web", "celery": "jobs"}
    found: dict[str, bool] = {}
    for child in psutil.Process(pid).children():
        words, environment = child.cmdline(), child.environ()
        for word, name in names.items():
            if word in words:
                is_told = bool({"SEAL_KEY_FILE", "SEALER_DATABASE_URL"} & set(environment))
                found[name] = found.get(name, False) or is_told
    assert set(found) == set(names.values())
    return {name for name, is_told in found.items() if is_told}


def test_the_demo_comes_up_answers_and_leaves_nothing_running(tmp_path: Path) -> None:
    port = free_port()
    with start(tmp_path, port=port) as demo:
        assert demo.stdout
        said = ""
        while "Ctrl-C stops all" not in said:
            line = demo.stdout.readline()
            assert line, said
            said += line
        assert re.search(rf"Ready in [\d.]+ s: http://localhost:{port}/", said)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            assert answer.status == 200
        assert who_may_seal(demo.pid) == {"sealer"}
        demo.send_signal(signal.SIGINT)
        assert "Stopped." in demo.stdout.read()
        assert demo.wait(60) == 0
    assert not Cluster(home=tmp_path / "postgres").is_running()
    assert not Broker(home=tmp_path / "valkey").is_running()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_busy_port_is_said_plainly(tmp_path: Path, taken_port: int) -> None:
    with start(tmp_path, port=taken_port) as demo:
        assert demo.stdout
        said = demo.stdout.read()
    assert f"Port {taken_port} cannot be used" in said
    assert demo.returncode == 1
    assert not (tmp_path / "postgres").exists()
