"""Signing in in a real browser: password and app, then a passkey alone, then a code from the list."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Person
from accounts.roles import Role
from tests.factors import code_of, codes_of, secret_on, wrong_code
from tests.people import PASSWORD, person
from tests.rems.test_frame_browser import sound

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def nora(transactional_db: None, settings: Any) -> Person:
    settings.SECOND_FACTOR = True
    return person("Nora Lindqvist", Role.AUDITOR)


def give_fingerprint_reader(page: Page) -> None:
    """A device in the browser that makes passkeys and knows its owner."""
    chromium = page.context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    chromium.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def give_password(page: Page) -> None:
    page.goto("/sign-in/")
    page.get_by_label("E-mail").fill("nora@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Continue")


def press(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).click()


def headed(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    sound(page)


def sign_out(page: Page) -> None:
    press(page, "Sign out")
    headed(page, "Sign in")


def test_an_app_then_a_passkey_then_a_recovery_code(page: Page, nora: Person) -> None:
    give_fingerprint_reader(page)
    secret = sets_up_an_app(page)
    keeps_the_codes(page)
    adds_a_passkey(page)
    sign_out(page)
    signs_in_with_the_passkey_alone(page)
    sign_out(page)
    signs_in_with_the_app(page, secret)
    sign_out(page)
    signs_in_with_a_recovery_code(page, nora)


def sets_up_an_app(page: Page) -> str:
    give_password(page)
    headed(page, "Set up a second factor")
    page.get_by_role("link", name="Set up an app").click()
    headed(page, "Set up an authenticator app")
    drawn = page.locator("img.qr").evaluate("picture => picture.complete && picture.naturalWidth > 0")
    assert drawn, "the content security policy lets the picture be shown"
    secret = secret_on(page.content())
    page.get_by_label("Code").fill(code_of(secret))
    press(page, "Set up the app")
    return secret


def keeps_the_codes(page: Page) -> None:
    headed(page, "Recovery codes")
    assert page.locator(".codes li").count() == 10
    press(page, "I have them")
    headed(page, "Your account")


def adds_a_passkey(page: Page) -> None:
    page.get_by_role("link", name="Add a passkey").click()
    headed(page, "Set up a passkey")
    page.get_by_label("Name of this passkey").fill("Office computer")
    page.get_by_label("Your password").fill(PASSWORD)
    press(page, "Set up the passkey")
    headed(page, "Your account")
    expect(page.locator("main")).to_contain_text("Office computer")


def signs_in_with_the_passkey_alone(page: Page) -> None:
    press(page, "Use a passkey")
    assert page.url.endswith("/program/audit")


def signs_in_with_the_app(page: Page, secret: str) -> None:
    give_password(page)
    headed(page, "Sign in")
    page.get_by_label("Code").fill(wrong_code(secret))
    press(page, "Sign in")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    expect(page.locator("main")).to_contain_text("Wrong code. One of five tries used; then a pause of one minute.")
    sound(page)
    page.get_by_label("Code").fill(code_of(secret, periods=1))
    press(page, "Sign in")
    assert page.url.endswith("/program/audit")


def signs_in_with_a_recovery_code(page: Page, nora: Person) -> None:
    give_password(page)
    page.get_by_role("link", name="Use a recovery code").click()
    page.get_by_label("Recovery code").fill(codes_of(nora)[0])
    press(page, "Sign in")
    page.goto("/account/")
    headed(page, "Your account")
    expect(page.locator("main")).to_contain_text("9 of ten left.")


def test_a_passkey_is_the_first_factor_and_the_second_step(page: Page, nora: Person) -> None:
    give_fingerprint_reader(page)
    give_password(page)
    page.get_by_role("link", name="Set up a passkey").click()
    press(page, "Set up the passkey")
    headed(page, "Recovery codes")
    sign_out(page)
    give_password(page)
    headed(page, "Sign in")
    press(page, "Use a passkey")
    assert page.url.endswith("/program/audit")


def test_a_passkey_that_does_not_answer_is_said_in_words(page: Page, nora: Person) -> None:
    chromium = page.context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": False}
    chromium.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "hasResidentKey": True}})
    page.goto("/sign-in/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("No passkey answered.")).to_be_visible()
    sound(page)
