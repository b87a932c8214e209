"""Each sealed entry: that its text is the one that was sealed, and that what stands beside it says the same."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg

from audit import merkle
from audit.sealing.seals import Seal
from audit.verifying.instant import Connection
from audit.verifying.outcome import Fault, fault

CHUNK = 20_000
"""Leaves that one piece of work looks at, or one seal if that has more."""

# What is beside the text is compared in the database, which has the text parsed; the hash is computed here.
# No planner's choice: a leaf after the other, each with its entry by its number. It lasts for one piece.
PLAN = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off"
AGREES = """
    (j ->> 'id')::bigint IS NOT DISTINCT FROM e.id
    AND (j ->> 'epoch')::integer IS NOT DISTINCT FROM e.epoch AND (j ->> 'txid')::bigint IS NOT DISTINCT FROM e.txid
    AND j ->> 'at' IS NOT DISTINCT FROM to_jsonb(e.at) #>> '{}'
    AND e.source IS NOT DISTINCT FROM j ->> 'source' AND e.kind IS NOT DISTINCT FROM j ->> 'kind'
    AND e.action IS NOT DISTINCT FROM j ->> 'action' AND e.table_name IS NOT DISTINCT FROM j ->> 'table'
    AND e.row_id IS NOT DISTINCT FROM j ->> 'row_id' AND e.new_sha256 IS NOT DISTINCT FROM j ->> 'new_sha256'
    AND e.person_id IS NOT DISTINCT FROM (j ->> 'person_id')::bigint
    AND e.patient_id IS NOT DISTINCT FROM (j ->> 'patient_id')::bigint
    AND e.allowed IS NOT DISTINCT FROM (j ->> 'allowed')::boolean
    AND e.patients IS NOT DISTINCT FROM j -> 'details' -> 'patients'
"""
SEALED = f"""
COPY (SELECT l.idx, l.event_id, l.hash, e.leaf, e.payload, {AGREES}
        FROM audit.leaf l LEFT JOIN audit.event e ON e.id = l.event_id
        CROSS JOIN LATERAL (SELECT e.payload::jsonb AS j OFFSET 0) parsed
       WHERE l.idx >= %s AND l.idx < %s ORDER BY l.idx) TO STDOUT (FORMAT BINARY)
"""  # noqa: S608
TYPES = ["int8", "int8", "bytea", "bytea", "bytea", "bool"]
"""Of the columns as they are read: a text's bytes are what was hashed."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What became of one piece of work: how many entries it looked at, and what it found."""

    entries: int
    faults: tuple[Fault, ...]


def pieces(seals: Sequence[Seal]) -> Iterator[list[Seal]]:
    """Seals in their order, as many together as make one piece of work."""
    piece: list[Seal] = []
    for seal in seals:
        if piece and seal.end - piece[0].first_idx > CHUNK:
            yield piece
            piece = []
        piece.append(seal)
    if piece:
        yield piece


def check_piece(connection: Connection, seals: Sequence[Seal]) -> Checked:
    """The entries of these seals, one by one, and the root of each."""
    first, end = seals[0].first_idx, seals[-1].end
    faults: list[Fault] = []
    leaves: dict[int, bytes] = {}
    entries = 0
    try:
        with connection.transaction(force_rollback=True), connection.cursor() as cursor:
            cursor.execute(PLAN)
            with cursor.copy(SEALED, [first, end]) as rows:
                rows.set_types(TYPES)
                for idx, event_id, sealed, beside, payload, agrees in rows.rows():
                    entries += 1
                    if idx in leaves:
                        faults.append(fault(f"leaf {idx}", "there are two", leaf=idx))
                    leaves[idx] = sealed
                    if payload is None:
                        faults.append(fault(f"entry {event_id}", f"it is gone; it was leaf {idx}", leaf=idx))
                        continue
                    computed = hashlib.sha256(b"\x00" + payload).digest()
                    if computed != sealed or computed != beside or not agrees:
                        what = _differs(computed, sealed=sealed, beside=beside)
                        faults.append(fault(f"entry {event_id}", what, leaf=idx))
    except psycopg.DataError as error:
        what = f"an entry cannot be read: {str(error).strip().splitlines()[0]}"
        return Checked(entries=entries, faults=(fault(f"leaves {first} to {end - 1}", what, leaf=first),))
    faults += [found for seal in seals for found in _check_root(seal, leaves)]
    return Checked(entries=entries, faults=tuple(faults))


def _differs(computed: bytes, *, sealed: bytes, beside: bytes) -> str:
    if computed != sealed:
        return "its text is not what was sealed"
    if computed != beside:
        return "the hash beside it is not its text's"
    return "what stands beside its text says something else"


def _check_root(seal: Seal, leaves: dict[int, bytes]) -> Iterator[Fault]:
    hashes = [leaves[idx] for idx in range(seal.first_idx, seal.end) if idx in leaves]
    if len(hashes) != seal.n:
        what = f"{seal.n - len(hashes)} of its {seal.n} leaves are gone"
        yield fault(f"seal {seal.no}", what, leaf=seal.first_idx)
    elif merkle.root(hashes) != seal.root:
        yield fault(f"seal {seal.no}", "its leaves do not have its root", leaf=seal.first_idx)
