"""Edition files to be changed in one point, written where a test may read them."""

from datetime import datetime
from pathlib import Path

from eligibility.editions import PROGRAMS
from tests.eligibility.courses import PROGRAM

TEXT = (PROGRAMS / PROGRAM / "2021-05-21.yaml").read_text(encoding="utf-8")
STARTS = "starts: {value: 2021-05-21, unit: date"
ENDED = """\
program: us-lenalidomide
edition: '2026-07-01'
state: ended
starts: {value: 2026-07-01, unit: date, mark: A, source: 'FDA letter'}
name: {value: Lenalidomide REMS, mark: A, source: 'FDA letter'}
drug: {value: lenalidomide, mark: A, source: 'FDA letter'}
brand: {value: Revlimid, mark: A, source: 'FDA letter'}
zone: {value: America/New_York, unit: zone, mark: D, source: 'Rule book'}
"""


def write(folder: Path, text: str, name: str = "2021-05-21.yaml") -> Path:
    home = folder / PROGRAM
    home.mkdir(exist_ok=True)
    path = home / name
    path.write_text(text, encoding="utf-8")
    return path


def changed(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def later(starts: str, **values: str) -> str:
    """The same edition from a later day on, with other values."""
    text = TEXT.replace("edition: '2021-05-21'", f"edition: '{starts}'").replace(
        STARTS, STARTS[:16] + starts + STARTS[26:]
    )
    for old, new in values.items():
        text = text.replace(f"{old}: {{value: 28,", f"{old}: {{value: {new},")
    return text


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)
