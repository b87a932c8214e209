"""Given a prescriber who leaves the mouse alone, when a man is enrolled, then Tab, Space and Enter are enough."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.identifiers import npi_check_digit
from accounts.roles import Role
from benchmarks import _hand
from benchmarks._hand import Hand
from patients.models import Patient
from prescribers.models import Prescriber
from rems.models import Draft, Enrollment
from tests.rems.prescriber.conftest import Practice
from tests.rems.prescriber.test_browser import sign_in
from tests.rems.program_cast import NOW, PASSWORD, person, signed_in
from tests.rems.test_frame_browser import sound

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def enter(page: Page, address: str, practice: Practice) -> Page:
    """Ruth's window."""
    cookie = signed_in(practice.ruth).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])
    return page


@pytest.fixture
def window(page: Page, live_server: Any, practice: Practice, settings: Any) -> Page:
    """It is 09:12 for the server too."""
    settings.REMS_CLOCK = NOW
    return enter(page, live_server.url, practice)


def enroll_by_keys(page: Page) -> Hand:
    """From the empty form to the signed agreement."""
    page.goto("/prescriber/enroll")
    hand = Hand(page)
    hand.answers("First name", "Harold")
    hand.part("Last name", "Finch")
    hand.answers("Date of birth", "03141957")
    hand.answers("Address", "9 Pearl Street")
    hand.part("City", "Portland")
    hand.part("ZIP code", "04101")
    hand.answers("Telephone", "2075550117")
    hand.ends()
    hand.answers("Lenalidomide REMS")
    hand.answers("Male")
    hand.ends()
    hand.answers("Diagnosis", "C90.00")
    hand.answers("Here, on this device")
    hand.answers("Signed by the patient on", "06162026")
    hand.answers("Full name, typed by the patient", "Harold Finch")
    hand.answers("The patient has read the agreement")
    hand.answers("Your password", PASSWORD)
    hand.ends()
    hand.sees("Enrolled.")
    return hand


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_man_is_enrolled_without_a_click(
    browser: Browser, live_server: Any, practice: Practice, settings: Any, monkeypatch: Any, scripts: bool
) -> None:
    settings.REMS_CLOCK = NOW
    monkeypatch.setattr(_hand, "PACE", 0)
    context = browser.new_context(base_url=live_server.url, java_script_enabled=scripts, locale="en-US")
    hand = enroll_by_keys(enter(context.new_page(), live_server.url, practice))
    assert (hand.tally.clicks, hand.tally.hand_moves) == (0, 0)
    assert Enrollment.objects.filter(patient=Patient.objects.get(last_name="Finch")).exists()
    context.close()


def test_what_was_typed_is_there_after_leaving_the_page(window: Page) -> None:
    window.goto("/prescriber/enroll")
    window.get_by_label("First name").fill("Harold")
    window.get_by_role("link", name="Patients", exact=True).click()
    window.wait_for_url("**/prescriber/patients")
    for _ in range(50):  # the browser sends it on its own, beside the next page
        if Draft.objects.exists():
            break
        window.wait_for_timeout(100)
    window.goto("/prescriber/")
    window.get_by_role("link", name="Enroll a patient").nth(1).click()
    expect(window.get_by_text("This is your draft.")).to_be_visible()
    expect(window.get_by_label("First name")).to_have_value("Harold")
    sound(window)


def test_back_without_saving_means_it(window: Page) -> None:
    window.goto("/prescriber/enroll")
    window.get_by_label("First name").fill("Harold")
    window.get_by_role("link", name="Back without saving").click()
    window.wait_for_url("**/prescriber/patients")
    assert not Draft.objects.exists()


def enroll_oneself(hand: Hand) -> None:
    """The whole form of a practice that the program does not know, as a new prescriber types it."""
    hand.answers("Credential", "m")
    hand.answers("Specialty", "h")
    hand.answers("NPI", "165432109" + npi_check_digit("165432109"))
    hand.answers("State license", "ny-20417")
    hand.answers("Address", "22 Congress St")
    hand.part("City", "Albany")
    hand.part("ZIP code", "12207")
    hand.answers("Telephone", "5185550163")
    hand.answers("Fax", "0164")
    hand.answers("Lenalidomide REMS")
    hand.answers("Your password", PASSWORD)
    hand.ends()


def test_a_prescriber_enrolls_without_a_click_and_with_few_keys(
    page: Page, live_server: Any, settings: Any, monkeypatch: Any
) -> None:
    settings.REMS_CLOCK = NOW
    monkeypatch.setattr(_hand, "PACE", 0)
    iris = person("Iris Holt", Role.PRESCRIBER)
    sign_in(page, live_server, iris)
    page.goto("/")
    hand = Hand(page)
    enroll_oneself(hand)
    hand.sees("Applied. The program decides")
    own = Prescriber.objects.get(person=iris)
    assert (own.credential, own.specialty, own.state, own.fax) == ("MD", "Hematology", "NY", "5185550164")
    assert (hand.tally.clicks, hand.tally.hand_moves, hand.tally.decisions) == (0, 0, 9)
    assert hand.tally.keys - len(PASSWORD) == 78
