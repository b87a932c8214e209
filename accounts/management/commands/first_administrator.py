"""Make the account with which an empty installation begins. Everybody else is made in the browser."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from accounts.actions import create_person
from accounts.models import Person, RoleGrant
from accounts.people import system_person
from accounts.roles import Role

JOB = "setup"
ONE_AT_A_TIME = 20260616
"""The key of the database's lock."""
THERE_IS_ONE = "There is an administrator already. Accounts are made under People."


class Command(BaseCommand):
    """``first_administrator EMAIL NAME`` asks for the password, or reads one line from a pipe."""

    help = "Create the first program administrator; refuses where one exists."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose account it is."""
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """CommandError where an administrator exists, and for an address, name or password that will not do."""
        if _administrator_exists():
            raise CommandError(THERE_IS_ONE)
        made = _create(email=options["email"], name=options["name"], password=_ask())
        self.stdout.write(f"{made.name} administers the program and signs in with {made.email}.")


def _create(*, email: str, name: str, password: str) -> Person:
    with _alone():
        if _administrator_exists():
            raise CommandError(THERE_IS_ONE)
        try:
            return create_person(
                email=email, name=name, password=password, roles=[Role.ADMINISTRATOR], by=system_person(JOB)
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error


@contextmanager
def _alone() -> Iterator[None]:
    """Of two that run at once the second waits, and finds the administrator of the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


def _administrator_exists() -> bool:
    """Whether anybody could make the next account in the browser."""
    held = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, withdrawn_at__isnull=True, person__is_active=True)
    return held.exists()


def _ask() -> str:
    """Typed twice where somebody types; one line from a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass("Password, 12 characters or more: ")
    if getpass("The same again: ") != password:
        raise CommandError("The two differ. Nothing was done.")
    return password
