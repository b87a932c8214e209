"""Settings: what the application refuses to start with, and that it says why."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from rems import configuration
from rems.services import places

PRODUCTION = {
    "REMS_ENV": "production",
    "SECRET_KEY": "k" * 64,
    "DATABASE_URL": "postgresql://rems_app:x@127.0.0.1:1/rems",
    "TRAIL_DATABASE_URL": "postgresql://audit_reader:x@127.0.0.1:1/rems",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "ALLOWED_HOSTS": "rems.example.org",
}


def load_settings(**environment: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of their own, with this environment and no other."""
    kept = {"PATH": os.environ["PATH"]}
    words = [sys.executable, "-c", "import rems.settings"]
    return subprocess.run(
        words, cwd=places.ROOT, env={**kept, **environment}, capture_output=True, text=True, check=False
    )


def test_production_starts_with_all_it_needs() -> None:
    loaded = load_settings(**PRODUCTION)
    assert loaded.returncode == 0, loaded.stderr


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL", "TRAIL_DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS"])
def test_production_names_what_is_missing(missing: str) -> None:
    loaded = load_settings(**{name: word for name, word in PRODUCTION.items() if name != missing})
    assert loaded.returncode != 0
    assert f"{missing} is not set" in loaded.stderr


@pytest.mark.parametrize(
    ("name", "word", "why"),
    [
        ("DEBUG", "1", "DEBUG is set, but this is production"),
        ("REMS_CLOCK", "+14d", "REMS_CLOCK is set, but this is production"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS is *"),
        ("SECRET_KEY", "short", "SECRET_KEY is shorter"),
        ("DATABASE_URL", "postgresql://127.0.0.1", "names no database"),
        ("STATEMENT_SECONDS", "soon", "STATEMENT_SECONDS"),
        ("REMS_ENV", "staging", "REMS_ENV is 'staging'"),
    ],
)
def test_production_refuses_and_says_why(name: str, word: str, why: str) -> None:
    loaded = load_settings(**{**PRODUCTION, name: word})
    assert loaded.returncode != 0
    assert why in loaded.stderr


def test_nothing_said_means_production() -> None:
    loaded = load_settings()
    assert loaded.returncode != 0
    assert "production needs it" in loaded.stderr


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("", None),
        ("+14d", timedelta(days=14)),
        ("-3h", timedelta(hours=-3)),
        ("+90m", timedelta(minutes=90)),
        ("2026-03-08T07:30:00Z", datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),
        ("2026-03-08T02:30:00-05:00", datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),
    ],
)
def test_the_clock_is_an_offset_or_an_instant(text: str, clock: configuration.Clock) -> None:
    assert configuration.read_clock(text, stage="demo") == clock


@pytest.mark.parametrize("text", ["14d", "+14", "+14w", "tomorrow", "2026-03-08T07:30:00", "2026-03-08"])
def test_a_clock_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(configuration.WrongSetting, match="REMS_CLOCK"):
        configuration.read_clock(text, stage="test")


def test_djangos_own_checks_find_nothing_wrong_with_production() -> None:
    words = [sys.executable, "manage.py", "check", "--deploy", "--fail-level=WARNING"]
    environment = {"PATH": os.environ["PATH"], **PRODUCTION, "SECRET_KEY": "aB3$" * 16 + "xyzuvw12"}
    ran = subprocess.run(words, cwd=places.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
