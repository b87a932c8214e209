"""The project as a Django app."""

from django.apps import AppConfig


class RemsConfig(AppConfig):
    """Enrollment, prescription, authorization, confirmation, dispensing, overdue."""

    name = "rems"
    verbose_name = "REMS gate"

    def ready(self) -> None:
        """Load Celery's application, so that tasks called from here reach its broker; register what is signed."""
        from rems import celery, signed  # noqa: F401
