"""Fields that more than one app needs, each in one shape."""

from typing import Any

from django.conf import settings
from django.db import models

PROGRAM_LENGTH = 40


def program_field(**options: Any) -> "models.CharField[str, str]":
    """A program's code, such as ``us-lenalidomide``; a text, so that no registry needs the programs."""
    return models.CharField(max_length=PROGRAM_LENGTH, **options)


def person_field(**options: Any) -> "models.ForeignKey[Any, Any]":
    """A person who did something. Nobody can be deleted from under their acts."""
    options.setdefault("related_name", "+")
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, **options)
