"""By keyboard alone and without scripts: a patient signs by a link, somebody signs in and out. And keys find faults."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from eligibility import Stage
from rems.actions.links import make_link
from rems.actions.prepared import prepare_renewal
from tests.everyone.looking import DESK
from tests.journeys.conftest import Windows
from tests.journeys.conftest import seen as seen
from tests.journeys.conftest import windows as windows
from tests.journeys.hands import Keys
from tests.journeys.ways import PHONE, keys_without_scripts, walked
from tests.people import PASSWORD
from tests.rems import counter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@walked(keys_without_scripts(PHONE))
def test_a_patient_signs(windows: Windows) -> None:
    rows = counter.at_the_counter(counter.male, Stage.AUTHORIZE)
    made = make_link(prepared=prepare_renewal(enrollment=rows.enrollment, by=rows.doctor), by=rows.doctor)
    window = windows(None)
    window.open(f"/agree/{made.token}")
    window.fill("The patient’s date of birth", rows.patient.born.isoformat())
    window.press("Go on")
    window.hand.fill(window.page.get_by_label("type your full name"), rows.patient.name)
    window.tick_all()
    window.press("Sign")
    window.headed("Signed")


@walked(keys_without_scripts(DESK))
def test_somebody_signs_in_skips_the_tour_and_signs_out(windows: Windows) -> None:
    rows = counter.at_the_counter(counter.male, Stage.AUTHORIZE)
    rows.pharmacist.set_password(PASSWORD)
    rows.pharmacist.save()
    window = windows(rows.pharmacist)
    expect(window.page.get_by_text("Signed in until")).to_be_visible()
    window.press("Skip the tour")
    expect(window.page.get_by_text("New here as pharmacist?")).to_have_count(0)
    window.press("Sign out")
    window.headed("Sign in")


CAUGHT = """<a href="#a">First</a> <a href="#b">Last</a> <div tabindex="-1" id="out">Out of reach</div>
<button id="under" style="position: absolute; top: 90px">Under</button>
<div style="position: absolute; top: 80px; width: 200px; height: 60px; background: white">Over</div>"""


@pytest.mark.parametrize(("where", "said"), [("#out", "not reached"), ("#under", "not seen")])
def test_what_the_keys_do_not_reach_or_do_not_show_is_found(browser: Browser, where: str, said: str) -> None:
    page: Any = browser.new_page()
    page.set_content(CAUGHT)
    with pytest.raises(AssertionError, match=said):
        Keys(page).reach(page.locator(where))
    page.close()
