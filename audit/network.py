"""From where a request comes, as far as that can be known."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104 - the address of nobody; nothing listens on it
SITE_BITS = 64
"""An IPv6 connection is given a whole network of this many bits, and may use a new address for each try."""


def address_of(request: HttpRequest) -> str:
    """The address of the browser; behind the proxy the last that the proxy wrote down. UNKNOWN where it is none."""
    given = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_TLS_PROXY and (forwarded := request.META.get("HTTP_X_FORWARDED_FOR", "")):
        given = forwarded.rpartition(",")[2]
    try:
        known = ipaddress.ip_address(given.strip())
    except ValueError:
        return UNKNOWN
    # A server that listens for both writes an IPv4 address as IPv6: ::ffff:198.51.100.7.
    return str(getattr(known, "ipv4_mapped", None) or known)


def network_of(address: str) -> str:
    """What tries are counted by: the IPv4 address, or the IPv6 network that one subscriber has."""
    known = ipaddress.ip_address(address)
    if isinstance(known, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((known, SITE_BITS), strict=False))
    return str(known)
