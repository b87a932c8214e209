"""The course, the figures and the parts in a real browser: narrow and wide, light and dark, on paper, by one click."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Person
from rems.models import Authorization
from tests.rems.course.test_course import World, address, world
from tests.rems.program_cast import NOW, signed_in
from tests.rems.test_frame_browser import sound
from tests.soak import in_full

__all__ = ["world"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def window(page: Page, live_server: Any, world: World, settings: Any) -> Page:
    """Ruth's browser; it is 09:12 for the server too."""
    settings.REMS_CLOCK = NOW
    enter(page, live_server, world.cast.ruth)
    return page


def enter(page: Page, live_server: Any, someone: Person) -> None:
    session = signed_in(someone).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])


def sheets(page: Page) -> list[bytes]:
    """The sheets of the page as it prints, each with its measures."""
    paper = page.pdf(format="Letter", prefer_css_page_size=True)
    return re.findall(rb"/MediaBox\s*\[([^\]]*)\]", paper)


@in_full
def test_the_course_is_sound_on_a_phone_and_on_a_desk_and_scrolls_in_its_box(window: Page, world: World) -> None:
    for width, scheme in ((320, "dark"), (1280, "light")):
        window.set_viewport_size({"width": width, "height": 800})
        window.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        window.goto(address(world.leila))
        sound(window)
    window.set_viewport_size({"width": 320, "height": 800})
    window.reload()
    box = window.get_by_role("region", name="Course of Leila Haddad, picture; scrolls sideways")
    today = window.locator(".g-now-flag").bounding_box()
    assert today is not None
    assert 0 <= today["x"] <= 320 - today["width"]
    before = box.evaluate("box => box.scrollLeft")
    assert before > 0
    box.focus()
    window.keyboard.press("ArrowLeft")
    expect(box).to_be_focused()
    for _ in range(50):
        if box.evaluate("box => box.scrollLeft") < before:
            break
        window.wait_for_timeout(100)
    assert box.evaluate("box => box.scrollLeft") < before


def test_the_course_prints_across_and_its_first_sheet_holds_the_picture(window: Page, world: World) -> None:
    window.goto(address(world.leila))
    assert {sheet.split()[2:] == [b"792", b"612"] for sheet in sheets(window)} == {True}
    window.emulate_media(media="print")
    window.set_viewport_size({"width": 1032, "height": 725})
    table = window.locator("#table").bounding_box()
    assert table is not None
    assert table["y"] < 725


def test_one_click_copies_a_number_and_its_paper_is_one_sheet(window: Page, world: World, live_server: Any) -> None:
    number = Authorization.objects.order_by("issued_at").last()
    assert number is not None
    window.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    window.goto(reverse("prescriber:authorization", args=[number.number]))
    copy = window.get_by_role("button", name=f"Copy {number}")
    copy.click()
    expect(copy).to_have_text("Copied")
    assert window.evaluate("navigator.clipboard.readText()") == number.number
    assert window.get_by_role("status").last.text_content() == f"Copied {number}."
    assert len(sheets(window)) == 1


@in_full
def test_the_figures_and_all_parts_are_sound(window: Page, world: World, live_server: Any) -> None:
    enter(window, live_server, world.cast.jo)
    for width, scheme in ((320, "dark"), (1280, "light")):
        window.set_viewport_size({"width": width, "height": 800})
        window.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for place in (reverse("administration:figures"), reverse("parts")):
            window.goto(place)
            sound(window)
