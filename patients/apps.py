"""Patients as a Django app."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """Who patients are, and the facts about them that every program reads."""

    name = "patients"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what is signed of the records here."""
        from patients import signed  # noqa: F401
