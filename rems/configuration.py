"""Reads the environment's words into typed settings. Without Django, so that all may use it."""

import re
from datetime import datetime, timedelta
from typing import Any, Literal

from psycopg import ProgrammingError, conninfo

Stage = Literal["production", "demo", "test"]
Clock = timedelta | datetime | None

_OFFSET = re.compile(r"(?P<sign>[+-])(?P<amount>\d{1,6})(?P<unit>[dhms])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


class WrongSetting(Exception):
    """A setting that the application refuses to start with; its text says why."""


def read_stage(text: str) -> Stage:
    """The kind of installation. Nothing given means production, the strictest."""
    match text:
        case "" | "production":
            return "production"
        case "demo" | "test":
            return text
    raise WrongSetting(f"REMS_ENV is {text!r}; it may be production, demo or test.")


def read_clock(text: str, *, stage: Stage) -> Clock:
    """An offset (`+14d`, `-3h`, `+90m`) or the instant, with its zone, at which time stands still."""
    if not text:
        return None
    if stage == "production":
        raise WrongSetting(
            "REMS_CLOCK is set, but this is production: a gate that is asked about another time "
            "than now would let pass what it must hold. Unset it, or set REMS_ENV=demo."
        )
    if offset := _OFFSET.fullmatch(text):
        amount = timedelta(**{_UNITS[offset["unit"]]: int(offset["amount"])})
        return amount if offset["sign"] == "+" else -amount
    return _read_instant(text)


def _read_instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise WrongSetting(
            f"REMS_CLOCK is {text!r}; it may be an offset such as +14d, -3h or +90m, "
            "or an instant such as 2026-03-08T01:30:00-05:00."
        ) from None
    if instant.utcoffset() is None:
        raise WrongSetting(f"REMS_CLOCK is {text!r}, an instant without a zone; add one, such as -05:00.")
    return instant


def read_second_factor(text: str, *, stage: Stage) -> bool:
    """Whether everybody but patients needs a second factor: `on` or `off`. Production always has it on."""
    match text, stage:
        case "", _:
            return stage == "production"
        case "on", _:
            return True
        case "off", "production":
            raise WrongSetting("SECOND_FACTOR is off, but this is production: a password alone opens nothing here.")
        case "off", _:
            return False
    raise WrongSetting(f"SECOND_FACTOR is {text!r}; it may be on or off.")


def read_database(url: str, *, statement_seconds: int) -> dict[str, Any]:
    """Django's description of the database at a `postgresql://` address.

    A connection is given up after 2 s where the address says nothing else, a statement after
    statement_seconds, a transaction left idle after 30 s.
    """
    try:
        parts: dict[str, Any] = dict(conninfo.conninfo_to_dict(url))
    except ProgrammingError as error:
        raise WrongSetting(f"DATABASE_URL cannot be read: {error}") from None
    if not parts.get("dbname"):
        raise WrongSetting("DATABASE_URL names no database.")
    named = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    described = {key: str(parts.pop(name, "") or "") for key, name in named.items()}
    limits = f"-c statement_timeout={statement_seconds}s -c idle_in_transaction_session_timeout=30s"
    options = {"connect_timeout": "2", **parts, "options": f"{parts.get('options') or ''} {limits}".strip()}
    return {"ENGINE": "django.db.backends.postgresql", **described, "OPTIONS": options}
