"""The page of who may do what: the table in words, the reader's own part, and what nobody may."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from accounts.roles import RIGHTS, Role
from accounts.separation import APART, DUTIES
from tests.people import person
from tests.rems.program_cast import signed_in
from tests.rems.test_frame_browser import sound

pytestmark = pytest.mark.django_db
PAGE = "/who-may-do-what/"


def words_of(html: str) -> str:
    return html.replace("&#x27;", "'").casefold()


@pytest.mark.parametrize("role", list(Role))
def test_everybody_reads_every_right_with_its_scope_and_the_own_ones_first(client: Client, role: Role) -> None:
    client.force_login(person("Somebody", role))
    answer = client.get(PAGE)
    text = words_of(answer.content.decode())
    for rights in RIGHTS.values():
        assert all(
            f"{p.value.casefold()}</li>" in text and f"{s.value.casefold()}</th>" in text for p, s in rights.items()
        )
    assert [each.code for each in answer.context["own"]] == [role.value]
    assert {each.code: each.held for each in answer.context["roles"]} == {r.value: r is role for r in Role}
    assert text.index("what you may do") < text.index('id="prescriber"')
    for duty in (*DUTIES, *(rule.why for rule in APART)):
        assert duty.casefold() in text


def test_without_a_role_one_is_told_who_grants_them(client: Client) -> None:
    client.force_login(person("New Person"))
    assert "No role was granted to you yet" in client.get(PAGE).content.decode()


def test_it_is_for_people_who_are_signed_in_and_linked_on_every_page(client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    assert PAGE not in client.get("/sign-in/").content.decode()
    client.force_login(person("Per Holm", Role.AUDITOR))
    assert f'href="{PAGE}"' in client.get("/programs/").content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_it_is_read_on_a_phone_and_by_a_screen_reader(page: Page, live_server: Any, width: int) -> None:
    cookie = signed_in(person("Kim Lee", Role.PHARMACIST, Role.REPRESENTATIVE)).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(PAGE)
    sound(page)
    assert page.get_by_role("table", name="Auditor: what and where").count() == 1
