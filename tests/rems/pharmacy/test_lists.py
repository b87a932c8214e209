"""The day of the site, and the capsules that come back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import clock
from audit.models import Event
from eligibility import Stage
from patients.actions import open_report
from rems import models
from rems.actions import gate
from rems.gate import preview
from rems.queries.site_day import State, allowed_until, by_answer, today_at
from tests.rems.pharmacy.conftest import NOW, Cast, test

TODAY, RETURNS = "/pharmacy/today", "/pharmacy/returns"


def page_of(client: Client, address: str = TODAY) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_day_says_so(at_counter: Client) -> None:
    page = page_of(at_counter)
    assert "No confirmation is open." in page
    assert "Nothing was handed over yet today." in page


def test_what_waits_and_what_is_done_stand_apart(at_counter: Client, cast: Cast) -> None:
    cast.hand_over(cast.confirm(cast.authorize(cast.walter), at=cast.cedar, by=cast.alice), by=cast.alice)
    cast.confirm(cast.authorize(cast.elena), at=cast.cedar, by=cast.alice)
    waiting, done = page_of(at_counter).split('id="done"')
    assert "Elena Marsh" in waiting
    assert "Open" in waiting
    assert "Walter Hale" in done
    assert "Handed over" in done
    seen = Event.objects.get(action="pharmacy.view_today")
    assert sorted(seen.details["patients"]) == sorted([cast.walter.patient_id, cast.elena.patient_id])


def test_cancelled_and_lapsed_numbers_are_said_so(at_counter: Client, cast: Cast) -> None:
    cancelled = cast.confirm(cast.authorize(cast.walter), at=cast.cedar, by=cast.alice)
    gate.cancel_confirmation(confirmation=cancelled, reason="Not fetched", by=cast.alice)
    cast.confirm(cast.authorize(cast.elena), at=cast.cedar, by=cast.alice)
    assert "Not fetched" in page_of(at_counter)
    with clock.stand_at(NOW + timedelta(hours=25)):
        page = page_of(at_counter)
    assert "Lapsed" in page
    assert "Not fetched" not in page


def test_a_number_of_yesterday_that_is_still_open_stays_on_the_list(at_counter: Client, cast: Cast) -> None:
    cast.confirm(cast.authorize(cast.elena), at=cast.cedar, by=cast.alice)
    with clock.stand_at(NOW + timedelta(hours=20)):
        assert "Closes soon" in page_of(at_counter)


def test_a_number_that_may_not_be_handed_over_now_counts_nothing_down(at_counter: Client, cast: Cast) -> None:
    cast.confirm(cast.authorize(cast.elena), at=cast.cedar, by=cast.alice)
    assert "24 h left" in page_of(at_counter)
    open_report(patient=cast.elena.patient, kind="missed_period", subject="patient", by=cast.alice)
    for page in (page_of(at_counter), page_of(at_counter, "/pharmacy/")):
        assert "Do not dispense" in page
        assert "Evaluation still open" in page
        assert "left" not in page.split("<table")[1].split("</table>")[0]
    test(cast.elena.patient, "positive", at=NOW, by=cast.ruth)
    assert "Positive pregnancy test" in page_of(at_counter)
    assert "Held" in page_of(at_counter)


@pytest.mark.parametrize(
    ("requirement", "hours", "state"),
    [
        ("test-calendar", 9, State.OPEN),
        ("test-calendar", 6, State.CLOSING),
        ("age", 6, State.CLOSING),
        ("authorization-window", 3, State.OPEN),
    ],
)
def test_it_counts_down_to_the_first_end_of_what_allows_it(
    cast: Cast, requirement: str, hours: int, state: State
) -> None:
    confirmed = cast.confirm(cast.authorize(cast.elena), at=cast.cedar, by=cast.alice)
    asked = preview(stage=Stage.HAND_OVER, confirmation=confirmed, pharmacy=cast.cedar, at=NOW)
    ends = NOW + timedelta(hours=hours)
    found = [f._replace(until=ends) if f.requirement == requirement else f for f in asked.findings]
    assert found != list(asked.findings), "the engine asks it at the hand-over"
    decision = asked._replace(findings=tuple(found))
    last = confirmed.stands_until if requirement == "authorization-window" else ends
    assert allowed_until(confirmed, decision) == last
    assert by_answer(State.OPEN, confirmed, decision) is state
    assert by_answer(State.CANCELLED, confirmed, decision) is State.CANCELLED


def test_each_further_open_number_costs_few_queries(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            today_at(cast.cedar, at=NOW)
        return len(asked)

    cast.confirm(cast.authorize(cast.elena), at=cast.cedar, by=cast.alice)
    of_one = queries()
    cast.confirm(cast.authorize(cast.walter), at=cast.cedar, by=cast.alice)
    assert queries() - of_one <= 8


def test_other_sites_see_nothing_of_it(client: Client, cast: Cast) -> None:
    cast.confirm(cast.authorize(cast.elena), at=cast.cedar, by=cast.alice)
    client.force_login(cast.bob)
    assert "Elena" not in page_of(client)
    assert "Elena" not in page_of(client, "/pharmacy/")


def give_back(client: Client, **changes: object) -> tuple[int, str]:
    product = models.Product.objects.filter(program="us-lenalidomide").first()
    assert product is not None
    form = {"key": str(uuid4()), "number": "", "product": product.pk, "capsules": "5"} | changes
    answer = client.post(RETURNS, form)
    return answer.status_code, answer.content.decode()


def test_capsules_come_back_by_any_number_of_the_site(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.walter)
    confirmation = cast.confirm(authorization, at=cast.cedar, by=cast.alice)
    cast.hand_over(confirmation, by=cast.alice)
    for number in (authorization.number, confirmation.number, cast.walter.patient.number.lower()):
        assert give_back(at_counter, number=number)[0] == 302
    assert models.CapsuleReturn.objects.count() == 3
    assert "5 × " in page_of(at_counter, RETURNS)


def test_a_stranger_at_the_site_is_unknown_by_the_patients_number(at_counter: Client, cast: Cast) -> None:
    foreign = give_back(at_counter, number=cast.walter.patient.number)
    unknown = give_back(at_counter, number="P-9999999")
    assert foreign[0] == unknown[0] == 422
    assert "No such number for your site" in foreign[1]
    assert "No such number for your site" in unknown[1]
    assert "Walter" not in foreign[1]


def test_a_product_of_another_program_is_an_error_at_the_field(at_counter: Client, cast: Cast) -> None:
    other = models.Product.objects.exclude(program="us-lenalidomide").first()
    assert other is not None
    number = cast.authorize(cast.walter).number
    status, page = give_back(at_counter, number=number, product=other.pk)
    assert status == 422
    assert "another program" in page


def test_capsules_are_whole_and_one_or_more(at_counter: Client, cast: Cast) -> None:
    number = cast.authorize(cast.walter).number
    for typed in ("0", "-3", "2.5", "", "100000"):
        status, page = give_back(at_counter, number=number, capsules=typed)
        assert status == 422
        assert number in page
