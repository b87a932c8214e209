"""The sealer's process: a round every second, however often the database goes away and comes back."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from audit.sealing import checkpoints, rounds
from audit.sealing.keys import Key
from audit.sealing.rounds import Connection
from audit.sealing.seals import Seal

EVERY = 1.0
LONGEST_PAUSE = 30.0
TURN = "SELECT pg_try_advisory_lock(hashtext('rems sealer'))"
LIMITS = "-c statement_timeout=60s -c idle_in_transaction_session_timeout=30s -c lock_timeout=30s"


@dataclass(kw_only=True)
class Sealer:
    """Seals one database with one key, until told to stop.

    ``say`` is told what an operator should read; ``tell`` each checkpoint's line.
    """

    url: str
    key: Key
    say: Callable[[str], None]
    tell: Callable[[str], None]
    checkpoints_file: Path | None = None
    checkpoints_every: float = 3600.0
    stopped: threading.Event = field(default_factory=threading.Event)
    _next_checkpoint: float = 0.0

    def run(self) -> None:
        """Go on until ``stopped`` is set. Raises rounds.Refused when a person must look."""
        pause = EVERY
        while not self.stopped.is_set():
            try:
                with connect(self.url) as connection:
                    self._wait_turn(connection)
                    pause = EVERY
                    self._follow(connection)
            except psycopg.OperationalError as error:
                self.say(f"The database is away: {str(error).strip()}. Trying again in {pause:.0f} s.")
                self.stopped.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _wait_turn(self, connection: Connection) -> None:
        """Return when no other sealer is at work, or when told to stop."""
        is_first = True
        while not self.stopped.is_set() and not take_turn(connection):
            if is_first:
                self.say("Another sealer is at work; this one waits for its turn.")
            is_first = False
            self.stopped.wait(EVERY)

    def _follow(self, connection: Connection) -> None:
        while not self.stopped.is_set():
            began = time.monotonic()
            behind = rounds.seal_round(connection, self.key).behind
            self._checkpoint(connection)
            if not behind:
                self.stopped.wait(max(0.0, EVERY - (time.monotonic() - began)))

    def _checkpoint(self, connection: Connection) -> None:
        if self.checkpoints_file is None or time.monotonic() < self._next_checkpoint:
            return
        checkpoint = checkpoints.take(connection, self.key)
        if checkpoint is None:
            return
        self.tell(checkpoint.line)
        pause = self.checkpoints_every
        try:
            checkpoints.keep(connection, checkpoint, self.checkpoints_file)
        except OSError as error:
            pause = min(pause, LONGEST_PAUSE)
            self.say(f"The checkpoint cannot be kept: {error}. Trying again in {pause:.0f} s; sealing goes on.")
        self._next_checkpoint = time.monotonic() + pause


def connect(url: str) -> Connection:
    """The sealer's connection. Raises psycopg.OperationalError."""
    return psycopg.connect(url, autocommit=True, connect_timeout=5, options=LIMITS, application_name="rems-sealer")


def take_turn(connection: Connection) -> bool:
    """Whether this connection is now the sealer's, for as long as it lasts."""
    row = connection.execute(TURN).fetchone()
    return bool(row and row[0])


def seal_all(url: str, key: Key, *, batch: int = rounds.BATCH, seconds: float = 10.0) -> list[Seal]:
    """Seal everything that is finished; the new seals.

    Raises rounds.Refused, also where another sealer keeps its turn for so many seconds.
    """
    made: list[Seal] = []
    with connect(url) as connection:
        require_turn(connection, seconds=seconds)
        behind = True
        while behind:
            done = rounds.seal_round(connection, key, batch=batch)
            made += [done.seal] if done.seal else []
            behind = done.behind
    return made


def require_turn(connection: Connection, *, seconds: float) -> None:
    """Wait for the turn so long. Raises rounds.Refused where another sealer keeps it."""
    until = time.monotonic() + seconds
    while not take_turn(connection):
        if time.monotonic() > until:
            raise rounds.Refused(f"Another sealer is at work, and had the turn for {seconds:.0f} s.")
        time.sleep(0.1)


def rebase(url: str, key: Key, *, reason: str, seconds: float = 10.0) -> int:
    """Close the epoch with all that is left of it, open the next; its number. Raises rounds.Refused."""
    with connect(url) as connection:
        require_turn(connection, seconds=seconds)
        return rounds.rebase(connection, key, reason=reason)
