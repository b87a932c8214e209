"""A patient's phone: 320 px, no scripts, a thumb. Every page is sound, in both languages, and every target 48 px."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from patients.actions import record_attestation
from patients.models import PatientSurvey, Report
from rems.models import Enrollment
from tests.rems.patient.conftest import link_of, phone_of, send
from tests.rems.prescriber.test_browser import sign_in
from tests.rems.program_cast import NOW, Cast
from tests.rems.test_frame_browser import sound
from tests.soak import count, in_full

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SMALL = """() => [...document.querySelectorAll('a[href], button, summary, input:not([type=hidden]), label.choice')]
  .filter(e => !(e.matches('input') && e.closest('label.choice')) && !e.matches('.skip') && e.offsetParent)
  .filter(e => e.getBoundingClientRect().height < 47.5).map(e => e.outerHTML.slice(0, 90))"""
PICTURES = os.environ.get("OWN_PICTURES", "")
"""A folder into which each page is photographed, for whoever wants to look at them."""


@pytest.fixture
def attested(cast: Cast, leila: Enrollment) -> Enrollment:
    """Leila, who has attested birth control at the clinic."""
    record_attestation(
        patient=leila.patient,
        attested_by_name="Leila Haddad",
        methods=["iud", "male_condom"],
        since=NOW.date().replace(month=1),
        by=cast.ruth,
    )
    return leila


def photograph(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def good(page: Page, name: str) -> None:
    """Nothing for axe, nothing sideways, no target under 48 px."""
    photograph(page, name)
    sound(page)
    assert page.evaluate(SMALL) == [], name


@in_full
@pytest.mark.parametrize(("width", "language", "scheme"), [(320, "es", "light"), (1280, "en", "dark")])
def test_every_page_is_sound_on_a_phone_and_on_a_desk(
    page: Page, attested: Enrollment, settings: Any, width: int, language: str, scheme: Any
) -> None:
    settings.REMS_CLOCK = NOW
    page.set_viewport_size({"width": width, "height": 720})
    page.emulate_media(color_scheme=scheme)
    address = f"{link_of(attested)}?lang={language}"
    page.goto("/open/nothing")
    good(page, f"closed-{width}")
    page.goto(address)
    good(page, f"enter-{width}")
    page.locator("button[type=submit]").last.click()
    good(page, f"enter-again-{width}")
    page.locator("#id_born").fill("1990-04-02")
    page.locator("label.choice").first.click()
    page.locator("button[type=submit]").last.click()
    names = [
        ("home", reverse("my:home")),
        ("survey", reverse("my:survey", args=[attested.pk])),
        ("report", reverse("my:report")),
        ("same", reverse("my:contraception", args=[attested.pk])),
        ("methods", f"{reverse('my:contraception', args=[attested.pk])}?new=1"),
        ("program", reverse("my:program")),
        ("answers", reverse("my:answers")),
    ]
    for name, where in names:
        page.goto(where)
        expect(page.locator("html")).to_have_attribute("lang", language)
        good(page, f"{name}-{width}")


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


def test_without_scripts_a_patient_answers_the_survey_tells_a_worry_and_leaves(
    browser: Browser, live_server: Any, leila: Enrollment, settings: Any
) -> None:
    settings.REMS_CLOCK = NOW
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 320, "height": 640}, java_script_enabled=False
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(link_of(leila))
    page.get_by_label("The patient’s date of birth").fill("1990-04-02")
    page.get_by_text("I am the patient").click()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello Leila")
    settings.REMS_CLOCK = NOW.replace(second=9)
    page.goto(reverse("my:survey", args=[leila.pk]))
    for number, answer in enumerate(("No", "I am not sure", "No", "Yes", "Yes", "No", "No"), start=1):
        expect(page.get_by_text(f"Question {number} of 7")).to_be_visible()
        page.get_by_text(answer, exact=True).click()
        page.get_by_role("button", name="Next").click()
        assert Report.objects.exists() is (number >= 2)
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_text("Sent. Thank you.")).to_be_visible()
    expect(page.get_by_role("heading", name="Take no more capsules")).to_be_visible()
    assert PatientSurvey.objects.count() == 2
    page.get_by_role("button", name="Leave these pages").click()
    page.goto(reverse("my:home"))
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    context.close()
