"""What is shown where no answer can be given. Each says what was, and what was not, done."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation

from accounts.policy import DENIED, person_of, record_not_found, record_refused_act
from accounts.standing import Forbidden
from patients.queries import account_of

BUSY = "Busy: someone else is changing this patient’s record. Nothing was done. Try again in a few seconds."


def show_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: signed in, and not allowed. What the policy denied it has recorded; what an act denied is recorded here."""
    if isinstance(exception, Forbidden):
        record_refused_act(request, str(exception))
    return _own(request, status=403) or render(request, "403.html", {"why": str(exception) or DENIED}, status=403)


def show_missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing of this kind that this person may know of. That they asked is recorded."""
    record_not_found(request)
    return _own(request, status=404) or render(request, "404.html", status=404)


def _own(request: HttpRequest, *, status: int) -> HttpResponse | None:
    """The same for a patient on their phone, in their language; None for everybody else."""
    account = account_of(person_of(request)) if request.user.is_authenticated else None
    if account is None:
        return None
    with translation.override(account.language):
        return render(request, "rems/patient/nothing.html", {"language": account.language}, status=status)


def show_broken(request: HttpRequest) -> HttpResponse:
    """500: a fault of the program, or 503 where the database went away. Neither page asks anything of it."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return show_no_answer(request)
    return HttpResponse(render_to_string("500.html"), status=500)


def show_busy(request: HttpRequest, why: str = BUSY) -> HttpResponse:
    """503: a record is being changed by somebody else."""
    response = render(request, "503.html", {"why": why}, status=503)
    response["Retry-After"] = "5"
    return response


def show_downtime(request: HttpRequest) -> HttpResponse:
    """503: an administrator has closed the gate. Says what to do by telephone; reading goes on."""
    response = render(request, "downtime.html", {"answered": True}, status=503)
    response["Retry-After"] = "300"
    return response


def show_unrecorded(request: HttpRequest) -> HttpResponse:
    """503: the trail cannot be written, so nothing is shown and nothing was done. The page asks nothing of anybody."""
    return HttpResponse(render_to_string("unrecorded.html"), status=503, headers={"Retry-After": "30"})


def show_no_answer(request: HttpRequest) -> HttpResponse:
    """503: the database does not answer. The page asks nothing of it."""
    return HttpResponse(render_to_string("no_answer.html"), status=503, headers={"Retry-After": "30"})


def show_csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form from an older page or another site."""
    return render(request, "403_csrf.html", status=403)
