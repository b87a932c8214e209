"""Signing the review of a period of the trail."""

from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from accounts.roles import Role
from accounts.signatures import Given
from accounts.standing import Forbidden
from audit import clock, sealed
from audit.denials import record_denial
from audit.facts import InvalidFact
from audit.models import Event
from rems.actions import reviewing
from rems.models import TrailReview
from rems.queries import trail_reviews, trail_state
from tests import people
from tests.database import Laid
from tests.rems.program_cast import signed_in
from tests.trail import Trail

SIGN = "administration:sign_review"


@pytest.fixture
def jo(trail: Trail, committed_db: Laid) -> Person:
    """Jo administers; what made her was done past any act, by nobody. Her pages read what is sealed."""
    committed_db.let_tests_read()
    return people.person("Jo Lindgren", Role.ADMINISTRATOR)


def all_of_it(trail: Trail) -> tuple[datetime, datetime]:
    """From before the first entry to now, sealed."""
    trail.seal_everything()
    first = Event.objects.earliest("at").at
    return first - timedelta(seconds=1), clock.unshifted()


def signed(since: datetime, until: datetime, *, by: Person, **changed: Any) -> TrailReview:
    counted = Event.objects.filter(at__gte=since, at__lt=until).count()
    said: dict[str, Any] = {"counted": counted, "findings": "None.", "given": Given.signed_in(by)}
    return reviewing.sign_review(since=since, until=until, by=by, **said | changed)


def test_a_review_covers_counts_seals_and_findings_and_the_changes_from_outside(trail: Trail, jo: Person) -> None:
    record_denial(action="accounts.denied", by=jo, reason="No.")
    since, until = all_of_it(trail)
    before = trail_state.waiting(by=jo)
    assert before
    review = signed(since, until, by=jo)
    assert (review.denials, review.out_of_band) == (1, len(before))
    assert review.first_seal == 1
    assert review.last_seal is not None
    assert review.signature.meaning == reviewing.MEANING
    assert review.signature.content["says"]["findings"] == "None."
    assert trail_reviews.is_intact(review)
    assert trail_state.waiting(by=jo) == []


def test_what_came_later_with_an_older_time_still_waits(trail: Trail, jo: Person) -> None:
    """A transaction that was open while the review was signed."""
    with psycopg.connect(trail.addresses.owner) as slow:
        slow.execute("UPDATE accounts_person SET name = 'Someone Else' WHERE id = %s", [jo.pk])
        since, until = all_of_it(trail)
        with psycopg.connect(trail.addresses.app) as other:
            assert other.execute("SELECT 1").fetchone()
        signed(since, until, by=jo)
    trail.seal_everything()
    late = trail_state.waiting(by=jo)
    assert [event.database_user for event in late] == ["rems_owner"]
    assert late[0].at < until


def test_nobody_signs_a_period_that_holds_only_their_own_work(trail: Trail, jo: Person) -> None:
    since = clock.unshifted()
    record_denial(action="accounts.denied", by=jo, reason="No.")
    trail.seal_everything()
    until = clock.unshifted()
    with pytest.raises(InvalidFact, match="done by you"):
        signed(since, until, by=jo)
    second = people.person("Ida Berg", Role.ADMINISTRATOR)
    assert signed(since, until, by=second).signature.person == second


def test_a_period_that_is_not_over_not_sealed_or_counted_otherwise_is_not_signed(trail: Trail, jo: Person) -> None:
    with pytest.raises(InvalidFact, match="not sealed"):
        signed(clock.unshifted() - timedelta(hours=1), clock.unshifted(), by=jo)
    since, until = all_of_it(trail)
    with pytest.raises(InvalidFact, match="not over"):
        signed(since, until + timedelta(hours=1), by=jo)
    with pytest.raises(InvalidFact, match="other entries"):
        signed(since, until, by=jo, counted=3)
    with pytest.raises(InvalidFact, match="before it begins"):
        signed(until, since, by=jo)
    assert not TrailReview.objects.exists()


