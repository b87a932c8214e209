"""Whether everything around the gate is as it should be, said without anybody's data."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from audit import sealed
from rems import health
from rems.queries import trail_state
from rems.services import roles
from tests.database import Laid
from tests.trail import Trail


def test_all_is_well_while_the_sealer_has_passed(trail: Trail, committed_db: Laid) -> None:
    trail.seal_everything()
    committed_db.let_tests_read()
    answer = Client().get(reverse("ready"))
    found = answer.json()
    assert (answer.status_code, found["ready"]) == (200, True)
    assert (found["migrations"], found["sealer"], found["assurance"]) == ("applied", "runs", "E2")


def test_a_fresh_checkpoint_that_leaves_the_machine_raises_the_assurance(
    trail: Trail, committed_db: Laid, settings: Settings
) -> None:
    trail.seal_everything()
    committed_db.let_tests_read()
    for outside, hours, level in ((True, 23, "E3"), (True, 25, "E2"), (False, 1, "E2")):
        settings.CHECKPOINTS_OUTSIDE = outside
        with trail.sealer() as sealer:
            sealer.execute("UPDATE audit.watermark SET checkpoint_at = now() - make_interval(hours => %s)", [hours])
        assert Client().get(reverse("ready")).json()["assurance"] == level


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "status"), [(29.0, 200), (30.0, 200), (31.0, 503)])
def test_a_sealer_that_stands_is_an_alarm(monkeypatch: pytest.MonkeyPatch, seconds: float, status: int) -> None:
    monkeypatch.setattr(sealed, "oldest_unsealed", lambda: seconds)
    answer = Client().get(reverse("ready"))
    assert answer.status_code == status
    assert answer.json()["sealer"] == ("runs" if status == 200 else "stands")


@pytest.mark.django_db
@pytest.mark.parametrize(("apart", "status"), [(1.9, 200), (2.0, 200), (2.1, 503)])
def test_clocks_that_are_apart_are_an_alarm(monkeypatch: pytest.MonkeyPatch, apart: float, status: int) -> None:
    monkeypatch.setattr(sealed, "oldest_unsealed", lambda: 0.0)
    monkeypatch.setattr(health, "clocks_apart", lambda: apart)
    assert Client().get(reverse("ready")).status_code == status


@pytest.mark.django_db
def test_a_migration_that_is_missing_is_an_alarm() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations)")
    answer = Client().get(reverse("ready"))
    assert (answer.status_code, answer.json()["migrations"]) == (503, "missing")


@pytest.mark.django_db
def test_a_role_that_could_change_the_trail_is_the_weakest_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "POWERS", "SELECT 'is a superuser'")
    assert trail_state.level(None) is trail_state.Level.E1


@pytest.mark.django_db
def test_the_clocks_of_one_machine_are_together() -> None:
    assert health.clocks_apart() < health.CLOCKS_APART
