"""Deviations: the list, what was repeated, corrective action and sign-off, for administrator and auditor."""

from copy import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.base import ModelState
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from accounts.signed import State, verify
from audit import clock
from audit.models import Event
from pharmacies.models import Pharmacy
from prescribers.models import Prescriber
from rems.models import CorrectiveAction, Decision, Deviation, DeviationSignOff
from tests.rems.program_cast import (
    NOW,
    PASSWORD,
    PROGRAM,
    Cast,
    decided,
    dispensed,
    enrolled,
    person,
    signed_in,
)
from tests.soak import count

MANY = count(soak=10_000, short=300)

LATE: dict[str, Any] = {
    "requirement": "test-was-on-time",
    "level": "noted",
    "reason": "test_was_late",
    "source": "",
    "mark": "D",
    "until": None,
    "opens": None,
    "case": "",
    "details": {},
}


@pytest.fixture
def late(cast: Cast) -> Deviation:
    """Leila's test was late, and the medicine was handed over at Cedar Street."""
    leila = enrolled("Leila Haddad", cast.prescriber)
    given = dispensed(leila, cast.cedar, days_ago=1)
    row = Decision.objects.create(
        stage="hand_over",
        outcome="allowed",
        program=PROGRAM,
        at=NOW,
        facts={},
        findings=[LATE],
        patient=leila.patient,
        confirmation=given.confirmation,
        pharmacy=cast.cedar,
        by=cast.rita,
        recorded_at=NOW,
    )
    return Deviation.objects.create(
        patient=leila.patient,
        enrollment=leila,
        program=PROGRAM,
        kind="test_was_late",
        subject=f"enrollment:{leila.pk}",
        period="2026-06-10",
        at=NOW,
        found_at=NOW,
        prescriber=cast.prescriber,
        caused_by=cast.ruth,
        decision=row,
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 1),
        (f"program={PROGRAM}", 1),
        ("program=us-thalidomide", 0),
        ("patient=haddad", 1),
        ("patient=nobody", 0),
        ("since=2026-06-16T09:13", 0),
        ("until=2026-06-16T09:11", 0),
    ],
)
def test_deviations_are_listed(cast: Cast, late: Deviation, query: str, found: int) -> None:
    page = signed_in(cast.jo).get(f"{reverse('administration:deviations')}?{query}")
    assert len(page.context["rows"]) == found


def test_each_says_what_where_and_opens_its_decision(cast: Cast, late: Deviation) -> None:
    answer = signed_in(cast.jo).get(reverse("administration:deviations"))
    page = answer.content.decode()
    [line] = answer.context["rows"]
    said = line["said"]
    assert said.code == "test_was_late"
    assert said.title in page
    assert "Leila Haddad" in page
    assert "Ruth Abara, MD" in page
    assert late.decision is not None
    assert reverse("administration:deviation", args=[late.pk]) in page
    one = signed_in(cast.jo).get(at("deviation", late)).content.decode()
    assert reverse("administration:decision", args=[late.decision.pk]) in one
    assert {e.patient_id for e in Event.objects.filter(action="rems.view_deviations")} == {late.patient_id}


def test_an_auditor_sees_the_number_and_no_name(cast: Cast, late: Deviation) -> None:
    page = signed_in(cast.per).get(reverse("administration:deviations")).content.decode()
    assert late.patient.number in page
    assert "Haddad" not in page


@pytest.fixture
def max_(cast: Cast) -> Person:
    """Another administrator."""
    return person("Max Ostrow", Role.ADMINISTRATOR)


def at(name: str, row: Deviation) -> str:
    return reverse(f"administration:{name}", args=[row.pk])


def lapsed(name: str, cast: Cast, *, days_ago: int) -> Deviation:
    """A confirmation of Cedar Street that nobody used."""
    enrollment = enrolled(name, cast.prescriber)
    return Deviation.objects.create(
        patient=enrollment.patient,
        enrollment=enrollment,
        program=PROGRAM,
        kind="confirmation_lapsed",
        subject=f"confirmation:{enrollment.pk}",
        period="x",
        at=NOW - timedelta(days=days_ago),
        found_at=NOW,
        prescriber=cast.prescriber,
        pharmacy=cast.cedar,
        caused_by=cast.rita,
        details={"issued": NOW - timedelta(days=days_ago + 1), "ended": NOW - timedelta(days=days_ago)},
    )


def plan(row: Deviation, **changes: Any) -> dict[str, Any]:
    sent = {"key": f"plan-{row.pk}", "what": "A reminder in the calendar.", "responsible": "Ruth Abara, MD"}
    return {**sent, "due_on": "2026-06-30", **changes}


def sign_off(row: Deviation, **changes: Any) -> dict[str, Any]:
    sent = {"key": f"sign-{row.pk}", "conclusion": "none_needed", "findings": "The laboratory was closed."}
    return {**sent, "password": PASSWORD, **changes}


