"""The trail's own commands: lay it, seal it, verify it, take it out."""

import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from getpass import getpass
from pathlib import Path
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError
from psycopg import conninfo

from audit.sealing import checkpoints, keys, loop, rounds
from rems.services import roles

REFUSED = 3
"""The exit code when nothing was sealed and a person must look."""


class Command(BaseCommand):
    """``install`` lays the trail, ``seal`` follows it, ``verify`` says whether anybody changed it.

    The sealer's own commands read SEALER_DATABASE_URL and SEAL_KEY_FILE, which no other process is given.
    Exit codes: of ``verify`` 0 sound, 1 altered, 2 cannot tell; of the sealer's commands 3 for refused.
    """

    help = "The audit trail: install, key, seal, rebase, checkpoint, verify, export."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A word for each command, and its own arguments."""
        words = parser.add_subparsers(dest="word", required=True)

        install = words.add_parser("install", help="make the roles, the database and the trail's schema")
        install.add_argument("--superuser-url", default=os.environ.get("SUPERUSER_DATABASE_URL", ""))
        install.add_argument("--database", default="", help="its name; else the one in the address")
        install.add_argument(
            "--ask-passwords", action="store_true", help="ask for those that REMS_APP_PASSWORD and the like do not give"
        )

        key = words.add_parser("key", help="make a key for the sealer, in a file of mode 600")
        key.add_argument("file", type=Path)
        key.add_argument("--endorse-with", type=Path, metavar="OLD", help="the key that sealed until now")

        seal = words.add_parser("seal", help="seal what is finished")
        how = seal.add_mutually_exclusive_group()
        how.add_argument("--once", action="store_true", help="one time, and end (as without a word)")
        how.add_argument("--loop", action="store_true", help="every second, until SIGTERM")
        seal.add_argument("--checkpoints", type=Path, metavar="FILE", help="append checkpoints to it")
        seal.add_argument("--every", type=float, default=3600.0, metavar="SECONDS", help="between two checkpoints")

        rebase = words.add_parser("rebase", help="close the epoch and open the next, after a restore or a move")
        rebase.add_argument("--reason", required=True)

        checkpoint = words.add_parser("checkpoint", help="append one signed line to a file that leaves the machine")
        checkpoint.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the word says."""
        does: dict[str, Callable[[dict[str, Any]], None]] = {
            "install": self._install,
            "key": self._key,
            "seal": self._seal,
            "rebase": self._rebase,
            "checkpoint": self._checkpoint,
        }
        try:
            does[options["word"]](options)
        except (rounds.Refused, keys.Unusable) as refusal:
            raise CommandError(str(refusal), returncode=REFUSED) from None
        except psycopg.OperationalError as error:
            raise CommandError(f"The database does not answer: {str(error).strip()}", returncode=2) from None

    def _install(self, options: dict[str, Any]) -> None:
        url = options["superuser_url"]
        if not url:
            raise CommandError("Give a superuser's address in --superuser-url or SUPERUSER_DATABASE_URL.")
        database = options["database"] or str(conninfo.conninfo_to_dict(url).get("dbname") or "")
        if not database:
            raise CommandError("The address names no database; give --database.")
        if not roles.may_install(url):
            raise CommandError("The address is not a superuser's.")
        passwords = _passwords(ask=options["ask_passwords"])
        outside = conninfo.make_conninfo(url, dbname="postgres")
        roles.install(superuser_url=outside, database=database, passwords=passwords)
        shown = roles.addresses_of(superuser_url=outside, database=database)
        self.stdout.write("The trail is laid. Addresses, without passwords:")
        for name, address in (
            ("OWNER_DATABASE_URL", shown.owner),
            ("DATABASE_URL", shown.app),
            ("TRAIL_DATABASE_URL", shown.reader),
            ("SEALER_DATABASE_URL", shown.sealer),
        ):
            self.stdout.write(f"  {name}={address}")

    def _key(self, options: dict[str, Any]) -> None:
        old = options["endorse_with"]
        key = keys.make(options["file"], endorser=keys.read(old) if old else None)
        self.stdout.write(
            f"Key {key.id} is in {options['file']}. Its public half, for who verifies: {key.public.hex()}"
        )

    def _seal(self, options: dict[str, Any]) -> None:
        url, key = _sealers_own()
        if not options["loop"]:
            made = loop.seal_all(url, key)
            self.stdout.write(f"{sum(seal.n for seal in made)} entries in {len(made)} seals.")
            return
        sealer = loop.Sealer(
            url=url,
            key=key,
            say=self._complain,
            tell=self._tell,
            checkpoints_file=options["checkpoints"],
            checkpoints_every=options["every"],
        )
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: sealer.stopped.set())
        sealer.run()

    def _rebase(self, options: dict[str, Any]) -> None:
        url, key = _sealers_own()
        self.stdout.write(f"Opened epoch {loop.rebase(url, key, reason=options['reason'])}.")

    def _checkpoint(self, options: dict[str, Any]) -> None:
        url, key = _sealers_own()
        with loop.connect(url) as connection:
            taken = checkpoints.take(connection, key)
            if taken is None:
                raise CommandError("Nothing is sealed yet.", returncode=2)
            checkpoints.keep(connection, taken, options["file"])
        self._tell(taken.line)

    def _complain(self, text: str) -> None:
        self.stderr.write(text)
        sys.stderr.flush()

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        sys.stdout.flush()


def _sealers_own() -> tuple[str, keys.Key]:
    """The sealer's address and key. Raises CommandError, keys.Unusable."""
    url, file = os.environ.get("SEALER_DATABASE_URL", ""), os.environ.get("SEAL_KEY_FILE", "")
    if not url or not file:
        raise CommandError("SEALER_DATABASE_URL and SEAL_KEY_FILE are the sealer's own, and one is missing.")
    return url, keys.read(Path(file))


def _passwords(*, ask: bool) -> dict[str, str]:
    """Of each role: REMS_APP_PASSWORD and the like, or what is typed. Those without stay as they are."""
    given = {role: os.environ.get(f"{role.upper()}_PASSWORD", "") for role in roles.LOGINS}
    if ask:
        given = {role: word or getpass(f"Password of {role} (empty: as it is): ") for role, word in given.items()}
    return {role: word for role, word in given.items() if word}
