"""A start is refused while any route has no policy."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.policy import policy_of


@register(Tags.urls)
def every_route_has_a_policy(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """An error for each URL pattern whose view says neither @requires nor @signed_in nor @public."""
    return [
        Error(
            f"The route {route} ({view_name(view)}) says nowhere who may use it.",
            hint="Give its view @requires(Permission.…), @signed_in or @public.",
            id="accounts.E001",
        )
        for route, view in routes()
        if policy_of(view) is None
    ]


def require_policies() -> None:
    """Raise ImproperlyConfigured, naming the routes, where one has no policy: for a process that is to serve them."""
    if errors := every_route_has_a_policy(None):
        raise ImproperlyConfigured(" ".join(f"{error.msg} {error.hint}" for error in errors))


def routes(patterns: Iterable[URLPattern | URLResolver] | None = None, prefix: str = "/") -> Iterator[tuple[str, Any]]:
    """Every route with its view, through all included URL files."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route, pattern.callback


def view_name(view: Any) -> str:
    """Module and name of a view, for the message."""
    return f"{getattr(view, '__module__', '?')}.{getattr(view, '__qualname__', '?')}"
