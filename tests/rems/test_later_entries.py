"""What was done by telephone is entered afterwards and says so; it closes at once, and opens after a second look."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.roles import Role
from accounts.standing import Forbidden
from audit import clock
from audit.facts import InvalidFact
from audit.models import Event
from eligibility import Stage
from rems import models
from rems.actions import gate
from rems.actions.later import Told, decide_later_entry, enter_later
from rems.facts import facts_for
from rems.queries import later as queries
from rems.queries.prescriber import open_authorizations
from rems.question import Question
from tests.rems import counter
from tests.rems.program_cast import signed_in
from tests.rems.scenario_rows import Rows, person
from tests.rems.test_gate import confirm, reasons

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOTE = "The program confirmed 28 days by telephone."


def told(*, hours_ago: int = 1, number: str = "T-4711") -> Told:
    return Told(clock.now() - hours_ago * HOUR, "Lee, program", number, NOTE)


def dispensed_by_telephone(rows: Rows, **changes: Any) -> models.LaterEntry:
    given: dict[str, Any] = {
        "kind": "dispensing",
        "patient": rows.patient,
        "program": rows.facts.program,
        "authorization": rows.authorization,
        "told": told(),
        "pharmacy": rows.site,
        "days_supply": 28,
        "method": "hand",
        "by": rows.pharmacist,
    }
    return enter_later(**given | changes)


def decided(entry: models.LaterEntry, ruling: str) -> models.LaterEntry:
    return decide_later_entry(entry=entry, ruling=ruling, reason="Seen", by=person("Max Ostrow", Role.ADMINISTRATOR))


@pytest.fixture
def rows() -> Rows:
    """A man at the counter with an authorization."""
    return counter.at_the_counter(counter.male, Stage.CONFIRM)


def test_a_number_that_was_dispensed_by_telephone_is_used_from_its_entry_on(rows: Rows) -> None:
    dispensed_by_telephone(rows)
    assert "authorization_used" in reasons(confirm(rows))
    assert not open_authorizations([rows.enrollment], at=clock.now()).exists()


def test_declined_by_the_second_person_it_gives_the_number_back(rows: Rows) -> None:
    decided(dispensed_by_telephone(rows), "declined")
    assert confirm(rows).allowed


def test_it_is_a_dispensing_on_record_once_the_second_person_approved_it(rows: Rows) -> None:
    entry = dispensed_by_telephone(rows, authorization=None)
    question = Question(enrollment=rows.enrollment)
    assert facts_for(question, at=clock.now()).last_dispense is None
    decided(entry, "approved")
    last = facts_for(question, at=clock.now()).last_dispense
    assert last is not None
    assert (last.date, last.days_supply) == (entry.done_at, 28)
    assert "too_early" in reasons(confirm(rows))


def test_no_number_of_this_system_comes_of_it_and_an_authorization_by_telephone_opens_nothing(rows: Rows) -> None:
    before = models.Authorization.objects.count(), models.Confirmation.objects.count()
    entry = enter_later(
        kind="authorization", patient=rows.patient, program=rows.facts.program, told=told(), by=rows.doctor
    )
    decided(entry, "approved")
    decided(dispensed_by_telephone(rows, authorization=None), "approved")
    assert (models.Authorization.objects.count(), models.Confirmation.objects.count()) == before
    assert not models.Dispensing.objects.exists()
    found = queries.behind(rows.site, typed=" t-4711 ")
    assert found is not None
    assert (found.patient, found.authorization) == (rows.patient, None)


def test_who_entered_it_does_not_approve_it_and_nobody_decides_twice(rows: Rows) -> None:
    entry = dispensed_by_telephone(rows)
    with pytest.raises(Forbidden):
        decide_later_entry(entry=entry, ruling="approved", reason="Mine", by=rows.pharmacist)
    decided(entry, "approved")
    with pytest.raises(InvalidFact, match="decided on already"):
        decided(entry, "declined")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"days_supply": None}, "days_supply"),
        ({"days_supply": 0}, "days_supply"),
        ({"method": ""}, "method"),
        ({"kind": "guess"}, "kind"),
    ],
)
def test_a_dispensing_is_entered_whole(rows: Rows, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidFact) as caught:
        dispensed_by_telephone(rows, **changes)
    assert caught.value.field == field


def test_what_lies_ahead_is_not_entered_and_one_number_serves_one_dispensing(rows: Rows) -> None:
    with clock.stand_at(clock.now()):
        with pytest.raises(InvalidFact) as caught:
            dispensed_by_telephone(rows, told=Told(clock.now() + timedelta(seconds=1), "Lee", "", NOTE))
        assert caught.value.field == "day"
        dispensed_by_telephone(rows, told=Told(clock.now(), "Lee", "", NOTE))
    with pytest.raises(InvalidFact, match="dispensed already"):
        dispensed_by_telephone(rows)


def test_a_site_enters_no_authorization_and_another_prescriber_nothing(rows: Rows) -> None:
    with pytest.raises(Forbidden):
        dispensed_by_telephone(rows, kind="authorization", days_supply=None, method="")
    with pytest.raises(Forbidden):
        dispensed_by_telephone(rows, by=rows.doctor)
    other = counter.at_the_counter(counter.male, Stage.AUTHORIZE)
    with pytest.raises(Forbidden):
        enter_later(
            kind="authorization", patient=rows.patient, program=rows.facts.program, told=told(), by=other.doctor
        )


def test_it_is_marked_in_the_trail_on_the_patients_page_at_the_site_and_for_the_reviewer(rows: Rows) -> None:
    entry = dispensed_by_telephone(rows)
    event = Event.objects.get(action="rems.enter_later")
    assert (event.patient_id, event.details["after_the_fact"]) == (rows.patient.pk, True)
    pages = [
        (rows.doctor, reverse("prescriber:patient", args=[rows.patient.number])),
        (rows.pharmacist, reverse("pharmacy:by_telephone")),
        (person("Jo Lindgren", Role.ADMINISTRATOR), reverse("administration:later_entries")),
        (person("Max Ostrow", Role.ADMINISTRATOR), reverse("administration:later_entry", args=[entry.pk])),
    ]
    for whom, address in pages:
        text = signed_in(whom).get(address).content.decode()
        assert "ecorded after the fact" in text, address
        assert NOTE in text, address
    assert "No outage and no downtime on record covers that moment." in text


def test_a_pharmacist_enters_it_with_the_form_and_an_unknown_number_is_said(rows: Rows) -> None:
    browser, done = signed_in(rows.pharmacist), (clock.now() - HOUR).astimezone(counter.ZONE)
    typed = {
        "key": "k-1",
        "number": rows.authorization.number if rows.authorization else "",
        "kind": "dispensing",
        "day": f"{done:%Y-%m-%d}",
        "time": f"{done:%H:%M}",
        "spoke_with": "Lee, program",
        "days_supply": "28",
        "method": "hand",
        "note": NOTE,
    }
    address = reverse("pharmacy:by_telephone")
    for _ in range(2):
        assert browser.post(address, typed).status_code == 302
    row = models.LaterEntry.objects.get()
    assert (row.authorization, row.done_at.minute, row.waits) == (rows.authorization, done.minute, True)
    wrong = browser.post(address, typed | {"key": "k-2", "number": "Z-99"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["number"])


def test_a_prescriber_enters_an_authorization_with_the_form_and_an_administrator_declines_it(rows: Rows) -> None:
    done = (clock.now() - HOUR).astimezone(counter.ZONE)
    typed = {"key": "k-1", "day": f"{done:%Y-%m-%d}", "time": f"{done:%H:%M}", "spoke_with": "Lee", "note": NOTE}
    address = reverse("prescriber:by_telephone", args=[rows.patient.number, rows.facts.program])
    browser = signed_in(rows.doctor)
    assert browser.get(address).status_code == 200
    assert browser.post(address, typed)["Location"] == reverse("prescriber:patient", args=[rows.patient.number])
    row = models.LaterEntry.objects.get()
    judge = signed_in(person("Jo Lindgren", Role.ADMINISTRATOR))
    answer = judge.post(
        reverse("administration:decide_later_entry", args=[row.pk]),
        {"key": "k-2", "ruling": "declined", "reason": "No such call"},
    )
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.ruling, row.ruling_reason) == ("declined", "No such call")


def test_a_decision_before_the_entry_answers_the_same_when_it_is_asked_again(rows: Rows) -> None:
    decision = gate.confirm(
        authorization=rows.authorization, pharmacy=rows.site, category="adult_male", points=(), by=rows.pharmacist
    )
    decided(dispensed_by_telephone(rows, told=told(hours_ago=2)), "approved")
    again = facts_for(Question(enrollment=rows.enrollment, authorization=rows.authorization), at=decision.at)
    assert again.last_dispense is None
    assert again.authorization is not None
    assert again.authorization.used is False
