"""Break-glass: a reason and the password again, one patient, 60 minutes, others are told, another reviews."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts import proofs
from accounts.actions import deactivate_person, withdraw_role
from accounts.models import Person
from accounts.people import system_person
from accounts.roles import Role
from accounts.standing import Forbidden
from audit import clock
from audit.facts import InvalidFact
from audit.models import Event
from patients.models import Patient
from rems.actions import openings as acts
from rems.models import Opening
from rems.queries import openings as queries
from tests.rems.program_cast import (
    NOW,
    PASSWORD,
    Cast,
    collect,
    dispensed,
    enrolled,
    on_treatment,
    opened,
    person,
    signed_in,
)

HOUR, SECOND = timedelta(minutes=60), timedelta(seconds=1)
WHY = "The prescriber cannot be reached, and the report names another test."
RECORDED = ("Hill Laboratory", "First dose", "Dispensed", "Cedar Street Pharmacy")


@pytest.fixture
def leila(cast: Cast) -> Patient:
    """On treatment, with a test and a dispensing on record."""
    enrollment = enrolled("Leila Haddad", cast.prescriber)
    on_treatment(enrollment)
    dispensed(enrollment, cast.cedar, days_ago=20)
    collect(enrollment, days_ago=30)
    return enrollment.patient


@pytest.fixture
def max_(cast: Cast) -> Person:
    """Another administrator."""
    return person("Max Ostrow", Role.ADMINISTRATOR)


def at(name: str, patient: Patient) -> str:
    return reverse(f"administration:{name}", args=[patient.number])


def ask(browser: Client, patient: Patient, **typed: str) -> Any:
    return browser.post(at("open_record", patient), {"key": "k-1", "reason": WHY, "password": PASSWORD} | typed)


def test_with_a_reason_and_the_password_the_whole_record_is_open(cast: Cast, leila: Patient) -> None:
    browser = signed_in(cast.jo)
    assert browser.get(at("record", leila))["Location"] == at("open_record", leila)
    assert ask(browser, leila)["Location"] == at("record", leila)
    text = browser.get(at("record", leila)).content.decode()
    for shown in (*RECORDED, WHY, "Opened by break-glass until", "Close now"):
        assert shown in text
    row = Opening.objects.get()
    assert (row.opened_by, row.opened_at, row.ends_at, row.proven) == (cast.jo, NOW, NOW + HOUR, "password")
    event = Event.objects.get(action="rems.open_record")
    assert (event.patient_id, event.person_id, event.reason) == (leila.pk, cast.jo.pk, WHY)
    assert PASSWORD not in str(list(Event.objects.values()))


def test_the_same_form_sent_twice_opens_once(cast: Cast, leila: Patient) -> None:
    browser = signed_in(cast.jo)
    assert [ask(browser, leila).status_code for _ in range(2)] == [302, 302]
    assert Opening.objects.count() == 1
    assert ask(browser, leila, key="k-2").status_code == 422


@pytest.mark.parametrize(("typed", "field"), [({"reason": " "}, "reason"), ({"password": ""}, "password")])
def test_without_reason_or_password_nothing_opens(
    cast: Cast, leila: Patient, typed: dict[str, str], field: str
) -> None:
    page = ask(signed_in(cast.jo), leila, **typed)
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert not Opening.objects.exists()


def test_a_wrong_password_opens_nothing_and_stands_in_the_trail(cast: Cast, leila: Patient) -> None:
    page = ask(signed_in(cast.jo), leila, password="not the phrase")
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["password"])
    event = Event.objects.get(action="accounts.proof_refused")
    assert (event.person_id, event.allowed) == (cast.jo.pk, False)
    assert not Opening.objects.exists()


@pytest.mark.parametrize(
    ("after", "is_open"), [(timedelta(0), True), (HOUR - SECOND, True), (HOUR, False), (HOUR + SECOND, False)]
)
def test_it_ends_after_sixty_minutes_of_the_databases_clock(
    cast: Cast, leila: Patient, after: timedelta, is_open: bool
) -> None:
    opened(leila, cast.jo)
    browser = signed_in(cast.jo)
    with clock.stand_at(NOW + after):
        answer = browser.get(at("record", leila))
    assert (answer.status_code == 200) is is_open
    assert Event.objects.filter(action="rems.view_opened_record").exists() is is_open


@pytest.mark.parametrize(("age", "fresh"), [(299, True), (300, True), (301, False), (-1, False)])
def test_a_proof_is_good_for_five_minutes(cast: Cast, leila: Patient, age: int, fresh: bool) -> None:
    with clock.stand_at(NOW - age * SECOND):
        proof = proofs.proof(cast.jo, how="password")
    if fresh:
        assert acts.open_record(patient=leila, reason=WHY, proof=proof, by=cast.jo).opened_by == cast.jo
        return
    with pytest.raises(InvalidFact) as caught:
        acts.open_record(patient=leila, reason=WHY, proof=proof, by=cast.jo)
    assert caught.value.field == "proof"


def test_anothers_proof_opens_nothing(cast: Cast, leila: Patient, max_: Person) -> None:
    proof = proofs.proof(max_, how="password")
    with pytest.raises(InvalidFact):
        acts.open_record(patient=leila, reason=WHY, proof=proof, by=cast.jo)


def test_it_opens_one_patient_to_one_person(cast: Cast, leila: Patient, max_: Person) -> None:
    walter = enrolled("Walter Boone", cast.prescriber, "adult_male").patient
    opened(leila, cast.jo)
    assert signed_in(cast.jo).get(at("record", walter)).status_code == 302
    assert signed_in(max_).get(at("record", leila)).status_code == 302


def test_each_view_while_it_is_open_names_the_opening(cast: Cast, leila: Patient) -> None:
    opening = opened(leila, cast.jo)
    browser = signed_in(cast.jo)
    browser.get(at("record", leila))
    browser.get(reverse("administration:decision", args=[leila.decisions.latest("pk").pk]))
    browser.get(at("patient", leila))
    views = Event.objects.filter(person_id=cast.jo.pk, action__contains="view_", patient_id=leila.pk)
    assert {event.action: event.details.get("opening") for event in views} == {
        "rems.view_opened_record": opening.pk,
        "rems.view_decision": opening.pk,
        "rems.view_patient": None,
    }
    looked = [event.action for event in queries.views_of(opening, by=cast.per)]
    assert looked == ["rems.view_opened_record", "rems.view_decision"]


def test_a_view_that_cannot_be_recorded_is_not_given(
    cast: Cast, leila: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(leila, cast.jo)

    def broken(**_: object) -> None:
        raise RuntimeError("the trail is not to be reached")

    monkeypatch.setattr("rems.views.seeing.record_view", broken)
    browser = signed_in(cast.jo)
    browser.raise_request_exception = False
    answer = browser.get(at("record", leila))
    assert answer.status_code >= 500
    assert "Hill Laboratory" not in answer.content.decode()


def test_who_opened_it_closes_it_and_it_is_closed_at_once(cast: Cast, leila: Patient, max_: Person) -> None:
    opening = opened(leila, cast.jo)
    with pytest.raises(Forbidden):
        acts.close_record(opening=opening, by=max_)
    browser = signed_in(cast.jo)
    assert browser.post(at("close_record", leila), {"key": "k-2"}).status_code == 302
    assert browser.get(at("record", leila)).status_code == 302
    opening.refresh_from_db()
    assert (opening.closed_by, opening.closed_at) == (cast.jo, NOW)
    with pytest.raises(InvalidFact):
        acts.close_record(opening=opening, by=cast.jo)
    assert browser.post(at("close_record", leila), {"key": "k-3"}).status_code == 302
    assert Event.objects.filter(action="rems.close_record").count() == 1


def test_a_role_that_is_withdrawn_closes_the_record_at_the_next_request(cast: Cast, leila: Patient) -> None:
    opened(leila, cast.jo)
    browser = signed_in(cast.jo)
    assert browser.get(at("record", leila)).status_code == 200
    withdraw_role(person=cast.jo, role=Role.ADMINISTRATOR, by=system_person("tests"))
    assert browser.get(at("record", leila)).status_code == 403
    deactivate_person(person=cast.jo, reason="Left.", by=system_person("tests"))
    assert browser.get(at("record", leila)).status_code == 302


def told(someone: Person) -> str:
    page = signed_in(someone).get(reverse("programs:list")).content.decode()
    return "told" if "Break-glass." in page else ""


def test_every_other_administrator_and_every_auditor_is_told_and_nobody_else(
    cast: Cast, leila: Patient, max_: Person
) -> None:
    opening = opened(leila, cast.jo)
    everybody = (cast.jo, max_, cast.per, cast.ruth, cast.rita)
    assert [told(someone) for someone in everybody] == ["", "told", "told", "", ""]
    acts.close_record(opening=opening, by=cast.jo)
    assert [told(someone) for someone in everybody] == ["", "told", "told", "", ""]
    acts.review_opening(opening=opening, conclusion="justified", findings="As said.", by=max_)
    assert [told(someone) for someone in everybody] == ["", "", "", "", ""]


def test_the_list_names_who_opened_what_and_why_by_number_alone(cast: Cast, leila: Patient) -> None:
    opened(leila, cast.jo, reason=WHY)
    for someone in (cast.jo, cast.per):
        text = signed_in(someone).get(reverse("administration:openings")).content.decode()
        for shown in ("Jo Lindgren", leila.number, "Open now", WHY):
            assert shown in text
        assert "Haddad" not in text
    assert Event.objects.filter(action="rems.view_openings", patient_id=leila.pk).count() == 2


def test_another_administrator_reviews_it_with_findings(cast: Cast, leila: Patient, max_: Person) -> None:
    opening = opened(leila, cast.jo)
    where = reverse("administration:review_opening", args=[opening.pk])
    browser = signed_in(max_)
    with clock.stand_at(NOW + HOUR - SECOND):
        assert browser.post(where, {"key": "k-1", "conclusion": "justified", "findings": "Right."}).status_code == 422
    with clock.stand_at(NOW + HOUR):
        page = browser.post(where, {"key": "k-1", "conclusion": "justified"})
        assert (page.status_code, list(page.context["form"].errors)) == (422, ["findings"])
        typed = {"key": "k-1", "conclusion": "not_justified", "findings": "The prescriber had answered."}
        assert browser.post(where, typed).status_code == 302
        text = browser.get(reverse("administration:opening", args=[opening.pk])).content.decode()
    assert "The prescriber had answered." in text
    opening.refresh_from_db()
    assert (opening.reviewed_by, opening.conclusion) == (max_, "not_justified")
    with pytest.raises(InvalidFact):
        acts.review_opening(opening=opening, conclusion="justified", findings="No.", by=max_)
    assert Event.objects.get(action="rems.review_opening").details["conclusion"] == "not_justified"


def test_nobody_reviews_their_own_opening_and_an_auditor_writes_nothing(cast: Cast, leila: Patient) -> None:
    opening = opened(leila, cast.jo)
    asked = {"key": "k-1", "conclusion": "justified", "findings": "It was me."}
    where = reverse("administration:review_opening", args=[opening.pk])
    with clock.stand_at(NOW + HOUR):
        assert signed_in(cast.jo).post(where, asked).status_code == 422
        assert signed_in(cast.per).post(where, asked).status_code == 403
        with pytest.raises(InvalidFact):
            acts.review_opening(opening=opening, conclusion="justified", findings="x", by=cast.jo)
        with pytest.raises(Forbidden):
            acts.review_opening(opening=opening, conclusion="justified", findings="x", by=cast.per)
        page = signed_in(cast.jo).get(reverse("administration:opening", args=[opening.pk]))
    assert page.context["form"] is None
    assert "Another administrator reviews it" in page.content.decode()
    with pytest.raises(IntegrityError, match="reviewed_by_another"), transaction.atomic():
        Opening.objects.update(reviewed_at=NOW, reviewed_by=cast.jo, conclusion="justified", review_findings="x")


def test_what_waits_for_its_review_stands_on_top_with_its_days(cast: Cast, leila: Patient, max_: Person) -> None:
    opened(leila, cast.jo)
    for days, words in ((0, "waits since today"), (1, "waits for 1 day"), (12, "waits for 12 days")):
        with clock.stand_at(NOW + HOUR + timedelta(days=days)):
            for someone in (cast.jo, max_):
                text = signed_in(someone).get(reverse("administration:home")).content.decode()
                assert words in text
                assert text.index("Opened records without a review") < text.index("Waits for you")
                assert ("for another administrator" in text) is (someone == cast.jo)


def test_an_opening_stays_as_it_was_written(cast: Cast, leila: Patient) -> None:
    opening = opened(leila, cast.jo)
    for change in ({"ends_at": NOW + 9 * HOUR}, {"reason": "Other"}, {"opened_by": cast.per}):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            Opening.objects.filter(pk=opening.pk).update(**change)
    with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM rems_opening")


@pytest.mark.parametrize(
    "typed", [{"conclusion": "maybe", "findings": "x"}, {"conclusion": "justified", "findings": " "}]
)
def test_a_review_needs_a_conclusion_and_findings(
    cast: Cast, leila: Patient, max_: Person, typed: dict[str, str]
) -> None:
    opening = opened(leila, cast.jo)
    with clock.stand_at(NOW + HOUR), pytest.raises(ValidationError):
        acts.review_opening(opening=opening, by=max_, **typed)
