"""Verifying: whether anybody changed the trail, or a row behind its back. It reads, and changes nothing."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import psycopg

from audit.sealing.checkpoints import Checkpoint
from audit.sealing.seals import Seal
from audit.triggers import Recorded, recorded_tables
from audit.verifying import entries, guards, links, rows, strays
from audit.verifying.instant import Connection, Snapshot, snapshot
from audit.verifying.links import Chain
from audit.verifying.outcome import Fault, Outcome, Progress, Verdict, Watch

__all__ = ["Fault", "Outcome", "Progress", "Verdict", "Watch", "verify"]

STREAMS = 2
MOST_FAULTS = 200
"""Faults that are listed; the others are counted."""
SLOW_SEALER = 30.0
"""Seconds after which somebody should look why the newest entries are not sealed."""

LEAVES_OF_TIME = """
SELECT min(l.idx), max(l.idx) FROM audit.event e JOIN audit.leaf l ON l.event_id = e.id
 WHERE e.at >= coalesce(%s::timestamptz, '-infinity') AND e.at <= coalesce(%s::timestamptz, 'infinity')
"""


class Stopped(Exception):
    """Whoever watched did not want to wait for the end."""


@dataclass(kw_only=True)
class Found:
    """What the pieces of work found so far."""

    faults: list[Fault] = field(default_factory=list)
    entries: int = 0
    rows: int = 0
    outside: strays.Outside = field(default_factory=strays.Outside)


Part = Callable[[Connection, Found], None]
"""One piece of work, in a thread of its own, that adds what it found."""


def verify(
    url: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    checkpoints: Sequence[Checkpoint] = (),
    public_key: bytes | None = None,
    tables: Mapping[str, Recorded] | None = None,
    watch: Watch = lambda _: True,
    streams: int = STREAMS,
) -> Outcome:
    """Look at everything; or, of a time, at its entries with all links and guards, but not at the rows.

    url: the database as the role audit_reader. public_key: the first key's, as somebody outside kept it.
    tables: those whose rows and triggers are looked at; all that the migrations name, if nothing is given.
    Nothing is raised for a database that is away or has no trail: the outcome says that it cannot tell.
    """
    began = time.monotonic()
    recorded = recorded_tables() if tables is None else tables
    try:
        with snapshot(url, streams=streams) as seen:
            at = seen.main.execute("SELECT now()").fetchall()[0][0]
            chain = links.read_chain(seen.main)
            of_time = None if since is None and until is None else _of_time(seen.main, chain, since, until)
            parts: list[Part] = [partial(_link, chain, checkpoints, public_key, of_time), partial(_guard, recorded)]
            parts += _parts(chain, recorded if of_time is None else {}, of_time)
            total = sum(seal.n for seal in (chain.seals if of_time is None else of_time))
            found = _do(seen, parts, watch=watch, total=total, streams=streams)
            return _conclude(found, chain, at=at, checkpoints=len(checkpoints), seconds=time.monotonic() - began)
    except Stopped:
        why = "It was stopped."
    except psycopg.Error as error:
        why = f"The database does not answer as it should: {str(error).strip()}"
    return Outcome(verdict=Verdict.UNKNOWN, why=why, seconds=time.monotonic() - began)


def _of_time(connection: Connection, chain: Chain, since: datetime | None, until: datetime | None) -> list[Seal]:
    """The seals that cover a time: those made in it, the first after it, and any that has an entry of it."""
    first, last = connection.execute(LEAVES_OF_TIME, [since, until]).fetchall()[0]
    made = [seal for seal in chain.seals if since is None or seal.at >= since]
    after = next((seal.no for seal in made if until is not None and seal.at >= until), None)
    chosen = {seal.no for seal in made if after is None or seal.no <= after}
    if first is not None:
        chosen |= {seal.no for seal in chain.seals if seal.end > first and seal.first_idx <= last}
    return [seal for seal in chain.seals if seal.no in chosen]


def _parts(chain: Chain, tables: Mapping[str, Recorded], of_time: Sequence[Seal] | None) -> Iterator[Part]:
    """The work in pieces, those that take longest first."""
    yield partial(_stray, chain)
    for recorded in tables.values():
        yield partial(_replay, recorded)
    for piece in entries.pieces(chain.seals if of_time is None else of_time):
        yield partial(_check, piece)


def _stray(chain: Chain, connection: Connection, found: Found) -> None:
    found.outside = strays.look_outside(connection, chain)
    found.faults += found.outside.faults
    found.faults += strays.check_leaves(connection, chain)


def _replay(recorded: Recorded, connection: Connection, found: Found) -> None:
    replayed = rows.replay(connection, recorded)
    found.rows += replayed.rows
    found.faults += replayed.faults


def _check(piece: Sequence[Seal], connection: Connection, found: Found) -> None:
    checked = entries.check_piece(connection, piece)
    found.entries += checked.entries
    found.faults += checked.faults


def _guard(recorded: Mapping[str, Recorded], connection: Connection, found: Found) -> None:
    found.faults += guards.check_guards(connection, recorded)


def _link(
    chain: Chain,
    checkpoints: Sequence[Checkpoint],
    public_key: bytes | None,
    of_time: Sequence[Seal] | None,
    _: Connection,
    found: Found,
) -> None:
    """Every link of the chain; of a time, the signatures of its own seals and those after it."""
    signed_from = of_time[0].no if of_time else chain.seals[-1].no if chain.seals and of_time is not None else 0
    trusted, faults = links.trusted_keys(chain, public_key=public_key)
    found.faults += faults
    found.faults += links.check_seals(chain, trusted, signed_from=signed_from)
    found.faults += links.check_epochs(chain)
    found.faults += links.check_checkpoints(chain, trusted, checkpoints)


def _do(seen: Snapshot, parts: Sequence[Part], *, watch: Watch, total: int, streams: int) -> Found:
    """All pieces, several at a time. Raises Stopped, and what a piece raises."""
    found = Found()
    with ThreadPoolExecutor(max_workers=streams) as pool:
        try:
            for done in as_completed([pool.submit(_lend, seen, part, found) for part in parts]):
                done.result()
                if not watch(Progress(done=found.entries, of=total, faults=len(found.faults))):
                    raise Stopped
        finally:
            pool.shutdown(cancel_futures=True)
    return found


def _lend(seen: Snapshot, part: Part, found: Found) -> None:
    with seen.lent() as connection:
        part(connection, found)


def _warnings(outside: strays.Outside, chain: Chain) -> Iterator[str]:
    if outside.oldest_seconds > SLOW_SEALER:
        waiting = f"{outside.waiting} entries wait to be sealed, the oldest for {outside.oldest_seconds:.0f} s"
        yield f"The sealer stands: {waiting}."
    if chain.is_elsewhere:
        yield (
            f"This database is another one than epoch {chain.epochs[-1].no}'s: it was restored or moved, and nothing"
            " is sealed until `manage.py audit rebase --reason …`."
        )


def _conclude(found: Found, chain: Chain, *, at: datetime, checkpoints: int, seconds: float) -> Outcome:
    verdict = Verdict.ALTERED if found.faults else Verdict.SOUND if chain.seals else Verdict.UNKNOWN
    newest = chain.seals[-1] if chain.seals else None
    return Outcome(
        verdict=verdict,
        at=at,
        entries=found.entries,
        seals=len(chain.seals),
        sealed_upto=newest.at if newest else None,
        head=newest.hash.hex() if newest else "",
        rows=found.rows,
        unsealed=found.outside.waiting,
        unsealed_seconds=found.outside.oldest_seconds,
        checkpoints=checkpoints,
        faults=tuple(sorted(found.faults)[:MOST_FAULTS]),
        faults_in_all=len(found.faults),
        warnings=tuple(_warnings(found.outside, chain)),
        why="Nothing is sealed yet." if verdict is Verdict.UNKNOWN else "",
        seconds=seconds,
    )
