"""The Celery application. Its tasks are found in each app's `tasks` module."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rems.settings")

app = Celery("rems")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def refuse_powerful_role(**_: Any) -> None:
    """A worker of production does not start with a database role that could change the trail."""
    from rems import database_role

    database_role.require_powerless()
