"""The languages in which messages and patients' own pages are written."""

from django.db.models import TextChoices


class Language(TextChoices):
    """Each in its own words."""

    ENGLISH = "en", "English"
    SPANISH = "es", "Español"
