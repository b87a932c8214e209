"""Verify now: begin a run, watch it, stop it. The page refreshes by itself while one goes on."""

import logging

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError as NoBroker

from accounts.policy import person_of, requires
from accounts.roles import Permission
from accounts.standing import Forbidden
from rems.actions import verification as actions
from rems.forms.base import ActForm
from rems.models import VerificationRun
from rems.models.trail import Verdict
from rems.queries import verification as queries
from rems.tasks import verify_trail
from rems.views.administration.trail_panels import SECTION, panels
from rems.views.doing import attempt

REFRESH = 2
"""Seconds after which a browser asks for the page anew while a run goes on; a link on it lets it stand still."""
log = logging.getLogger(__name__)
NO_WORKER = (
    "No job could be started: the broker does not answer. Nothing is lost by that. Verify by command, on the machine "
    "itself: manage.py audit verify"
)


@require_GET
@requires(Permission.READ_TRAIL)
def verification(request: HttpRequest) -> HttpResponse:
    """How the verification stands, the runs before, and the buttons for who may."""
    return _show(request)


@require_POST
@requires(Permission.EXPORT_TRAIL)
def start(request: HttpRequest) -> HttpResponse:
    """Begin a run, unless one goes on."""
    form, made = ActForm(request.POST), list[VerificationRun]()
    if status := attempt(form, lambda key: made.append(actions.start_verification(by=person_of(request), key=key))):
        for error in form.non_field_errors():
            messages.error(request, str(error))
        return _show(request, status=status)
    try:
        verify_trail.delay(made[0].pk)
    except (NoBroker, OSError) as error:
        log.error("The broker does not answer", exc_info=error)
        by = person_of(request)
        actions.finish_verification(run=made[0], verdict=Verdict.LOST, result={"why": "no broker"}, by=by)
        messages.error(request, NO_WORKER)
        return _show(request, status=503)
    return redirect("administration:verification")


@require_POST
@requires(Permission.EXPORT_TRAIL)
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a run to stop."""
    run, form = queries.run_visible_to(person_of(request), pk), ActForm(request.POST)
    if run is None:
        raise Http404
    try:
        status = attempt(form, lambda key: actions.stop_verification(run=run, by=person_of(request), key=key))
    except Forbidden as forbidden:
        messages.info(request, str(forbidden))
        return redirect("administration:verification")
    return _show(request, status=status) if status else redirect("administration:verification")


def _show(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    person = person_of(request)
    shown = panels(person)
    refreshing = bool(shown["run"] and shown["run"].running) and status == 200 and "still" not in request.GET
    context = shown | {
        "section": SECTION,
        "page_of_its_own": True,
        "may_verify": person.may(Permission.EXPORT_TRAIL),
        "key_field": ActForm()["key"],
        "runs": queries.runs_visible_to(person),
        "refreshing": refreshing,
    }
    response = render(request, "rems/administration/verification.html", context, status=status)
    if refreshing:
        response["Refresh"] = str(REFRESH)
    return response
