"""Reading program editions: dated data, one file an edition. PyYAML is used here and in ``scenarios`` alone.

Unknown key or kind, wrong unit, missing source, overlapping editions: ``EditionError`` with file and line.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import yaml

from eligibility.calendar import start_of_day, zone_named
from eligibility.edition import Edition, Ladder, Value
from eligibility.edition_reader import EditionError, Reader
from eligibility.findings import INSTANT
from eligibility.requirements import KINDS, Requirement
from eligibility.requirements.results import Sensitivity
from eligibility.vocabulary import SWITCHES

PROGRAMS = Path(__file__).resolve().parent.parent / "programs"
KEYS = (
    "program",
    "edition",
    "state",
    "starts",
    "name",
    "drug",
    "brand",
    "zone",
    "switches",
    "reminders",
    "requirements",
)
HEADER = ("starts", "name", "drug", "brand", "zone")
REMINDERS = {"before": "days each", "after": "days each", "administrator": "days", "late_after": "minutes"}


def read_edition(path: Path) -> Edition:
    """One edition. ``EditionError`` names file and line."""
    reader = Reader(path)
    root = reader.root()
    top = reader.mapping(root, allowed=KEYS)
    state = reader.text_of(reader.need(top, "state", root))
    if state not in ("in_force", "ended"):
        raise reader.fail(top["state"], f"unknown state {state!r}; in_force or ended")
    units = {"starts": "date", "zone": "zone"}
    header = {key: reader.value(reader.need(top, key, root), unit=units.get(key, "text")) for key in HEADER}
    starts: date = cast(date, header["starts"].value)
    zone = _zone(reader, top["zone"], header["zone"])
    program = reader.text_of(reader.need(top, "program", root))
    if program != path.parent.name:
        raise reader.fail(top["program"], f"program {program!r} in the folder of {path.parent.name!r}")
    switches = {} if state == "ended" else _switches(reader, reader.need(top, "switches", root))
    reminders = {} if state == "ended" else _reminders(reader, reader.need(top, "reminders", root))
    requirements = () if state == "ended" else tuple(_requirements(reader, reader.need(top, "requirements", root)))
    return Edition(
        program=program,
        id=reader.text_of(reader.need(top, "edition", root)),
        name=str(header["name"].value),
        drug=str(header["drug"].value),
        brand=str(header["brand"].value),
        starts=starts,
        ended=state == "ended",
        zone=zone,
        switches={name: value.value for name, value in switches.items()},  # type: ignore[misc]
        max_miu_ml=next((r.max_miu_ml for r in requirements if isinstance(r, Sensitivity)), 0),
        requirements=requirements,
        header={**header, **switches},
        reminders=reminders,
        ladder=_ladder(reminders),
        sha256=hashlib.sha256(reader.text.encode()).hexdigest(),
        path=f"{path.parent.name}/{path.name}",
    )


def _zone(reader: Reader, node: yaml.Node, value: Value) -> ZoneInfo:
    try:
        return zone_named(str(value.value))
    except ValueError as error:
        raise reader.fail(node, str(error)) from error


def _switches(reader: Reader, node: yaml.Node) -> dict[str, Value]:
    parts = reader.mapping(node, allowed=SWITCHES)
    return {name: reader.value(reader.need(parts, name, node), unit="spans") for name in SWITCHES}


def _reminders(reader: Reader, node: yaml.Node) -> dict[str, Value]:
    parts = reader.mapping(node, allowed=tuple(REMINDERS))
    return {name: reader.value(reader.need(parts, name, node), unit=unit) for name, unit in REMINDERS.items()}


def _ladder(reminders: dict[str, Value]) -> Ladder:
    """The days in their order, each once. An edition that has ended reminds of nothing."""
    if not reminders:
        return Ladder()
    given: dict[str, Any] = {name: value.value for name, value in reminders.items()}
    return Ladder(
        steps=tuple(sorted({-day for day in given["before"]} | set(given["after"]))),
        administrator=given["administrator"],
        late_after=timedelta(minutes=given["late_after"]),
    )


def _requirements(reader: Reader, node: yaml.Node) -> Iterator[Requirement]:
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        raise reader.fail(node, "expected a list of requirements")
    seen: set[str] = set()
    kinds: set[str] = set()
    for item in node.value:
        kind = reader.text_of(reader.need(reader.mapping(item), "kind", item))
        requirement = _requirement(reader, item, kind)
        if requirement.id in seen or kind in kinds:
            raise reader.fail(item, f"requirement {requirement.id!r} of kind {kind!r} stands twice")
        seen.add(requirement.id)
        kinds.add(kind)
        yield requirement
    if missing := set(KINDS) - kinds:
        raise reader.fail(
            node,
            f"an edition in force names every kind; missing: {', '.join(sorted(missing))}",
        )


def _requirement(reader: Reader, item: yaml.Node, kind: str) -> Requirement:
    if kind not in KINDS:
        raise reader.fail(item, f"unknown kind {kind!r}")
    cls = KINDS[kind]
    numbers = {f.name: f.metadata["unit"] for f in fields(cls) if "unit" in f.metadata}
    parts = reader.mapping(item, allowed=("id", "kind", "source", "mark", *numbers))
    source = reader.text_of(reader.need(parts, "source", item))
    mark = reader.mark(reader.need(parts, "mark", item))
    values = {
        name: reader.value(reader.need(parts, name, item), unit=unit, source=source, mark=mark)
        for name, unit in numbers.items()
    }
    plain: dict[str, Any] = {name: value.value for name, value in values.items()}
    return cls(
        id=reader.text_of(reader.need(parts, "id", item)),
        source=source,
        mark=mark,
        values=values,
        **plain,
    )


def read_editions(folder: Path = PROGRAMS) -> dict[str, tuple[Edition, ...]]:
    """Every program with its editions, oldest first. ``EditionError`` for two of one first day."""
    programs: dict[str, tuple[Edition, ...]] = {}
    for home in sorted(p for p in folder.iterdir() if p.is_dir() and any(p.glob("*.yaml"))):
        editions = sorted(
            (read_edition(path) for path in sorted(home.glob("*.yaml"))),
            key=lambda e: e.starts,
        )
        programs[home.name] = _in_series(editions)
    if not programs:
        raise EditionError(f"no program editions in {folder.name}/")
    return programs


def _in_series(editions: list[Edition]) -> tuple[Edition, ...]:
    for one, other in pairwise(editions):
        if one.starts == other.starts or one.id == other.id:
            raise EditionError(f"{other.path}:1: overlaps {one.path}: both start on {one.starts} or have one id")
    ends = [start_of_day(e.starts, e.zone) - INSTANT for e in editions[1:]]
    return tuple(replace(e, until=end) for e, end in zip(editions, [*ends, None], strict=True))


@cache
def programs() -> dict[str, tuple[Edition, ...]]:
    """The project's programs, read once."""
    return read_editions()


def edition_in_force(
    program: str, at: datetime, *, among: dict[str, tuple[Edition, ...]] | None = None
) -> Edition | None:
    """The edition in force at an instant; None: none is. KeyError for an unknown program.

    An edition is in force from 00:00 of its first day in its own zone until a later one starts.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no zone")
    editions = (among if among is not None else programs())[program]
    started = [e for e in editions if at.astimezone(e.zone).date() >= e.starts]
    return started[-1] if started else None
