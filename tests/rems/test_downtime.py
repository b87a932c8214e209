"""Downtime: the gate gives nothing and says what to do by telephone; signing in and reading go on."""

from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.standing import Forbidden
from audit import clock
from audit.facts import InvalidFact
from audit.models import Event
from eligibility import Stage
from rems import models
from rems.actions import gate
from rems.actions.downtime import end_downtime, start_downtime
from rems.downtime import Down
from tests.rems import counter
from tests.rems.program_cast import signed_in
from tests.rems.scenario_rows import person
from tests.rems.test_gate import confirm, hand_over

pytestmark = pytest.mark.django_db
PHONE = "1-888-423-5436"
WHY = "The network is being repaired."


def closed() -> models.Downtime:
    return start_downtime(reason=WHY, by=person("Jo Lindgren", Role.ADMINISTRATOR))


def test_while_it_is_on_nothing_is_authorized_confirmed_or_handed_over() -> None:
    asking = counter.at_the_counter(counter.male, Stage.AUTHORIZE)
    confirming = counter.at_the_counter(counter.male, Stage.CONFIRM)
    handing = counter.at_the_counter(counter.male, Stage.HAND_OVER)
    before = models.Decision.objects.count()
    downtime = closed()
    for act in (
        lambda: gate.authorize(prescription=asking.prescription, by=asking.doctor),
        lambda: confirm(confirming),
        lambda: hand_over(handing),
    ):
        with pytest.raises(Down):
            act()
    assert models.Decision.objects.count() == before
    end_downtime(downtime=downtime, reason="Repaired", by=person("Max Ostrow", Role.ADMINISTRATOR))
    assert gate.authorize(prescription=asking.prescription, by=asking.doctor).allowed


def test_the_counter_is_told_what_to_do_by_telephone() -> None:
    rows = counter.at_the_counter(counter.male, Stage.CONFIRM)
    assert rows.authorization is not None
    number = rows.authorization.number
    closed()
    browser = signed_in(rows.pharmacist)
    answers: list[Any] = [
        browser.get(reverse("pharmacy:verify", args=[number])),
        browser.post(reverse("pharmacy:confirm", args=[number]), {"key": "k-1", "category": "as_enrolled"}),
    ]
    for answer in answers:
        assert (answer.status_code, answer["Retry-After"]) == (503, "300")
        assert PHONE in answer.content.decode()
        assert "No number of this system is given" in answer.content.decode()


def test_signing_in_and_reading_go_on_and_every_page_says_that_it_is_on() -> None:
    rows = counter.at_the_counter(counter.male, Stage.AUTHORIZE)
    closed()
    page = signed_in(rows.doctor).get(reverse("prescriber:patient", args=[rows.patient.number]))
    assert page.status_code == 200
    assert "Downtime mode is on since" in page.content.decode()
    assert Client().get(reverse("accounts:sign_in")).status_code == 200


def test_a_repeat_of_what_was_done_before_gets_its_first_answer() -> None:
    rows = counter.at_the_counter(counter.male, Stage.AUTHORIZE)
    first = gate.authorize(prescription=rows.prescription, by=rows.doctor, key="k-1")
    closed()
    assert gate.authorize(prescription=rows.prescription, by=rows.doctor, key="k-1") == first


def test_it_is_switched_on_once_and_off_once_each_with_a_reason_in_the_trail() -> None:
    jo = person("Jo Lindgren", Role.ADMINISTRATOR)
    for act in (lambda: start_downtime(reason=" ", by=jo),):
        with pytest.raises(InvalidFact):
            act()
    downtime = closed()
    with pytest.raises(InvalidFact, match="on already"):
        start_downtime(reason=WHY, by=jo)
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Downtime.objects.create(on_at=clock.now(), on_by=jo, reason=WHY)
    with pytest.raises(InvalidFact):
        end_downtime(downtime=downtime, reason="", by=jo)
    end_downtime(downtime=downtime, reason="Repaired", by=jo)
    with pytest.raises(InvalidFact, match="off already"):
        end_downtime(downtime=downtime, reason="Repaired", by=jo)
    reasons = Event.objects.filter(action__endswith="_downtime").order_by("pk").values_list("reason", flat=True)
    assert list(reasons) == [WHY, "Repaired"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_switches_it(role: Role) -> None:
    with pytest.raises(Forbidden):
        start_downtime(reason=WHY, by=person("Somebody Else", role))


def test_the_administrator_switches_it_with_the_page_and_takes_its_span_into_an_outage() -> None:
    browser = signed_in(person("Jo Lindgren", Role.ADMINISTRATOR))
    page = reverse("administration:downtime")
    for name, words in (("start_downtime", "is on"), ("end_downtime", "is off")):
        answer: Any = browser.post(reverse(f"administration:{name}"), {"key": name, "reason": WHY}, follow=True)
        assert (answer.status_code, words in answer.content.decode()) == (200, True)
    form: Any = browser.get(page)
    assert "Record as an outage" in form.content.decode()
    span = form.context["rows"][0][1]
    given: Any = browser.get(f"{reverse('administration:record_outage')}?{span}")
    assert given.context["form"].initial["since_day"] == models.Downtime.objects.get().on_at.astimezone(
        counter.ZONE
    ).strftime("%Y-%m-%d")


def test_the_sheet_is_for_everybody_and_the_static_page_says_the_same_without_the_system() -> None:
    sheet = Client().get(reverse("downtime_sheet"))
    assert (sheet.status_code, PHONE in sheet.content.decode()) == (200, True)
    static = Path("static/downtime.html").read_text(encoding="utf-8")
    assert render_to_string("parts/by_telephone.html").strip() in static
    assert not [word for word in ("{%", "{{", "<script", "style=") if word in static]
