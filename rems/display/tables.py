"""Lines of files for spreadsheets, in which no cell can be a formula."""

import csv
import io
from collections.abc import Iterable

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_line(cells: Iterable[object]) -> bytes:
    """One line of a CSV file in UTF-8 (RFC 4180)."""
    written = io.StringIO()
    csv.writer(written).writerow([plain_cell(str(cell)) for cell in cells])
    return written.getvalue().encode()


def plain_cell(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would take it for a formula, also after spaces."""
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(FORMULA) else text
