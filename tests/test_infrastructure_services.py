"""PostgreSQL and Valkey out of their packages: they start, are shared, survive crashes and end."""

import os
import signal
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import redis

from rems.services import credentials, places
from rems.services.postgres import FORGETFUL, Cluster
from rems.services.valkey import Broker


@pytest.fixture
def far(tmp_path: Path) -> Path:
    """A folder whose path is too long for a socket, with a space in it."""
    return tmp_path / ("a long way " * 8).strip()


def test_postgres_starts_is_shared_and_is_stopped_by_the_last(far: Path) -> None:
    cluster = Cluster(home=far / "postgres", settings=FORGETFUL)
    first = cluster.start()
    second = cluster.start()
    cluster.stop(first)
    assert cluster.is_running()
    cluster.stop(second)
    assert not cluster.is_running()


def test_several_who_come_at_one_instant_share_one_postgres(tmp_path: Path) -> None:
    cluster = Cluster(home=tmp_path / "postgres", settings=FORGETFUL)
    with ThreadPoolExecutor(4) as pool:
        guests = [guest.result(timeout=60) for guest in [pool.submit(cluster.start) for _ in range(4)]]
    assert cluster.is_running()
    for guest in guests:
        cluster.stop(guest)
    assert not cluster.is_running()


def test_postgres_starts_again_after_it_was_killed(tmp_path: Path) -> None:
    cluster = Cluster(home=tmp_path / "postgres", settings=FORGETFUL)
    tenancy = cluster.start()
    pid_file = cluster.data / "postmaster.pid"
    words = pid_file.read_text(encoding="utf-8")
    os.kill(int(words.split("\n", 1)[0]), signal.SIGINT)
    while cluster.is_running():
        pass
    # As after a crash, with a pid that the machine has since given to another program: this one.
    pid_file.write_text(words.replace(words.split("\n", 1)[0], str(os.getpid()), 1), encoding="utf-8")
    tenancy.leave()
    again = cluster.start()
    assert cluster.is_running()
    cluster.stop(again)


def test_an_interrupted_beginning_is_begun_again(tmp_path: Path) -> None:
    cluster = Cluster(home=tmp_path / "postgres", settings=FORGETFUL)
    (cluster.home / "data.new" / "base").mkdir(parents=True)
    tenancy = cluster.start()
    with psycopg.connect(cluster.superuser_url()) as connection:
        assert connection.info.server_version >= 150000
    cluster.stop(tenancy)


def test_nobody_else_can_enter_the_sockets_folder(tmp_path: Path) -> None:
    broker = Broker(home=tmp_path / "valkey")
    tenancy = broker.start()
    assert stat.S_IMODE(broker.socket.parent.stat().st_mode) == 0o700
    with redis.Redis.from_url(broker.url()) as client:
        assert client.ping()
    broker.stop(tenancy)
    assert not broker.is_running()


def test_a_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "VAR", tmp_path)
    secret = credentials.secret("some")
    assert len(secret) > 40
    assert credentials.secret("some") == secret
    assert stat.S_IMODE((tmp_path / "secrets" / "some").stat().st_mode) == 0o600
