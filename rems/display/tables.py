"""Lines of files for spreadsheets, in which no cell can be a formula."""

import csv
import io
from collections.abc import Iterable

from audit.exporting.cells import harmless


def csv_line(cells: Iterable[object]) -> bytes:
    """One line of a CSV file in UTF-8 (RFC 4180)."""
    written = io.StringIO()
    csv.writer(written).writerow([harmless(cell) for cell in cells])
    return written.getvalue().encode()
