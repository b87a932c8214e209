"""The downtime sheet: what to do by telephone. To be printed before it is needed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.policy import public


@require_GET
@public
def sheet(request: HttpRequest) -> HttpResponse:
    """The same words as the page that answers in downtime, and as ``static/downtime.html``."""
    return render(request, "downtime.html", {"answered": False})
