"""What lists say of an enrollment is kept with its horizon. The queries of the lists say what that is.

They know the horizon, so it does not know them: they are registered when the application starts.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from rems.horizon.asking import Seen
from rems.horizon.deadlines import Deadline


class Looked(NamedTuple):
    """An enrollment as it was seen, and its deadlines as they stand: each since its beginning."""

    seen: Seen
    deadlines: tuple[Deadline, ...]


class Kept(NamedTuple):
    """The lines as they are stored. ``until``: the first instant at which they may be others; None: only by a fact."""

    lines: list[dict[str, Any]]
    until: datetime | None


Say = Callable[[Sequence[Looked], datetime], list[Kept]]
_said: list[Say] = []


def keep_with(say: Say) -> None:
    """From now on horizons keep what ``say`` says of enrollments, one for each in their order."""
    _said[:] = [say]


def kept_lines(looked: Sequence[Looked], *, at: datetime) -> list[Kept]:
    """What is kept of these enrollments, in their order. RuntimeError before the application has started."""
    if not _said:
        raise RuntimeError("Nobody said what lists say of an enrollment.")
    return _said[0](looked, at) if looked else []
