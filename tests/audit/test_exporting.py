"""An export: whole, harmless in a spreadsheet, an entry of the trail itself, and verified without any of us."""

import csv
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from accounts.people import system_person
from audit import trail as trail_module
from audit.exporting import export
from audit.exporting.cells import harmless
from audit.models import Event
from audit.trail import Unrecorded
from tests.trail import Copies, Trail

pytestmark = pytest.mark.xdist_group("tampering")


@pytest.fixture
def exported(copies: Copies, db: None, tmp_path: Path) -> Path:
    """All of a sealed trail; the entry about it goes into the test's own, and is rolled back."""
    folder = tmp_path / "export"
    export(copies.original.addresses.reader, since=None, until=None, folder=folder, by=system_person("audit"))
    return folder


def verified(folder: Path, *words: str) -> tuple[int, str]:
    """The exit code of the export's own verifier, alone with Python and cryptography, and what it says."""
    # Only the folder of installed packages is there, and in it Django refuses to be imported.
    alone = (
        "import sys, runpy; sys.modules['django'] = None; sys.modules['audit'] = None;"
        " sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    command = [sys.executable, "-I", "-c", alone, str(folder / "verify.py"), *words]
    ran = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, timeout=60)
    return ran.returncode, ran.stdout + ran.stderr


def test_an_export_is_whole_recorded_and_verifies_alone(copies: Copies, exported: Path) -> None:
    trail = copies.original
    code, said = verified(exported, "--public-key", trail.key.public.hex())
    assert (code, "Sound" in said) == (0, True), said
    manifest = json.loads((exported / "manifest.json").read_text())
    texts = (exported / "events.ndjson").read_text().splitlines()
    assert len(texts) == manifest["entries"] == trail.one("SELECT count(*) FROM audit.leaf")
    stored = trail.one("SELECT payload FROM audit.event JOIN audit.leaf ON event_id = id WHERE idx = 5")
    assert texts[5] == f'{{"idx":5,"payload":{stored}}}'
    entry = Event.objects.get(action="audit.export_entries")
    assert entry.person_name == "System: audit"
    assert entry.details["entries"] == manifest["entries"]
    assert entry.details["files"]["events.csv"] == manifest["files"]["events.csv"]


def test_another_key_than_the_one_known_is_said(exported: Path) -> None:
    code, said = verified(exported)
    assert (code, "Compare the key with the one you know" in said) == (0, True)
    assert verified(exported, "--public-key", "00" * 32)[0] == 1


def test_a_time_that_cuts_a_seal_verifies_with_the_hashes_of_the_others(
    copies: Copies, db: None, settings: Settings, tmp_path: Path
) -> None:
    trail = copies.original
    settings.TRAIL_DATABASE_URL = trail.addresses.reader
    middle = "SELECT at FROM audit.event WHERE action = 'tests.note' ORDER BY id OFFSET {} LIMIT 1"
    since, until = (trail.one(middle.format(place)).isoformat() for place in (2, 7))
    call_command("audit", "export", "--from", since, "--to", until, str(tmp_path / "part"), verbosity=0)
    code, said = verified(tmp_path / "part")
    assert (code, said.startswith("Sound: 5 entries, 4 seals.")) == (0, True), said
    leaves = [json.loads(line) for line in (tmp_path / "part" / "leaves.ndjson").read_text().splitlines()]
    assert [one["seal"] for one in leaves] == [3, 4]


def test_what_is_not_sealed_yet_is_counted_and_nothing_is_an_export_too(
    sealed: Trail, db: None, tmp_path: Path
) -> None:
    late = sealed.one("SELECT now()")
    sealed.written(2)
    made = export(sealed.addresses.reader, since=late, until=None, folder=tmp_path / "none", by=system_person("audit"))
    assert (made.entries, made.unsealed, verified(made.folder)[0]) == (0, 2, 2)


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def alter(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return alter


def without_line(name: str, line: int) -> Callable[[Path], None]:
    def alter(folder: Path) -> None:
        lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / name).write_text("".join(lines[:line] + lines[line + 1 :]), encoding="utf-8")

    return alter


def with_manifest_anew(folder: Path) -> None:
    """Who alters an export also writes its manifest anew."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in manifest["files"]}
    manifest["entries"] = len((folder / "events.ndjson").read_text().splitlines())
    (folder / "manifest.json").write_text(json.dumps(manifest))


ALTERATIONS = {
    "an entry's text": (replaced("events.ndjson", "calc", "halt"), "its entries are not those that were sealed"),
    "an entry left out": (without_line("events.ndjson", -2), "of its entries are missing"),
    "an entry moved": (replaced("events.ndjson", '{"idx":5,', '{"idx":99,'), "of its entries are missing"),
    "a seal's root": (replaced("seals.ndjson", '"root":"', '"root":"00'), "is not what its hash covers"),
    "a seal's signature": (replaced("seals.ndjson", '"signature":"', '"signature":"00'), "seal 1 is not signed"),
    "a seal left out": (without_line("seals.ndjson", 1), "seal 3: one before it is missing"),
    "the key": (replaced("keys.ndjson", '"public":"', '"public":"0000'), "has another name"),
    "a line that is none": (replaced("events.ndjson", '{"idx":3,', '{"idx":,'), "events.ndjson: line 4 cannot be read"),
}


@pytest.mark.parametrize("is_careful", [False, True], ids=["carelessly", "with its manifest"])
def test_an_export_that_was_altered_is_found(exported: Path, is_careful: bool, tmp_path: Path) -> None:
    for name, (alter, expected) in ALTERATIONS.items():
        folder = tmp_path / name
        shutil.copytree(exported, folder)
        alter(folder)
        if is_careful:
            with_manifest_anew(folder)
        code, said = verified(folder)
        assert code == 1, f"{name}: {said}"
        assert (expected if is_careful else "is not the file that was exported") in said, f"{name}: {said}"


def test_without_its_manifest_it_cannot_be_told(exported: Path) -> None:
    (exported / "manifest.json").unlink()
    assert verified(exported)[0] == 2


def test_cells_hold_no_formula(exported: Path) -> None:
    with (exported / "events.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["reason"] for row in rows if row["action"] == "tests.note"} >= {"'+1"}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("a=b", "a=b"),
        (-1, "-1"),
        (True, "true"),
        (None, ""),
        ({"a": "="}, '{"a": "="}'),
    ],
)
def test_a_cell_that_would_be_a_formula_gets_an_apostrophe(value: object, cell: str) -> None:
    assert harmless(value) == cell


def test_what_cannot_be_recorded_is_not_exported(
    copies: Copies, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = copies.original.addresses.reader
    somebody = system_person("audit")

    def refuse(*_: object, **__: object) -> None:
        raise Unrecorded

    monkeypatch.setattr(trail_module, "write", refuse)
    with pytest.raises(Unrecorded):
        export(url, since=None, until=None, folder=tmp_path / "export", by=somebody)
    assert list(tmp_path.glob("export*")) == []
    with pytest.raises(FileExistsError):
        export(url, since=None, until=None, folder=tmp_path, by=somebody)
