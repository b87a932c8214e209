"""Pharmacies as a Django app."""

from django.apps import AppConfig


class PharmaciesConfig(AppConfig):
    """Sites, their certification for each program, their pharmacists and training."""

    name = "pharmacies"
    default_auto_field = "django.db.models.BigAutoField"
