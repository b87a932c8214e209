"""Timed jobs. Each is thin: it calls what the pages could call as well."""

from dataclasses import asdict

from celery import shared_task

from accounts.people import system_person
from audit import clock
from rems import relay, verifying
from rems.actions import keeping
from rems.horizon import comparing, making, passing
from rems.queries import drafts

COMPARED = 10_000
"""Enrollments that one run compares: less than its time allows. The next run, a minute later, goes on."""


class Incomplete(Exception):
    """Some of the work failed and is in the log and the trail; the rest is done."""


@shared_task(name="rems.tasks.look_at_due")
def look_at_due() -> dict[str, int]:
    """Look at what has come due. Raises Incomplete after the work where something failed."""
    counts = passing.run()
    if counts.failed:
        raise Incomplete(f"{counts.failed} horizons could not be looked at.")
    return asdict(counts)


@shared_task(name="rems.tasks.verify_trail", acks_late=False, soft_time_limit=2_900, time_limit=3_000)
def verify_trail(run_id: int) -> None:
    """Verify the trail for a run that somebody began. Taken off the broker first, as it may take longer than the
    broker waits; one whose worker died shows as lost, and somebody begins another.
    """
    verifying.run_verification(run_id)


@shared_task(name="rems.tasks.send_messages")
def send_messages() -> dict[str, int]:
    """Send what waits in the outbox."""
    return asdict(relay.run())


@shared_task(name="rems.tasks.compare_horizons")
def compare_horizons() -> str:
    """Go on with the night's comparison of all horizons with a fresh computation, where one is due."""
    comparison = comparing.compare(most=COMPARED)
    return "" if comparison is None else str(comparison)


@shared_task(name="rems.tasks.make_horizons", soft_time_limit=240, time_limit=270)
def make_horizons() -> dict[str, int]:
    """Make the horizons that are missing, and wake those that rest on an edition with a successor."""
    return {"made": making.make_missing(), "woken": making.wake_for_editions()}


@shared_task(name="rems.tasks.forget_drafts")
def forget_drafts() -> int:
    """Take away drafts that are kept no longer. How many went; where there is none, nothing is written."""
    if not drafts.has_old_drafts(at=clock.now()):
        return 0
    return keeping.forget_old_drafts(by=system_person("drafts"))
