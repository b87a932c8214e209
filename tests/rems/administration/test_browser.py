"""In a real browser: an application is approved by keyboard, and every page fits a small phone."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page

import prescribers.actions
from accounts.models import Person
from prescribers.models import CertificationApplication
from rems.models import Deviation, DisplayFlag
from rems.overdue import CALENDAR
from tests.rems.horizons import looked
from tests.rems.program_cast import NOW, Cast, collect, decided, dispensed, enrolled, on_treatment, opened, signed_in
from tests.soak import in_full

pytestmark = pytest.mark.browser
SMALL = {"width": 320, "height": 640}
FILTERS_FIT = """[...document.querySelectorAll(".filters .form-control, .filters .form-select")].every(
    (input) => input.getBoundingClientRect().right <= input.closest(".filters").getBoundingClientRect().right - 12)"""


@pytest.fixture
def application(committed_db: object, cast: Cast, settings: Any) -> CertificationApplication:
    """Ruth applies for another program; Leila's test is overdue, the last came late. The server's clock stands, too."""
    settings.REMS_CLOCK = NOW
    leila = enrolled("Leila Haddad", cast.prescriber)
    on_treatment(leila)
    dispensed(leila, cast.cedar, days_ago=20)
    collect(leila, days_ago=60)
    collect(leila, days_ago=30)
    decided(leila, "authorize", NOW, "refused")
    looked()
    return prescribers.actions.apply_for_certification(
        prescriber=cast.prescriber,
        program="us-pomalidomide",
        education_completed_on=date(2026, 6, 1),
        printed_name="Ruth Abara",
        by=cast.ruth,
    )


def sign_in(page: Page, someone: Person, url: str) -> None:
    """Give the window a session of this person."""
    cookie = signed_in(someone).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": url}])


def test_an_application_is_approved_by_keyboard(
    application: CertificationApplication, cast: Cast, page: Page, live_server: Any
) -> None:
    sign_in(page, cast.jo, live_server.url)
    page.goto(reverse("administration:applications"))
    page.get_by_role("link", name="Open the application of Ruth Abara").press("Enter")
    page.get_by_role("button", name="Approve").press("Enter")
    page.get_by_role("status").get_by_text("Approved.").wait_for()
    assert cast.prescriber.certifications.filter(program="us-pomalidomide").exists()
    page.goto(f"{reverse('administration:trail')}?person=jo&kind=acts")
    assert page.get_by_role("rowheader", name="Approved").count() == 1


@in_full
def test_every_page_fits_a_small_phone(
    application: CertificationApplication, cast: Cast, browser: Browser, live_server: Any
) -> None:
    patient = DisplayFlag.objects.get(what=CALENDAR).enrollment.patient
    context = browser.new_context(base_url=live_server.url, viewport=SMALL)  # type: ignore[arg-type]
    page = context.new_page()
    sign_in(page, cast.jo, live_server.url)
    named = (
        "home",
        "overdue",
        "applications",
        "prescribers",
        "pharmacies",
        "patients",
        "reports",
        "decisions",
        "trail",
        "reviews",
        "verification",
        "people",
        "create_person",
        "deviations",
        "escalations",
        "openings",
    )
    opening = opened(
        patient, cast.jo, "The prescriber cannot be reached, and the report names a test that nobody finds."
    )
    pages = [reverse(f"administration:{name}") for name in named]
    pages += [
        reverse("administration:application", args=["prescriber", application.pk]),
        reverse("administration:prescriber", args=[cast.prescriber.pk]),
        reverse("administration:person", args=[cast.per.pk]),
        reverse("administration:pharmacy", args=[cast.cedar.pk]),
        reverse("administration:patient", args=[patient.number]),
        reverse("administration:open_record", args=[patient.number]),
        reverse("administration:record", args=[patient.number]),
        reverse("administration:opening", args=[opening.pk]),
        reverse("administration:deviation", args=[Deviation.objects.get().pk]),
        reverse("administration:decision", args=[patient.decisions.latest("pk").pk]),
    ]
    for address in pages:
        answer = page.goto(address)
        assert answer is not None
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert (address, answer.status, wide) == (address, 200, 320)
        assert page.evaluate(FILTERS_FIT), address
    context.close()
