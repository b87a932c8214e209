"""The queue: each page and form of it says that it is one, so that it needs neither scripts nor a session."""

from django.http import HttpRequest
from django.urls import reverse

from rems.models import Confirmation


def in_queue(request: HttpRequest) -> bool:
    """Whether the number came out of the queue, and its answer leads back there."""
    return "queue" in (request.POST if request.method == "POST" else request.GET)


def within_queue(request: HttpRequest, address: str) -> str:
    """The address; in the queue, as a page of the queue."""
    return f"{address}?queue=1" if in_queue(request) else address


def after(request: HttpRequest, confirmation: Confirmation) -> str:
    """Where a confirmation's number is shown: on its page, or in the queue above the next box."""
    if in_queue(request):
        return f"{reverse('pharmacy:queue')}?last={confirmation.number}"
    return reverse("pharmacy:confirmation", args=[confirmation.number])
