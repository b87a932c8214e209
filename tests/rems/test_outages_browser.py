"""In a real browser: the pages of outages, downtime and later entries fit a small phone."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from accounts.roles import Role
from audit import clock
from eligibility import Stage
from rems.actions.downtime import start_downtime
from rems.actions.later import Told, enter_later
from tests.rems import counter
from tests.rems.outage_cast import HOUR, SECOND, Down, authorized, confirmed
from tests.rems.program_cast import signed_in
from tests.rems.scenario_rows import person
from tests.soak import in_full

pytestmark = pytest.mark.browser
SMALL = {"width": 320, "height": 640}


@pytest.fixture
def down(committed_db: object, settings: Any) -> Down:
    """A window that was extended and one that rests on a test, a later entry, and downtime; the clock stands."""
    extended = confirmed()
    extended.extend()
    settings.REMS_CLOCK = extended.until + HOUR
    made = authorized(counter.on_treatment)
    rows = counter.at_the_counter(counter.male, Stage.CONFIRM)
    enter_later(
        kind="dispensing",
        patient=rows.patient,
        program=rows.facts.program,
        authorization=rows.authorization,
        told=Told(clock.now() - HOUR, "Lee Novak, program", "T-4711", "28 days confirmed by telephone."),
        pharmacy=rows.site,
        days_supply=28,
        method="hand",
        by=rows.pharmacist,
    )
    start_downtime(reason="The network is being repaired.", by=person("Ida Quist", Role.ADMINISTRATOR))
    extended.rows.pharmacist = rows.pharmacist
    assert made.until > extended.until + SECOND
    return extended


@in_full
def test_every_page_of_an_outage_fits_a_small_phone(down: Down, browser: Browser, live_server: Any) -> None:
    context = browser.new_context(base_url=live_server.url, viewport=SMALL)  # type: ignore[arg-type]
    page = context.new_page()
    administration = ("outages", "record_outage", "downtime", "later_entries")
    addresses = [(down.max, reverse(f"administration:{name}")) for name in administration]
    addresses += [(down.max, reverse("administration:outage", args=[down.outage.pk]))]
    addresses += [(down.rows.pharmacist, reverse("pharmacy:by_telephone")), (down.max, reverse("downtime_sheet"))]
    addresses += [(down.max, "/static/downtime.html")]
    for someone, address in addresses:
        cookie = signed_in(someone).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"], address
