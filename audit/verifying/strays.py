"""Entries outside the tree: the newest, which wait for the sealer, and those that should not be there."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from audit.verifying.entries import AGREES
from audit.verifying.instant import Connection
from audit.verifying.links import Chain
from audit.verifying.outcome import Fault, fault

OUTSIDE = f"""
SELECT e.id, e.epoch, e.txid, extract(epoch FROM clock_timestamp() - e.at)::float8,
       e.leaf = sha256('\\x00'::bytea || convert_to(e.payload, 'UTF8')) AND {AGREES}
  FROM audit.event e CROSS JOIN LATERAL (SELECT e.payload::jsonb AS j OFFSET 0) parsed
 WHERE NOT EXISTS (SELECT FROM audit.leaf l WHERE l.event_id = e.id) ORDER BY e.id
"""  # noqa: S608
NEXT = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
BEYOND = "SELECT idx, event_id FROM audit.leaf WHERE idx >= %s OR idx < 0 ORDER BY idx LIMIT 100"
TWICE = "SELECT event_id, min(idx) FROM audit.leaf GROUP BY event_id HAVING count(*) > 1 LIMIT 100"


@dataclass(kw_only=True)
class Outside:
    """What is not sealed: how many wait, how long the oldest does, and what is no honest entry."""

    waiting: int = 0
    oldest_seconds: float = 0.0
    faults: list[Fault] = field(default_factory=list)


def look_outside(connection: Connection, chain: Chain) -> Outside:
    """Every entry without a leaf. One of an old transaction came too late to be honest.

    In a database that was restored or moved nothing can be said by transactions until a new epoch is opened.
    """
    coming = connection.execute(NEXT).fetchall()[0][0]
    newest = chain.epochs[-1].no if chain.epochs else 0
    lowest = chain.lowest(newest)
    outside = Outside()
    for number, epoch, txid, seconds, is_whole in connection.execute(OUTSIDE):
        where = f"entry {number}"
        if not is_whole:
            outside.faults.append(fault(where, "its text and what stands beside it differ; it is not sealed"))
        elif epoch != newest:
            outside.faults.append(fault(where, f"epoch {epoch} is closed, and it was never sealed"))
        elif not chain.is_elsewhere and txid < lowest:
            what = f"its transaction {txid} was over when {lowest} was sealed: it was put there later"
            outside.faults.append(fault(where, what))
        elif not chain.is_elsewhere and txid >= coming:
            outside.faults.append(fault(where, f"its transaction {txid} is still to come"))
        else:
            outside.waiting += 1
            outside.oldest_seconds = max(outside.oldest_seconds, seconds)
    return outside


def check_leaves(connection: Connection, chain: Chain) -> Iterator[Fault]:
    """Leaves that no seal covers, and entries with two."""
    for idx, event_id in connection.execute(BEYOND, [chain.end]):
        yield fault(f"leaf {idx}", f"no seal covers it (entry {event_id})", leaf=max(idx, 0))
    for event_id, idx in connection.execute(TWICE):
        yield fault(f"entry {event_id}", "it has two leaves", leaf=idx)
