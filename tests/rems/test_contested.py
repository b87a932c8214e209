"""Several people at one instant, on real connections: one wins, and the others are told."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connections

from audit import clock
from eligibility import Stage
from patients.actions import record_test
from prescribers.actions import deactivate
from rems import checklists, facts, models
from rems.actions import gate
from tests.registry_cast import an_administrator
from tests.rems import counter
from tests.rems.scenario_rows import Rows
from tests.soak import count

pytestmark = [pytest.mark.soak, pytest.mark.usefixtures("committed_db")]


class Pair:
    """Two people who act at one instant, each on a connection that lasts."""

    def __init__(self) -> None:
        self._start, self._end = threading.Barrier(3), threading.Barrier(3)
        self._calls: list[Callable[[], Any] | None] = [None, None]
        self._answers: list[Any] = [None, None]
        self._threads = [threading.Thread(target=self._serve, args=(place,), daemon=True) for place in (0, 1)]
        for thread in self._threads:
            thread.start()

    def _serve(self, place: int) -> None:
        while True:
            self._start.wait(timeout=60)
            call = self._calls[place]
            if call is None:
                connections.close_all()
                return
            try:
                self._answers[place] = call()
            except Exception as error:  # the test judges it
                self._answers[place] = error
            self._end.wait(timeout=60)

    def act(self, one: Callable[[], Any], other: Callable[[], Any]) -> tuple[Any, Any]:
        """Both at once; what each returned or raised."""
        self._calls = [one, other]
        self._start.wait(timeout=60)
        self._end.wait(timeout=60)
        return self._answers[0], self._answers[1]

    def part(self) -> None:
        """Let both go."""
        self._calls = [None, None]
        self._start.wait(timeout=60)
        for thread in self._threads:
            thread.join(timeout=60)


@pytest.fixture
def pair() -> Iterator[Pair]:
    both = Pair()
    yield both
    both.part()


def confirm(rows: Rows, key: str | None = None) -> models.Decision:
    points = checklists.required_points("adult_male")
    return gate.confirm(
        authorization=rows.authorization,
        pharmacy=rows.site,
        category="adult_male",
        points=points,
        by=rows.pharmacist,
        key=key,
    )


def hand_over(rows: Rows, confirmation: models.Confirmation | None, key: str | None = None) -> models.Decision:
    return gate.hand_over(confirmation=confirmation, method="hand", medication_guide=True, by=rows.pharmacist, key=key)


def reasons(decision: models.Decision) -> list[str]:
    return [f["reason"] for f in decision.findings if f["level"] == "unmet"]


def test_two_pharmacists_on_one_authorization_exactly_one_wins(pair: Pair) -> None:
    for _ in range(count(soak=1000, short=10)):
        rows = counter.at_the_counter(counter.male, Stage.CONFIRM)
        answers = pair.act(partial(confirm, rows), partial(confirm, rows))
        assert sorted(answer.outcome for answer in answers) == ["allowed", "refused"], answers
        won, lost = sorted(answers, key=lambda answer: answer.outcome)
        assert reasons(lost) == ["confirmation_open"]
        number = won.issued_confirmation
        ends = pair.act(partial(hand_over, rows, number), partial(hand_over, rows, number))
        assert sorted(answer.outcome for answer in ends) == ["allowed", "refused"], ends
        assert models.Dispensing.objects.filter(authorization=rows.authorization).count() == 1
        assert models.Confirmation.objects.filter(authorization=rows.authorization).count() == 1


def test_fifty_copies_of_one_request_make_one_number_and_one_dispensing(together: Any) -> None:
    rows = counter.at_the_counter(counter.male, Stage.CONFIRM)
    asked = together([lambda: confirm(rows, key="one-request")] * 50)
    assert {answer.pk for answer in asked} == {asked[0].pk}
    number = models.Confirmation.objects.get(authorization=rows.authorization)
    handed = together([lambda: hand_over(rows, number, key="another-request")] * 50)
    assert {answer.pk for answer in handed} == {handed[0].pk}
    assert models.Dispensing.objects.get(authorization=rows.authorization).decision_id == handed[0].pk


def slowly(monkeypatch: pytest.MonkeyPatch, chance: random.Random) -> None:
    """Let the gate dawdle between what it read and what it writes."""
    read = facts.facts_for

    def dawdle(*args: Any, **kwargs: Any) -> Any:
        known = read(*args, **kwargs)
        time.sleep(chance.uniform(0, 0.006))
        return known

    monkeypatch.setattr(gate, "facts_for", dawdle)


def after(seconds: float, call: Callable[[], Any]) -> Callable[[], Any]:
    def wait() -> Any:
        time.sleep(seconds)
        return call()

    return wait


def waits(chance: random.Random, rounds: int) -> Iterator[tuple[float, float]]:
    """How long each of two waits: first the one, then the other comes long before, and then it is left to chance."""
    yield from [(0, 0.3), (0.3, 0)]
    yield from ((chance.uniform(0, 0.03), chance.uniform(0, 0.03)) for _ in range(rounds - 2))


def test_nothing_is_handed_over_after_a_positive_test(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(20261122)  # noqa: S311 - the same order each time
    slowly(monkeypatch, chance)
    orders: Counter[str] = Counter()
    for first, second in waits(chance, count(soak=500, short=8)):
        rows = counter.at_the_counter(counter.on_treatment, Stage.HAND_OVER)
        positive = partial(
            record_test,
            patient=rows.patient,
            collected_at=clock.now() - timedelta(minutes=1),
            result="positive",
            method="serum",
            sensitivity_miu_ml=25,
            by=rows.doctor,
        )
        give = partial(hand_over, rows, rows.confirmation)
        given, recorded = pair.act(after(first, give), after(second, positive))
        assert not isinstance(recorded, Exception), recorded
        if given.outcome == "allowed":
            assert given.dispensing.handed_over_at < recorded.recorded_at
        else:
            assert {"test_positive", "pregnancy_case_open"} <= set(reasons(given))
            assert recorded.recorded_at < given.at
        orders[given.outcome] += 1
    assert set(orders) == {"allowed", "refused"}, orders


def test_nothing_is_handed_over_after_the_prescriber_was_deactivated(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(7)  # noqa: S311 - the same order each time
    slowly(monkeypatch, chance)
    orders: Counter[str] = Counter()
    for first, second in waits(chance, count(soak=500, short=8)):
        rows = counter.at_the_counter(counter.male, Stage.HAND_OVER)
        end = partial(
            deactivate, prescriber=rows.prescriber, program="us-lenalidomide", reason="Left", by=an_administrator()
        )
        give = partial(hand_over, rows, rows.confirmation)
        given, ended = pair.act(after(first, give), after(second, end))
        assert not isinstance(ended, Exception), ended
        if given.outcome == "allowed":
            assert given.dispensing.handed_over_at < ended.deactivated_at
        else:
            assert reasons(given) == ["prescriber_not_certified"]
        orders[given.outcome] += 1
    assert set(orders) == {"allowed", "refused"}, orders
