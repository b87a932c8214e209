"""Signing in a real browser: by passkey beside the form, and by a one-time link on a phone."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Signature
from rems.actions import links
from rems.actions import prepared as actions
from rems.actions.prescribing import prescribe
from rems.models import Product, Purpose
from tests.rems.prescriber.conftest import Practice, patient
from tests.rems.prescriber.test_browser import sign_in
from tests.rems.program_cast import NOW, PROGRAM
from tests.rems.test_frame_browser import sound
from tests.softkey import SoftKey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def window(page: Page, live_server: Any, practice: Practice, settings: Any) -> Page:
    """Ruth's browser; it is 09:12 for the server too."""
    settings.REMS_CLOCK = NOW
    sign_in(page, live_server, practice.ruth)
    return page


def test_a_prescriber_signs_with_a_passkey(window: Page, live_server: Any, practice: Practice) -> None:
    key = SoftKey(practice.ruth, site="localhost", origin=live_server.url)
    devices = window.context.new_cdp_session(window)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    made = devices.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "hasResidentKey": True}})
    named = {"authenticatorId": made["authenticatorId"], "credential": key.for_chromium()}
    devices.send("WebAuthn.addCredential", named)
    items = [(Product.objects.filter(program=PROGRAM)[0], 21)]
    paper = prescribe(
        enrollment=practice.dana, items=items, days_supply=28, category="adult_female_rp", by=practice.ruth
    )
    window.goto(f"/prescriber/prescriptions/{paper.pk}/counseling")
    window.get_by_label("I counseled the patient for this prescription").check()
    sound(window)
    window.get_by_role("button", name="Use a passkey").click()
    expect(window.get_by_text("Recorded the counseling.")).to_be_visible()
    assert Signature.objects.get(record_kind="rems.counseling").method == "passkey"


def test_a_guardian_signs_on_a_phone_by_link(window: Page, practice: Practice) -> None:
    prepared = actions.prepare(
        patient=patient("Leo Sato", practice.ruth, NOW.date().replace(year=2014)),
        program=PROGRAM,
        prescriber=practice.prescriber,
        purpose=Purpose.ENROLL,
        category="male_child",
        diagnosis="C90.0",
        by=practice.ruth,
    )
    window.goto(f"/prescriber/prepared/{prepared.pk}")
    sound(window)
    window.get_by_role("button", name="Make the link").click()
    address = window.get_by_role("textbox", name="Link").input_value()
    window.context.clear_cookies()
    window.set_viewport_size({"width": 320, "height": 800})
    window.goto(address)
    sound(window)
    window.get_by_label("The patient’s date of birth").fill("2014-06-16")
    window.get_by_role("button", name="Go on").click()
    sound(window)
    window.get_by_label("The patient’s full name").fill("Leo Sato")
    window.get_by_label("The patient has read this").check()
    window.get_by_label("Parent or guardian: type your full name").fill("Aya Sato")
    window.get_by_label("I am the parent or guardian").check()
    window.get_by_role("button", name="Sign", exact=True).click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Signed")
    sound(window)
    window.goto(address)
    expect(window.get_by_role("heading", level=1)).to_have_text("This link opens nothing")
    prepared.refresh_from_db()
    assert links.digest_of(address.rsplit("/", 1)[1]) == prepared.links.get().digest
    assert prepared.is_signed
