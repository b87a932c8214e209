"""Who is using a service: it is stopped by the last to leave, not under another's feet."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class Tenancy:
    """One user's hold on a service. The kernel ends it with the process, however that dies."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: IO[str] = path.open("a", encoding="ascii")

    def share(self) -> None:
        """Hold the service together with others."""
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def own(self) -> None:
        """Wait to be the only one. A holder who shares must not call this: two would wait for each other."""
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def is_last(self) -> bool:
        """Whether nobody else holds it; if so it is now held alone."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def leave(self) -> None:
        """Let go."""
        self._file.close()


@contextmanager
def turn(home: Path) -> Iterator[None]:
    """One at a time starts or stops the service of a folder; the others wait."""
    taken = Tenancy(home / "turn")
    taken.own()
    try:
        yield
    finally:
        taken.leave()
