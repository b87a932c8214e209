"""Real workers, real beats, a real broker, and each of them killed: what people are told is told once.

The processes' clock stands, so that what should be is known: six notices of each patient's test.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_string
from pathlib import Path

import pytest
import redis

from rems.models import Horizon, Message, Notice
from rems.services import places
from rems.services.valkey import Broker
from tests import soak
from tests.database import Laid
from tests.rems.horizon.people import new_york, treated
from tests.rems.horizons import renewed
from tests.rems.program_cast import Cast

PATIENTS = soak.count(soak=1_500, short=70)
LATER = new_york(7, 5, 1)
"""Before the night's comparison, after the last step."""
STEPS = 6
PATIENCE = 120.0


def until(what: Callable[[], bool], *, processes: "Processes") -> None:
    """Wait for it, and say what the processes wrote if it never comes."""
    end = time.monotonic() + PATIENCE
    while not what():
        if time.monotonic() > end:
            pytest.fail(processes.words())
        time.sleep(0.05)


class Processes:
    """Celery processes of this test, each in a group of its own."""

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self.home, self.environment = home, environment
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        with (self.home / f"{len(self.running)}-{words[0]}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "rems", *words, "--loglevel=WARNING"],
                cwd=places.ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        return self.start(
            "worker", "--pool=solo", "--without-gossip", "--without-mingle", f"-n{len(self.running)}@rems"
        )

    def beat(self) -> subprocess.Popen[bytes]:
        return self.start("beat", f"--schedule={self.home}/beat-{len(self.running)}", "--pidfile=")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9: nothing is put in order."""
        process.send_signal(signal.SIGKILL)
        process.wait()

    def words(self) -> str:
        return "\n".join(f"{log.name}\n{log.read_text()[-1500:]}" for log in sorted(self.home.glob("*.log")))


@contextmanager
def started(home: Path, broker: Broker, laid: Laid) -> Iterator[Processes]:
    environment = {
        **os.environ,
        "REMS_ENV": "test",
        "REMS_CLOCK": LATER.isoformat(),
        "REDIS_URL": broker.url(),
        "DATABASE_URL": laid.addresses.app,
        "TRAIL_DATABASE_URL": laid.addresses.reader,
        "HORIZON_SECONDS": "1",
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(home / "letters"),
    }
    processes = Processes(home, environment)
    try:
        yield processes
    finally:
        for process in processes.running:
            if process.poll() is None:
                processes.kill(process)


def letters(home: Path) -> Counter[str]:
    """How often each message was handed over, by its Message-ID."""
    found: Counter[str] = Counter()
    for path in (home / "letters").glob("*.log"):
        for text in path.read_text(encoding="utf-8").split("-" * 79):
            if text.strip():
                found[str(message_from_string(text.strip())["Message-ID"])] += 1
    return found


def nothing_due() -> bool:
    return not Horizon.objects.filter(wakes_at__lte=LATER).exists()


def all_sent() -> bool:
    return nothing_due() and not Message.objects.filter(sent_at=None).exists()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """One of this test's own: it is emptied and stopped."""
    own = Broker(home=tmp_path / "valkey")
    tenancy = own.start()
    yield own
    own.stop(tenancy)


def test_workers_killed_two_beats_and_a_broker_emptied_and_stopped_each_notice_is_told_once(
    committed_db: Laid, cast: Cast, broker: Broker, tmp_path: Path
) -> None:
    patients = [treated(f"Mary Major{number}", cast, days_ago=1) for number in range(PATIENTS)]
    renewed()
    home = tmp_path / "run"
    home.mkdir()
    with started(home, broker, committed_db) as processes:
        processes.beat()
        processes.beat()
        first = processes.worker()
        until(lambda: Notice.objects.exists(), processes=processes)
        processes.kill(first)
        half = Notice.objects.count()
        assert 0 < half < STEPS * PATIENTS, "it was killed in the middle of its work"
        assert half % STEPS == 0, "no patient was left half told"
        with redis.Redis.from_url(broker.url()) as client:
            client.flushall()
        processes.worker()
        second = processes.worker()
        until(
            lambda: Message.objects.filter(channel="email").exclude(sent_at=None).count() > PATIENTS,
            processes=processes,
        )
        processes.kill(second)
        with redis.Redis.from_url(broker.url()) as client:
            client.shutdown(nosave=True)
        late_comer = treated("Nora Quist", cast, days_ago=1)
        renewed(late_comer)
        assert Horizon.objects.filter(enrollment=late_comer).exists(), "the records need no broker"
        tenancy = broker.start()
        until(all_sent, processes=processes)
        broker.stop(tenancy)
    told = Counter(Notice.objects.filter(kind="test").values_list("enrollment", flat=True))
    assert told == {patient.pk: STEPS for patient in [*patients, late_comer]}
    assert not Notice.objects.filter(late=False, step="7_before").exists(), "what came after weeks is marked late"
    handed = letters(home)
    letters_sent = Message.objects.filter(channel="email", sent_with__isnull=True).values_list("pk", flat=True)
    own = {f"<message-{pk}@localhost>" for pk in letters_sent}
    assert own <= set(handed)
    assert handed.total() - len(own) <= 2, "only what a killed worker had handed over and not yet marked"
