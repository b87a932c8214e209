"""A process does not start while a route says nowhere who may use it, and a worker not with a powerful role."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rems.services import demo, places
from rems.services.demo_database import Refused
from tests.database import Laid

FORGETFUL = """
from django.http import HttpResponse
from django.urls import path

from rems.urls import urlpatterns as those_of_the_site


def forgotten(request):
    return HttpResponse("secret")


urlpatterns = [*those_of_the_site, path("forgotten/", forgotten)]
"""
WEB = ("gunicorn", "rems.wsgi", "--bind=127.0.0.1:0", "--workers=1", "--no-control-socket")
WORKER = ("celery", "--app=rems.celery", "--quiet", "worker", "--concurrency=1", "--pool=solo")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The project's settings with one more route, that says nothing."""
    (tmp_path / "forgetful_urls.py").write_text(FORGETFUL)
    (tmp_path / "forgetful.py").write_text('from rems.settings import *\n\nROOT_URLCONF = "forgetful_urls"\n')
    own = {"REMS_ENV": "test", "DATABASE_URL": "postgresql://rems_app@127.0.0.1:1/rems", "REDIS_URL": "memory://"}
    paths = f"{tmp_path}{os.pathsep}{places.ROOT}"
    return {"PATH": os.environ["PATH"], "PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": "forgetful", **own}


def start(words: tuple[str, ...], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Start it for real; who does not refuse would run on, and fails the test by the time."""
    ran = [sys.executable, "-m", *words]
    return subprocess.run(
        ran, cwd=places.ROOT, env=environment, capture_output=True, text=True, check=False, timeout=240
    )


@pytest.mark.parametrize("words", [WEB, WORKER], ids=["web", "worker"])
def test_a_route_without_a_policy_stops_the_start_and_is_named(
    words: tuple[str, ...], environment: dict[str, str]
) -> None:
    ran = start(words, environment)
    assert ran.returncode != 0
    assert "/forgotten/" in ran.stderr
    assert "says nowhere who may use it" in ran.stderr


def test_it_stops_the_demonstration_before_anything_is_filled(
    environment: dict[str, str], database: Laid, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Refused, match="migrate"):
        demo._fill(environment, owner=database.addresses.owner)
    assert "/forgotten/" in capfd.readouterr().err


def test_a_worker_of_production_does_not_start_as_an_owner(database: Laid) -> None:
    own = {
        "REMS_ENV": "production",
        "SECRET_KEY": "k" * 64,
        "ALLOWED_HOSTS": "rems.example.org",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "DATABASE_URL": database.addresses.owner,
        "TRAIL_DATABASE_URL": database.addresses.reader,
    }
    ran = start(WORKER, {"PATH": os.environ["PATH"], "PYTHONPATH": str(places.ROOT), **own})
    assert ran.returncode != 0
    assert "the audit trail could be changed" in ran.stderr
