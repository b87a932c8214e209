"""Take entries out of the trail, with all that somebody elsewhere needs to verify them."""

import csv
import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from audit import acts, context
from audit.exporting.cells import harmless
from audit.sealing.seals import Seal, instant
from audit.verifying.instant import Connection, snapshot
from audit.verifying.links import Chain, read_chain

VERIFIER = Path(__file__).with_name("verify.py")
ENTRIES = """
SELECT l.idx, e.payload FROM audit.event e JOIN audit.leaf l ON l.event_id = e.id
 WHERE e.at >= coalesce(%s::timestamptz, '-infinity') AND e.at < coalesce(%s::timestamptz, 'infinity') ORDER BY l.idx
"""
UNSEALED = """
SELECT count(*) FROM audit.event e
 WHERE e.at >= coalesce(%s::timestamptz, '-infinity') AND e.at < coalesce(%s::timestamptz, 'infinity')
   AND NOT EXISTS (SELECT FROM audit.leaf l WHERE l.event_id = e.id)
"""
HASHES = "SELECT encode(hash, 'hex') FROM audit.leaf WHERE idx >= %s AND idx < %s ORDER BY idx"
CSV = (
    "id", "at", "as_of", "source", "kind", "action", "act", "person_id", "person_name", "role", "organization",
    "on_behalf_of", "patient_id", "table", "row_id", "allowed", "reason", "details", "old", "new", "request_id",
    "address", "database_user",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What was taken out: how many entries, how many of the time were not sealed yet, and each file's SHA-256."""

    folder: Path
    entries: int
    unsealed: int
    files: dict[str, str]


def export(
    url: str, *, since: datetime | None, until: datetime | None, folder: Path, by: context.Actor, reason: str = ""
) -> Exported:
    """The sealed entries of a time into a new folder; that it was done, and of what, is an entry itself.

    url: the database as the role audit_reader. Where the entry cannot be written nothing is left in the folder.
    Raises FileExistsError for a folder that is there, and psycopg.Error.
    """
    if folder.exists():
        raise FileExistsError(f"{folder} is there already.")
    draft = folder.with_name(folder.name + ".part")
    draft.mkdir(mode=0o700, parents=True)
    try:
        with snapshot(url, streams=0) as seen:
            exported = _write(seen.main, draft, since=since, until=until, by=by)
        _record_export(exported=exported, since=since, until=until, by=by, reason=reason)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Exported(folder=folder, entries=exported.entries, unsealed=exported.unsealed, files=exported.files)


@acts.act("audit.export_entries")
def _record_export(
    act: acts.Act, *, exported: Exported, since: datetime | None, until: datetime | None, by: context.Actor, reason: str
) -> None:
    time = {"from": since and since.isoformat(), "to": until and until.isoformat()}
    act.record(None, details={**time, "entries": exported.entries, "files": exported.files}, reason=reason)


def _write(
    connection: Connection, folder: Path, *, since: datetime | None, until: datetime | None, by: context.Actor
) -> Exported:
    chain = read_chain(connection)
    places = _write_entries(connection, folder, since=since, until=until)
    upto = next((seal.no for seal in chain.seals if places and seal.end > places[-1]), 0)
    seals = [seal for seal in chain.seals if seal.no <= upto]
    _write_lines(
        folder / "seals.ndjson", ({**s.said, "hash": s.hash.hex(), "signature": s.signature.hex()} for s in seals)
    )
    _write_lines(folder / "keys.ndjson", _keys(chain))
    _write_lines(folder / "leaves.ndjson", _cut(connection, seals, set(places)))
    shutil.copyfile(VERIFIER, folder / "verify.py")
    unsealed = connection.execute(UNSEALED, [since, until]).fetchall()[0][0]
    files = {file.name: _sha256(file) for file in sorted(folder.iterdir())}
    manifest = {
        "from": since and instant(since),
        "to": until and instant(until),
        "made_at": instant(connection.execute("SELECT now()").fetchall()[0][0]),
        "made_by": by.name,
        "entries": len(places),
        "not_sealed_yet": unsealed,
        "seals": len(seals),
        "files": files,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    files["manifest.json"] = _sha256(folder / "manifest.json")
    return Exported(folder=folder, entries=len(places), unsealed=unsealed, files=files)


def _write_entries(
    connection: Connection, folder: Path, *, since: datetime | None, until: datetime | None
) -> list[int]:
    """The texts as they are stored, each on a line with its place in the tree; and a table for people."""
    places = []
    with (
        connection.cursor(name="export") as rows,
        (folder / "events.ndjson").open("w", encoding="utf-8", newline="\n") as texts,
        (folder / "events.csv").open("w", encoding="utf-8", newline="") as table,
    ):
        writer = csv.writer(table)
        writer.writerow(("idx", *CSV))
        for idx, payload in rows.execute(ENTRIES, [since, until]):
            places.append(idx)
            texts.write(f'{{"idx":{idx},"payload":{payload}}}\n')
            said = json.loads(payload)
            writer.writerow([idx, *(harmless(said.get(name)) for name in CSV)])
    return places


def _keys(chain: Chain) -> Iterator[dict[str, Any]]:
    for name, public in chain.publics.items():
        by, endorsement = chain.endorsements.get(name, ("", b""))
        yield {"id": name, "public": public.hex(), "endorsed_by": by, "endorsement": endorsement.hex()}


def _cut(connection: Connection, seals: list[Seal], places: set[int]) -> Iterator[dict[str, Any]]:
    """All leaf hashes of each seal of which the time holds some entries and not all."""
    for seal in seals:
        there = sum(idx in places for idx in range(seal.first_idx, seal.end))
        if 0 < there < seal.n:
            hashes = [digest for (digest,) in connection.execute(HASHES, [seal.first_idx, seal.end])]
            yield {"seal": seal.no, "hashes": hashes}


def _write_lines(file: Path, lines: Iterator[dict[str, Any]]) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as output:
        output.writelines(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
