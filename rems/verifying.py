"""The job that verifies the trail with the reader's connection, and says about every second how far it is."""

import logging
from time import monotonic
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings

from accounts.standing import Forbidden
from audit import clock
from audit.verifying import Outcome, Progress, verify
from rems.actions.verification import finish_verification, job
from rems.models import VerificationRun
from rems.models.trail import Verdict

log = logging.getLogger(__name__)
EVERY = 1.0
"""Seconds between two signs of life."""
FAULTS_KEPT = 50
"""So many faults are written down; of the others only how many there are."""


def run_verification(run_id: int) -> None:
    """Verify, and write down the result. A run that has ended is left alone; a second delivery begins anew."""
    run = VerificationRun.objects.filter(pk=run_id, ended_at__isnull=True).first()
    if run is None:
        return
    watcher = Watcher(run)
    try:
        found = verify(settings.TRAIL_DATABASE_URL, watch=watcher)
    except SoftTimeLimitExceeded:
        _end(run, Verdict.UNKNOWN, {"why": "It took too long for a job. Verify by command."})
        return
    _end(run, Verdict.STOPPED if watcher.stopped else Verdict[found.verdict.name], result_of(found))


class Watcher:
    """Is told how far it is; answers whether to go on. Writes at most once in EVERY seconds."""

    def __init__(self, run: VerificationRun) -> None:
        self.run = run
        self.stopped = False
        self._written = float("-inf")

    def __call__(self, progress: Progress) -> bool:
        """Whether to go on: nobody asked to stop, and the run was not given up as lost."""
        if monotonic() - self._written < EVERY:
            return True
        self._written = monotonic()
        going_on = VerificationRun.objects.filter(pk=self.run.pk, ended_at__isnull=True)
        going_on.update(done=progress.done, total=progress.of, faults=progress.faults, seen_at=clock.unshifted())
        self.stopped = not going_on.filter(stop_asked_at__isnull=True).exists()
        return not self.stopped


def result_of(found: Outcome) -> dict[str, Any]:
    """The result as the run and the trail keep it."""
    faults = [{"place": fault.place, "what": fault.what} for fault in found.faults[:FAULTS_KEPT]]
    return {
        "entries": found.entries,
        "seals": found.seals,
        "rows": found.rows,
        "unsealed": found.unsealed,
        "head": found.head,
        "faults": faults,
        "more_faults": found.faults_in_all - len(faults),
        "warnings": list(found.warnings),
        "why": found.why,
        "seconds": round(found.seconds, 1),
    }


def _end(run: VerificationRun, verdict: Verdict, result: dict[str, Any]) -> None:
    """Its first end stands: another delivery of the job, or who gave it up as lost, may have been quicker."""
    try:
        finish_verification(run=run, verdict=verdict, result=result, by=job())
    except Forbidden:
        log.warning("Run %s of the verification had ended before", run.pk)
