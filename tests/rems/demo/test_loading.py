"""The load: whole or not at all, in a demonstration only, in the order of time."""

import runpy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Person
from audit import clock
from rems.demo import loading
from rems.demo.chronicle import Story, Untimely, tell
from rems.demo.moments import Moments

NOW = datetime(2026, 6, 16, 13, 12, tzinfo=UTC)


@pytest.mark.usefixtures("committed_db")
def test_an_interrupted_load_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(**_: object) -> None:
        assert Person.objects.exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "CAST", ())
    monkeypatch.setattr(loading, "_finish", interrupt)
    with pytest.raises(KeyboardInterrupt):
        loading.load(crowd=False)
    assert not Person.objects.exists()
    assert connection.get_autocommit()
    assert loading.loaded_at() is None


@pytest.mark.django_db
@pytest.mark.parametrize("stage", ["production", ""])
def test_it_is_refused_outside_of_a_demonstration(settings: object, stage: str) -> None:
    settings.REMS_ENV = stage  # type: ignore[attr-defined]
    with pytest.raises(loading.Refused):
        loading.load()
    with pytest.raises(CommandError, match="REMS_ENV=demo or test"):
        call_command("load_demo")
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_it_is_refused_before_there_were_rules() -> None:
    with clock.stand_at(datetime(2022, 8, 1, tzinfo=UTC)), pytest.raises(loading.Refused, match="no rules then"):
        loading.load(crowd=False)


def story(told: list[str], name: str, *hours: int) -> Story:
    """Notes its name at each of its steps."""
    for hour in hours:
        yield NOW - timedelta(hours=hour)
        assert clock.now() == NOW - timedelta(hours=hour)
        told.append(f"{name}{hour}")


def test_stories_are_told_in_the_order_of_time() -> None:
    told: list[str] = []
    assert tell([story(told, "a", 9, 3, 3), story(told, "b", 7, 1)], now=NOW) == 5
    assert told == ["a9", "b7", "a3", "a3", "b1"]


@pytest.mark.parametrize("hours", [(3, 4), (3, -1)])
def test_a_story_goes_neither_back_nor_ahead_of_now(hours: tuple[int, int]) -> None:
    with pytest.raises(Untimely):
        tell([story([], "a", *hours)], now=NOW)


@pytest.fixture
def just_after_midnight() -> Moments:
    """00:30 in New York."""
    return Moments(datetime(2026, 6, 16, 4, 30, tzinfo=UTC))


def test_this_day_is_short_after_midnight(just_after_midnight: Moments) -> None:
    assert just_after_midnight.this_day(0.5) == datetime(2026, 6, 16, 4, 15, tzinfo=UTC)
    with pytest.raises(ValueError, match="Today's hours"):
        just_after_midnight.day(0)


def names_of_routes() -> set[str]:
    """Of the site, as it would be laid out by the settings of now."""
    patterns = runpy.run_path("rems/urls.py")["urlpatterns"]
    return {name for pattern in patterns if (name := getattr(pattern, "name", None))}


def test_links_for_whoever_presses_are_given_in_no_production(settings: Any) -> None:
    only_here = {"parts", "demo_phones", "open_demo_phone"}
    assert only_here <= names_of_routes()
    settings.REMS_ENV = "production"
    assert not only_here & names_of_routes()
