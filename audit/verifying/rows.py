"""State replay: what the trail says a row was last must be what the row is, and each change began where one ended."""

from collections.abc import Iterator
from dataclasses import dataclass

from psycopg import sql

from audit.triggers import Recorded
from audit.verifying.instant import Connection
from audit.verifying.outcome import Fault, fault

COLUMNS = "SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = %s AND NOT attisdropped"
# Hashes first; images only where those differ, in the columns that both have: a migration's new column is none.
REPLAY = """
WITH emptied AS (
    SELECT coalesce(max(id), 0) AS id FROM audit.event
     WHERE table_name = {name} AND source = 'database' AND action = 'row.truncate'
), last AS (
    SELECT DISTINCT ON (row_id) row_id, id, action, new_sha256 FROM audit.event
     WHERE table_name = {name} AND source = 'database' AND row_id IS NOT NULL ORDER BY row_id, id DESC
), kept AS (
    SELECT last.row_id, last.id, last.new_sha256 FROM last, emptied
     WHERE last.action <> 'row.delete' AND last.id > emptied.id
), live AS (
    SELECT t.{key}::text AS row_id, t.ctid AS place, encode(sha256(convert_to(({image})::text, 'UTF8')), 'hex') AS hash
      FROM {table} t
), differing AS (
    SELECT coalesce(kept.row_id, live.row_id) AS row_id, kept.id, live.place
      FROM kept FULL JOIN live ON live.row_id = kept.row_id
     WHERE kept.new_sha256 IS DISTINCT FROM live.hash
)
SELECT d.row_id, d.id, d.place IS NULL, d.id IS NULL,
       (SELECT string_agg(was.key, ', ' ORDER BY was.key)
          FROM audit.event e, jsonb_each(e.payload::jsonb -> 'new') was,
               (SELECT {image} AS now FROM {table} t WHERE t.ctid = d.place) l
         WHERE e.id = d.id AND l.now ? was.key AND l.now -> was.key <> was.value)
  FROM differing d
"""
# Where a change began is what the change before it left; else something happened in between that left no line.
STEPS = """
WITH steps AS (
    SELECT id, row_id, action, lag(id) OVER changes AS before, lag(new_sha256) OVER changes AS left_hash
      FROM audit.event WHERE table_name = {name} AND source = 'database' AND row_id IS NOT NULL
    WINDOW changes AS (PARTITION BY row_id ORDER BY id)
), begun AS (
    SELECT s.id, s.row_id, s.before, e.payload::jsonb -> 'old' AS old, s.left_hash
      FROM steps s JOIN audit.event e ON e.id = s.id
     WHERE s.action IN ('row.update', 'row.delete') AND s.left_hash IS NOT NULL
)
SELECT b.row_id, b.id, string_agg(was.key, ', ' ORDER BY was.key)
  FROM begun b JOIN audit.event e ON e.id = b.before, jsonb_each(e.payload::jsonb -> 'new') was
 WHERE encode(sha256(convert_to(b.old::text, 'UTF8')), 'hex') <> b.left_hash
   AND b.old ? was.key AND b.old -> was.key <> was.value
 GROUP BY b.row_id, b.id
"""


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """How many rows of a table were compared, and which differ."""

    rows: int
    faults: tuple[Fault, ...]


def replay(connection: Connection, recorded: Recorded) -> Replayed:
    """The rows of one table against their last images, and each change against the one before it."""
    if connection.execute(COLUMNS, [f"public.{recorded.table}", recorded.key]).fetchall()[0][0] == 0:
        return Replayed(rows=0, faults=(fault(f"table {recorded.table}", "there is none, or it has no key"),))
    parts = _parts(recorded)
    rows = connection.execute(sql.SQL("SELECT count(*) FROM {table} t").format(**parts)).fetchall()[0][0]
    faults = [*_standing(connection, recorded, parts), *_stepping(connection, recorded, parts)]
    return Replayed(rows=rows, faults=tuple(faults))


def _parts(recorded: Recorded) -> dict[str, sql.Composable]:
    image = sql.SQL("to_jsonb(t)")
    if recorded.quiet or recorded.digested:
        words = (sql.Literal(",".join(names)) for names in (recorded.quiet, recorded.digested))
        image = sql.SQL("audit.image(to_jsonb(t), {}, {})").format(*words)  # type: ignore[assignment]
    return {
        "table": sql.Identifier("public", recorded.table),
        "name": sql.Literal(recorded.table),
        "key": sql.Identifier(recorded.key),
        "image": image,
    }


def _standing(connection: Connection, recorded: Recorded, parts: dict[str, sql.Composable]) -> Iterator[Fault]:
    for row_id, entry, is_gone, is_unknown, columns in connection.execute(sql.SQL(REPLAY).format(**parts)):
        where = f"{recorded.table} {row_id}"
        if is_gone:
            yield fault(where, f"the row is gone, and no entry after {entry} says so")
        elif is_unknown:
            yield fault(where, "the row is there, and no entry of the trail says so")
        elif columns:
            yield fault(where, f"it is not as entry {entry} left it: {columns}")


def _stepping(connection: Connection, recorded: Recorded, parts: dict[str, sql.Composable]) -> Iterator[Fault]:
    for row_id, entry, columns in connection.execute(sql.SQL(STEPS).format(**parts)):
        what = f"before entry {entry} it was changed without a line: {columns}"
        yield fault(f"{recorded.table} {row_id}", what)
