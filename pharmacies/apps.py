"""Pharmacies as a Django app."""

from django.apps import AppConfig


class PharmaciesConfig(AppConfig):
    """Sites, their certification for each program, their pharmacists and training."""

    name = "pharmacies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what is signed of the records here."""
        from pharmacies import signed  # noqa: F401
