"""The trail as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Acts, the trail, idempotency keys, facts that are superseded and never changed."""

    name = "audit"
    default_auto_field = "django.db.models.BigAutoField"
