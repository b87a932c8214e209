"""Deviations are found in the act in which they happen or when they are seen, once each, and hold nothing."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from audit import clock
from eligibility import Stage
from eligibility.calendar import end_of_day
from patients.actions import record_test
from rems import checklists, numbers
from rems.actions import gate
from rems.horizon import passing
from rems.models import Authorization, Confirmation, Decision, Deviation, Prescription
from tests.rems import counter
from tests.rems.horizons import renewed
from tests.rems.scenario_rows import Rows

pytestmark = pytest.mark.django_db
SECOND, INSTANT = timedelta(seconds=1), timedelta(microseconds=1)
LAPSED, CLOSED = "confirmation_lapsed", "authorization_closed"


def kinds() -> list[str]:
    return sorted(Deviation.objects.values_list("kind", flat=True))


def confirm(rows: Rows, **changes: Any) -> Decision:
    points = checklists.required_points(rows.number.category)
    asked: dict[str, Any] = {"category": rows.number.category, "points": points, "by": rows.pharmacist}
    return gate.confirm(authorization=rows.authorization, pharmacy=rows.site, **asked, **changes)


def hand_over(rows: Rows, confirmation: Confirmation | None = None, method: str = "hand") -> Decision:
    held = confirmation or rows.confirmation
    return gate.hand_over(confirmation=held, method=method, medication_guide=True, by=rows.pharmacist)


def waiting_number(described: Any = counter.male) -> Rows:
    """A confirmation that waits at the counter, and what the horizon knows of it."""
    rows = counter.at_the_counter(described, Stage.HAND_OVER)
    renewed(rows.enrollment)
    return rows


def with_a_number() -> Rows:
    """An authorization that the gate issued, with its own window."""
    rows = counter.at_the_counter(counter.male, Stage.AUTHORIZE)
    rows.authorization = gate.authorize(prescription=rows.prescription, by=rows.doctor).issued_authorization
    return rows


def replaced(first: Authorization, *, issued_at: datetime) -> None:
    """A later number for the same patient, on a prescription of its own."""
    row, written = Authorization.objects.get(pk=first.pk), Prescription.objects.get(pk=first.prescription_id)
    asked = Decision.objects.get(pk=first.decision_id)
    written.pk = asked.pk = row.pk = None
    written.save(force_insert=True)
    asked.save(force_insert=True)
    row.number, row.prescription, row.decision = numbers.new_number(numbers.Kind.AUTHORIZATION).text, written, asked
    row.issued_at, row.closes_at = issued_at, issued_at + timedelta(days=30)
    row.save(force_insert=True)


def with_a_late_test(now: Any) -> dict[str, Any]:
    """The newest test came 31 days after the one before it: three days late."""
    facts = counter.on_treatment(now)
    facts["tests"][0]["collected"] = (now - timedelta(days=31)).isoformat()
    return facts


def test_a_test_that_came_late_is_noted_when_it_is_recorded_and_not_again_at_the_hand_over() -> None:
    rows = counter.at_the_counter(counter.on_treatment, Stage.AUTHORIZE)
    due = clock.now() + timedelta(days=40)
    with clock.stand_at(due):
        newest = record_test(
            patient=rows.patient,
            collected_at=due - timedelta(hours=1),
            resulted_at=due,
            result="negative",
            method="serum",
            sensitivity_miu_ml=25,
            by=rows.doctor,
        )
    found = Deviation.objects.get()
    assert (found.kind, found.subject, found.at) == (
        "test_was_late",
        f"enrollment:{rows.enrollment.pk}",
        newest.collected_at,
    )
    assert (found.caused_by, found.prescriber, found.pharmacy) == (rows.doctor, rows.prescriber, None)
    with clock.stand_at(due + SECOND):
        renewed(rows.enrollment)
    assert Deviation.objects.get() == found


def test_a_test_that_came_in_time_is_none() -> None:
    rows = counter.at_the_counter(counter.on_treatment, Stage.AUTHORIZE)
    renewed(rows.enrollment)
    assert kinds() == []


def test_a_late_test_that_nobody_recorded_here_is_noted_with_the_hand_over() -> None:
    rows = counter.at_the_counter(with_a_late_test, Stage.HAND_OVER)
    decision = hand_over(rows)
    assert decision.allowed
    found = Deviation.objects.get()
    assert (found.kind, found.decision, found.stopped) == ("test_was_late", decision, False)


@pytest.mark.parametrize(
    ("after", "cause", "expected"),
    [(-SECOND, "", []), (timedelta(0), "", []), (SECOND, "", [LAPSED])],
    ids=["a second before its end", "at its end", "a second after"],
)
def test_a_confirmation_is_noted_from_the_instant_at_which_it_has_lapsed(
    after: timedelta, cause: str, expected: list[str]
) -> None:
    rows = waiting_number()
    with clock.stand_at(rows.confirmed.lapses_at + after):
        passing.run()
        passing.run()
        assert kinds() == expected
    for found in Deviation.objects.all():
        assert (found.at, found.pharmacy, found.caused_by) == (rows.confirmed.lapses_at, rows.site, rows.confirmed.by)


def test_one_that_is_used_or_cancelled_in_time_is_none() -> None:
    used, cancelled = waiting_number(), waiting_number()
    hand_over(used)
    gate.cancel_confirmation(confirmation=cancelled.confirmed, reason="Did not come.", by=cancelled.pharmacist)
    gate.cancel_authorization(authorization=cancelled.number, reason="Dose changed.", by=cancelled.doctor)
    with clock.stand_at(clock.now() + timedelta(days=60)):
        passing.run()
    assert kinds() == []


def test_one_that_is_cancelled_or_followed_only_after_its_end_is_noted_though_no_job_ran_in_between() -> None:
    late, followed = waiting_number(), waiting_number()
    with clock.stand_at(late.confirmed.lapses_at + timedelta(hours=2)):
        gate.cancel_confirmation(confirmation=late.confirmed, reason="Forgotten.", by=late.pharmacist)
        assert kinds() == [LAPSED]
        assert confirm(followed).allowed
    assert kinds() == [LAPSED, LAPSED]
    assert {found.subject for found in Deviation.objects.all()} == {
        f"confirmation:{late.confirmed.pk}",
        f"confirmation:{followed.confirmed.pk}",
    }


def test_after_a_standstill_of_weeks_the_next_act_finds_what_lapsed_meanwhile() -> None:
    rows = waiting_number()
    with clock.stand_at(rows.number.closes_at + timedelta(days=20)):
        gate.cancel_authorization(authorization=rows.number, reason="Too old.", by=rows.doctor)
    assert kinds() == [CLOSED, LAPSED]


@pytest.mark.parametrize(
    ("after", "expected"),
    [(timedelta(0), []), (INSTANT, [CLOSED]), (SECOND, [CLOSED])],
    ids=["end", "instant", "second"],
)
def test_an_authorization_that_nobody_used_is_noted_once_it_has_closed(after: timedelta, expected: list[str]) -> None:
    rows = with_a_number()
    with clock.stand_at(rows.number.closes_at + after):
        passing.run()
        assert kinds() == expected


def test_an_authorization_that_a_later_one_replaced_while_it_stood_is_none() -> None:
    rows = with_a_number()
    first = rows.number
    replaced(first, issued_at=first.closes_at)
    with clock.stand_at(first.closes_at + SECOND):
        passing.run()
        assert kinds() == []


def test_one_that_had_closed_before_the_next_was_issued_is_noted() -> None:
    rows = with_a_number()
    first = rows.number
    replaced(first, issued_at=first.closes_at + INSTANT)
    with clock.stand_at(first.closes_at + SECOND):
        passing.run()
        assert kinds() == [CLOSED]


def test_an_authorization_that_is_confirmed_when_it_closes_is_none_and_its_confirmation_counts() -> None:
    rows = with_a_number()
    with clock.stand_at(rows.number.closes_at - timedelta(hours=1)):
        given = confirm(rows).issued_confirmation
    with clock.stand_at(rows.number.closes_at + timedelta(hours=1)):
        passing.run()
        assert kinds() == []
        assert hand_over(rows, given).allowed
    with clock.stand_at(given.lapses_at + SECOND):
        passing.run()
    assert kinds() == []


def test_a_parcel_of_the_next_day_is_refused_noted_once_and_handing_over_is_open() -> None:
    rows = waiting_number(counter.on_treatment)
    next_day = end_of_day(rows.confirmed.issued_at.astimezone(counter.ZONE).date(), counter.ZONE) + INSTANT
    with clock.stand_at(next_day):
        for _ in range(2):
            assert not hand_over(rows, method="ship").allowed
        found = Deviation.objects.get()
        assert (found.kind, found.stopped, found.pharmacy) == ("shipped_late", True, rows.site)
        assert (found.subject, found.caused_by) == (f"confirmation:{rows.confirmed.pk}", rows.pharmacist)
        assert hand_over(rows).allowed
    assert kinds() == ["shipped_late"]


def test_a_parcel_of_the_same_day_is_none() -> None:
    rows = waiting_number(counter.on_treatment)
    with clock.stand_at(end_of_day(rows.confirmed.issued_at.astimezone(counter.ZONE).date(), counter.ZONE)):
        assert hand_over(rows, method="ship").allowed
    assert kinds() == []


def test_a_hand_over_whose_way_is_not_said_departs_from_nothing() -> None:
    rows = waiting_number(counter.on_treatment)
    assert not hand_over(rows, method="").allowed
    assert kinds() == []


def test_a_hand_over_without_a_confirmation_is_refused_and_noted() -> None:
    rows = counter.at_the_counter(counter.male, Stage.CONFIRM)
    asked: dict[str, Any] = {"method": "hand", "medication_guide": True, "by": rows.pharmacist}
    decision = gate.hand_over(authorization=rows.authorization, pharmacy=rows.site, **asked)
    assert not decision.allowed
    assert "no_confirmation" in kinds()
    assert {found.decision for found in Deviation.objects.all()} == {decision}


@pytest.mark.parametrize(("days", "expected"), [(20, ["fill_early"]), (21, [])], ids=["a day early", "open by then"])
def test_a_fill_that_only_a_count_opened_is_noted(days: int, expected: list[str]) -> None:
    def early(now: Any) -> dict[str, Any]:
        return {**counter.male(now), "surveys": [(now - timedelta(days=2)).isoformat()]} | {
            "last_dispense": {"date": counter.days_ago(days, now=now), "days_supply": 28}
        }

    rows = counter.at_the_counter(early, Stage.CONFIRM)
    given = confirm(rows, days_counted=5).issued_confirmation
    assert kinds() == []
    assert hand_over(rows, given).allowed
    assert kinds() == expected
    for found in Deviation.objects.all():
        assert (found.stopped, found.details["counted"]) == (False, 5)
