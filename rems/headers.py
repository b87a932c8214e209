"""What every answer tells the browser it may load, run and keep."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Nothing is allowed but what is named, and everything comes from this site: no inline script, no inline
# style, no frame. Bootstrap's style sheet holds small pictures as data: addresses.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
# Passkeys are this site's own; everything else that a browser could offer to a page is asked for by none.
PERMISSIONS = ", ".join(
    (
        "accelerometer=()",
        "camera=()",
        "display-capture=()",
        "geolocation=()",
        "gyroscope=()",
        "magnetometer=()",
        "microphone=()",
        "midi=()",
        "payment=()",
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
        "serial=()",
        "usb=()",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
"""Beside those of Django's own middleware: nosniff, Referrer-Policy, Cross-Origin-Opener-Policy, HSTS.

Static files do not come as far as Django's X-Frame-Options.
"""


class ContentSecurityPolicy:
    """Adds HEADERS to each answer that has none of its own, static files included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
