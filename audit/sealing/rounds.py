"""One round of sealing, and the change to a new epoch. Each is one transaction of the role audit_sealer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

import psycopg

from audit import merkle
from audit.sealing.keys import Key
from audit.sealing.seals import COLUMNS, GENESIS, Seal, from_row, seal_hash, seal_message

BATCH = 50_000
"""Entries of one seal; a transaction that is longer is sealed whole."""
Connection = psycopg.Connection[Any]

EPOCH = """
SELECT no, system_identifier, (SELECT system_identifier::text FROM pg_control_system())
  FROM audit.epoch ORDER BY no DESC LIMIT 1
"""
# The entry that would be one too many, and the first: where to cut without cutting a transaction.
CUT = """
SELECT (SELECT txid FROM audit.event WHERE epoch = %(epoch)s AND txid >= %(low)s AND txid < %(high)s
         ORDER BY txid, id LIMIT 1),
       (SELECT txid FROM audit.event WHERE epoch = %(epoch)s AND txid >= %(low)s AND txid < %(high)s
         ORDER BY txid, id OFFSET %(batch)s LIMIT 1)
"""
# The hash is of the text that stands there now, not of what stands beside it.
LEAVES = """
INSERT INTO audit.leaf (idx, event_id, hash)
SELECT %(first)s + row_number() OVER (ORDER BY txid, id) - 1, id, sha256('\\x00'::bytea || convert_to(payload, 'UTF8'))
  FROM audit.event WHERE epoch = %(epoch)s AND txid >= %(low)s AND txid < %(high)s
"""
LEFT_OVER = """
INSERT INTO audit.leaf (idx, event_id, hash)
SELECT %(first)s + row_number() OVER (ORDER BY txid, id) - 1, id, sha256('\\x00'::bytea || convert_to(payload, 'UTF8'))
  FROM (SELECT e.txid, e.id, e.payload FROM audit.event e
         WHERE e.epoch = %(epoch)s AND NOT EXISTS (SELECT FROM audit.leaf l WHERE l.event_id = e.id)
         ORDER BY e.txid, e.id LIMIT %(batch)s) left_over
"""
PASSED = """
INSERT INTO audit.watermark (passed_at, epoch, txid_upto) VALUES (clock_timestamp(), %s, %s)
ON CONFLICT (single) DO UPDATE
   SET passed_at = excluded.passed_at, epoch = excluded.epoch, txid_upto = excluded.txid_upto
"""


class Refused(Exception):
    """Nothing is sealed, and a person must look; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Round:
    """What a round did: the seal that it made, if any, and whether more is waiting."""

    seal: Seal | None
    behind: bool


def seal_round(connection: Connection, key: Key, *, batch: int = BATCH) -> Round:
    """Seal what is finished before the oldest running transaction, a batch at most.

    No transaction that still runs can bring an entry from before that watermark, so that none is missed.
    Raises Refused when the database was restored or moved, or the key is not endorsed.
    """
    with connection.transaction():
        epoch = _epoch(connection)
        low = lowest(connection, epoch)
        high = int(_one(connection, "SELECT pg_snapshot_xmin(pg_current_snapshot())::text"))
        if high < low:
            raise Refused(
                f"The database's transactions stand at {high}, and {low} is sealed already: it was restored or moved."
                " `manage.py audit rebase --reason …` opens a new epoch."
            )
        bounds = {"epoch": epoch, "low": low, "high": high, "batch": batch}
        oldest, beyond = _row(connection, CUT, bounds)
        if oldest is None:
            connection.execute(PASSED, [epoch, high])
            return Round(seal=None, behind=False)
        if beyond is not None:
            bounds["high"] = beyond if beyond > oldest else beyond + 1
        seal = _close(connection, key, LEAVES, bounds)
        connection.execute(PASSED, [epoch, bounds["high"]])
    return Round(seal=seal, behind=beyond is not None)


def rebase(connection: Connection, key: Key, *, reason: str, batch: int = BATCH) -> int:
    """Seal all that is left of the epoch, whatever its transactions, and open the next; its number.

    Writers wait until it is done. Raises Refused when the key is not endorsed.
    """
    with connection.transaction():
        connection.execute("SELECT audit.hold_writers()")
        ending = int(_one(connection, "SELECT max(no) FROM audit.epoch"))
        while _close(connection, key, LEFT_OVER, {"epoch": ending, "batch": batch}) is not None:
            pass
        opened = int(_one(connection, "SELECT audit.open_epoch(%s)", [reason]))
        connection.execute(PASSED, [opened, 0])
    return opened