def test_a_corrective_action_says_what_by_whom_and_until_when(cast: Cast, late: Deviation) -> None:
    jo = signed_in(cast.jo)
    assert jo.post(at("plan_correction", late), plan(late)).status_code == 302
    [made] = CorrectiveAction.objects.all()
    assert (made.what, made.responsible, made.due_on) == (
        "A reminder in the calendar.",
        "Ruth Abara, MD",
        date(2026, 6, 30),
    )
    assert (made.planned_by, made.planned_at) == (cast.jo, NOW)
    page = jo.get(at("deviation", late)).content.decode()
    assert "A reminder in the calendar." in page
    assert "Action due Tue, Jun 30, 2026" in page
    assert Event.objects.filter(action="rems.plan_correction", patient_id=late.patient_id).count() == 1


@pytest.mark.parametrize(("day", "status"), [("2026-06-15", 422), ("2026-06-16", 302), ("2026-06-17", 302)])
def test_its_day_is_today_or_later(cast: Cast, late: Deviation, day: str, status: int) -> None:
    assert signed_in(cast.jo).post(at("plan_correction", late), plan(late, due_on=day)).status_code == status


@pytest.mark.parametrize(("day", "state"), [(29, "planned"), (30, "planned"), (1, "late")])
def test_an_action_is_overdue_from_the_day_after_its_day(cast: Cast, late: Deviation, day: int, state: str) -> None:
    signed_in(cast.jo).post(at("plan_correction", late), plan(late))
    today = datetime(2026, 7 if day == 1 else 6, day, 12, tzinfo=UTC)
    with clock.stand_at(today):
        found = {s: rows_of(cast.jo, f"state={s}") for s in ("planned", "late", "unplanned")}
    assert [name for name, rows in found.items() if rows] == [state]


def rows_of(by: Person, query: str) -> list[int]:
    page = signed_in(by).get(f"{reverse('administration:deviations')}?{query}")
    return [line["row"].pk for line in page.context["rows"]]


def test_the_sign_off_is_signed_on_what_was_found_planned_and_done(cast: Cast, late: Deviation) -> None:
    jo = signed_in(cast.jo)
    jo.post(at("plan_correction", late), plan(late))
    assert jo.post(at("sign_off_deviation", late), sign_off(late, conclusion="corrected")).status_code == 302
    made = DeviationSignOff.objects.get()
    assert verify(made.signature, made) is State.FITS
    assert made.signature.content["says"]["corrections"][0]["what"] == "A reminder in the calendar."
    assert (made.signature.person, made.signature.method) == (cast.jo, "password")
    page = jo.get(at("deviation", late)).content.decode()
    assert "The laboratory was closed." in page
    assert "Plan another" not in page
    assert (rows_of(cast.jo, ""), rows_of(cast.jo, "state=signed")) == ([], [late.pk])


def test_nothing_is_planned_and_nobody_signs_again_after_a_sign_off(cast: Cast, late: Deviation, max_: Person) -> None:
    signed_in(cast.jo).post(at("sign_off_deviation", late), sign_off(late))
    max_s = signed_in(max_)
    assert max_s.post(at("plan_correction", late), plan(late)).status_code == 422
    assert max_s.post(at("sign_off_deviation", late), sign_off(late)).status_code == 422
    assert (CorrectiveAction.objects.count(), DeviationSignOff.objects.count()) == (0, 1)


def test_an_action_that_nobody_planned_is_not_said_to_be_taken(cast: Cast, late: Deviation) -> None:
    answer = signed_in(cast.jo).post(at("sign_off_deviation", late), sign_off(late, conclusion="corrected"))
    assert answer.status_code == 422
    assert "Plan it first" in answer.content.decode()
    assert not DeviationSignOff.objects.exists()


@pytest.mark.parametrize("part", ["caused_by", "prescriber", "decision", "representative"])
def test_who_had_part_in_it_does_not_sign_it_off_and_another_does(
    cast: Cast, late: Deviation, max_: Person, part: str
) -> None:
    row = lapsed("Nora Quist", cast, days_ago=3)
    if part == "prescriber":
        Prescriber.objects.filter(pk=cast.prescriber.pk).update(person=cast.jo)
    elif part == "representative":
        Pharmacy.objects.filter(pk=cast.cedar.pk).update(representative=cast.jo)
    else:
        row = same_by(cast.jo, late, part)
    page = signed_in(cast.jo).get(at("deviation", row))
    assert page.context["signing"] is None
    assert "Somebody else signs it off" in page.content.decode()
    answer = signed_in(cast.jo).post(at("sign_off_deviation", row), sign_off(row))
    assert answer.status_code == 422
    assert "Somebody else signs it off" in answer.content.decode()
    assert signed_in(max_).post(at("sign_off_deviation", row), sign_off(row)).status_code == 302


