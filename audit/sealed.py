"""How far the trail is sealed, and where an entry stands in its seals: read through the reader's connection."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connections

NEWEST = """
SELECT s.no, s.at, s.first_idx + s.n, l.event_id, e.at, encode(s.root, 'hex'), s.key_id
  FROM audit.seal s
  LEFT JOIN audit.leaf l ON l.idx = s.first_idx + s.n - 1
  LEFT JOIN audit.entry e ON e.id = l.event_id
 ORDER BY s.no DESC LIMIT 1
"""
OLDEST_UNSEALED = """
SELECT extract(epoch FROM clock_timestamp() - e.at)
  FROM audit.entry e
 WHERE (e.epoch, e.txid) >= (coalesce((SELECT epoch FROM audit.watermark), 0),
                             coalesce((SELECT txid_upto FROM audit.watermark), 0))
 ORDER BY e.epoch, e.txid, e.id LIMIT 1
"""
PLACES = """
SELECT l.event_id, l.idx - s.first_idx + 1, s.n, s.no, s.at, encode(s.root, 'hex'), s.key_id
  FROM audit.leaf l
  CROSS JOIN LATERAL (
      SELECT * FROM audit.seal WHERE first_idx <= l.idx ORDER BY first_idx DESC LIMIT 1) s
 WHERE l.event_id = ANY(%s)
"""
# The seals that hold an entry of the period, from the first to the last of them.
SEALS_OF = """
WITH held AS (
    SELECT min(l.idx) AS first, max(l.idx) AS last
      FROM audit.entry e JOIN audit.leaf l ON l.event_id = e.id
     WHERE e.at >= %s AND e.at < %s)
SELECT min(s.no), max(s.no), encode(sha256(coalesce(string_agg(s.hash, ''::bytea ORDER BY s.no), '')), 'hex')
  FROM held JOIN audit.seal s ON s.first_idx + s.n > held.first AND s.first_idx <= held.last
"""
HASH_OF_SEALS = """
SELECT encode(sha256(coalesce(string_agg(hash, ''::bytea ORDER BY no), '')), 'hex')
  FROM audit.seal WHERE no BETWEEN %s AND %s
"""
UNSEALED_IN = """
SELECT EXISTS (
    SELECT FROM audit.entry e
     WHERE (e.epoch, e.txid) >= (coalesce((SELECT epoch FROM audit.watermark), 0),
                                 coalesce((SELECT txid_upto FROM audit.watermark), 0))
       AND e.at >= %s AND e.at < %s
       AND NOT EXISTS (SELECT FROM audit.leaf l WHERE l.event_id = e.id))
"""


class Sealed(NamedTuple):
    """The newest batch. ``entries``: how many entries are sealed in all; ``upto``: the last one's time."""

    batch: int
    at: datetime
    entries: int
    event_id: int
    upto: datetime
    root: str
    key: str


class Place(NamedTuple):
    """Where an entry stands: leaf ``leaf`` (from 1) of the ``leaves`` of a batch, and the batch's seal."""

    leaf: int
    leaves: int
    batch: int
    at: datetime
    root: str
    key: str


class Checkpoint(NamedTuple):
    """The last signed line that was written for outside."""

    at: datetime
    batch: int | None


class SealsOfPeriod(NamedTuple):
    """The batches that hold a period's entries, and the SHA-256 over their hashes in order."""

    first: int | None
    last: int | None
    sha256: str


def newest() -> Sealed | None:
    """The newest batch; None before the first."""
    row = _one(NEWEST)
    return None if row is None else Sealed(*row)


def last_checkpoint() -> Checkpoint | None:
    """The last checkpoint that was written; None where there is none."""
    row = _one("SELECT checkpoint_at, checkpoint_seal FROM audit.watermark WHERE checkpoint_at IS NOT NULL")
    return None if row is None else Checkpoint(*row)


def oldest_unsealed() -> float:
    """For how many seconds the oldest entry waits to be sealed; 0 where none does."""
    row = _one(OLDEST_UNSEALED)
    return 0.0 if row is None else max(float(row[0]), 0.0)


def places(event_ids: Collection[int]) -> dict[int, Place]:
    """Where each of these entries is sealed; those that are not yet are left out."""
    with connections[settings.TRAIL_DATABASE].cursor() as cursor:
        cursor.execute(PLACES, [list(event_ids)])
        return {event_id: Place(*rest) for event_id, *rest in cursor.fetchall()}


def seals_of(since: datetime, until: datetime) -> SealsOfPeriod:
    """The seals of the entries from ``since`` until before ``until``."""
    row = _one(SEALS_OF, [since, until])
    return SealsOfPeriod(*(row or (None, None, "")))


def hash_of_seals(first: int | None, last: int | None) -> str:
    """The SHA-256 over the hashes of these batches as they are now."""
    row = _one(HASH_OF_SEALS, [first, last])
    return "" if row is None else str(row[0])


def unsealed_in(since: datetime, until: datetime) -> bool:
    """Whether an entry of the period still waits to be sealed."""
    row = _one(UNSEALED_IN, [since, until])
    return bool(row and row[0])


def _one(query: str, values: list[Any] | None = None) -> tuple[Any, ...] | None:
    with connections[settings.TRAIL_DATABASE].cursor() as cursor:
        cursor.execute(query, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row