def test_an_auditor_signs_nothing(trail: Trail, jo: Person) -> None:
    per = people.person("Per Halvorsen", Role.AUDITOR)
    with pytest.raises(Forbidden):
        signed(*all_of_it(trail), by=per)
    page = signed_in(per).get(reverse("administration:reviews"))
    assert b"Review a period" not in page.content
    assert signed_in(per).get(reverse(SIGN)).status_code == 403


def test_a_review_that_does_not_fit_its_seals_any_more_says_so(trail: Trail, jo: Person) -> None:
    review = signed(*all_of_it(trail), by=jo)
    with trail.attacker() as attacker:
        attacker.execute("UPDATE audit.seal SET hash = sha256('other') WHERE no = 1")
    page = signed_in(jo).get(reverse("administration:review", args=[review.pk]))
    assert page.context["signed"].tone == "refused"
    assert "does not fit any more" in page.content.decode()


def test_the_page_asks_for_findings_and_the_password_again(trail: Trail, jo: Person) -> None:
    since, until = (f"{timezone.localtime(end):%Y-%m-%dT%H:%M:%S}" for end in all_of_it(trail))
    browser, url = signed_in(jo), reverse(SIGN)
    form = browser.get(url, {"since": since, "until": until}).context["form"]
    sent = {name: form[name].value() for name in ("key", "counted", "since", "until")}
    sent |= {"findings": "None.", "password": "wrong"}
    assert browser.post(url, sent).status_code == 422
    assert browser.post(url, sent | {"findings": " ", "password": people.PASSWORD}).status_code == 422
    assert browser.post(url, sent | {"since": "nonsense", "password": people.PASSWORD}).status_code == 422
    again = browser.post(url, sent | {"counted": 3, "password": people.PASSWORD})
    assert reviewing.COUNTED_ANEW in again.content.decode()
    assert again.status_code == 422
    assert again.context["form"]["counted"].value() == str(sent["counted"])
    assert not TrailReview.objects.exists()
    done = browser.post(url, sent | {"password": people.PASSWORD}, follow=True)
    assert "Signed the review." in done.content.decode()
    assert TrailReview.objects.get().findings == "None."


PERIODS = ["?since=2026-01-01T00:00", "?since=2026-02-01T00:00&until=2026-01-01T00:00", "?until=x"]


@pytest.mark.parametrize(
    "query", ["?since=2026-01-01T00:00", "?since=2026-02-01T00:00&until=2026-01-01T00:00", "?until=x"]
)
def test_a_period_needs_both_ends_in_their_order(trail: Trail, jo: Person, query: str) -> None:
    assert signed_in(jo).get(reverse(SIGN) + query).status_code == 422


def test_the_list_the_event_and_the_panel_say_what_is_sealed(trail: Trail, jo: Person) -> None:
    trail.seal_everything()
    record_denial(action="accounts.denied", by=jo, reason="No.")
    browser = signed_in(jo)
    page = browser.get(f"{reverse('administration:trail')}?kind=out_of_band")
    assert all(row.sealed for row in page.context["rows"])
    assert not any(row.sealed for row in browser.get(f"{reverse('administration:trail')}?kind=denials").context["rows"])
    text = page.content.decode()
    assert f"batch {page.context['state'].newest.batch}" in text
    assert "sealer stands" not in text
    first = Event.objects.earliest("pk")
    said = " ".join(browser.get(reverse("administration:event", args=[first.pk])).content.decode().split())
    root = trail.one("SELECT encode(root, 'hex') FROM audit.seal WHERE no = 1")
    assert "Leaf 1 of" in said
    assert "in batch 1, sealed" in said
    assert root[:16] in said


def test_every_query_of_the_pages_is_allowed_to_the_reader(trail: Trail, jo: Person) -> None:
    trail.seal_everything()
    now = clock.unshifted()
    with psycopg.connect(trail.addresses.reader) as reader:
        for query, values in (
            (sealed.NEWEST, []),
            (sealed.OLDEST_UNSEALED, []),
            (sealed.PLACES, [[1]]),
            (sealed.SEALS_OF, [now, now]),
            (sealed.HASH_OF_SEALS, [1, 2]),
            (sealed.UNSEALED_IN, [now, now]),
            (trail_state.WAITING, [1]),
        ):
            reader.execute(query, values)
