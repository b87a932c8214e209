"""The guards themselves: triggers, functions, owners, grants and the view are as they were laid."""

from collections.abc import Callable, Iterator, Mapping

import psycopg
from psycopg import sql

from audit.triggers import Recorded
from audit.verifying import definitions as laid
from audit.verifying.instant import Connection
from audit.verifying.outcome import Fault, fault

TRIGGERS = """
SELECT n.nspname, c.relname, t.tgname, pg_get_triggerdef(t.oid), t.tgenabled::text
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT t.tgisinternal AND n.nspname IN ('audit', 'public')
"""
FUNCTIONS = """
SELECT p.proname, p.prosrc, p.prosecdef, l.lanname, coalesce(p.proconfig, '{}')
  FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.pronamespace = 'audit'::regnamespace
"""
FOREIGN = """
SELECT 'schema audit', r.rolname FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner WHERE n.nspname = 'audit'
UNION ALL SELECT 'audit.' || c.relname, r.rolname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
 WHERE c.relnamespace = 'audit'::regnamespace
UNION ALL SELECT 'audit.' || p.proname || '()', r.rolname FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
 WHERE p.pronamespace = 'audit'::regnamespace
"""
RELATIONS = "SELECT relname FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND relkind IN ('r', 'v')"
GRANTS = """
WITH things AS (
    SELECT 'schema audit' AS thing, nspacl AS acl, 'n'::"char" AS sort, nspowner AS owner
      FROM pg_namespace WHERE nspname = 'audit'
    UNION ALL SELECT 'audit.' || relname, relacl, CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner
      FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND relkind IN ('r', 'v', 'S', 'm', 'p', 'f')
    UNION ALL SELECT 'audit.' || proname || '()', proacl, 'f'::"char", proowner
      FROM pg_proc WHERE pronamespace = 'audit'::regnamespace
    UNION ALL SELECT 'column audit.' || c.relname || '.' || a.attname, a.attacl, NULL, c.relowner
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = 'audit'::regnamespace AND a.attacl IS NOT NULL
)
SELECT t.thing, coalesce(r.rolname, 'everybody'), a.privilege_type
  FROM things t CROSS JOIN LATERAL aclexplode(coalesce(t.acl, acldefault(t.sort, t.owner))) a
  LEFT JOIN pg_roles r ON r.oid = a.grantee
 WHERE a.grantee <> t.owner
"""
POWERS = """
SELECT rolname || ' has powers beyond its name' FROM pg_roles
 WHERE rolname IN ('rems_owner', 'rems_app', 'audit_owner', 'audit_sealer', 'audit_reader')
   AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
        OR (rolname = 'audit_owner' AND rolcanlogin))
UNION ALL
SELECT member.rolname || ' may act as ' || role.rolname FROM pg_auth_members m
  JOIN pg_roles member ON member.oid = m.member JOIN pg_roles role ON role.oid = m.roleid
 WHERE role.rolname IN ('audit_owner', 'audit_sealer', 'rems_owner')
    OR (member.rolname IN ('rems_app', 'rems_owner', 'audit_sealer', 'audit_reader') AND role.rolname <> member.rolname)
UNION ALL
SELECT 'rems_app owns ' || pg_describe_object(classid, objid, objsubid) FROM pg_shdepend
 WHERE refclassid = 'pg_authid'::regclass AND refobjid = (SELECT oid FROM pg_roles WHERE rolname = 'rems_app')
   AND deptype = 'o' AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
EXTRAS = """
SELECT 'rule ' || r.rulename || ' on ' || r.ev_class::regclass FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
 WHERE c.relnamespace IN ('audit'::regnamespace, 'public'::regnamespace) AND c.relkind IN ('r', 'p')
UNION ALL
SELECT 'policy ' || polname || ' on ' || polrelid::regclass FROM pg_policy
UNION ALL
SELECT 'row security on audit.' || relname FROM pg_class
 WHERE relnamespace = 'audit'::regnamespace AND (relrowsecurity OR relforcerowsecurity)
UNION ALL
SELECT inhrelid::regclass || ' inherits from ' || inhparent::regclass FROM pg_inherits i
  JOIN pg_class c ON c.oid = i.inhparent WHERE c.relnamespace = 'audit'::regnamespace AND c.relkind = 'r'
"""
UNIQUE = """
SELECT c.relname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
 WHERE c.relnamespace = 'audit'::regnamespace AND k.contype IN ('p', 'u')
"""
GENERATED = """
SELECT a.attname, pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a
  JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE a.attrelid = 'audit.event'::regclass AND a.attgenerated = 's'
