"""When one's session ends, and making it longer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.policy import public, signed_in
from accounts.sessions import Ending, ending_of
from audit import clock

TOO_LATE = "Your 12 hours are over in less than a minute. This session cannot be extended: sign in again."
EXTENDED = "Extended. You can close this page and go on where you were."
TO_THE_END = "You stay signed in until your 12 hours are over; then sign in again. You can close this page."


@require_GET
@never_cache
@public
def left(request: HttpRequest) -> HttpResponse:
    """How long the session lives, for the script that warns: being asked is no activity, and keeps nobody signed in.

    With it a token for the forms of a page that outlived its session. Of who is not signed in: no second.
    """
    return _told(request, _ending(request))


@require_POST
@never_cache
@signed_in
def extend(request: HttpRequest) -> HttpResponse:
    """Fifteen minutes more: asking for it is the activity. In the last minute of the 12 hours it is refused."""
    ending = _ending(request)
    too_late = ending is None or ending.is_in_last_minute(clock.now())
    if request.headers.get("Accept") == "application/json":
        return _told(request, ending, status=409 if too_late else 200)
    if ending is None or too_late:
        messages.warning(request, TOO_LATE)
    else:
        messages.success(request, TO_THE_END if ending.is_final else EXTENDED)
    return redirect("usersessions_list")


def _ending(request: HttpRequest) -> Ending | None:
    return ending_of(request.session.session_key, at=clock.now())


def _told(request: HttpRequest, ending: Ending | None, *, status: int = 200) -> JsonResponse:
    if ending is None:
        return JsonResponse({"seconds": 0}, status=status)
    now = clock.now()
    told = {
        "seconds": ending.seconds_left(now),
        "final": ending.is_final or ending.is_in_last_minute(now),
        "person": ending.person_id,
        "token": get_token(request),
    }
    return JsonResponse(told, status=status)
