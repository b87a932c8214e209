"""An outage takes nothing from a patient: what closed in it is given back by two administrators, and said so."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.roles import Role
from accounts.standing import Forbidden
from audit import clock
from audit.facts import InvalidFact
from audit.models import Event
from rems import checklists, extended, models
from rems.actions import gate
from rems.actions import outages as acts
from rems.gate import ask_again, decision_of
from tests.rems import counter
from tests.rems.outage_cast import HOUR, LONG, SECOND, WHY, Down, authorized, confirmed
from tests.rems.program_cast import person

pytestmark = pytest.mark.django_db


def confirm(down: Down, at: Any) -> models.Decision:
    rows = down.rows
    with clock.stand_at(at):
        return gate.confirm(
            authorization=rows.authorization,
            pharmacy=rows.site,
            category="adult_male",
            points=checklists.required_points("adult_male"),
            by=rows.pharmacist,
        )


def hand_over(down: Down, at: Any) -> models.Decision:
    with clock.stand_at(at):
        return gate.hand_over(confirmation=down.number, method="hand", medication_guide=True, by=down.rows.pharmacist)


def warned(decision: models.Decision) -> set[str]:
    return {f["reason"] for f in decision.findings if f["level"] == "noted"}


def refused(decision: models.Decision) -> set[str]:
    return {f["reason"] for f in decision.findings if f["level"] == "unmet"}


@pytest.mark.parametrize(("after", "allowed"), [(-SECOND, True), (timedelta(0), True), (SECOND, False)])
def test_a_window_that_closed_in_an_outage_is_open_for_as_long_as_that_lasted(after: timedelta, allowed: bool) -> None:
    down = authorized()
    assert down.extend().until == down.last == down.closed + LONG
    decision = confirm(down, down.last + after)
    assert decision.allowed is allowed
    assert ("authorization_expired" in warned(decision)) is allowed
    assert ("authorization_expired" in refused(decision)) is not allowed


@pytest.mark.parametrize(("after", "allowed"), [(-SECOND, True), (timedelta(0), True), (SECOND, False)])
def test_the_hours_of_a_confirmation_likewise(after: timedelta, allowed: bool) -> None:
    down = confirmed()
    down.extend()
    decision = hand_over(down, down.last + after)
    assert decision.allowed is allowed
    assert ("confirmation_expired" in warned(decision)) is allowed


def test_an_extended_decision_says_so_in_words_and_in_the_trail_and_answers_the_same_again() -> None:
    down = authorized()
    down.extend()
    decision = confirm(down, down.last)
    assert decision.facts["extensions"][0]["window"] == "authorization"
    event = Event.objects.filter(action="gate.confirm").latest("pk")
    assert event.details["warnings"] == ["authorization_expired"]
    assert {f.reason for f in ask_again(decision).warnings} == {f.reason for f in decision_of(decision).warnings}


def test_until_the_second_person_approves_nothing_is_open() -> None:
    down = authorized()
    down.approve_outage()
    down.ask()
    assert refused(confirm(down, down.until + HOUR)) == {"authorization_expired"}


def test_who_recorded_an_outage_or_asked_for_an_extension_does_not_approve_it() -> None:
    down = authorized()
    for act in (
        lambda: acts.decide_outage(outage=down.outage, ruling="approved", reason="Seen", by=down.jo),
        lambda: acts.decide_extension(extension=down.ask(), ruling="approved", reason="Seen", by=down.jo),
    ):
        with pytest.raises(InvalidFact) as caught:
            act()
        assert caught.value.field == "ruling"
    assert not models.Outage.objects.exclude(ruling="").exists()


def test_an_extension_waits_for_the_approval_of_its_outage() -> None:
    down = authorized()
    asked = down.ask()
    with clock.stand_at(down.until + HOUR), pytest.raises(InvalidFact, match="outage itself is not approved"):
        acts.decide_extension(extension=asked, ruling="approved", reason="Seen", by=down.max)


def test_an_approval_that_comes_after_the_time_given_back_extends_nothing() -> None:
    down = authorized()
    down.approve_outage()
    asked = down.ask()
    with clock.stand_at(down.last + SECOND), pytest.raises(InvalidFact, match="new number is needed"):
        acts.decide_extension(extension=asked, ruling="approved", reason="Seen", by=down.max)
    with clock.stand_at(down.last + SECOND):
        declined = acts.decide_extension(extension=asked, ruling="declined", reason="Late", by=down.max)
    assert declined.ruling == "declined"


def test_the_window_of_who_can_get_pregnant_rests_on_her_test_and_is_never_extended() -> None:
    down = authorized(counter.on_treatment)
    with pytest.raises(InvalidFact, match="rests on a pregnancy test"):
        down.ask()


def test_her_confirmation_is_extended_no_further_than_the_window_of_her_test() -> None:
    down = confirmed(counter.on_treatment)
    authorization: Any = down.rows.authorization
    assert extended.end_of_extension(down.number, down.outage) == down.last
    authorization.closes_at = down.closed + HOUR
    down.number.authorization = authorization
    assert extended.end_of_extension(down.number, down.outage) == down.closed + HOUR
    authorization.closes_at = down.closed - HOUR
    assert extended.why_not(down.number, down.outage, at=down.until) == extended.BY_TEST


@pytest.mark.parametrize(
    ("since", "until", "within"),
    [
        (timedelta(0), HOUR, True),
        (SECOND, HOUR, False),
        (-HOUR, timedelta(0), True),
        (-HOUR, -SECOND, False),
    ],
)
def test_only_a_window_that_closed_within_the_outage(since: timedelta, until: timedelta, within: bool) -> None:
    down = authorized()
    with clock.stand_at(down.closed + 5 * HOUR):
        other = acts.record_outage(since=down.closed + since, until=down.closed + until, what=WHY, by=down.jo)
    assert (extended.why_not(down.number, other, at=down.closed) != extended.OUTSIDE) is within


def test_a_number_is_extended_once_and_one_that_was_used_or_cancelled_never() -> None:
    down = confirmed()
    down.extend()
    with pytest.raises(InvalidFact, match="There is only one"):
        down.ask()
    again = authorized()
    gate.cancel_authorization(authorization=again.number, reason="Wrong", by=again.rows.doctor)
    with pytest.raises(InvalidFact, match="used, cancelled or replaced"):
        again.ask()


def test_while_the_extended_number_is_open_no_second_one_is_issued_and_its_horizon_follows() -> None:
    down = confirmed()
    down.extend()
    decision = confirm(down, down.last)
    assert refused(decision) == {"confirmation_open"}
    horizon = models.Horizon.objects.get(confirmation=down.number)
    assert horizon.until == down.last


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_records_or_extends(role: Role) -> None:
    down, other = authorized(), person("Somebody Else", role)
    with pytest.raises(Forbidden):
        acts.record_outage(since=down.since, until=down.until, what=WHY, by=other)
    with pytest.raises(Forbidden):
        down.ask(by=other)


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [(-HOUR, SECOND, "until"), (-HOUR, -HOUR, "until"), (-timedelta(days=7, seconds=1), timedelta(0), "until")],
)
def test_an_outage_is_over_in_order_and_no_longer_than_a_week(since: timedelta, until: timedelta, field: str) -> None:
    jo, now = person("Jo Lindgren", Role.ADMINISTRATOR), clock.now()
    with clock.stand_at(now), pytest.raises(InvalidFact) as caught:
        acts.record_outage(since=now + since, until=now + until, what=WHY, by=jo)
    assert caught.value.field == field
    with clock.stand_at(now):
        assert acts.record_outage(since=now - timedelta(days=7), until=now, what=WHY, by=jo).pk


def test_the_database_itself_keeps_the_two_apart_and_the_rows_as_they_were_written() -> None:
    down = authorized()
    row = down.extend()
    for change in (
        "UPDATE rems_extension SET until = until + interval '1 hour'",
        "UPDATE rems_extension SET ruling = 'declined'",
        "UPDATE rems_outage SET until = until + interval '1 hour'",
        "DELETE FROM rems_extension",
    ):
        with pytest.raises(Exception, match=r"never|permission denied"), transaction.atomic(), connection.cursor() as c:
            c.execute(change)
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Outage.objects.create(
            since=down.since, until=down.until, what=WHY, recorded_at=down.until, recorded_by=down.jo,
            decided_at=down.until, decided_by=down.jo, ruling="approved", ruling_reason="Mine",
        )  # fmt: skip
    assert Event.objects.filter(table="rems_extension", row_id=str(row.pk), action="row.update").count() == 1
