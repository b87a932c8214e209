"""Starting, stopping and ending a run that verifies the trail. What it finds is an entry of the trail."""

from datetime import datetime
from typing import Any

from accounts.models import Person
from accounts.people import system_person
from accounts.roles import Permission
from accounts.standing import Forbidden, must
from audit import clock
from audit.acts import Act, act
from audit.facts import InvalidFact
from audit.locks import lock
from rems.models import VerificationRun
from rems.models.trail import Verdict

RUNS_ALREADY = "The trail is being verified already. Watch that run, or stop it."


@act("audit.start_verification")
def start_verification(frame: Act, *, by: Person, key: str | None = None) -> VerificationRun:
    """Begin a run; whoever called then starts its job. Only one runs at a time.

    One that fell silent is ended first. Raises Forbidden, and InvalidFact where one runs.
    """
    must(by, Permission.EXPORT_TRAIL)
    at = clock.unshifted()
    for before in VerificationRun.objects.select_for_update().filter(ended_at__isnull=True):
        if not before.is_silent(at=at):
            raise InvalidFact(field="run", message=RUNS_ALREADY)
        _end(before, Verdict.LOST, {}, at=at)
    run = VerificationRun.objects.create(started_at=at, started_by=by, seen_at=at)
    frame.record(run)
    return run


@act("audit.stop_verification")
def stop_verification(frame: Act, *, run: VerificationRun, by: Person, key: str | None = None) -> VerificationRun:
    """Ask a run to stop; its job does so within a second. Raises Forbidden, also for one that ended."""
    must(by, Permission.EXPORT_TRAIL)
    held = lock(VerificationRun, run.pk)
    if held.ended_at is not None:
        raise Forbidden("The run has ended already.")
    held.stop_asked_at = held.stop_asked_at or clock.unshifted()
    held.save(update_fields=["stop_asked_at"])
    frame.record(held)
    return held


@act("audit.finish_verification")
def finish_verification(
    frame: Act, *, run: VerificationRun, verdict: Verdict, result: dict[str, Any], by: Person
) -> VerificationRun:
    """Write down how a run ended. Raises Forbidden for one that has ended: its first end stands."""
    must(by, Permission.EXPORT_TRAIL, Permission.RUN_JOBS)
    held = lock(VerificationRun, run.pk)
    if held.ended_at is not None:
        raise Forbidden("The run has ended already.")
    _end(held, verdict, result, at=clock.unshifted())
    frame.record(held, details={"verdict": verdict.value, **result}, allowed=None)
    return held


def job() -> Person:
    """Who ends the runs that came to a result."""
    return system_person("verifier")


def _end(run: VerificationRun, verdict: Verdict, result: dict[str, Any], *, at: datetime) -> None:
    run.ended_at, run.verdict, run.result = at, verdict.value, result
    run.save(update_fields=["ended_at", "verdict", "result"])
