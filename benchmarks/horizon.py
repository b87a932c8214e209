"""How long a pass of the horizon takes, with 2,000 that come due and with none, in databases of three sizes.

The targets are 20 s and 50 ms, on 2 cores, at 1,000,000 enrollments. HORIZON_ENROLLMENTS names other sizes.
"""

import os
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

from benchmarks._enrolled import DUE, database

MIDNIGHT = datetime(2026, 6, 16, 4, tzinfo=UTC)
SIZES = tuple(int(size) for size in os.environ.get("HORIZON_ENROLLMENTS", "10000 100000 1000000").split())
ROUNDS = 21


def run() -> dict[str, float]:
    """Seconds by what was done. RuntimeError where a pass did not do what it was measured for."""
    found: dict[str, float] = {}
    for size in SIZES:
        with database(size):
            found |= _times(size)
    return found


def _times(size: int) -> dict[str, float]:
    from audit import clock
    from rems.horizon import making, passing
    from rems.models import Notice

    with clock.stand_at(MIDNIGHT - timedelta(hours=1)):
        made = making.make_missing()
    with clock.stand_at(MIDNIGHT + timedelta(seconds=1)):
        start = perf_counter()
        counts = passing.run()
        took = perf_counter() - start
        idle = [_seconds(passing.run) for _ in range(ROUNDS)]
    if (made, counts.looked, counts.failed, Notice.objects.count()) != (DUE, DUE, 0, DUE):
        raise RuntimeError(f"{made} were made, {counts} were looked at: not the {DUE} that came due")
    return {
        f"{DUE:,} come due of {size:,} (target 20 s)": took,
        f"none due of {size:,} (target 50 ms)": median(idle),
        f"none due of {size:,}, the slowest of {ROUNDS}": max(idle),
    }


def _seconds(what: object) -> float:
    start = perf_counter()
    what()  # type: ignore[operator]
    return perf_counter() - start
