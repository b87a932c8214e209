"""One's own notices: what is due and what happened, and marking it as read."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.policy import person_of, signed_in
from rems.actions.messages import read_notices
from rems.queries import notices as queries
from rems.views.administration.listing import page_of, viewed


@require_GET
@signed_in
def notices(request: HttpRequest) -> HttpResponse:
    """The newest first; whom they are about as far as one sees that now."""
    person = person_of(request)
    page = page_of(request, queries.notices_of(person))
    lines = queries.lines(person, list(page))
    viewed(request, "notices", (line.patient.pk for line in lines if line.patient is not None))
    context = {
        "page": page,
        "lines": lines,
        "unread": [line.message.pk for line in lines if line.message.read_at is None],
        "failing": queries.failing(person),
    }
    return render(request, "rems/notices.html", context)


@require_POST
@signed_in
def read(request: HttpRequest) -> HttpResponse:
    """Mark those as read that the form names; what is not one's own stays as it is."""
    named = [
        int(pk) for pk in request.POST.getlist("message")[:100] if pk.isascii() and pk.isdecimal() and len(pk) < 19
    ]
    if named and (done := read_notices(messages=named, by=person_of(request))):
        messages.success(request, f"Read: {done} notice{'' if done == 1 else 's'}.")
    return redirect("notices")
