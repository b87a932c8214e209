"""Fill the demonstration, or list whom and what there is to try."""

import os
import time
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from eligibility import Stage
from eligibility.moments import moment_words
from rems.demo.accounts import PASSWORD, demo_accounts, name_of
from rems.demo.cast import CAST
from rems.demo.loading import Refused, load, loaded_at
from rems.demo.subjects import demo_numbers
from rems.display.clock import zone_of


class Command(BaseCommand):
    """``load_demo`` fills an empty database; again it does nothing. ``--accounts`` lists what to try.

    REMS_DEMO_CROWD=0 leaves out the 300 patients around the cast: quicker, for tests.
    """

    help = "Fill the demonstration with fictional people; --accounts lists accounts and numbers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One switch."""
        parser.add_argument("--accounts", action="store_true", help="list accounts and numbers, load nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or list. CommandError outside of a demonstration."""
        if options["accounts"]:
            self._list()
            return
        began = time.monotonic()
        try:
            loaded = load(crowd=os.environ.get("REMS_DEMO_CROWD") != "0")
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        if loaded.patients:
            self.stdout.write(f"Loaded {loaded.patients} fictional patients in {time.monotonic() - began:.0f} s.")

    def _list(self) -> None:
        accounts = [(account.email, account.role, account.shows) for account in demo_accounts()]
        self._table(f"Accounts; the password of each is {PASSWORD}", ("E-mail", "Who", "Shows"), accounts)
        phones = f"{settings.SITE_URL.rstrip('/')}{reverse('demo_phones')}"
        self.stdout.write(f"Patients have no password: {phones} opens their links, in English and Spanish.\n\n")
        moment = loaded_at()
        if moment is None:
            return
        told = moment_words(moment, zone=zone_of(None))
        self._table("Numbers to try at the counter", ("Number", "Site", "Answer", "Patient", "Shows"), demo_numbers())
        asking = [
            (member.name, f"Dr. {name_of(member.prescriber)}", member.sees)
            for member in CAST
            if member.expects[0].stage is Stage.AUTHORIZE
        ]
        self._table("Patients without a number", ("Patient", "Prescriber", "Shows"), asking)
        self.stdout.write(f"All as of {told}, when this was loaded; make demo-reset loads it anew.\n\n")

    def _table(self, title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        lines = [head, *rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
        self.stdout.write(title)
        for line in lines:
            cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            self.stdout.write("  " + "  ".join(cells).rstrip())
        self.stdout.write("")
