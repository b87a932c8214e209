"""What the trail's schema should be, read out of the files that lay it: functions, columns, view, grants."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SCHEMA = Path(__file__).resolve().parents[1] / "schema"
OWNER = "audit_owner"
GUARDED = ("event", "leaf", "seal", "epoch", "key")
UNGUARDED = ("watermark",)
REFUSING = {
    "refuse_rows": "CREATE TRIGGER refuse_rows BEFORE DELETE OR UPDATE ON audit.{}"
    " FOR EACH ROW EXECUTE FUNCTION audit.refuse()",
    "refuse_truncate": "CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit.{}"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse()",
}
UNIQUE = {
    "epoch": {"PRIMARY KEY (no)"},
    "event": {"PRIMARY KEY (id)"},
    "key": {"PRIMARY KEY (id)"},
    "leaf": {"PRIMARY KEY (idx)", "UNIQUE (event_id)"},
    "seal": {"PRIMARY KEY (no)"},
}

_FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION audit\.(\w+)\(([^)]*)\)(.*?)AS \$\$(.*?)\$\$", re.DOTALL)
_GENERATED = re.compile(r"\n    (\w+) [a-z ]+(?:NOT NULL )?GENERATED ALWAYS AS \((.*?)\) STORED", re.DOTALL | re.I)
_VIEW = re.compile(r"CREATE OR REPLACE VIEW audit\.entry AS\n(.*?);", re.DOTALL)
_GRANT = re.compile(r"^GRANT ([A-Z, ]+) ON (SCHEMA |FUNCTION |ALL TABLES IN SCHEMA |)(.*?) TO (.*?);", re.M | re.S)


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function as the file writes it."""

    body: str
    is_definer: bool
    language: str
    settings: frozenset[str]


@dataclass(frozen=True, order=True)
class Grant:
    """One privilege on one thing of the trail."""

    thing: str
    role: str
    privilege: str

    def __str__(self) -> str:
        return f"{self.privilege} on {self.thing} to {self.role}"


@cache
def functions() -> dict[str, Function]:
    """Each function of the schema by name."""
    found = {}
    for name, _, head, body in _FUNCTION.findall(_trail()):
        language = re.search(r"LANGUAGE (\w+)", head)
        found[name] = Function(
            body=body,
            is_definer="SECURITY DEFINER" in head,
            language=language[1] if language else "",
            settings=frozenset(_setting(words) for words in re.split(r"\bSET ", head)[1:]),
        )
    return found


@cache
def generated() -> dict[str, str]:
    """The expression of each computed column of audit.event."""
    return {name: " ".join(expression.split()) for name, expression in _GENERATED.findall(_trail())}


@cache
def view() -> str:
    """The query of the view audit.entry."""
    found = _VIEW.search(_trail())
    return found[1] if found else ""


@cache
def grants(relations: frozenset[str]) -> frozenset[Grant]:
    """Every privilege on the schema, on these relations of it and on its functions."""
    found = set()
    for privileges, sort, things, roles in _GRANT.findall((SCHEMA / "grants.sql").read_text(encoding="utf-8")):
        for thing in _things(sort.strip(), things, relations):
            for role in roles.split(","):
                for privilege in privileges.split(","):
                    found.add(Grant(thing, role.strip(), privilege.strip()))
    return frozenset(found)


def _things(sort: str, words: str, relations: frozenset[str]) -> list[str]:
    if sort == "SCHEMA":
        return [f"schema {words}"] if words == "audit" else []
    if sort == "ALL TABLES IN SCHEMA":
        return [f"audit.{name}" for name in relations] if words == "audit" else []
    if sort == "FUNCTION":
        return [f"audit.{name}()" for name in re.findall(r"audit\.(\w+)\(", words)]
    return [thing.strip() for thing in words.split(",") if thing.strip().startswith("audit.")]


def _setting(words: str) -> str:
    name, _, value = words.partition("=")
    return normal(f"{name.strip()}={value.strip().strip(chr(39))}")


def normal(setting: str) -> str:
    """A function's setting, however PostgreSQL writes its name."""
    name, _, value = setting.partition("=")
    return f"{name.lower()}={' '.join(value.split())}"


def _trail() -> str:
    return (SCHEMA / "trail.sql").read_text(encoding="utf-8")
