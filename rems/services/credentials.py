"""Secrets of this machine's own demo, made once and kept under var/ for their owner alone."""

import contextlib
import os
import secrets
from pathlib import Path

from rems.services import places


def secret(name: str) -> str:
    """The secret of this name; made, and kept in a file of mode 600, when there is none."""
    path = places.private(places.VAR / "secrets") / name
    with contextlib.suppress(FileExistsError):
        _write_new(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def _write_new(path: Path, text: str) -> None:
    """Put the text in place whole or not at all, and never over another's."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="ascii") as file:
        file.write(text)
    try:
        os.link(draft, path)
    finally:
        draft.unlink()
