"""The trail's pages in a real browser: on a desk and a small phone, without a finding of axe, without scripts."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page

from accounts.models import Person
from accounts.signatures import Given
from audit import clock
from audit.denials import record_denial, record_view
from audit.models import Event
from patients.actions import correct
from rems.actions import reviewing
from rems.models import TrailReview, VerificationRun
from rems.models.trail import Verdict
from tests.database import Laid
from tests.rems.administration.test_browser import FILTERS_FIT, sign_in
from tests.rems.program_cast import Cast, collect, enrolled
from tests.soak import in_full
from tests.trail import Trail

pytestmark = pytest.mark.browser
SIZES = {"desk": (1280, 900), "phone": (320, 640)}


@pytest.fixture
def addresses(trail: Trail, committed_db: Laid, cast: Cast) -> list[str]:
    """Pages of a trail in which everything occurs: sealed and not, out of band, refused, corrected, reviewed."""
    leila = enrolled("Leila Haddad", cast.prescriber)
    test = collect(leila, days_ago=3)
    reason = "The laboratory’s report shows Lake, not Hill."
    corrected = correct(fact=test, changes={"laboratory": "Lake Laboratory"}, reason=reason, void=False, by=cast.ruth)
    committed_db.let_tests_read()
    trail.seal_everything()
    since, until = clock.unshifted() - timedelta(hours=1), clock.unshifted()
    counted = Event.objects.filter(at__gte=since, at__lt=until).count()
    review = reviewing.sign_review(
        since=since, until=until, counted=counted, findings="None.", given=Given.signed_in(cast.jo), by=cast.jo
    )
    with psycopg.connect(trail.addresses.owner, application_name="psql") as outside:
        outside.execute("UPDATE patients_patient SET city = 'Elsewhere' WHERE id = %s", [leila.patient_id])
    runs(cast.per)
    record_denial(action="accounts.denied", by=cast.rita, reason="The role does not allow it.")
    record_view(action="rems.view_patients", by=cast.jo, patient_ids=[leila.patient_id])
    return [*lists(review, since=f"{timezone.localtime(since):%Y-%m-%dT%H:%M}"), *single(test.pk, corrected.pk)]


def runs(by: Person) -> None:
    """One run that came to a result, one that goes on."""
    now = clock.unshifted()
    given: dict[str, Any] = {"started_by": by, "started_at": now - timedelta(seconds=12)}
    result = {"entries": 1_284_907, "seals": 88_412, "rows": 58_709, "faults": [], "warnings": [], "seconds": 13.4}
    VerificationRun.objects.create(**given, seen_at=now, ended_at=now, verdict=Verdict.SOUND, result=result)
    VerificationRun.objects.create(**given, seen_at=now + timedelta(minutes=5), done=812_400, total=1_284_907)


def lists(review: TrailReview, *, since: str) -> Iterator[str]:
    for name in ("trail", "reviews", "sign_review", "export_trail"):
        yield reverse(f"administration:{name}")
    yield f"{reverse('administration:verification')}?still=1"
    yield reverse("administration:review", args=[review.pk])
    yield f"{reverse('administration:sign_review')}?since={since}&until=2999-01-01T00:00"


def single(test: int, corrected: int) -> Iterator[str]:
    added = Event.objects.get(table="patients_pregnancytest", row_id=str(corrected), action="row.insert")
    outside = Event.objects.filter(action="row.update", database_user="rems_owner").latest("pk")
    act = Event.objects.filter(action="patients.correct").latest("pk")
    for event in (added, outside, act):
        yield reverse("administration:event", args=[event.pk])
    yield reverse("administration:life", args=["patients_pregnancytest", test])


@in_full
@pytest.mark.parametrize("size", SIZES)
def test_every_page_of_the_trail_fits_and_axe_finds_nothing(
    addresses: list[str], cast: Cast, browser: Browser, live_server: Any, size: str
) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": height}, bypass_csp=True
    )
    page = context.new_page()
    sign_in(page, cast.jo, live_server.url)
    for address in addresses:
        look_at(page, address, width=width)
    context.close()


def look_at(page: Page, address: str, *, width: int) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert (address, answer.status) == (address, 200)
    assert page.evaluate("document.documentElement.scrollWidth") == width, address
    assert page.evaluate(FILTERS_FIT), address
    found = Axe().run(page)
    assert found.violations_count == 0, f"{address}\n{found.generate_report()}"
