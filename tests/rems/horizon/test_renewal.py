"""Every act that records a fact renews what it touches, in its own transaction."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError

import pharmacies.actions
import prescribers.actions
from accounts.roles import Role
from audit import acts, clock
from audit.models import Event
from eligibility import Stage
from eligibility.findings import INSTANT
from patients.actions import record_test
from patients.models import PregnancyTest
from rems.actions import gate
from rems.gate import preview
from rems.horizon import making, renewal
from rems.models import Enrollment, Horizon
from tests.rems import counter
from tests.rems.horizon.people import flags, horizon_of, new_york, treated
from tests.rems.horizons import renewed
from tests.rems.program_cast import NOW, PROGRAM, Cast, enrolled, person, prescriber
from tests.rems.scenario_rows import Rows

DUE = new_york(6, 30) - INSTANT


def record_of(enrollment: Enrollment, cast: Cast, *, result: str = "negative") -> PregnancyTest:
    return record_test(
        patient=enrollment.patient,
        collected_at=clock.now(),
        resulted_at=clock.now(),
        result=result,
        method="serum",
        sensitivity_miu_ml=25,
        laboratory="Hill Laboratory",
        by=cast.ruth,
    )


def test_the_horizon_is_the_decision_s_own(leila: Enrollment) -> None:
    stored, said = horizon_of(leila), preview(stage=Stage.AUTHORIZE, enrollment=leila)
    assert (stored.until, stored.edition) == (said.until, said.edition)
    assert {row["requirement"] for row in stored.ends} == {
        f.requirement for f in said.findings if f.last_instant == said.until
    }
    assert stored.until == new_york(6, 23) - INSTANT, "the newest test is at most 7 days old at an authorization"
    assert [row["due"] for row in stored.deadlines if row["kind"] == "test"] == [DUE.isoformat()]


def test_a_test_recorded_moves_it_on_at_once(leila: Enrollment, cast: Cast) -> None:
    with clock.stand_at(new_york(7, 2, 9)):
        record_of(leila, cast)
        assert [row["due"] for row in horizon_of(leila).deadlines if row["kind"] == "test"] == [
            (new_york(7, 17) - INSTANT).isoformat()
        ]
        assert horizon_of(leila).computed_at == clock.now()


def test_an_overdue_flag_goes_with_the_test_that_clears_it(leila: Enrollment, cast: Cast) -> None:
    with clock.stand_at(new_york(7, 2, 9)):
        renewed()
        assert flags(leila) == ["overdue"]
        record_of(leila, cast)
        assert flags(leila) == []
    told = Event.objects.filter(table="rems_displayflag", action="row.update").latest("id")
    assert told.person_name == "Ruth Abara", "it is part of her act"


def test_an_act_that_fails_leaves_the_horizon_as_it_was(
    leila: Enrollment, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = horizon_of(leila)

    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("the connection is gone")

    monkeypatch.setattr(renewal, "renew", away)
    with clock.stand_at(new_york(7, 2, 9)), pytest.raises(DatabaseError):
        record_of(leila, cast)
    assert PregnancyTest.objects.filter(collected_at__gt=NOW).count() == 0
    assert horizon_of(leila).computed_at == before.computed_at


def test_looking_ahead_that_fails_undoes_no_fact_and_is_tried_again(
    leila: Enrollment, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(renewal, "look", broken)
    with clock.stand_at(NOW + timedelta(hours=1)):
        record_of(leila, cast, result="positive")
        assert horizon_of(leila).wakes_at == clock.now()
    assert PregnancyTest.objects.filter(result="positive").count() == 1
    failed = Event.objects.get(action="rems.horizon_failed")
    assert (failed.patient_id, failed.allowed, "ZeroDivisionError" in failed.reason) == (leila.patient_id, False, True)


def step(rows: Rows, stage: Stage) -> None:
    if stage is Stage.AUTHORIZE:
        gate.authorize(prescription=rows.prescription, by=rows.doctor)
        rows.authorization = rows.prescription.authorization
    elif stage is Stage.CONFIRM:
        points = rows._points()
        kept = gate.confirm(
            pharmacy=rows.site,
            authorization=rows.number,
            category="adult_female_rp",
            points=points,
            by=rows.pharmacist,
        )
        rows.confirmation = kept.issued_confirmation
    else:
        gate.hand_over(confirmation=rows.confirmed, method="hand", medication_guide=True, by=rows.pharmacist)


def test_numbers_have_horizons_while_they_are_open() -> None:
    rows = counter.at_the_counter(counter.on_treatment, Stage.AUTHORIZE)
    step(rows, Stage.AUTHORIZE)
    number = Horizon.objects.get(authorization=rows.number, confirmation=None)
    assert {row["kind"]: row["due"] for row in number.deadlines} == {"authorization": rows.number.closes_at.isoformat()}
    step(rows, Stage.CONFIRM)
    confirmed = Horizon.objects.get(confirmation=rows.confirmed)
    assert confirmed.until is not None
    assert confirmed.until <= rows.confirmed.lapses_at
    assert confirmed.deadlines[0]["due"] == rows.confirmed.lapses_at.isoformat()
    step(rows, Stage.HAND_OVER)
    assert [h.subject for h in Horizon.objects.filter(enrollment=rows.enrollment)] == [
        f"enrollment:{rows.enrollment.pk}"
    ]


def test_a_cancelled_number_has_none() -> None:
    rows = counter.at_the_counter(counter.on_treatment, Stage.AUTHORIZE)
    step(rows, Stage.AUTHORIZE)
    gate.cancel_authorization(authorization=rows.number, reason="Wrong dose", by=rows.doctor)
    assert not Horizon.objects.filter(authorization=rows.number).exists()


def test_the_end_of_a_certification_wakes_all_who_rest_on_it_and_nobody_else(leila: Enrollment, cast: Cast) -> None:
    nora = treated("Nora Quist", cast, days_ago=1)
    other = enrolled("Ida Vogel", prescriber(person("Omar Diaz", Role.PRESCRIBER), 123456780))
    renewed()
    with clock.stand_at(NOW + timedelta(hours=1)):
        prescribers.actions.deactivate(prescriber=cast.prescriber, program=PROGRAM, reason="Left", by=cast.jo)
        assert [horizon_of(e).wakes_at == clock.now() for e in (leila, nora, other)] == [True, True, False]


def test_what_changes_no_certification_wakes_nobody(leila: Enrollment, cast: Cast) -> None:
    before = horizon_of(leila).wakes_at
    with clock.stand_at(NOW + timedelta(hours=1)):
        prescribers.actions.name_delegate(
            prescriber=cast.prescriber, person=person("Tom Reed", Role.DELEGATE), by=cast.ruth
        )
    assert horizon_of(leila).wakes_at == before


def test_the_end_of_a_site_s_certification_wakes_its_open_confirmations(cast: Cast) -> None:
    rows = counter.at_the_counter(counter.on_treatment, Stage.HAND_OVER)
    renewed()
    with clock.stand_at(clock.now() + timedelta(minutes=5)):
        pharmacies.actions.deactivate(pharmacy=rows.site, program=PROGRAM, reason="Closed", by=cast.jo)
        assert Horizon.objects.get(confirmation=rows.confirmed).wakes_at == clock.now()


def test_a_load_of_many_acts_renews_once_at_its_end(leila: Enrollment, cast: Cast) -> None:
    before = horizon_of(leila).computed_at
    with clock.stand_at(new_york(7, 2, 9)):
        with making.once_at_the_end():
            record_of(leila, cast)
            assert horizon_of(leila).computed_at == before
        assert horizon_of(leila).computed_at == clock.now()


def test_a_lock_outside_of_an_act_is_nobody_s_and_an_inner_act_s_lock_is_the_outer_one_s(leila: Enrollment) -> None:
    acts.note_locked(leila.patient)
    outer = acts.Act("outer", by=leila.enrolled_by)
    inner = acts.Act("inner", by=leila.enrolled_by, outer=outer)
    assert inner.locked is outer.locked
    assert outer.locked == set()
