"""The page of all template parts: it shows each of them, in every state, and cannot go stale."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from audit.models import Event
from rems.display.course.entries import Sign
from rems.services import places
from rems.templatetags.words import TONES
from tests.people import person

pytestmark = pytest.mark.django_db
FOLDER = places.ROOT / "templates" / "parts"
TAG = re.compile(r'{% tag "[a-z]+" "[a-z]+" (?:\w+\|default:)?"([^"]+)" %}')
MADE_UP = "Everything on this page is made up."


@pytest.fixture
def page(client: Client) -> Any:
    client.force_login(person("Somebody", Role.PHARMACIST))
    return client.get("/parts/")


def test_every_template_part_is_shown(page: Any) -> None:
    """A part that is added without its place here fails, each state of a record and each role's tour as well."""
    parts = {str(file.relative_to(FOLDER.parent)) for file in FOLDER.rglob("*.html") if file.stat().st_size}
    shown = {template.name for template in page.templates}
    assert parts - shown == set()


def test_every_word_for_a_state_stands_there(page: Any) -> None:
    """What a part says of a state is seen here before it is seen on a page."""
    words = {said for file in FOLDER.rglob("*.html") for said in TAG.findall(file.read_text())}
    html = page.content.decode()
    assert {said for said in words if f"</svg>{said}</span>" not in html} == set()
    assert len(words) > 20


def test_every_tone_stands_there_in_every_part_that_has_one(page: Any) -> None:
    html = page.content.decode()
    for part in ("tag", "notice", "stat"):
        assert [tone for tone in TONES if f"{part} is-{tone}" not in html] == [], part
    assert [tone for tone in TONES if f"verdict is-{tone}" not in html] == ["note"], "no answer is a mere note"


def test_it_says_that_it_is_made_up_and_records_nobody(page: Any) -> None:
    assert MADE_UP in page.content.decode()
    assert not Event.objects.filter(action__startswith="rems.view").exists()


def test_every_verdict_every_sign_and_every_icon_stands_there(page: Any) -> None:
    html = page.content.decode()
    for title in (
        "May be dispensed",
        "with a note",
        "Do not dispense: held",
        "Not gated",
        "Do not dispense: no answer",
    ):
        assert title in html
    assert set(Sign) == set(page.context["course"].picture.legend)
    assert all(f'href="#i-{name}"' in html for name in page.context["icons"])
    assert len(page.context["icons"]) > 25


def test_no_id_stands_twice(page: Any) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page.content.decode())
    assert sorted(ids) == sorted(set(ids))


def test_it_is_not_for_who_is_not_signed_in(client: Client) -> None:
    assert client.get("/parts/").status_code == 302


def test_every_drawn_shape_that_is_used_is_defined(page: Any) -> None:
    html = page.content.decode()
    used = set(re.findall(r'href="#(c-[a-z-]+)"', html)) | set(re.findall(r"url\(#(c-[a-z]+)\)", html))
    assert used <= set(re.findall(r'id="(c-[a-z-]+)"', html))
