"""The pictures in docs/screenshots: `make screenshots` takes them anew, from the demonstration's cast.

Not a part of the tests: its name keeps it out of every run that does not ask for it.
"""

from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.urls import reverse
from playwright.sync_api import Browser, Page

from accounts.models import Person
from accounts.people import person_with
from accounts.tours import close_tour, is_new_as
from audit import clock
from audit.models import Event
from patients.queries import person_of
from pharmacies.models import Pharmacy
from rems.actions.links import make_link
from rems.actions.prepared import prepare_renewal
from rems.demo.accounts import DOMAIN
from rems.demo.cast import CAST, Member
from rems.demo.loading import load
from rems.demo.subjects import demo_numbers, subject_of
from rems.models import Enrollment, Outage
from rems.services import places
from tests.database import Laid
from tests.journeys import practice
from tests.journeys.window import Window
from tests.palette import with_few_colors
from tests.rems.program_cast import signed_in
from tests.trail import Trail

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOLDER = places.ROOT / "docs" / "screenshots"
WIDE, NARROW = 1280, 320
HARBOR = "Harbor Oncology Pharmacy"
TALLEST = 1280


class Gallery:
    """Windows of the demonstration's accounts, and the pictures that are taken of them."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address
        self.is_new = False
        """Whether people are shown the tour of their role, as at their first sign-in."""

    def open_as(self, key: str, *, width: int = WIDE) -> Page:
        """A window in which this account is signed in; with '' nobody is."""
        context = self.browser.new_context(base_url=self.address, viewport={"width": width, "height": 800})
        if someone := person_with(email=f"{key}@{DOMAIN}"):
            if not self.is_new:
                _close_tours(someone)
            cookie = signed_in(someone).cookies["sessionid"].value
            UserSession.objects.filter(user_id=someone.pk).update(created_at=clock.now(), last_seen_at=clock.now())
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": self.address}])
        return context.new_page()

    def take(self, name: str, page: Page) -> None:
        """The page from its top, as far down as a picture should go."""
        page.evaluate("document.activeElement.blur()")
        width, height = page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
        seen = {"x": 0, "y": 0, "width": width, "height": min(height, TALLEST)}
        png = page.screenshot(full_page=True, clip=seen)  # type: ignore[arg-type]
        (FOLDER / f"{name}.png").write_bytes(with_few_colors(png, browser=self.browser))

    def take_both(self, name: str, key: str, address: str) -> None:
        """The same page on a desk and on a phone."""
        for width, suffix in ((WIDE, ""), (NARROW, "-phone")):
            page = self.open_as(key, width=width)
            page.goto(address)
            self.take(name + suffix, page)
            page.context.close()


@pytest.fixture
def gallery(trail: Trail, committed_db: Laid, browser: Browser, live_server: Any, settings: Any) -> Gallery:
    """The cast without the crowd, shown as in the demonstration; the trail is sealed."""
    committed_db.let_tests_read()
    load(crowd=False)
    trail.seal_everything()
    settings.REMS_ENV = "demo"
    FOLDER.mkdir(exist_ok=True)
    return Gallery(browser, live_server.url)


def _close_tours(someone: Person) -> None:
    for role in someone.roles():
        if is_new_as(someone, role):
            close_tour(role=role, by=someone)


def number_of(name: str, *, begins: str) -> str:
    """A number of one of the cast: an authorization begins with A, a confirmation with C."""
    found = [row.number.replace(" ", "") for row in demo_numbers() if row.patient == name]
    return next(number for number in found if number.startswith(begins))


def patient_number(name: str) -> str:
    """The patient's own number of one of the cast."""
    return subject_of(_member(name)).enrollment.patient.number


def test_every_picture(gallery: Gallery) -> None:
    _at_the_counter(gallery)
    _in_the_practice(gallery)
    _in_the_program(gallery)
    gallery.take_both("sign-in", "", reverse("accounts:sign_in"))


def _at_the_counter(gallery: Gallery) -> None:
    presented = {
        "verify-allowed": number_of("Elena Marsh", begins="A"),
        "verify-refused": number_of("Melissa Crane", begins="A"),
        "verify-held": number_of("Rachel Adeyemi", begins="C"),
        "confirmation": number_of("Margaret Holloway", begins="C"),
    }
    for name, number in presented.items():
        gallery.take_both(name, "pharmacist", reverse("pharmacy:verify", args=[number]))


def _in_the_practice(gallery: Gallery) -> None:
    number = patient_number("Elena Marsh")
    gallery.take_both("prescriber-home", "prescriber", reverse("prescriber:home"))
    gallery.take_both("patient", "prescriber", reverse("prescriber:patient", args=[number]))
    gallery.take_both("course", "prescriber", reverse("prescriber:course", args=[number, "us-lenalidomide"]))
    _take_missing(gallery)
    _take_enrollment(gallery)


def _take_missing(gallery: Gallery) -> None:
    """Two tests and four weeks of contraception start anew; a prescription is written, and nothing else done."""
    page = gallery.open_as("prescriber")
    page.goto(reverse("prescriber:patient", args=[patient_number("Emily Nowak")]))
    window = Window(page)
    window.follow("Prescribe")
    page.get_by_label("Product and strength").fill("Thalomid 100 mg")
    window.fill("Capsules", "28")
    window.fill("Days' supply", "28")
    window.choose("Female child who can get pregnant")
    window.press("Write it down")
    window.press("Ask for an authorization")
    gallery.take("authorization-missing", page)


def _take_enrollment(gallery: Gallery) -> None:
    page = gallery.open_as("prescriber")
    page.goto(reverse("prescriber:home"))
    window = Window(page)
    practice.register_patient(window)
    practice.answer_category_questions(window)
    gallery.take("enroll", page)


