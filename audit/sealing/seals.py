"""A seal: what is hashed, linked and signed over a batch of entries. The one place that knows its form."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

GENESIS = bytes(32)
"""What the first seal names as the one before it."""
COLUMNS = "no, epoch, first_idx, n, txid_from, txid_upto, root, prev, hash, signature, key_id, at"


@dataclass(frozen=True, kw_only=True)
class Seal:
    """``n`` entries from leaf ``first_idx`` on, all of transactions from ``txid_from`` to before ``txid_upto``."""

    no: int
    epoch: int
    first_idx: int
    n: int
    txid_from: int
    txid_upto: int
    root: bytes
    prev: bytes
    hash: bytes
    signature: bytes
    key_id: str
    at: datetime

    @property
    def end(self) -> int:
        """The first leaf that is not in it any more: how many entries are sealed with it."""
        return self.first_idx + self.n

    @property
    def said(self) -> dict[str, Any]:
        """All that its hash covers."""
        return {
            "no": self.no,
            "epoch": self.epoch,
            "first_idx": self.first_idx,
            "n": self.n,
            "txid_from": self.txid_from,
            "txid_upto": self.txid_upto,
            "root": self.root.hex(),
            "prev": self.prev.hex(),
            "key_id": self.key_id,
            "at": instant(self.at),
        }


def seal_hash(said: dict[str, Any]) -> bytes:
    """The hash of a seal: what the next one names, and what is signed."""
    return hashlib.sha256(canonical(said)).digest()


def seal_message(digest: bytes) -> bytes:
    """What the key signs; the word before it keeps a signature from passing for another kind."""
    return b"rems seal\x00" + digest


def canonical(said: dict[str, Any]) -> bytes:
    """The one text of these words and numbers: keys sorted, no spaces."""
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def instant(at: datetime) -> str:
    """An instant as seals and checkpoints write it: UTC, microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def from_row(row: tuple[Any, ...]) -> Seal:
    """The seal of a row with COLUMNS."""
    return Seal(**dict(zip(COLUMNS.split(", "), row, strict=True)))
