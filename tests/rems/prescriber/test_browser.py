"""Given a new patient, when the prescriber works through what is missing, then a number is issued."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import Person
from patients.models import PregnancyTest
from rems.models import Acknowledgment, Prescription, Product
from tests.rems.prescriber.conftest import Practice, patient
from tests.rems.prescriber.everybody import lines_of
from tests.rems.program_cast import NOW, PASSWORD, PROGRAM
from tests.rems.test_frame_browser import sound
from tests.soak import in_full

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, live_server: Any, someone: Person) -> None:
    """This person's session in the window."""
    client = Client()
    client.force_login(someone)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


@pytest.fixture
def window(page: Page, live_server: Any, practice: Practice, settings: Any) -> Page:
    """Ruth's browser; it is 09:12 for the server too."""
    settings.REMS_CLOCK = NOW
    sign_in(page, live_server, practice.ruth)
    return page


def test_from_the_enrollment_to_the_number(window: Page, practice: Practice) -> None:
    somebody = patient("Mei Sato", practice.ruth)
    window.goto(f"/prescriber/patients/{somebody.number}/enroll")
    window.get_by_label("Lenalidomide REMS").check()
    window.get_by_label("Female", exact=True).check()
    window.get_by_role("button", name="Go on").click()
    window.get_by_label("None of these").check()
    window.get_by_role("button", name="Go on").click()
    window.get_by_role("button", name="Sign and enroll").click()
    expect(window.locator(".error-summary")).to_be_focused()
    _sign(window)
    expect(window.get_by_role("heading", name="What an authorization would miss now")).to_be_visible()

    for day, clock in (("2026-06-04", "08:00"), ("2026-06-16", "07:30")):
        _record_test(window, day, clock)
    _prescribe(window)
    expect(window.get_by_role("heading", level=1)).to_have_text("No authorization")
    window.locator(".reason").get_by_role("link", name="Record counseling").click()
    window.get_by_label("I counseled the patient for this prescription").check()
    _give_name(window)
    window.get_by_role("button", name="Record the counseling").click()
    window.locator(".reason").get_by_role("link", name="Answer the survey").click()
    for tick in window.locator("main input[type=checkbox]").all():
        tick.check()
    _give_name(window)
    window.get_by_role("button", name="Record the survey").click()
    window.locator(".reason").get_by_role("link", name="Answer together").click()
    _answer(window)

    paper = Prescription.objects.get()
    window.goto(reverse("prescriber:prescription", args=[paper.pk]))
    expect(window.get_by_role("heading", level=1)).to_have_text("May be authorized")
    window.get_by_role("button", name="Ask for an authorization").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Authorization")
    expect(window.get_by_text("Tue, Jun 23, 2026, 23:59 EDT")).to_be_visible()


def _sign(window: Page) -> None:
    window.get_by_label("Intrauterine device").check()
    window.get_by_label("Male condom").check()
    window.get_by_label("Used since").fill("2026-05-01")
    window.get_by_label("Regular", exact=True).check()
    window.get_by_label("Diagnosis, ICD-10").fill("C90.0")
    window.get_by_label("Here, on this device").check()
    window.get_by_label("Signed by the patient on").fill("2026-06-16")
    window.get_by_label("Full name, typed by the patient").fill("Mei Sato")
    window.get_by_label("The patient has read the agreement").check()
    _give_name(window)
    window.get_by_role("button", name="Sign and enroll").click()


def _give_name(window: Page) -> None:
    window.get_by_label("Your password").fill(PASSWORD)


def _record_test(window: Page, day: str, clock: str) -> None:
    window.get_by_role("link", name="Record a test").first.click()
    window.get_by_label("Collected on").fill(day)
    window.get_by_label("at", exact=True).fill(clock)
    for answer in ("Negative", "25 mIU/mL", "Serum", "Laboratory or clinic"):
        window.get_by_label(answer, exact=True).check()
    window.get_by_role("button", name="Record the result").click()
    expect(window.get_by_text("Recorded the test.")).to_be_visible()


def _prescribe(window: Page) -> None:
    window.get_by_role("link", name="Prescribe", exact=True).click()
    window.get_by_label("Product and strength").fill("Revlimid 10 mg")
    window.get_by_label("Capsules").first.fill("21")
    window.get_by_label("Days' supply").fill("28")
    window.get_by_label("Adult female who can get pregnant").check()
    window.get_by_role("button", name="Write it down").click()


def _answer(window: Page) -> None:
    for group in window.locator("main fieldset").all():
        well = "Yes" if "two methods" in group.inner_text() or "birth defects" in group.inner_text() else "No"
        group.get_by_label(well, exact=True).check()
    window.get_by_label("Answered by").fill("Mei Sato")
    window.get_by_role("button", name="Record the survey").click()
    expect(window.get_by_text("Recorded the survey.")).to_be_visible()


@in_full
def test_pages_are_sound_in_a_narrow_window(window: Page, practice: Practice) -> None:
    number, recorded = practice.dana.patient.number, {"recorded_at": NOW, "recorded_by": practice.ruth}
    PregnancyTest.objects.create(
        patient=practice.dana.patient, collected_at=NOW, result="negative", method="serum", **recorded
    )
    paper = Prescription.objects.create(
        enrollment=practice.dana, prescriber=practice.prescriber, written_at=NOW, category="", **recorded
    )
    assert Product.objects.filter(program=PROGRAM).exists()
    window.set_viewport_size({"width": 320, "height": 800})
    addresses = ["", "patients", "enroll", "certification", "certification/data", "certification/apply", "delegates"]
    addresses += [f"patients/{number}{page}" for page in ("", "/test", "/contraception", "/report", "/identity")]
    addresses += [f"patients/{number}/{PROGRAM}/{page}" for page in ("survey", "prescribe", "agreement", "end")]
    addresses += [f"patients/{number}/{PROGRAM}/category?sex=female&basis=none"]
    addresses += [f"prescriptions/{paper.pk}{page}" for page in ("", "/counseling", "/survey")]
    addresses += [f"patients/{one.patient.number}/{PROGRAM}/plan" for one in (practice.dana, practice.ivan)]
    item = lines_of([practice.ivan], at=NOW)[0].task.item
    addresses += [f"due/{'/'.join(item.args)}", "?sort=-until&when=today"]
    for address in addresses:
        window.goto(f"/prescriber/{address}")
        sound(window)


def test_a_list_is_sorted_and_a_line_acknowledged_without_scripts(
    browser: Browser, live_server: Any, practice: Practice, settings: Any
) -> None:
    settings.REMS_CLOCK = NOW
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    window = context.new_page()
    sign_in(window, live_server, practice.tom)
    window.goto("/prescriber/")
    window.get_by_role("columnheader").get_by_role("link", name="Patient").click()
    expect(window.get_by_role("columnheader", name="Patient")).to_have_attribute("aria-sort", "ascending")
    window.get_by_role("link", name="Acknowledge or waive: authorization, Ivan Petrov").click()
    window.get_by_label("Acknowledge: it stays on the list").check()
    window.get_by_role("textbox", name="Quiet until").fill("2026-06-19")
    window.get_by_label("Why").fill("Comes on Friday")
    window.get_by_role("button", name="Record").click()
    line = window.get_by_role("row").filter(has_text="Ivan Petrov")
    expect(line).to_contain_text("Quiet until Fri, Jun 19, 2026, Tom Weller Jun 16, 2026: “Comes on Friday”")
    assert Acknowledgment.objects.get().on_behalf_of == practice.ruth
    context.close()