"""


def check_guards(connection: Connection, recorded: Mapping[str, Recorded]) -> list[Fault]:
    """Whatever is not as migrations, trail.sql and grants.sql lay it."""
    checks: tuple[Callable[[Connection], Iterator[Fault]], ...] = (
        _functions,
        _owners,
        _grants,
        _powers,
        _unique,
        _computed,
        _view,
    )
    found = list(_triggers(connection, recorded))
    for check in checks:
        found += check(connection)
    return found


def _triggers(connection: Connection, recorded: Mapping[str, Recorded]) -> Iterator[Fault]:
    there: dict[str, dict[str, tuple[str, str]]] = {}
    for schema, table, name, definition, enabled in connection.execute(TRIGGERS):
        there.setdefault(f"{schema}.{table}", {})[name] = (definition, enabled)
    expected = {f"public.{table}": each.definitions() for table, each in recorded.items()}
    for table in laid.GUARDED:
        expected[f"audit.{table}"] = {name: text.format(table) for name, text in laid.REFUSING.items()}
    for table, definitions in expected.items():
        for name, definition in definitions.items():
            found = there.get(table, {}).get(name)
            if found is None:
                yield fault(f"trigger {name} of {table}", "it is gone")
            elif found[0] != definition:
                yield fault(f"trigger {name} of {table}", f"it is another one: {found[0]}")
            elif found[1] != "A":
                yield fault(f"trigger {name} of {table}", "it is switched off, or not always on")
    for table in (f"audit.{name}" for name in (*laid.GUARDED, *laid.UNGUARDED, "entry")):
        for name in there.get(table, {}).keys() - expected.get(table, {}).keys():
            yield fault(f"trigger {name} of {table}", "nobody laid it")


def _functions(connection: Connection) -> Iterator[Fault]:
    missing = dict(laid.functions())
    for name, body, is_definer, language, settings in connection.execute(FUNCTIONS):
        expected = missing.pop(name, None)
        where = f"function audit.{name}"
        if expected is None:
            yield fault(where, "nobody laid it")
        elif body != expected.body or language != expected.language:
            yield fault(where, "its body is another one")
        elif is_definer != expected.is_definer:
            yield fault(where, "it runs with other rights")
        elif {laid.normal(setting) for setting in settings} != expected.settings:
            yield fault(where, f"it runs with other settings: {', '.join(settings)}")
    for name in missing:
        yield fault(f"function audit.{name}", "it is gone")


def _owners(connection: Connection) -> Iterator[Fault]:
    for thing, owner in connection.execute(FOREIGN):
        if owner != laid.OWNER:
            yield fault(thing, f"its owner is {owner}")


def _grants(connection: Connection) -> Iterator[Fault]:
    relations = frozenset(name for (name,) in connection.execute(RELATIONS))
    expected = laid.grants(relations)
    there = {laid.Grant(*row) for row in connection.execute(GRANTS)}
    for grant in sorted(there - expected):
        yield fault("grants", f"{grant}, which nobody laid")
    for grant in sorted(expected - there):
        yield fault("grants", f"{grant} is missing")


def _powers(connection: Connection) -> Iterator[Fault]:
    for (power,) in connection.execute(POWERS):
        yield fault("roles", power)
    for (extra,) in connection.execute(EXTRAS):
        yield fault(extra, "nobody laid it")


def _unique(connection: Connection) -> Iterator[Fault]:
    there: dict[str, set[str]] = {}
    for table, definition in connection.execute(UNIQUE):
        there.setdefault(table, set()).add(definition)
    for table, definitions in laid.UNIQUE.items():
        for definition in sorted(definitions - there.get(table, set())):
            yield fault(f"audit.{table}", f"the constraint {definition} is gone")


def _computed(connection: Connection) -> Iterator[Fault]:
    there = dict(connection.execute(GENERATED).fetchall())
    for name, expression in laid.generated().items():
        if name not in there:
            yield fault(f"audit.event.{name}", "it is not computed from the text any more")
        elif not _same(connection, there[name], expression, of="SELECT {} FROM audit.event"):
            yield fault(f"audit.event.{name}", "it is computed in another way")


def _view(connection: Connection) -> Iterator[Fault]:
    there = connection.execute("SELECT pg_get_viewdef('audit.entry'::regclass)").fetchall()[0][0].rstrip("; ")
    whole = "SELECT * FROM ({}) of_view"
    if not _same(connection, there, laid.view(), of=whole) or _names(connection, there) != _names(
        connection, laid.view()
    ):
        yield fault("view audit.entry", "it shows something else than it should")


def _same(connection: Connection, one: str, other: str, *, of: str) -> bool:
    """Whether the server understands the same by both texts: it explains them alike, whatever its version."""
    return _plan(connection, of.format(one)) == _plan(connection, of.format(other))


def _plan(connection: Connection, query: str) -> list[str]:
    explained = sql.SQL("EXPLAIN (VERBOSE, COSTS OFF) ") + sql.SQL(query)
    try:
        with connection.transaction():
            return [line for (line,) in connection.execute(explained)]
    except psycopg.Error as error:
        return [str(error)]


def _names(connection: Connection, query: str) -> list[tuple[str, int]]:
    cursor = connection.execute(sql.SQL("SELECT * FROM ({}) of_view LIMIT 0").format(sql.SQL(query)))
    return [(column.name, column.type_code) for column in cursor.description or ()]
