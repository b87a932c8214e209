"""The trail's own commands: lay it, seal it, verify it, take it out."""

import json
import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from getpass import getpass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from psycopg import conninfo

from accounts.people import system_person
from audit.exporting import export
from audit.sealing import checkpoints, keys, loop, rounds
from audit.verifying import Outcome, Verdict, verify
from rems.services import roles

REFUSED = 3
"""The exit code when nothing was sealed and a person must look."""


Words = Any
"""What argparse gives for the words of a command; it names no type for it."""


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
        _add_laying(words)
        _add_sealing(words)
        _add_reading(words)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the word says."""
        does: dict[str, Callable[[dict[str, Any]], None]] = {
            "install": self._install,
            "key": self._key,
            "seal": self._seal,
            "rebase": self._rebase,
            "checkpoint": self._checkpoint,
            "verify": self._verify,
            "export": self._export,
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

    def _verify(self, options: dict[str, Any]) -> None:
        try:
            file = options["checkpoints"]
            given = checkpoints.read(file) if file else []
            public = bytes.fromhex(options["public_key"]) if options["public_key"] else None
        except (checkpoints.Unreadable, ValueError) as error:
            raise CommandError(f"Cannot tell: {error}", returncode=Verdict.UNKNOWN.value) from None
        outcome = verify(
            settings.TRAIL_DATABASE_URL,
            since=options["since"],
            until=options["until"],
            checkpoints=given,
            public_key=public,
        )
        self.stdout.write(json.dumps(outcome.as_json(), indent=1) if options["json"] else told(outcome))
        sys.exit(outcome.exit_code)

    def _export(self, options: dict[str, Any]) -> None:
        try:
            exported = export(
                settings.TRAIL_DATABASE_URL,
                since=options["since"],
                until=options["until"],
                folder=options["folder"].absolute(),
                by=system_person("audit"),
            )
        except FileExistsError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{exported.entries} entries are in {exported.folder}; {exported.unsealed} of that time are not sealed yet."
        )

    def _complain(self, text: str) -> None:
        self.stderr.write(text)
        sys.stderr.flush()

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        sys.stdout.flush()


def _add_laying(words: Words) -> None:
    install = words.add_parser("install", help="make the roles, the database and the trail's schema")
    install.add_argument("--superuser-url", default=os.environ.get("SUPERUSER_DATABASE_URL", ""))
    install.add_argument("--database", default="", help="its name; else the one in the address")
    install.add_argument("--ask-passwords", action="store_true", help="those that REMS_APP_PASSWORD etc. do not give")

    key = words.add_parser("key", help="make a key for the sealer, in a file of mode 600")
    key.add_argument("file", type=Path)
    key.add_argument("--endorse-with", type=Path, metavar="OLD", help="the key that sealed until now")


def _add_sealing(words: Words) -> None:
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


def _add_reading(words: Words) -> None:
    verify_ = words.add_parser("verify", help="say whether anybody changed the trail: exit code 0, 1 or 2")
    _add_time(verify_)
    verify_.add_argument("--checkpoints", type=Path, metavar="FILE", help="as kept outside")
    verify_.add_argument("--public-key", metavar="HEX", help="the first key's public half, as kept outside")
    verify_.add_argument("--json", action="store_true", help="all that was found, for programs")

    export_ = words.add_parser("export", help="entries, seals, keys and a verifier of its own, into a new folder")
    _add_time(export_)
    export_.add_argument("folder", type=Path)


def _add_time(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="since", type=_instant, metavar="TIME", help="2026-11-01, or with a time and zone"
    )
    parser.add_argument("--to", dest="until", type=_instant, metavar="TIME")


def _instant(text: str) -> datetime:
    """A day's beginning in the program's zone, or an instant. Raises ValueError."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))


def told(outcome: Outcome) -> str:
    """What was found, in a few lines for a person."""
    words = {Verdict.SOUND: "Sound", Verdict.ALTERED: "ALTERED", Verdict.UNKNOWN: "Cannot tell"}
    head = f"{words[outcome.verdict]}."
    if outcome.why:
        head += f" {outcome.why}"
    else:
        head += (
            f" {outcome.entries:,} entries in {outcome.seals:,} seals, {outcome.rows:,} rows and"
            f" {outcome.checkpoints} checkpoints in {outcome.seconds:.1f} s; {outcome.unsealed} wait for the sealer."
        )
    bad = [f"  {fault.place}: {fault.what}" for fault in outcome.faults]
    more = outcome.faults_in_all - len(outcome.faults)
    if bad:
        bad[0] = f"The first bad place is {bad[0].strip()}"
    return "\n".join([head, *outcome.warnings, *bad, *([f"  and {more} more"] if more else [])])


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
