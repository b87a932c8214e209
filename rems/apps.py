"""The project as a Django app."""

from django.apps import AppConfig


class RemsConfig(AppConfig):
    """Enrollment, prescription, authorization, confirmation, dispensing, overdue."""

    name = "rems"
    verbose_name = "REMS gate"

    def ready(self) -> None:
        """Load Celery's application, so that tasks reach its broker; register what is signed.

        Every act ends with the renewal of the horizons of whom it held, and with the notices of what it wrote.
        A horizon keeps what the practice's list says.
        """
        from audit import acts
        from rems import celery, signed  # noqa: F401
        from rems.happenings import tell_after
        from rems.horizon.lines import keep_with
        from rems.horizon.renewal import renew_after
        from rems.queries.kept_lines import lines_seen

        acts.close_with(renew_after)
        acts.close_with(tell_after)
        keep_with(lines_seen)
