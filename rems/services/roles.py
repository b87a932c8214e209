"""The database's roles: who owns, who uses, who seals and who reads; and the trail's own schema.

The superuser's one step. After it the application connects as a role that owns nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import psycopg
from psycopg import conninfo, sql

from rems.services import places

OWNER, APP = "rems_owner", "rems_app"
SEALER, READER, TRAIL_OWNER = "audit_sealer", "audit_reader", "audit_owner"
LOGINS = (OWNER, APP, SEALER, READER)
SCHEMA = places.ROOT / "audit" / "schema"

# One row for each thing that the connected role could do against the trail.
POWERS = """
SELECT 'is a superuser' FROM pg_roles WHERE rolname = current_user AND rolsuper
UNION ALL
SELECT 'may create roles' FROM pg_roles WHERE rolname = current_user AND rolcreaterole
UNION ALL
SELECT 'owns the database' FROM pg_database
 WHERE datname = current_database() AND pg_has_role(current_user, datdba, 'MEMBER')
UNION ALL
SELECT 'owns tables' WHERE EXISTS (
    SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
       AND n.nspname NOT LIKE 'pg\\_temp%' AND n.nspname NOT LIKE 'pg\\_toast%'
       AND pg_has_role(current_user, c.relowner, 'MEMBER'))
UNION ALL
SELECT 'may become ' || rolname FROM pg_roles
 WHERE rolname IN ('rems_owner', 'audit_owner', 'audit_sealer') AND rolname <> current_user
   AND pg_has_role(current_user, oid, 'MEMBER')
   AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
UNION ALL
SELECT 'may change the trail' WHERE EXISTS (
    SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'audit' AND c.relkind = 'r'
       AND has_table_privilege(current_user, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))
"""


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """The same database as each role reaches it."""

    superuser: str
    owner: str
    app: str
    sealer: str
    reader: str


def may_install(url: str) -> bool:
    """Whether the address's role is a superuser, who may make the roles and a database that is missing."""
    try:
        connection = psycopg.connect(url, connect_timeout=5)
    except psycopg.OperationalError as error:
        if "does not exist" not in str(error):
            raise
        connection = psycopg.connect(url, dbname="postgres", connect_timeout=5)
    with connection:
        row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def install(*, superuser_url: str, database: str, passwords: Mapping[str, str] | None = None) -> Addresses:
    """Make the roles, the database, the trail's schema and all grants, or put right what differs. Safe to repeat.

    passwords, by role, are set where given and otherwise left as they are. Raises psycopg.Error
    when superuser_url is not a superuser's.
    """
    with psycopg.connect(superuser_url, autocommit=True, connect_timeout=5) as connection:
        # Two installers at once would both find a role missing.
        connection.execute("SELECT pg_advisory_lock(hashtext('rems roles'))")
        _make_roles(connection, passwords or {})
        _make_database(connection, database)
    addresses = addresses_of(superuser_url=superuser_url, database=database, passwords=passwords)
    with psycopg.connect(addresses.superuser, connect_timeout=5) as connection:
        _grant(connection, database)
        _lay_trail(connection)
    return addresses


def admit(*, superuser_url: str, database: str) -> None:
    """The grants of a database that is a copy of an installed one: those that a copy does not bring along."""
    with psycopg.connect(superuser_url, dbname=database, connect_timeout=5) as connection:
        _grant(connection, database)


def addresses_of(*, superuser_url: str, database: str, passwords: Mapping[str, str] | None = None) -> Addresses:
    """The addresses of an installed database."""

    given = conninfo.conninfo_to_dict(superuser_url)

    def address(role: str) -> str:
        own = {"user": role, "password": (passwords or {}).get(role, "")}
        parts = {**given, **own, "dbname": ""}
        return f"postgresql:///{quote(database)}?" + urlencode({key: word for key, word in parts.items() if word})

    return Addresses(
        superuser=conninfo.make_conninfo(superuser_url, dbname=database),
        owner=address(OWNER),
        app=address(APP),
        sealer=address(SEALER),
        reader=address(READER),
    )


def _make_roles(connection: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    """Each role exists, with no power beyond its name."""
    existing = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    for role in (*LOGINS, TRAIL_OWNER):
        verb = "ALTER" if role in existing else "CREATE"
        login = "LOGIN" if role in LOGINS else "NOLOGIN"
        statement = f"{verb} ROLE {{}} {login} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
        connection.execute(sql.SQL(statement).format(sql.Identifier(role)))
        if role in passwords:
            set_password = sql.SQL("ALTER ROLE {} PASSWORD {}")
            connection.execute(set_password.format(sql.Identifier(role), sql.Literal(passwords[role])))


def _make_database(connection: psycopg.Connection, database: str) -> None:
    """The database exists and is the owner's."""
    row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
    statement = "ALTER DATABASE {} OWNER TO {}" if row else "CREATE DATABASE {} OWNER {}"
    connection.execute(sql.SQL(statement).format(sql.Identifier(database), sql.Identifier(OWNER)))


def _grant(connection: psycopg.Connection, database: str) -> None:
    """What each role may do in the database: for the application, rows and no more."""
    names = {"database": sql.Identifier(database), "owner": sql.Identifier(OWNER), "app": sql.Identifier(APP)}
    for statement in (
        "SELECT pg_advisory_xact_lock(hashtext('rems roles'))",
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "REVOKE ALL ON DATABASE {database} FROM {app}",
        "GRANT CONNECT ON DATABASE {database} TO {owner}, {app}, audit_sealer, audit_reader",
        "ALTER SCHEMA public OWNER TO {owner}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC, {app}",
        "GRANT USAGE ON SCHEMA public TO {app}, audit_owner, audit_sealer, audit_reader",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
        " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE ON SEQUENCES TO {app}",
    ):
        connection.execute(sql.SQL(statement).format(**names))


def _lay_trail(connection: psycopg.Connection) -> None:
    """The trail's schema, made by the role that owns it, and who may do what with it."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS audit AUTHORIZATION audit_owner")
    connection.execute("SET LOCAL ROLE audit_owner")
    connection.execute((SCHEMA / "trail.sql").read_bytes())
    connection.execute("RESET ROLE")
    connection.execute((SCHEMA / "grants.sql").read_bytes())
