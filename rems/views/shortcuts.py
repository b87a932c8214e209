"""The shortcuts as a page, for who has no scripts; and the switch for single keys (WCAG 2.1.4)."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.policy import signed_in
from rems.display import shortcuts


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def show(request: HttpRequest) -> HttpResponse:
    """List them, or switch the single keys on or off. A choice of this browser's, kept in a cookie: no record."""
    if request.method != "POST":
        page = {"shortcuts": shortcuts.SHORTCUTS, "always": shortcuts.ALWAYS, "off": shortcuts.single_keys_off(request)}
        return render(request, "rems/shortcuts.html", page)
    off = request.POST.get("single_keys") == shortcuts.OFF
    messages.success(request, f"Single keys are {'off' if off else 'on'} in this browser.")
    answer = redirect("shortcuts")
    answer.set_cookie(
        shortcuts.COOKIE,
        shortcuts.OFF if off else "on",
        max_age=shortcuts.LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer
