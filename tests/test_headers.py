"""What browsers are told: on every kind of answer, in production's cookies, and what no template holds."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from accounts.roles import Role
from rems.services import places
from tests.adversary.headers import INLINE, faults_of
from tests.database import Laid
from tests.people import person

TEMPLATES = sorted((places.ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(places.ROOT / "templates")))
def test_no_template_holds_a_script_a_style_or_a_handler(path: Path) -> None:
    assert INLINE.search(path.read_text(encoding="utf-8")) is None


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<script nonce="x">',
        "<style>",
        '<p style="color: red">',
        '<p\nstyle="">',
        '<a onclick="x()">',
        '<img src="x" onerror=x>',
        '<a href="javascript:x()">',
        "<form action=javascript:x>",
        '<iframe src="data:text/html,x">',
    ],
)
def test_the_search_finds_each_of_them(html: str) -> None:
    assert INLINE.search(html)


@pytest.mark.parametrize(
    "html", ['<script src="/static/x.js" defer></script>', "<p>Act on = now</p>", '<link rel="stylesheet" href="/x">']
)
def test_the_search_finds_nothing_else(html: str) -> None:
    assert INLINE.search(html) is None


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), [("/sign-in/", 200), ("/", 302), ("/nothing/", 404), ("/programs/", 302)])
def test_answers_to_nobody_have_all_headers(client: Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    # Where nobody is signed in and nothing of anybody is shown, a cache may keep it.
    assert faults_of(answer, kept_nowhere=path == "/sign-in/") == []


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), [("/nothing/", 404), ("/pharmacy/", 403), ("/who-may-do-what/", 200)])
def test_answers_to_somebody_are_kept_nowhere(client: Client, path: str, status: int) -> None:
    client.force_login(person("Per Holm", Role.AUDITOR))
    answer = client.get(path)
    assert answer.status_code == status
    assert faults_of(answer) == []


def test_static_files_have_them_too(client: Client) -> None:
    with contextlib.closing(client.get("/static/rems.css")) as answer:
        assert answer.status_code == 200
        assert faults_of(answer, kept_nowhere=False) == []
        assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.django_db
def test_health_has_them_too(client: Client) -> None:
    assert faults_of(client.get("/healthz"), kept_nowhere=False) == []


PRODUCTION = {
    "REMS_ENV": "production",
    "SECRET_KEY": "k" * 64,
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "ALLOWED_HOSTS": "rems.example.org",
    "DJANGO_SETTINGS_MODULE": "as_in_production",
}
# The session without its table and the files without their manifest: neither is what is asked here.
SETTINGS = """
from rems.settings import *

SESSION_ENGINE = "django.contrib.sessions.backends.cache"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
"""
VISIT = """
import json
import django
django.setup()
from django.contrib import messages
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.http import HttpResponse
from django.test import Client, RequestFactory

def cookies(answer):
    return {name: dict(morsel) for name, morsel in answer.cookies.items()}

def view(request):
    messages.success(request, "Moved. Leila Haddad is in the care of Ruth Abara now.")
    return HttpResponse()

page = Client().get("/sign-in/", secure=True, headers={"host": "rems.example.org"})
plain = Client().get("/sign-in/", headers={"host": "rems.example.org"})
session = SessionMiddleware(MessageMiddleware(view))(RequestFactory().get("/", secure=True))
print(json.dumps({
    "status": page.status_code,
    "hsts": page.get("Strict-Transport-Security", ""),
    "plain": [plain.status_code, plain.get("Location", "")],
    "cookies": cookies(page) | cookies(session),
}))
"""


def test_production_speaks_tls_alone_and_its_cookies_are_the_hosts_own(tmp_path: Path, database: Laid) -> None:
    (tmp_path / "as_in_production.py").write_text(SETTINGS)
    paths = f"{tmp_path}{os.pathsep}{places.ROOT}"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": paths, **PRODUCTION}
    environment |= {"DATABASE_URL": database.addresses.app, "TRAIL_DATABASE_URL": database.addresses.reader}
    words = [sys.executable, "-c", VISIT]
    ran = subprocess.run(words, cwd=places.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    assert (said["status"], said["plain"]) == (200, [301, "https://rems.example.org/sign-in/"])
    assert said["hsts"] == "max-age=31536000; includeSubDomains"
    assert set(said["cookies"]) == {"__Host-sessionid", "__Host-csrftoken"}
    for cookie in said["cookies"].values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")


@pytest.mark.django_db
def test_over_plain_http_the_cookies_have_plain_names(client: Client) -> None:
    """A browser drops a __Host- cookie without TLS, and nobody could sign in to the demonstration."""
    client.get("/sign-in/")
    assert set(client.cookies) == {"csrftoken"}
