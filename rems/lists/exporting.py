"""A list as a file for a spreadsheet. It is an entry of the trail, with whom it names, before it leaves."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse

from accounts.models import Person
from audit.denials import record_view
from rems.display.tables import csv_line
from rems.lists.listing import Column

MOST_ROWS = 20_000
"""As many rows as one entry can name the patients of."""

Line = tuple[bytes, int | None]
"""A line of the file, and the row of the patient whom it names."""


def give(lines: Iterable[Line], *, filename: str, action: str, filters: Mapping[str, str], by: Person) -> FileResponse:
    """The file, after the trail holds how many rows it has, its SHA-256 and who is in it.

    The first line is the head and counts for no row. Raises Unrecorded: then nothing is given.
    """
    digest, rows, patients = hashlib.sha256(), -1, set[int]()
    with ExitStack() as unless_given:
        file = unless_given.enter_context(TemporaryFile())
        for line, patient in lines:
            file.write(line)
            digest.update(line)
            rows += 1
            patients |= {patient} if patient else set()
        details = {"filters": dict(filters), "rows": rows, "sha256": digest.hexdigest()}
        record_view(action=action, by=by, patient_ids=sorted(patients), details=details)
        file.seek(0)
        unless_given.pop_all()
    return FileResponse(file, as_attachment=True, filename=filename, content_type="text/csv; charset=utf-8")


def lines_of(rows: Iterable[Any], columns: Sequence[Column], *, patient: str = "patient_id") -> Iterator[Line]:
    """The head, and a line for each row by the cells of the columns. ``patient``: where a row says whom it names."""
    told = [(column.words, column.cell) for column in columns if column.cell is not None]
    yield csv_line(words for words, _ in told), None
    for row in rows:
        yield csv_line(cell(row) for _, cell in told), getattr(row, patient)
