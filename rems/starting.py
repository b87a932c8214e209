"""What a process asks of itself before it serves anybody, and what stops its start."""

from accounts import checks
from rems import database_role


def require_fit() -> None:
    """Raise ImproperlyConfigured, and say why, where a route has no policy or production's role is too powerful."""
    checks.require_policies()
    database_role.require_powerless()
