"""The runs that verify the trail: the one that goes on, and the last that came to a result."""

from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from accounts.models import Person
from accounts.roles import Permission
from audit import clock
from rems.models import VerificationRun
from rems.models.trail import Verdict

COMPLETE = (Verdict.SOUND, Verdict.ALTERED, Verdict.UNKNOWN)


class Run(NamedTuple):
    """A run as it stands: whether it goes on, or fell silent; how far it is; how long it still takes."""

    run: VerificationRun
    running: bool
    lost: bool
    percent: int
    left: timedelta | None


def runs_visible_to(person: Person) -> "list[VerificationRun]":
    """The newest runs, for who may read the trail."""
    found = VerificationRun.objects.select_related("started_by")
    return list(found[:10]) if person.may(Permission.READ_TRAIL) else []


def newest_run(*, by: Person) -> Run | None:
    """The newest run; None before the first."""
    found = runs_visible_to(by)[:1]
    return standing(found[0], at=clock.unshifted()) if found else None


def standing(run: VerificationRun, *, at: datetime) -> Run:
    """How the run stands at the database's own time."""
    silent = run.is_silent(at=at)
    done = min(run.done, run.total)
    taken = (run.seen_at - run.started_at).total_seconds()
    left = timedelta(seconds=ceil(taken * (run.total - done) / done)) if done else None
    return Run(
        run,
        running=run.ended_at is None and not silent,
        lost=silent or run.verdict == Verdict.LOST,
        percent=100 * done // run.total if run.total else 0,
        left=left,
    )


def run_visible_to(person: Person, pk: int) -> VerificationRun | None:
    """One run; None where there is none for this person."""
    return next((run for run in runs_visible_to(person) if run.pk == pk), None)


def last_complete(*, by: Person) -> VerificationRun | None:
    """The last run that came to a result."""
    if not by.may(Permission.READ_TRAIL):
        return None
    return VerificationRun.objects.filter(verdict__in=COMPLETE).first()
