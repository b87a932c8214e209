"""The ICD-10-CM codes of the programs' indications, offered while one is typed; any other code may be typed, too.

Which codes an indication has is this project's reading (D) of the prescribing information, section 1, and of
the ICD-10-CM: the programs print no list of codes.
"""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).resolve().parent.parent / "programs" / "diagnoses.csv"


class Diagnosis(NamedTuple):
    """A code, and its words in the classification."""

    program: str
    code: str
    words: str
    source: str


@cache
def _all() -> tuple[Diagnosis, ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(Diagnosis(**row) for row in csv.DictReader(file))


def diagnoses_of(program: str) -> list[Diagnosis]:
    """Those of a program's indications, in the order of the file; none for an unknown program."""
    return [diagnosis for diagnosis in _all() if diagnosis.program == program]
