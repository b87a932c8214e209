from django.apps import AppConfig


class PrescribersConfig(AppConfig):
    name = "prescribers"
    default_auto_field = "django.db.models.BigAutoField"
