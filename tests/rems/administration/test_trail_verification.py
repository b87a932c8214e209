"""Verify now: one run at a time, that says how far it is, can be stopped, and survives what happens to its worker."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from kombu.exceptions import OperationalError as NoBroker
from pytest_django import Settings

from accounts.models import Person
from accounts.roles import Role
from audit import clock
from audit.models import Event
from audit.verifying import Progress
from rems import tasks, verifying
from rems.actions import verification
from rems.models import VerificationRun
from rems.models.trail import Verdict
from rems.queries.verification import standing
from tests import people
from tests.database import Laid
from tests.rems.program_cast import signed_in
from tests.trail import Trail

pytestmark = pytest.mark.xdist_group("tampering")  # a tampered role is the whole server's

PAGE, START, STOP = (f"administration:{name}" for name in ("verification", "start_verification", "stop_verification"))
AT = datetime(2026, 6, 16, 13, 12, tzinfo=UTC)


@pytest.fixture
def per(db: None) -> Person:
    """Per audits."""
    return people.person("Per Halvorsen", Role.AUDITOR)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs whose job was given to a worker."""
    found: list[int] = []
    monkeypatch.setattr(tasks.verify_trail, "delay", found.append)
    return found


def test_an_auditor_begins_a_run_and_the_trail_says_so(per: Person, sent: list[int]) -> None:
    page = signed_in(per).post(reverse(START), {"key": "k1"})
    run = VerificationRun.objects.get()
    assert page["Location"] == reverse(PAGE)
    assert sent == [run.pk]
    assert Event.objects.get(action="audit.start_verification").person_id == per.pk


def test_only_one_runs_at_a_time(per: Person, sent: list[int]) -> None:
    browser = signed_in(per)
    browser.post(reverse(START), {"key": "k1"})
    page = browser.post(reverse(START), {"key": "k2"})
    assert page.status_code == 422
    assert "is being verified already" in page.content.decode()
    assert len(sent) == 1


def test_a_run_shows_how_far_it_is_and_refreshes_without_scripts(per: Person) -> None:
    now = clock.unshifted()
    VerificationRun.objects.create(
        started_at=now - timedelta(seconds=12), started_by=per, seen_at=now, done=812_400, total=1_284_907
    )
    page = signed_in(per).get(reverse(PAGE))
    text = " ".join(page.content.decode().split())
    assert "812,400 of 1,284,907 events · no fault found so far · about 7 seconds left" in text
    assert page["Refresh"] == "2"
    assert "Refresh" not in signed_in(per).get(f"{reverse(PAGE)}?still=1")
    assert '<progress value="812400" max="1284907"' in text
    assert "63 %" in text


def test_a_run_that_found_faults_does_not_say_that_there_are_none(per: Person) -> None:
    now = clock.unshifted()
    VerificationRun.objects.create(started_at=now, started_by=per, seen_at=now, done=1, total=2, faults=3)
    text = signed_in(per).get(reverse(PAGE)).content.decode()
    assert "3 faults found so far" in text
    assert "no fault" not in text


@pytest.mark.parametrize(("seconds", "silent"), [(59, False), (60, False), (61, True)])
def test_a_run_without_a_sign_of_life_has_ended_without_a_result(seconds: int, silent: bool) -> None:
    run = VerificationRun(started_at=AT, seen_at=AT, done=5, total=10)
    found = standing(run, at=AT + timedelta(seconds=seconds))
    assert (found.lost, found.running) == (silent, not silent)


def test_after_a_silent_run_another_one_begins_and_the_first_one_has_ended(per: Person, sent: list[int]) -> None:
    long_ago = clock.unshifted() - timedelta(seconds=70)
    first = VerificationRun.objects.create(started_at=long_ago, started_by=per, seen_at=long_ago)
    browser = signed_in(per)
    assert "ended without a result" in browser.get(reverse(PAGE)).content.decode()
    browser.post(reverse(START), {"key": "k"})
    first.refresh_from_db()
    assert (first.verdict, len(sent)) == (Verdict.LOST, 1)
    verifying.run_verification(first.pk)
    first.refresh_from_db()
    assert first.verdict == Verdict.LOST, "a job that is delivered late changes nothing"


