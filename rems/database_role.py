"""The roles with which this process is connected, and whether production may run with them."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from rems.services import roles


def require_powerless() -> None:
    """Refuse to start production as a superuser, an owner, or whoever could change the trail.

    Raises ImproperlyConfigured, and says why. Elsewhere than in production nothing is asked.
    """
    if not settings.PRODUCTION:
        return
    _require_no_seal()
    for alias, setting, fitting in (
        ("default", "DATABASE_URL", "owns nothing, such as rems_app"),
        ("trail", "TRAIL_DATABASE_URL", "only reads, such as audit_reader"),
    ):
        with connections[alias].cursor() as cursor:
            cursor.execute(roles.POWERS)
            powers = [power for (power,) in cursor.fetchall()]
        connections[alias].close()
        if powers:
            raise ImproperlyConfigured(
                f"The role in {setting} {'; '.join(powers)}. With it the audit trail could be changed. "
                f"Give the URL of a role that {fitting}."
            )


def _require_no_seal() -> None:
    """Raises ImproperlyConfigured where this process, which serves requests or jobs, could seal the trail itself."""
    if os.environ.get("SEALER_DATABASE_URL"):
        raise ImproperlyConfigured("SEALER_DATABASE_URL is the sealer's own; no other process may be given it.")
    file = os.environ.get("SEAL_KEY_FILE")
    if file and os.access(file, os.R_OK):
        raise ImproperlyConfigured(
            f"SEAL_KEY_FILE is {file}, and this process can read it. Who has the key can seal another trail: "
            "let the sealer's own user alone read it."
        )
