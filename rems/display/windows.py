"""A window as a page shows it."""

from datetime import datetime
from typing import NamedTuple

LAST_HOURS = 6
"""The 24 hours of a hand-over turn to warning in the last six (mockups, "Parts")."""


class Window(NamedTuple):
    """One row of ``{% windows %}``. ``until``: it closes then; ``opens``: it opens then."""

    label: str
    until: datetime | None = None
    opens: datetime | None = None
    note: str = ""
    mark: str = ""
    hours: int | None = None
