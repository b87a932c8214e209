"""A day of each role, in one way of using a page after the other; nobody types an address but to sign in."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from accounts.roles import Role
from eligibility import Stage
from rems.actions.own_access import make_patient_link
from tests.adversary.world import World, somebody
from tests.database import Laid
from tests.everyone.looking import DESK, DESK_DARK
from tests.journeys import counter, own, program, site
from tests.journeys.conftest import Windows
from tests.journeys.ways import PHONE, PHONE_DARK, by_keys, by_mouse, keys_without_scripts, walked, without_scripts
from tests.journeys.window import Window
from tests.people import PASSWORD
from tests.rems.counter import at_the_counter, male, on_treatment
from tests.rems.horizons import looked
from tests.trail import Trail

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def untested(now: datetime) -> dict[str, Any]:
    """A woman whose last test lies so far back that the next one is overdue."""
    collected = {"collected": (now - timedelta(days=45)).isoformat(), "result": "negative", "sensitivity_miu_ml": 25}
    return {**on_treatment(now), "tests": [collected]}


def unanswered(now: datetime) -> dict[str, Any]:
    """A woman who has not answered a survey."""
    return {**on_treatment(now), "surveys": []}


def with_password(someone: Person) -> Person:
    """The same, who can sign in."""
    someone.set_password(PASSWORD)
    someone.save()
    return someone


@walked(by_keys(DESK_DARK))
def test_a_pharmacist_hands_over_cancels_and_ships(windows: Windows) -> None:
    # Given two prescriptions that may be dispensed
    hers, his = at_the_counter(on_treatment, Stage.CONFIRM), at_the_counter(male, Stage.CONFIRM)
    alice = windows(with_password(hers.pharmacist))

    # When the first is verified and confirmed, then it is handed over
    counter.verify(alice, hers.number.number)
    alice.headed("May be dispensed")
    counter.confirm(alice)
    counter.hand_over(alice)
    alice.headed("Handed over")

    # When the other patient does not come, then the number is given back
    counter.verify(alice, his.number.number)
    counter.ask_to_confirm(alice, *counter.OF_A_MALE)
    alice.headed("Confirmed")
    counter.cancel(alice, "Nobody came for it.")
    alice.reads("Nobody came for it.")

    # When he calls, then a new number is obtained, and a parcel leaves
    alice.follow("Verify the authorization again")
    counter.ask_to_confirm(alice, *counter.OF_A_MALE)
    alice.tick("Shipped", "Medication Guide")
    alice.press("Record hand-over")
    alice.headed("Shipped")

    # And the day shows it all
    alice.follow("Today")
    alice.reads(hers.patient.name, his.patient.name)
    alice.press("Sign out")
    alice.headed("Sign in")


@walked(without_scripts(DESK))
def test_an_administrator_certifies_follows_up_and_reviews(
    everybody: World, trail: Trail, committed_db: Laid, windows: Windows
) -> None:
    # Given a site that applied, a test that is overdue and a deviation
    late = at_the_counter(untested, Stage.AUTHORIZE)
    looked()
    committed_db.let_tests_read()
    now = timezone.localtime()
    trail.seal_everything()
    jo = windows(everybody.people[Role.ADMINISTRATOR])

    # When she reads the application, then she certifies the site
    program.approve(jo, everybody.ours.site.name)
    jo.reads("Approved.")

    # When she knows of the overdue test, then it is quiet for some days
    program.acknowledge(jo, late.patient.name)
    jo.reads("Acknowledged.")

    # When she has planned what is to be done about the deviation, then she signs it off
    program.sign_off_deviation(jo, everybody.ours.rows.patient.name)
    jo.reads("Signed off.")

    # When she looks at the figures, then each leads to its list
    program.look_at_figures(jo)

    # When she has looked at a period of the trail, then she signs what she found
    program.review(jo, until=now)
    jo.reads("Signed the review.")


@walked(by_keys(PHONE_DARK))
def test_a_representative_brings_a_site_to_its_application(everybody: World, windows: Windows) -> None:
    helper = somebody("Paul Reyes", Role.PHARMACIST)
    rita = windows(somebody("Renata Wolf", Role.REPRESENTATIVE))
    rita.follow("Register a site")
    site.register(rita, "Wharf Street Pharmacy")
    rita.headed("Wharf Street Pharmacy")
    site.take_on(rita, helper.email)
    rita.reads("Paul Reyes")
    site.record_training(rita, "Paul Reyes", "Lenalidomide REMS")
    rita.reads("Recorded.")
    site.apply(rita, "Lenalidomide REMS")
    rita.reads("Waiting")


@walked(by_mouse(DESK_DARK))
def test_an_auditor_reads_what_was_done_and_why(everybody: World, windows: Windows) -> None:
    per = windows(everybody.people[Role.AUDITOR])
    table = per.page.locator("main tbody")
    per.follow("Audit")
    per.select("Kind", "Acts")
    per.press("Show")
    per.follow("Open event", within=table)
    per.reads("Who")
    per.follow("Decisions")
    per.follow("Open", within=table)
    per.reads("Asked")
    per.follow("Figures")
    per.headed("Figures")
    per.follow("Openings")
    per.follow("Programs")
    per.follow("Lenalidomide REMS", within=per.page.locator("main"))
    per.reads("Flexibilities")
    per.press("Sign out")


@walked(keys_without_scripts(PHONE))
def test_a_patient_answers_attests_and_tells(windows: Windows) -> None:
    rows = at_the_counter(unanswered, Stage.AUTHORIZE)
    token = make_patient_link(patient=rows.patient, by=rows.doctor).token
    phone: Window = windows(None)
    own.enter(phone, reverse("patient_link", args=[token]), born=rows.patient.born)
    phone.headed(f"Hello {rows.patient.first_name}")
    own.answer_survey(phone)
    phone.reads("Sent. Thank you.")
    own.attest_the_same(phone)
    phone.reads("Thank you. We wrote it down.")
    for page in ("What my program asks of me", "My answers"):
        phone.follow(page)
        phone.headed(page)
        phone.follow("Back")
    phone.press("Español")
    phone.headed(f"Hola, {rows.patient.first_name}")
    phone.press("English")
    own.tell(phone, "I missed a period")
    phone.reads("Sent.", "Take no more capsules")
    phone.press("Leave these pages")
    phone.headed("Sign in")
