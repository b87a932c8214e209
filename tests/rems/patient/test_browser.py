"""What the practice sees of a patient's own pages. The pages themselves are in the crawl, and in the journeys."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from rems.models import Enrollment
from tests.rems.patient.conftest import phone_of, send
from tests.rems.prescriber.test_browser import sign_in
from tests.rems.program_cast import NOW, Cast
from tests.rems.test_frame_browser import sound
from tests.soak import count

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("OWN_PICTURES", "")
"""A folder into which each page is photographed, for whoever wants to look at them."""


def photograph(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.mark.soak
@pytest.mark.parametrize("width", [320, 1280][: count(soak=2, short=1)])
def test_the_practice_reads_what_was_told_and_makes_a_link(
    page: Page, cast: Cast, leila: Enrollment, live_server: Any, settings: Any, width: int
) -> None:
    send(phone_of(leila), "report", what="pregnant")
    settings.REMS_CLOCK = NOW
    page.set_viewport_size({"width": width, "height": 720})
    sign_in(page, live_server, cast.ruth)
    for name, where in (
        ("practice-home", reverse("prescriber:home")),
        ("practice-patient", reverse("prescriber:patient", args=[leila.patient.number])),
        ("practice-pages", reverse("prescriber:own_pages", args=[leila.patient.number])),
    ):
        page.goto(where)
        photograph(page, f"{name}-{width}")
        sound(page)
    page.get_by_role("button", name="Make a new link").click()
    photograph(page, f"practice-link-{width}")
    sound(page)
    page.get_by_role("button", name="I have read it").click()
    expect(page.get_by_text("Marked as read")).to_be_visible()
    sign_in(page, live_server, cast.jo)
    page.goto(reverse("administration:reports"))
    photograph(page, f"program-reports-{width}")
    sound(page)