def _take_change(gallery: Gallery) -> None:
    """The act that last cancelled a number, and what it changed."""
    event = Event.objects.filter(action__in=["gate.cancel_confirmation", "gate.cancel_authorization"]).latest("pk")
    page = gallery.open_as("auditor")
    page.goto(reverse("administration:event", args=[event.pk]))
    gallery.take("event", page)
    page.context.close()


def _in_the_program(gallery: Gallery) -> None:
    gallery.take_both("overdue", "administrator", reverse("administration:overdue"))
    gallery.take_both("figures", "administrator", reverse("administration:figures"))
    gallery.take_both("audit", "administrator", reverse("administration:trail"))
    gallery.take_both("rights", "pharmacist", reverse("rights"))
    _take_change(gallery)
    for name in ("home", "applications"):
        page = gallery.open_as("administrator")
        page.goto(reverse(f"administration:{name}"))
        gallery.take("program" if name == "home" else name, page)
    page = gallery.open_as("auditor")
    page.goto(reverse("programs:edition", args=["us-lenalidomide", "2021-05-21"]))
    gallery.take("edition", page)


def test_the_pictures_of_the_guides(gallery: Gallery) -> None:
    """docs/guides: a page of each role beside those that stand in docs/pages.md already."""
    gallery.is_new = True
    gallery.take_both("tour", "pharmacist", reverse("pharmacy:home"))
    gallery.is_new = False
    number = patient_number("Elena Marsh")
    for name, key, address in (
        ("site", "representative", reverse("site:home")),
        ("today", "pharmacist", reverse("pharmacy:today")),
        ("record-test", "delegate", reverse("prescriber:record_test", args=[number])),
        ("delegates", "prescriber", reverse("prescriber:delegates")),
        ("reviews", "auditor", reverse("administration:reviews")),
    ):
        gallery.take_both(name, key, address)
    _take_warning(gallery)
    _take_agreement(gallery, number)


def test_the_pictures_of_what_was_away_and_of_patients_phones(gallery: Gallery) -> None:
    """docs/guides: outages, later entries, deviations, escalations; and a patient's own pages."""
    for name, key, address in (
        ("escalations", "administrator", reverse("administration:escalations")),
        ("deviations", "administrator", reverse("administration:deviations")),
        ("outage", "administrator", reverse("administration:outage", args=[Outage.objects.get().pk])),
        ("later-entries", "administrator", reverse("administration:later_entries")),
        ("site-staff", "representative", reverse("site:site", args=[Pharmacy.objects.get(name=HARBOR).pk])),
        ("kept-open", "pharmacist2", reverse("pharmacy:verify", args=[number_of("Stanley Brooks", begins="C")])),
        ("by-telephone", "pharmacist", reverse("pharmacy:by_telephone")),
        ("own-pages", "prescriber", reverse("prescriber:own_pages", args=[patient_number("Beth Kowalski")])),
        ("phones", "", reverse("demo_phones")),
    ):
        page = gallery.open_as(key)
        page.goto(address)
        gallery.take(name, page)
        page.context.close()
    _take_own_pages(gallery, "Frank Morello", home="own-home", survey="own-survey")
    _take_own_pages(gallery, "Rosa Delgado", home="own-home-es", survey="own-survey-es")


def _take_own_pages(gallery: Gallery, name: str, *, home: str, survey: str) -> None:
    """What is due on a patient's phone, and the survey's first question."""
    enrollment = subject_of(_member(name)).enrollment
    page = gallery.open_as("", width=NARROW)
    page.goto(reverse("demo_phones"))
    page.get_by_role("button", name=name).click()
    page.locator("input[name=born]").fill(enrollment.patient.born.isoformat())
    page.locator("input[name=who][value=patient]").check()
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/my/")
    patient = person_of(enrollment.patient)
    assert patient is not None
    _close_tours(patient)
    page.goto(reverse("my:home"))
    gallery.take(f"{home}-phone", page)
    page.goto(reverse("my:survey", args=[enrollment.pk]))
    gallery.take(f"{survey}-phone", page)
    page.context.close()


def _member(name: str) -> Member:
    return next(member for member in CAST if member.name == name)


def _take_warning(gallery: Gallery) -> None:
    """A minute and a half before the session ends: the row says so, and the window's clock."""
    page = gallery.open_as("pharmacist")
    page.clock.install()
    own = UserSession.objects.filter(user__email=f"pharmacist@{DOMAIN}")
    page.goto(reverse("pharmacy:home"))
    own.update(last_seen_at=clock.now() - timedelta(minutes=13, seconds=30))
    page.clock.fast_forward("13:30")
    page.get_by_role("alertdialog").wait_for()
    (FOLDER / "session-warning.png").write_bytes(with_few_colors(page.screenshot(), browser=gallery.browser))
    page.context.close()


def _take_agreement(gallery: Gallery, number: str) -> None:
    """What a patient sees who opens a one-time link on a phone."""
    enrollment = Enrollment.objects.get(patient__number=number)
    doctor = enrollment.prescriber.person
    assert doctor is not None
    made = make_link(prepared=prepare_renewal(enrollment=enrollment, by=doctor), by=doctor)
    page = gallery.open_as("", width=NARROW)
    page.goto(reverse("agreement_link", args=[made.token]))
    gallery.take("link-phone", page)
    page.get_by_label("The patient’s date of birth").fill(enrollment.patient.born.isoformat())
    with page.expect_navigation():
        page.get_by_role("button", name="Go on").click()
    gallery.take("agreement-phone", page)
    page.context.close()
