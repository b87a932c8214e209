"""A checkpoint: one signed line that says how far the trail had come. It must leave the machine."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.sealing.keys import Key
from audit.sealing.rounds import Connection, last_seal, register
from audit.sealing.seals import canonical, instant

ORIGIN = "SELECT current_database(), (SELECT system_identifier::text FROM pg_control_system()), clock_timestamp()"
MARK = "UPDATE audit.watermark SET checkpoint_at = %s, checkpoint_seal = %s"


class Unreadable(Exception):
    """The file is not one of checkpoints; the text says where it ends to be one."""


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """The newest seal at an instant: its number, root and hash, and how many entries are sealed with it."""

    origin: str
    epoch: int
    size: int
    seal: int
    root: str
    seal_hash: str
    time: str
    key_id: str
    signature: str = ""

    @property
    def message(self) -> bytes:
        """What is signed."""
        said = {name: value for name, value in vars(self).items() if name != "signature"}
        return b"rems checkpoint\x00" + canonical(said)

    @property
    def line(self) -> str:
        """It as one line of JSON."""
        return canonical(vars(self)).decode("ascii")


def take(connection: Connection, key: Key) -> Checkpoint | None:
    """A checkpoint of the newest seal; None where nothing is sealed. Raises rounds.Refused for a key not endorsed."""
    seal = last_seal(connection)
    if seal is None:
        return None
    register(connection, key)
    database, system, now = connection.execute(ORIGIN).fetchall()[0]
    said: dict[str, Any] = {
        "origin": f"{database}@{system}",
        "epoch": seal.epoch,
        "size": seal.end,
        "seal": seal.no,
        "root": seal.root.hex(),
        "seal_hash": seal.hash.hex(),
        "time": instant(now),
        "key_id": key.id,
    }
    draft = Checkpoint(**said)
    return Checkpoint(**said, signature=key.sign(draft.message).hex())


def keep(connection: Connection, checkpoint: Checkpoint, path: Path) -> None:
    """Append it to a file, on the disk before this returns; the trail then knows that there is one."""
    with path.open("a", encoding="ascii") as file:
        file.write(checkpoint.line + "\n")
        file.flush()
        os.fsync(file.fileno())
    connection.execute(MARK, [checkpoint.time, checkpoint.seal])


def read(path: Path) -> list[Checkpoint]:
    """The checkpoints of a file. Raises Unreadable."""
    found = []
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path}: {error}") from None
    for number, line in enumerate(lines, 1):
        try:
            found.append(Checkpoint(**json.loads(line)))
        except (ValueError, TypeError):
            raise Unreadable(f"{path}: line {number} is no checkpoint.") from None
    return found
