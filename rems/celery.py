"""The Celery application. Its tasks are found in each app's `tasks` module."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init, worker_ready
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rems.settings")

app = Celery("rems")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def refuse_to_start(**_: Any) -> None:
    """A worker does not start where the web process would not.

    Celery notes an Exception of a receiver and goes on; SystemExit it lets through.
    """
    from rems import starting

    try:
        starting.require_fit()
    except ImproperlyConfigured as why:
        raise SystemExit(str(why)) from why


@worker_ready.connect
def look_at_once(**_: Any) -> None:
    """Nothing was looked at while no worker ran: it is done now, not at the next beat."""
    app.send_task("rems.tasks.make_horizons", expires=540)
    app.send_task("rems.tasks.look_at_due", expires=540)
