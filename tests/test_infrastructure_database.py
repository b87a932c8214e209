"""The tests' database: one role that owns nothing, real commits, and nothing left behind."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, connection, transaction
from pytest_django import Settings

from rems import database_role
from rems.services import roles
from tests.database import Laid

NEXT_YEAR = datetime(2099, 1, 1, tzinfo=UTC)


def keep(name: str) -> str:
    """Write some row."""
    Session.objects.create(session_key=name, session_data="", expire_date=NEXT_YEAR)
    return name


@pytest.mark.django_db
def test_the_application_is_a_role_that_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (roles.APP,)
        cursor.execute(roles.POWERS)
        assert cursor.fetchall() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE django_session",
        "DROP TABLE django_session",
        "ALTER TABLE django_session DISABLE TRIGGER ALL",
        "CREATE TABLE own (id int)",
        "CREATE SCHEMA own",
        "SET session_replication_role = replica",
        "SET ROLE rems_owner",
        "SET ROLE audit_owner",
        "CREATE ROLE other",
    ],
)
def test_the_application_may_not(statement: str) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize("attempt", [1, 2])
def test_a_plain_test_is_rolled_back(attempt: int) -> None:
    assert not Session.objects.exists()
    keep("rolled-back")


@pytest.mark.parametrize("attempt", [1, 2])
def test_commits_are_seen_by_other_connections_and_gone_afterwards(
    attempt: int, committed_db: Laid, together: Callable[..., list[Any]]
) -> None:
    assert not Session.objects.exists()
    wrote = together([lambda name=name: keep(name) for name in ("a", "b", "c", "d")])
    assert sorted(wrote) == ["a", "b", "c", "d"]
    with psycopg.connect(committed_db.addresses.superuser) as other:
        assert other.execute("SELECT count(*) FROM django_session").fetchone() == (4,)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", [1, 2])
def test_pytest_djangos_own_transaction_tests_work_too(attempt: int) -> None:
    assert not Session.objects.exists()
    keep("committed")


def test_threads_are_the_application_and_locks_are_real(committed_db: Laid, together: Callable[..., list[Any]]) -> None:
    keep("contested")

    def take() -> str:
        with transaction.atomic(), connection.cursor() as cursor:
            row = Session.objects.select_for_update().get(session_key="contested")
            if row.session_data:
                return "late"
            cursor.execute("SELECT pg_sleep(0.05)")
            Session.objects.filter(pk=row.pk).update(session_data="taken")
            cursor.execute("SELECT current_user")
            return str(cursor.fetchone()[0])

    assert sorted(together([take] * 6)) == ["late"] * 5 + [roles.APP]


def test_installing_the_roles_again_changes_nothing(database: Laid) -> None:
    grants = "SELECT relname, relacl::text FROM pg_class ORDER BY relname, oid"
    with psycopg.connect(database.addresses.superuser) as before:
        was = before.execute(grants).fetchall()
    roles.install(superuser_url=database.superuser, database=database.name)
    database.let_tests_read()
    with psycopg.connect(database.addresses.superuser) as after:
        assert after.execute(grants).fetchall() == was


def test_each_role_may_sign_in_but_the_trails_owner_may_not(database: Laid) -> None:
    addresses = database.addresses
    for address in (addresses.owner, addresses.app, addresses.sealer, addresses.reader):
        psycopg.connect(address).close()
    with pytest.raises(psycopg.OperationalError, match=r"not permitted to log in|authentication failed"):
        psycopg.connect(addresses.reader.replace(roles.READER, roles.TRAIL_OWNER))


@contextmanager
def connected(database: Laid, *, default: str = "app", trail: str = "reader") -> Iterator[None]:
    """Both connections of a process of production, as these roles."""
    addresses = database.addresses
    with (
        psycopg.connect(getattr(addresses, default)) as one,
        psycopg.connect(getattr(addresses, trail)) as other,
        patch.object(database_role, "connections", {"default": one, "trail": other}),
    ):
        yield


def test_production_starts_as_the_application_that_reads_the_trail_as_the_reader(
    database: Laid, settings: Settings
) -> None:
    settings.PRODUCTION = True
    with connected(database):
        database_role.require_powerless()


@pytest.mark.parametrize(
    ("alias", "user", "why"),
    [
        ("default", "owner", "DATABASE_URL owns the database; owns tables"),
        ("default", "superuser", "DATABASE_URL is a superuser"),
        ("default", "sealer", "DATABASE_URL may change the trail"),
        ("trail", "superuser", "TRAIL_DATABASE_URL is a superuser"),
        ("trail", "owner", "TRAIL_DATABASE_URL owns"),
        ("trail", "sealer", "TRAIL_DATABASE_URL may change the trail"),
    ],
)
def test_production_refuses_a_role_that_could_change_the_trail(
    alias: str, user: str, why: str, database: Laid, settings: Settings
) -> None:
    settings.PRODUCTION = True
    with connected(database, **{alias: user}), pytest.raises(ImproperlyConfigured, match=why):
        database_role.require_powerless()
