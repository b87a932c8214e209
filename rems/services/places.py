"""Where the project keeps what it makes on this machine."""

import hashlib
import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("REMS_VAR") or ROOT / "var").absolute()

# A Unix socket's address holds 107 bytes on Linux and 103 on macOS; the file's own name needs 20.
_LONGEST_SOCKET_FOLDER = 80


def private(folder: Path) -> Path:
    """Make the folder, readable by its owner alone, and return it.

    A folder that somebody else made in a shared place is refused with PermissionError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if folder.is_symlink() or (folder.stat().st_uid != os.geteuid() and os.geteuid() != 0):
        raise PermissionError(f"{folder} belongs to somebody else")
    folder.chmod(0o700)
    return folder


def socket_folder(home: Path) -> Path:
    """The folder for the sockets of the service at home: inside it, or a short one in /tmp."""
    inside = home / "socket"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET_FOLDER:
        return inside
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"rems-{os.geteuid()}-{digest}"
