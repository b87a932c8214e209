"""`manage.py audit install`: the superuser's one step, as often as one likes, and no password on the screen."""

import io
import os
from collections.abc import Iterator

import psycopg
import pytest
from django.core.management import CommandError, call_command

from tests.database import Laid

NAME = f"test_installed_{os.getpid()}"


@pytest.fixture
def installed(database: Laid, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database that the command made, and what it said."""
    monkeypatch.setenv("REMS_APP_PASSWORD", "only-for-tests")
    output = io.StringIO()
    call_command("audit", "install", "--superuser-url", database.superuser, "--database", NAME, stdout=output)
    yield output.getvalue()
    with psycopg.connect(database.superuser, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def test_installing_lays_the_trail_and_says_each_address_without_a_password(installed: str, database: Laid) -> None:
    names = ("OWNER_DATABASE_URL", "DATABASE_URL", "TRAIL_DATABASE_URL", "SEALER_DATABASE_URL")
    assert all(f"  {name}=postgresql:///{NAME}?user=" in installed for name in names)
    assert "only-for-tests" not in installed
    with psycopg.connect(database.superuser, dbname=NAME) as connection:
        assert connection.execute("SELECT action FROM audit.entry").fetchall() == [("audit.open_epoch",)]


def test_installing_again_leaves_the_trail_as_it_is(installed: str, database: Laid) -> None:
    call_command("audit", "install", "--superuser-url", database.superuser, "--database", NAME, stdout=io.StringIO())
    with psycopg.connect(database.superuser, dbname=NAME) as connection:
        assert connection.execute("SELECT count(*) FROM audit.event").fetchone() == (1,)


def test_nobody_else_than_a_superuser_can_install(database: Laid) -> None:
    with pytest.raises(CommandError, match="not a superuser's"):
        call_command("audit", "install", "--superuser-url", database.addresses.app, "--database", NAME)
    with pytest.raises(CommandError, match="Give a superuser's address"):
        call_command("audit", "install", "--superuser-url", "")
