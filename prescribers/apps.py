"""Prescribers as a Django app."""

from django.apps import AppConfig


class PrescribersConfig(AppConfig):
    """Prescribers, their certification for each program, their delegates."""

    name = "prescribers"
    default_auto_field = "django.db.models.BigAutoField"
