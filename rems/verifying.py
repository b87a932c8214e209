"""The job that verifies the trail with the reader's connection, and says about every second how far it is."""

import logging
from dataclasses import asdict, is_dataclass
from time import monotonic
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import OperationalError
from psycopg import Error as DriverError

from accounts.standing import Forbidden
from audit import clock
from audit.verifying import Verified, verify
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
    progress = Progress(run)
    try:
        found = verify(settings.TRAIL_DATABASE_URL, progress=progress)
    except (OperationalError, DriverError, SoftTimeLimitExceeded) as error:
        log.error("The trail could not be verified", exc_info=error)
        _end(run, Verdict.UNKNOWN, {"why": f"It could not be read to its end: {type(error).__name__}."})
        return
    _end(run, Verdict.STOPPED if progress.stopped else verdict_of(found), result_of(found))


class Progress:
    """Called with how far it is; answers whether to go on. Writes at most once in EVERY seconds."""

    def __init__(self, run: VerificationRun) -> None:
        self.run = run
        self.stopped = False
        self._written = float("-inf")

    def __call__(self, done: int, total: int) -> bool:
        """Whether to go on: nobody asked to stop, and the run was not given up as lost."""
        if monotonic() - self._written < EVERY:
            return True
        self._written = monotonic()
        going_on = VerificationRun.objects.filter(pk=self.run.pk, ended_at__isnull=True)
        going_on.update(done=done, total=total, seen_at=clock.unshifted())
        self.stopped = not going_on.filter(stop_asked_at__isnull=True).exists()
        return not self.stopped


def verdict_of(found: Verified) -> Verdict:
    """The result in one word."""
    if found.sound is None:
        return Verdict.UNKNOWN
    return Verdict.SOUND if found.sound else Verdict.ALTERED


def result_of(found: Verified) -> dict[str, Any]:
    """The result as the run and the trail keep it."""
    faults = [asdict(fault) if is_dataclass(fault) else fault._asdict() for fault in found.faults[:FAULTS_KEPT]]
    return {
        "faults": faults,
        "more_faults": len(found.faults) - len(faults),
        "events": found.events,
        "sealed": found.sealed,
        "unsealed": found.unsealed,
        "seconds": round(found.seconds, 1),
    }


def _end(run: VerificationRun, verdict: Verdict, result: dict[str, Any]) -> None:
    """Its first end stands: another delivery of the job, or who gave it up as lost, may have been quicker."""
    try:
        finish_verification(run=run, verdict=verdict, result=result, by=job())
    except Forbidden:
        log.warning("Run %s of the verification had ended before", run.pk)
