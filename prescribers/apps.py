"""Prescribers as a Django app."""

from django.apps import AppConfig


class PrescribersConfig(AppConfig):
    """Prescribers, their certification for each program, their delegates."""

    name = "prescribers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what is signed of the records here."""
        from prescribers import signed  # noqa: F401
