"""The role with which this process is connected, and whether production may run with it."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from rems.services import roles


def require_powerless() -> None:
    """Refuse to start production as a superuser or as an owner of tables.

    Raises ImproperlyConfigured, and says why. Elsewhere than in production nothing is asked.
    """
    if not settings.PRODUCTION:
        return
    with connection.cursor() as cursor:
        cursor.execute(roles.POWERS)
        powers = [power for (power,) in cursor.fetchall()]
    connection.close()
    if powers:
        raise ImproperlyConfigured(
            f"The role in DATABASE_URL {'; '.join(powers)}. With it the audit trail could be changed. "
            "Give the URL of a role that owns nothing, such as rems_app."
        )
