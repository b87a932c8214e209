"""What the gate needs does not answer: no number, no dispensing, nothing half stored, and words that say so."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

import rems.gate
from audit import trail
from audit.models import Event, IdempotencyKey
from eligibility import Stage
from rems import models, numbers
from rems.actions import gate
from tests.adversary.counter_pages import ask_to_confirm, ask_to_hand_over, stored
from tests.adversary.world import browser
from tests.people import PASSWORD
from tests.rems import counter
from tests.rems.scenario_rows import Rows

pytestmark = pytest.mark.django_db
Ask = Callable[[Rows], HttpResponse]


def breaks(*args: Any, **kwargs: Any) -> Any:
    raise RuntimeError("broken")


def is_away(*args: Any, **kwargs: Any) -> Any:
    raise OperationalError("the connection is gone")


def ask_for_number(client: Client, rows: Rows) -> HttpResponse:
    sent = {"key": "the-same-key"}
    return client.post(reverse("prescriber:ask", args=[rows.prescription.pk]), sent)  # type: ignore[return-value]


def ask(stage: Stage, rows: Rows) -> HttpResponse:
    """What the person whose turn it is sends, always with the same key."""
    if stage is Stage.AUTHORIZE:
        return ask_for_number(browser(rows.doctor), rows)
    send = ask_to_confirm if stage is Stage.CONFIRM else ask_to_hand_over
    return send(browser(rows.pharmacist), rows, key="the-same-key")


def issued(rows: Rows) -> bool:
    """Whether the stage gave what was asked."""
    return {
        Stage.AUTHORIZE: models.Authorization.objects.filter(prescription=rows.prescription),
        Stage.CONFIRM: models.Confirmation.objects.filter(authorization=rows.authorization),
        Stage.HAND_OVER: models.Dispensing.objects.filter(authorization=rows.authorization),
    }[rows.stage].exists()


BROKEN: dict[str, tuple[Any, str, Any]] = {
    "the facts": (gate, "facts_for", breaks),
    "the facts, away": (gate, "facts_for", is_away),
    "no facts": (gate, "facts_for", lambda *args, **kwargs: None),
    "the engine": (gate, "decide", breaks),
    "no decision": (gate, "decide", lambda *args, **kwargs: None),
    "the editions": (gate, "edition_for", breaks),
    "the numbers": (numbers, "new_number", breaks),
    "the trail": (trail, "write", breaks),
    "the trail, away": (trail, "write", is_away),
    "the lock": (gate, "lock", is_away),
}


AT_EACH_STAGE = ("the facts", "the engine", "the trail", "the lock")
CASES = [(broken, stage) for broken in BROKEN for stage in Stage if stage is Stage.CONFIRM or broken in AT_EACH_STAGE]


@pytest.mark.parametrize(("broken", "stage"), CASES)
def test_without_it_nothing_is_given_and_the_page_says_so(
    broken: str, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = counter.at_the_counter(counter.on_treatment, stage)
    before, keys = stored(), IdempotencyKey.objects.count()
    with monkeypatch.context() as patch:
        patch.setattr(*BROKEN[broken])
        answer = ask(stage, rows)
    assert answer.status_code == (503 if "away" in broken or broken == "the lock" else 500)
    assert "Nothing was authorized" in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
    assert (stored(), IdempotencyKey.objects.count(), issued(rows)) == (before, keys, False)
    assert ask(stage, rows).status_code == 302, "the same key tells the truth once it is back"
    assert issued(rows)


@pytest.mark.parametrize("stage", list(Stage))
def test_without_an_edition_in_force_the_answer_is_no(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = counter.at_the_counter(counter.on_treatment, stage)
    for module in (rems.gate, gate):
        monkeypatch.setattr(module, "edition_for", lambda facts: None)
    answer: Any = ask(stage, rows)
    assert answer.status_code == 409
    assert {f.reason.value for f in answer.context["decision"].unmet} == {"no_edition_in_force"}
    assert not issued(rows)
    assert Event.objects.latest("pk").action.split(".")[0] in {"pharmacy", "rems"}


def test_a_view_that_cannot_be_recorded_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = counter.at_the_counter(counter.male, Stage.CONFIRM)
    pages = [
        (rows.pharmacist, reverse("pharmacy:verify", args=[rows.number.number])),
        (rows.doctor, reverse("prescriber:patient", args=[rows.patient.number])),
        (rows.doctor, reverse("prescriber:patients")),
        (rows.doctor, reverse("prescriber:authorization", args=[rows.number.number])),
    ]
    monkeypatch.setattr(trail, "write", breaks)
    for person, page in pages:
        answer = browser(person).get(page)
        assert answer.status_code == 500, page
        assert b"Major" not in answer.content


def test_the_gate_and_signing_in_ask_nothing_of_the_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    for target in ("kombu.connection.Connection.connect", "kombu.connection.Connection.default_channel"):
        monkeypatch.setattr(target, property(breaks) if "channel" in target else breaks)
    monkeypatch.setattr("redis.connection.AbstractConnection.connect", breaks)
    rows = counter.at_the_counter(counter.on_treatment, Stage.AUTHORIZE)
    rows.doctor.set_password(PASSWORD)
    rows.doctor.save()
    ana = Client()
    sent = ana.post(reverse("accounts:sign_in"), {"email": rows.doctor.email, "password": PASSWORD})
    assert sent.status_code == 302
    assert ask_for_number(ana, rows).status_code == 302
    rows.authorization = models.Authorization.objects.get(prescription=rows.prescription)
    kim = browser(rows.pharmacist)
    assert ask_to_confirm(kim, rows).status_code == 302
    rows.confirmation = models.Confirmation.objects.get(authorization=rows.authorization)
    assert ask_to_hand_over(kim, rows).status_code == 302
    assert models.Dispensing.objects.get(authorization=rows.authorization)
