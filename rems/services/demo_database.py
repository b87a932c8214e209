"""The demo's database, and no other: a database is only filled or dropped when the demo made it."""

import os
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import conninfo, sql

from rems.services import credentials, roles

MARK = "REMS demo: may be dropped"
_SYSTEM = ("postgres", "template0", "template1", "")


class Refused(Exception):
    """What was asked would not be safe, or cannot be done; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """How the demo reaches its database: the owner migrates, the sealer seals, the app does the rest.

    The trail is read as the reader.
    """

    owner: str
    app: str
    reader: str
    sealer: str


def prepare(given: str, *, reset: bool) -> Access:
    """The database at the address given in DATABASE_URL. Raises Refused.

    A superuser's address is used to make the roles and the database; with any other both must
    stand already, and OWNER_DATABASE_URL says how to migrate.
    """
    if roles.may_install(given):
        passwords = {role: credentials.secret(f"role_{role}") for role in roles.LOGINS}
        return install(given, reset=reset, passwords=passwords)
    owner, reader, sealer = (os.environ.get(f"{role}_DATABASE_URL", "") for role in ("OWNER", "TRAIL", "SEALER"))
    if not (owner and reader and sealer):
        raise Refused(
            "DATABASE_URL is not a superuser's, so the roles cannot be made with it. Give a superuser's, or "
            "run `manage.py audit install` as one and give the addresses of the owner in OWNER_DATABASE_URL, "
            "of the reader in TRAIL_DATABASE_URL and of the sealer in SEALER_DATABASE_URL."
        )
    if reset:
        raise Refused("Starting over needs a superuser's DATABASE_URL: it drops the database.")
    return Access(owner=owner, app=given, reader=reader, sealer=sealer)


def install(superuser_url: str, *, reset: bool, passwords: dict[str, str] | None = None) -> Access:
    """Make the roles and the demo's database, which reset drops first. Raises Refused."""
    named = str(conninfo.conninfo_to_dict(superuser_url).get("dbname") or "")
    database = "rems" if named in _SYSTEM else named
    _require_own(superuser_url, database)
    if reset:
        _execute(superuser_url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", database)
    outside = conninfo.make_conninfo(superuser_url, dbname="postgres")
    addresses = roles.install(superuser_url=outside, database=database, passwords=passwords)
    _execute(superuser_url, "COMMENT ON DATABASE {} IS 'REMS demo: may be dropped'", database)
    return Access(owner=addresses.owner, app=addresses.app, reader=addresses.reader, sealer=addresses.sealer)


def _require_own(superuser_url: str, database: str) -> None:
    """Raises Refused for a database that has tables and was not made by the demo."""
    with psycopg.connect(superuser_url, dbname="postgres") as connection:
        query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        row = connection.execute(query, [database]).fetchone()
    if row is None or row[0] == MARK:
        return
    with psycopg.connect(superuser_url, dbname=database) as connection:
        query = "SELECT 1 FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') LIMIT 1"
        if connection.execute(query).fetchone():
            raise Refused(f"The database {database} has tables and was not made by the demo; it is left as it is.")


def _execute(superuser_url: str, statement: LiteralString, database: str) -> None:
    """From the database `postgres`, as none can be dropped from within."""
    with psycopg.connect(superuser_url, dbname="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(database)))
