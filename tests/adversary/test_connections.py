"""Real connections: locked rows, connections that are cut, and two people at one instant."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpResponse
from django.urls import reverse

from audit.models import Event, IdempotencyKey
from eligibility import Stage
from eligibility import decide as engine
from patients.models import Patient
from prescribers.models import Prescriber
from rems import models
from rems.actions import gate
from tests.adversary.counter_pages import NO_ANSWER, ask_to_hand_over, stored
from tests.adversary.forms import PLAUSIBLE
from tests.adversary.world import browser, somebody
from tests.database import Laid, run_together
from tests.rems import counter
from tests.rems.scenario_rows import Rows

pytestmark = pytest.mark.usefixtures("committed_db")


@contextmanager
def locked(database: Laid, rows: Rows) -> Iterator[None]:
    """Somebody else holds the patient's row."""
    with psycopg.connect(database.addresses.app) as other:
        other.execute("SELECT 1 FROM patients_patient WHERE id = %s FOR UPDATE", [rows.patient.pk])
        yield


def in_a_thread(call: Callable[[], HttpResponse]) -> HttpResponse:
    """The request on a connection of its own, as a web process would have it."""
    (answer,) = run_together([call])
    assert isinstance(answer, HttpResponse), answer
    return answer


def at_once(calls: list[Callable[[], Any]]) -> list[int]:
    """How each of the requests was answered."""
    return [getattr(answer, "status_code", 0) for answer in run_together(calls)]


def test_a_locked_patient_is_said_within_three_seconds_and_the_same_form_goes_through_later(database: Laid) -> None:
    rows = counter.at_the_counter(counter.male, Stage.HAND_OVER)
    kim, before = browser(rows.pharmacist), stored()
    with locked(database, rows):
        begun = time.monotonic()
        answer = ask_to_hand_over(kim, rows, key="once")
        took = time.monotonic() - begun
        looked = kim.get(reverse("pharmacy:confirmation", args=[rows.confirmed.number]))
    assert (answer.status_code, looked.status_code) == (503, 200)
    assert 1.5 < took < 4
    assert "Busy" in answer.content.decode()
    assert stored() == before
    assert ask_to_hand_over(kim, rows, key="once").status_code == 302
    assert models.Dispensing.objects.count() == 1


def cut_before(monkeypatch: pytest.MonkeyPatch, database: Laid) -> None:
    """The database ends the connection after the engine has answered, before anything is kept."""
    answers = engine

    def decide(*args: Any, **kwargs: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        with psycopg.connect(database.superuser, autocommit=True) as superuser:
            superuser.execute("SELECT pg_terminate_backend(%s, 1000)", [pid])
        return answers(*args, **kwargs)

    monkeypatch.setattr(gate, "decide", decide)


def lost_at_commit(monkeypatch: pytest.MonkeyPatch, database: Laid) -> None:
    """The database commits the dispensing, and its answer never arrives."""
    commits = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]

    def commit(self: Any) -> None:
        done = models.Dispensing.objects.exists()
        commits(self)
        if done:
            raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(BaseDatabaseWrapper, "_commit", commit)


@pytest.mark.parametrize(("cut", "kept"), [(cut_before, 0), (lost_at_commit, 1)])
def test_a_connection_that_is_cut_leaves_nothing_half_done_and_the_same_key_tells_the_truth(
    cut: Callable[[pytest.MonkeyPatch, Laid], None], kept: int, database: Laid, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = counter.at_the_counter(counter.male, Stage.HAND_OVER)
    kim = browser(rows.pharmacist)
    kim.get(reverse("pharmacy:home"))
    with monkeypatch.context() as patch:
        cut(patch, database)
        answer = in_a_thread(lambda: ask_to_hand_over(kim, rows, key="once"))
    assert answer.status_code == 503
    assert NO_ANSWER in answer.content.decode()
    assert "send the same form again" in answer.content.decode()
    counts = (models.Dispensing.objects.count(), Event.objects.filter(action="gate.hand_over").count())
    assert counts == (kept, kept)
    assert IdempotencyKey.objects.count() == kept
    assert ask_to_hand_over(kim, rows, key="once").status_code == 302
    assert models.Dispensing.objects.count() == Event.objects.filter(action="gate.hand_over").count() == 1


def test_two_who_register_one_prescriber_at_one_instant_make_one() -> None:
    both = [browser(somebody(name, "prescriber")) for name in ("Ana Ruiz", "Iris Holt")]  # type: ignore[arg-type]
    names = {"first_name": "Ana", "last_name": "Ruiz", "credential": "MD", "specialty": "Hematology"}
    where = {"address_line_1": "1 Main Street", "city": "Albany", "license": "NY-1"}
    typed = PLAUSIBLE | names | where | {"programs": "us-lenalidomide"}
    page = reverse("prescriber:details")
    codes = sorted(at_once([partial(c.post, page, typed | {"key": str(n)}) for n, c in enumerate(both)]))
    assert codes in ([302, 409], [302, 422]), codes
    assert Prescriber.objects.filter(npi=PLAUSIBLE["npi"]).count() == 1


def test_a_double_click_registers_one_patient() -> None:
    rows = counter.at_the_counter(counter.male, Stage.AUTHORIZE)
    typed = PLAUSIBLE | {"first_name": "Ida", "last_name": "Vogel", "language": "English", "key": "one"}
    typed |= {"address_line_1": "1 Main Street", "city": "Albany"}
    clients = [browser(rows.doctor) for _ in range(2)]
    assert set(at_once([partial(c.post, reverse("prescriber:enroll"), typed) for c in clients])) <= {302, 422}
    assert Patient.objects.filter(last_name="Vogel").count() == 1


def test_a_work_that_ends_while_the_hand_over_waits_ends_it(database: Laid) -> None:
    rows = counter.at_the_counter(counter.male, Stage.HAND_OVER)
    kim, answers = browser(rows.pharmacist), []
    with locked(database, rows):
        asking = threading.Thread(target=lambda: answers.append(in_a_thread(lambda: ask_to_hand_over(kim, rows))))
        asking.start()
        time.sleep(0.7)
        member = rows.pharmacist.pharmacist_at.get()
        member.ended_at, member.ended_by = member.from_at, rows.pharmacist
        member.save(update_fields=["ended_at", "ended_by"])
    asking.join(timeout=20)
    assert [answer.status_code for answer in answers] == [403]
    assert not models.Dispensing.objects.exists()