def same_by(someone: Person, row: Deviation, part: str) -> Deviation:
    """A deviation like it that this person caused, or whose question they asked."""
    again = Deviation.objects.get(pk=row.pk)
    again.pk, again.period = None, "2026-06-11"
    if part == "caused_by":
        again.caused_by = someone
    else:
        asked = decided(row.enrollment, "hand_over", NOW)
        asked.pk, asked.by = None, someone
        asked.save(force_insert=True)
        again.decision = asked
    again.save(force_insert=True)
    return again


def test_a_wrong_password_signs_nothing(cast: Cast, late: Deviation) -> None:
    answer = signed_in(cast.jo).post(at("sign_off_deviation", late), sign_off(late, password="not it at all"))
    assert answer.status_code == 422
    assert not DeviationSignOff.objects.exists()


def test_an_auditor_reads_one_by_number_and_is_offered_nothing(cast: Cast, late: Deviation) -> None:
    page = signed_in(cast.per).get(at("deviation", late))
    assert "Haddad" not in page.content.decode()
    assert (page.context["planning"], page.context["signing"]) == (None, None)
    for name in ("plan_correction", "sign_off_deviation"):
        assert signed_in(cast.per).post(at(name, late), plan(late)).status_code == 403


def test_repeated_ones_stand_together_with_their_count(cast: Cast, late: Deviation) -> None:
    rows = [lapsed(name, cast, days_ago=days) for days, name in enumerate(("Nora Quist", "Ada Lund", "Eva Holm"), 1)]
    signed_in(cast.jo).post(at("sign_off_deviation", rows[0]), sign_off(rows[0]))
    page = signed_in(cast.jo).get(reverse("administration:deviations"))
    [group] = page.context["repeated"]
    assert (group.words, group.lies_with, group.many, group.open) == (
        "Confirmation lapsed",
        "Cedar Street Pharmacy",
        3,
        2,
    )
    assert rows_of(cast.jo, group.query) == [row.pk for row in rows]
    assert {line["row"].pk: line["many"] for line in page.context["rows"]} == {
        rows[1].pk: 3,
        rows[2].pk: 3,
        late.pk: 1,
    }


def test_one_action_is_planned_for_several_of_a_kind_and_never_for_another(cast: Cast, late: Deviation) -> None:
    first, second, third = (lapsed(n, cast, days_ago=9) for n in ("Nora Quist", "Ada Lund", "Eva Holm"))
    jo = signed_in(cast.jo)
    assert jo.post(at("plan_correction", first), plan(first, alike=[late.pk])).status_code == 422
    assert jo.post(at("plan_correction", first), plan(first, alike=[second.pk])).status_code == 302
    assert set(CorrectiveAction.objects.values_list("deviation", flat=True)) == {first.pk, second.pk}
    assert rows_of(cast.jo, "state=unplanned&kind=confirmation_lapsed") == [third.pk]


@pytest.mark.parametrize(
    ("sort", "found"),
    [("", "ELN"), ("when", "NLE"), ("patient", "LEN"), ("-patient", "NEL"), ("whom", "ENL"), ("what", "NEL")],
)
def test_the_list_is_sorted_by_its_heads(cast: Cast, late: Deviation, sort: str, found: str) -> None:
    lapsed("Nora Quist", cast, days_ago=9)
    lapsed("Eva Holm", cast, days_ago=-1)
    page = signed_in(cast.jo).get(f"{reverse('administration:deviations')}?sort={sort}")
    assert "".join(line["row"].patient.first_name[0] for line in page.context["rows"]) == found


@pytest.mark.parametrize("who", ["jo", "per"])
def test_the_file_names_patients_by_number_and_is_in_the_trail(cast: Cast, late: Deviation, who: str) -> None:
    answer: Any = signed_in(getattr(cast, who)).get(f"{reverse('administration:deviations_file')}?kind=test_was_late")
    text = b"".join(answer.streaming_content).decode()
    assert late.patient.number in text
    assert "Haddad" not in text
    entry = Event.objects.get(action="rems.export_deviations")
    assert (entry.details["rows"], entry.patient_id) == (1, late.patient_id)


def test_who_was_shown_is_written_down(cast: Cast, late: Deviation) -> None:
    other = same_by(cast.ruth, late, "caused_by")
    signed_in(cast.jo).get(at("deviation", late))
    assert Event.objects.get(action="rems.view_deviation").patient_id == late.patient_id
    assert other.patient_id == late.patient_id


def test_a_list_of_thousands_costs_as_many_queries_as_one_of_few(cast: Cast, late: Deviation) -> None:
    Deviation.objects.bulk_create(like(late, place) for place in (-1, -2))
    few = queries_of(cast.jo)
    Deviation.objects.bulk_create(like(late, place) for place in range(MANY))
    many = queries_of(cast.jo)
    assert many == few < 40


def like(row: Deviation, place: int) -> Deviation:
    again = copy(row)
    again.pk, again._state = None, ModelState()
    again.period = f"day {place}"
    return again


def queries_of(by: Person) -> int:
    browser = signed_in(by)
    with CaptureQueriesContext(connection) as told:
        assert browser.get(reverse("administration:deviations")).status_code == 200
    return len(told)
