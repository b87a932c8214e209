"""As whom a service runs: PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NOBODY = "nobody"


class Unreachable(Exception):
    """The unprivileged user cannot enter the project's folder."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The user of a service: this process's own, or for root an unprivileged one."""

    uid: int
    prefix: tuple[str, ...] = ()

    def give(self, folder: Path) -> None:
        """Make the folder the subject's own, and nobody else's to read."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.uid != os.geteuid():
            os.chown(folder, self.uid, -1)
        folder.chmod(0o700)


def choose(*, program: Path, folder: Path) -> Subject:
    """Who can run the program and enter the folder.

    Root becomes `nobody`. Where that user cannot reach the project (a clone in /root, say) it
    keeps one capability, to pass the folders on the way. Raises Unreachable when that fails too.
    """
    if os.geteuid() != 0:
        return Subject(uid=os.geteuid())
    nobody = pwd.getpwnam(NOBODY)
    as_nobody = ("setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups")
    # The security bit makes access(2), by which PostgreSQL looks for its programs, see the capability.
    passing = ("--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override")
    for prefix in (as_nobody, (*as_nobody, *passing)):
        if shutil.which("setpriv") and _reaches(prefix, program=program, folder=folder):
            return Subject(uid=nobody.pw_uid, prefix=prefix)
    raise Unreachable(
        f"PostgreSQL does not run as root, and the user {NOBODY} cannot enter {folder}. Run as an "
        "ordinary user, or put the project where others may enter, or give DATABASE_URL."
    )


def _reaches(prefix: tuple[str, ...], *, program: Path, folder: Path) -> bool:
    for words in ((program, "--version"), ("test", "-x", program), ("ls", folder)):
        if subprocess.run([*prefix, *words], cwd="/", capture_output=True, check=False).returncode != 0:
            return False
    return True
