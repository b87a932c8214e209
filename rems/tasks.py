"""Timed jobs. Each is thin: it calls what the pages could call as well."""

from dataclasses import asdict

from celery import shared_task

from rems import overdue


class Incomplete(Exception):
    """Some of the work failed and is in the log and the trail; the rest is done."""


@shared_task(name="rems.tasks.flag_due_tests")
def flag_due_tests() -> dict[str, int]:
    """Flag tests that are due soon or overdue. Raises Incomplete after the work where a patient's failed."""
    counts = overdue.flag_due_tests()
    if counts.failed:
        raise Incomplete(f"{counts.failed} of {counts.asked} enrollments could not be looked at again.")
    return asdict(counts)
