"""Whether this process can answer, and whether everything around it is as it should be; without anybody's data.

``healthz`` is for a load balancer: the gate needs the database alone. ``readyz`` is for whoever
watches: also migrations, the sealer, the clocks and how strongly the trail is guarded.
"""

from datetime import UTC, datetime

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from accounts.policy import public
from audit import clock
from rems.queries import trail_state

CLOCKS_APART = 2.0
"""Seconds by which this machine's clock and the database's may differ."""


@require_safe
@public
def show(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, 503 when it does not. Redis is not asked: the gate needs none."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"database": "down"}, status=503)
    return JsonResponse({"database": "up"})


@require_safe
@public
def show_ready(request: HttpRequest) -> JsonResponse:
    """200 when nothing is wrong, 503 when something is; each with what was looked at."""
    try:
        apart, missing, state = clocks_apart(), migrations_missing(), trail_state.state()
    except DatabaseError:
        return JsonResponse({"ready": False, "database": "down"}, status=503)
    ready = apart <= CLOCKS_APART and not missing and not state.stands
    found = {
        "ready": ready,
        "database": "up",
        "migrations": "missing" if missing else "applied",
        "sealer": "stands" if state.stands else "runs",
        "oldest_unsealed_seconds": round(state.oldest_unsealed, 1),
        "clocks_apart_seconds": round(apart, 1),
        "assurance": state.level.name,
    }
    return JsonResponse(found, status=200 if ready else 503)


def clocks_apart() -> float:
    """The seconds between this machine's clock and the database's, at most: the asking itself is in them."""
    return abs((datetime.now(UTC) - clock.unshifted()).total_seconds())


def migrations_missing() -> bool:
    """Whether the database is older than this code."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
