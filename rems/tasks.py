"""Timed jobs. Each is thin: it calls what the pages could call as well."""

from dataclasses import asdict

from celery import shared_task

from rems import overdue, verifying


class Incomplete(Exception):
    """Some of the work failed and is in the log and the trail; the rest is done."""


@shared_task(name="rems.tasks.flag_due_tests")
def flag_due_tests() -> dict[str, int]:
    """Flag tests that are due soon or overdue. Raises Incomplete after the work where a patient's failed."""
    counts = overdue.flag_due_tests()
    if counts.failed:
        raise Incomplete(f"{counts.failed} of {counts.asked} enrollments could not be looked at again.")
    return asdict(counts)


@shared_task(name="rems.tasks.verify_trail", soft_time_limit=2_900, time_limit=3_000)
def verify_trail(run_id: int) -> None:
    """Verify the trail for a run that somebody began. Its limits are below Redis's hour, after which it came again."""
    verifying.run_verification(run_id)
