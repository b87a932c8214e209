"""What a request may carry before anything reads it."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

SESSION_KEY = re.compile(r"[a-z0-9]{8,40}")
UTF_8 = frozenset({"", "utf-8", "utf8"})


class Readable:
    """One encoding, and session keys as this site makes them.

    A request names its own encoding, and Python knows some that are no texts or make characters that
    no database keeps; a cookie may hold any character. Neither is to be a fault of the program.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "")
        if charset.lower() not in UTF_8:
            return HttpResponse("Send the form in UTF-8.", status=415, content_type="text/plain")
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if not SESSION_KEY.fullmatch(key):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return self.get_response(request)
