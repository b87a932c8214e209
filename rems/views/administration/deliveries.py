"""How messages reach people: what was not taken, and trying it again."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from audit.acts import Busy
from rems.messages import send_now
from rems.queries import deliveries as queries
from rems.senders import letters
from rems.views.administration.listing import page_of


@require_GET
@requires(Permission.WORK_OVERDUE)
def deliveries(request: HttpRequest) -> HttpResponse:
    """What was not taken, the newest first; by state where one is asked for."""
    person, at, state = person_of(request), clock.now(), request.GET.get("state", "")
    every = queries.deliveries_visible_to(person)
    page = page_of(request, queries.in_state(every, state, at=at))
    context = {
        "page": page,
        "rows": queries.rows(list(page)),
        "counts": queries.counts(every, at=at),
        "state": state if state in queries.STATES else "",
        "unsent": queries.unsent_channels(),
        "letters": letters(),
    }
    return render(request, "rems/administration/deliveries.html", context)


@require_POST
@requires(Permission.WORK_OVERDUE)
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a message be tried at the relay's next run."""
    message = get_object_or_404(queries.deliveries_visible_to(person_of(request)), pk=pk)
    try:
        send_now(message=message, by=person_of(request))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    except Busy:
        messages.error(request, "It is being sent at this moment. Look again in a few seconds.")
    else:
        messages.success(request, "It is tried at the next run, within a minute; in quiet hours when they end.")
    return redirect("administration:deliveries")
