"""Which connection reads the trail: the reader's own role, which may look and change nothing."""

from typing import Any

from django.conf import settings
from django.db.models import Model

from audit.models import Event


class ThroughReader:
    """A router: entries are read through ``settings.TRAIL_DATABASE``, everything else as ever."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        """The reader's connection for entries."""
        return settings.TRAIL_DATABASE if model is Event else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """Nothing is migrated through the reader's connection."""
        return False if db == "trail" else None
