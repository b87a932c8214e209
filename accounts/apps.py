"""People as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, roles, what each role may do, signatures."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the check that every route has a policy."""
        from accounts import checks  # noqa: F401