def last_seal(connection: Connection) -> Seal | None:
    """The newest seal."""
    row = connection.execute(f"SELECT {COLUMNS} FROM audit.seal ORDER BY no DESC LIMIT 1").fetchone()  # noqa: S608
    return None if row is None else from_row(row)


def lowest(connection: Connection, epoch: int) -> int:
    """The transaction before which everything of the epoch is sealed, or was found to be nothing."""
    sealed = _one(connection, "SELECT max(txid_upto) FROM audit.seal WHERE epoch = %s", [epoch])
    passed = _one(connection, "SELECT max(txid_upto) FROM audit.watermark WHERE epoch = %s", [epoch])
    return max(sealed or 0, passed or 0)


def _epoch(connection: Connection) -> int:
    no, known, here = _row(connection, EPOCH)
    if known != here:
        raise Refused(
            f"This database is {here}, and epoch {no} of the trail belongs to {known}: it was restored or moved."
            " `manage.py audit rebase --reason …` opens a new epoch."
        )
    return int(no)


def _close(connection: Connection, key: Key, statement: LiteralString, bounds: dict[str, int]) -> Seal | None:
    """Number the entries that the statement chooses, and seal them; None where there are none."""
    before = last_seal(connection)
    first = before.end if before else 0
    n = connection.execute(statement, {**bounds, "first": first}).rowcount
    if n == 0:
        return None
    register(connection, key)
    leaves = [h for (h,) in connection.execute("SELECT hash FROM audit.leaf WHERE idx >= %s ORDER BY idx", [first])]
    low, high = bounds.get("low"), bounds.get("high")
    if low is None or high is None:
        low, high = _row(connection, SPAN, [first])
    seal = _signed(
        key,
        no=before.no + 1 if before else 1,
        epoch=bounds["epoch"],
        first_idx=first,
        n=n,
        txid_from=low,
        txid_upto=high,
        root=merkle.root(leaves),
        prev=before.hash if before else GENESIS,
        at=_one(connection, "SELECT clock_timestamp()"),
    )
    marks = ", ".join(["%s"] * len(COLUMNS.split(", ")))
    values = [getattr(seal, name) for name in COLUMNS.split(", ")]
    connection.execute(f"INSERT INTO audit.seal ({COLUMNS}) VALUES ({marks})", values)  # noqa: S608
    return seal


SPAN = """
SELECT min(e.txid), max(e.txid) + 1 FROM audit.leaf l JOIN audit.event e ON e.id = l.event_id WHERE l.idx >= %s
"""


def _signed(key: Key, *, at: datetime, **said: Any) -> Seal:
    draft = Seal(**said, at=at, key_id=key.id, hash=b"", signature=b"")
    digest = seal_hash(draft.said)
    return Seal(**said, at=at, key_id=key.id, hash=digest, signature=key.sign(seal_message(digest)))


def register(connection: Connection, key: Key) -> None:
    """Let the trail know the public key. Raises Refused for a later key that none before it endorsed."""
    known = {name for (name,) in connection.execute("SELECT id FROM audit.key")}
    if key.id in known:
        return
    if known and key.endorsed_by not in known:
        raise Refused(
            f"The key {key.id} is not endorsed by one that sealed before."
            " `manage.py audit key NEW --endorse-with OLD` makes one that is."
        )
    connection.execute(
        "INSERT INTO audit.key (id, public, endorsed_by, endorsement) VALUES (%s, %s, %s, %s)",
        [key.id, key.public, key.endorsed_by if known else None, key.endorsement if known else None],
    )


def _row(connection: Connection, statement: LiteralString, values: Any = None) -> tuple[Any, ...]:
    row = connection.execute(statement, values).fetchone()
    if row is None:
        raise Refused("The trail has no epoch; `manage.py audit install` lays it.")
    return tuple(row)


def _one(connection: Connection, statement: LiteralString, values: Any = None) -> Any:
    return _row(connection, statement, values)[0]
