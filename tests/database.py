"""The tests' database: a real PostgreSQL, in which the tests are the role rems_app.

A test with `django_db` is rolled back. One with `committed_db` (or `django_db(transaction=True)`,
or a live server) commits for real, from as many threads as it likes; after it the whole
database is thrown away and laid anew from a template that the owner migrated.
"""

import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.migrations.state import ProjectState
from django.test import TransactionTestCase
from psycopg import sql
from pytest_django import DjangoDbBlocker

from rems import configuration
from rems.services import places, postgres, roles, valkey

T = TypeVar("T")
READ_BY_TESTS = "audit.entry, audit.leaf, audit.seal, audit.watermark"


@dataclass(frozen=True, kw_only=True)
class Laid:
    """The database of this run of the tests, and what it is laid from."""

    superuser: str
    name: str
    template: str

    @property
    def addresses(self) -> roles.Addresses:
        """It as each role reaches it: for subprocesses, and for what only a superuser may do."""
        return roles.addresses_of(superuser_url=self.superuser, database=self.name, passwords=PASSWORDS)

    def lay(self) -> None:
        """Put a fresh copy of the template in its place, whoever is still connected."""
        connections.close_all()
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            _drop(connection, self.name)
            statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
            names = map(sql.Identifier, (self.name, roles.OWNER, self.template))
            connection.execute(statement.format(*names))
        roles.admit(superuser_url=self.superuser, database=self.name)
        self.let_tests_read()

    def let_tests_read(self) -> None:
        """Let rems_app read entries: only so does a test that is rolled back see what its own transaction wrote."""
        with psycopg.connect(self.superuser, dbname=self.name) as connection:
            connection.execute(f"GRANT SELECT ON {READ_BY_TESTS} TO rems_app")

    def take_back(self) -> None:
        """The grants as an installation has them."""
        with psycopg.connect(self.superuser, dbname=self.name) as connection:
            connection.execute(f"REVOKE ALL ON {READ_BY_TESTS} FROM rems_app")

    def remove(self) -> None:
        """Leave nothing behind but the template."""
        connections.close_all()
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            _drop(connection, self.name)


# A socket of the project's own asks for none; a server given in DATABASE_URL may.
PASSWORDS = dict.fromkeys(roles.LOGINS, "only-for-tests") if os.environ.get("DATABASE_URL") else {}


@pytest.fixture(scope="session")
def database_superuser() -> Iterator[str]:
    """A superuser's address: of DATABASE_URL, or of the tests' own PostgreSQL."""
    given = os.environ.get("DATABASE_URL")
    if given:
        if not roles.may_install(given):
            pytest.exit("DATABASE_URL must be a superuser's for the tests: they make roles and databases.", 2)
        yield given
        return
    tenancy = postgres.TEST.start()
    yield postgres.TEST.superuser_url()
    postgres.TEST.stop(tenancy)


@pytest.fixture(scope="session")
def database(database_superuser: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Laid]:
    """The run's database, with `addresses` and `lay()`."""
    laid = Laid(superuser=database_superuser, name=f"test_rems_{os.getpid()}", template=_template_name())
    with django_db_blocker.unblock():
        _build_template(laid)
        laid.lay()
        _point_django_at(laid.addresses.app)
        yield laid
        laid.remove()


@pytest.fixture(scope="session")
def django_db_setup(database: Laid) -> Iterator[None]:
    """In place of pytest-django's: the connection is rems_app's, and nothing is flushed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: database.lay())
        patch.setenv("DATABASE_URL", database.addresses.app)
        yield


@pytest.fixture
def committed_db(transactional_db: None, database: Laid) -> Laid:
    """Real commits on real connections; afterwards the database is laid anew."""
    return database


@pytest.fixture
def together() -> Callable[..., list[Any]]:
    """Run calls at one instant, each in a thread on a connection of its own.

    `together([call, call, …])` returns what each returned, or the exception that it raised.
    """
    return run_together


@pytest.fixture(scope="session")
def broker_url() -> Iterator[str]:
    """The address of a real Valkey (or of REDIS_URL), for the few tests that want one."""
    if given := os.environ.get("REDIS_URL"):
        yield given
        return
    tenancy = valkey.TEST.start()
    yield valkey.TEST.url()
    valkey.TEST.stop(tenancy)


def run_together(calls: Sequence[Callable[[], T]]) -> list[T | BaseException]:
    """See the fixture `together`."""
    gate = threading.Barrier(len(calls))
    answers: dict[int, T | BaseException] = {}

    def run(place: int, call: Callable[[], T]) -> None:
        try:
            connections["default"].ensure_connection()
            gate.wait(timeout=30)
            answers[place] = call()
        except BaseException as error:  # the caller judges it
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return [answers.get(place, TimeoutError("still running")) for place in range(len(calls))]


def _template_name() -> str:
    """A name that changes with every migration, so that a template is reused as long as it is right."""
    folders = [Path(config.path) / "migrations" for config in apps.get_app_configs()]
    files = [path for folder in folders for path in sorted(folder.glob("*.py"))]
    files += [
        places.ROOT / "rems/services/roles.py",
        places.ROOT / "audit/guards.py",
        places.ROOT / "audit/triggers.py",
    ]
    files += sorted(roles.SCHEMA.glob("*.sql"))
    digest = hashlib.sha256()
    for path in files:
        if path.exists():
            digest.update(path.name.encode() + path.read_bytes())
    return f"rems_template_{digest.hexdigest()[:16]}"


def _build_template(laid: Laid) -> None:
    """Migrate a template as the owner, unless it stands already. Two runs at once build it once."""
    with psycopg.connect(laid.superuser, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('rems template'))")
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [laid.template]).fetchone():
            return
        draft = f"{laid.template}_new"
        _drop(connection, draft)
        addresses = roles.install(superuser_url=laid.superuser, database=draft, passwords=PASSWORDS)
        _point_django_at(addresses.owner)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ProjectState, "_append_option", _append_in_place)
            call_command("migrate", verbosity=0, interactive=False)
        connections.close_all()
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        connection.execute(rename.format(sql.Identifier(draft), sql.Identifier(laid.template)))
        _forget_old(connection)


def _append_in_place(state: ProjectState, app_label: str, model_name: str, option: str, made: Any) -> None:
    """A constraint or an index of a model, as migrations go: Django builds all models anew for each of some hundred.

    PostgreSQL is told the same. The model at hand gets it, too: a later change of a field looks for it there.
    """
    options = state.models[app_label, model_name].options
    options[option] = [*options[option], made]
    if "apps" in vars(state):
        getattr(state.apps.get_model(app_label, model_name)._meta, option).append(made)


def _forget_old(connection: psycopg.Connection[Any]) -> None:
    """Keep the newest templates only; another branch's may be in use at this moment."""
    query = r"SELECT datname FROM pg_database WHERE datname LIKE 'rems\_template\_%' ORDER BY oid DESC OFFSET 5"
    for (name,) in connection.execute(query).fetchall():
        _drop(connection, name)


def _point_django_at(address: str) -> None:
    """Make `default`, in every thread, the database at the address."""
    described = configuration.read_database(address, statement_seconds=15)
    connections.close_all()
    connections["default"].settings_dict.update(described)
    connections.settings["default"].update(described)


def _drop(connection: psycopg.Connection[Any], name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