def test_whoever_may_verify_stops_a_run(per: Person, sent: list[int]) -> None:
    browser = signed_in(per)
    browser.post(reverse(START), {"key": "k1"})
    run = VerificationRun.objects.get()
    watcher = verifying.Watcher(run)
    assert watcher(Progress(done=1, of=9, faults=0))
    browser.post(reverse(STOP, args=[run.pk]), {"key": "k2"})
    assert watcher(Progress(done=2, of=9, faults=0)), "it looks about once in a second"
    later = verifying.Watcher(run)
    assert not later(Progress(done=3, of=9, faults=0))
    assert later.stopped
    run.refresh_from_db()
    assert (run.done, run.total) == (3, 9)
    assert "stopping" in browser.get(reverse(PAGE)).content.decode()


def test_a_run_that_ended_is_not_stopped(per: Person) -> None:
    run = verification.start_verification(by=per)
    verification.finish_verification(run=run, verdict=Verdict.SOUND, result={}, by=per)
    page = signed_in(per).post(reverse(STOP, args=[run.pk]), {"key": "k"}, follow=True)
    assert "has ended already" in page.content.decode()
    assert signed_in(per).post(reverse(STOP, args=[0]), {"key": "k"}).status_code == 404


def test_without_a_broker_the_page_says_what_to_do(per: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(run: int) -> None:
        raise NoBroker("away")

    monkeypatch.setattr(tasks.verify_trail, "delay", away)
    page = signed_in(per).post(reverse(START), {"key": "k"})
    assert page.status_code == 503
    assert "manage.py audit verify" in page.content.decode()
    assert VerificationRun.objects.get().verdict == Verdict.LOST


def verified(trail: Trail, settings: Settings) -> VerificationRun:
    """A run of the real thing, as the reader."""
    settings.TRAIL_DATABASE_URL = trail.addresses.reader
    person = Person.objects.filter(email="per@example.org").first() or people.person("Per Halvorsen", Role.AUDITOR)
    run = verification.start_verification(by=person)
    trail.seal_everything()
    tasks.verify_trail(run.pk)
    run.refresh_from_db()
    return run


def entries_of_end(trail: Trail) -> Any:
    return trail.one("SELECT count(*) FROM audit.event WHERE action = 'audit.finish_verification'")


def test_a_sound_trail_is_found_sound(trail: Trail, settings: Settings) -> None:
    run = verified(trail, settings)
    assert (run.verdict, run.result["faults"]) == (Verdict.SOUND, [])
    assert run.result["entries"] > 0
    assert entries_of_end(trail) == 1


def test_an_alteration_is_found_and_named_on_the_page(trail: Trail, committed_db: Laid, settings: Settings) -> None:
    trail.written(3, reason="as it was")
    verified(trail, settings)
    with trail.attacker() as attacker:
        attacker.execute("UPDATE audit.event SET payload = replace(payload, 'as it was', 'as it is')")
    run = verified(trail, settings)
    assert run.verdict == Verdict.ALTERED
    assert run.result["faults"]
    committed_db.let_tests_read()
    text = signed_in(Person.objects.get(email="per@example.org")).get(reverse(PAGE)).content.decode()
    assert "The trail was altered." in text
    assert run.result["faults"][0]["place"] in text


def test_a_trail_that_cannot_be_read_is_not_called_sound(trail: Trail, settings: Settings) -> None:
    settings.TRAIL_DATABASE_URL = trail.addresses.reader
    run = verification.start_verification(by=people.person("Per Halvorsen", Role.AUDITOR))
    settings.TRAIL_DATABASE_URL = trail.addresses.reader.replace(committed_name(trail), "there_is_no_such_database")
    tasks.verify_trail(run.pk)
    run.refresh_from_db()
    assert run.verdict == Verdict.UNKNOWN
    assert run.result["why"]


def committed_name(trail: Trail) -> str:
    return str(trail.one("SELECT current_database()"))
