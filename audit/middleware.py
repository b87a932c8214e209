"""Give each request an id that the trail and the answer both carry."""

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from audit import context
from audit.network import address_of

HEADER = "X-Request-ID"
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestContext:
    """Begin an empty context with each request and end it after the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        request_id = given if _ACCEPTABLE.fullmatch(given) else uuid.uuid4().hex
        token = context.begin(request_id=request_id, address=address_of(request))
        try:
            response = self.get_response(request)
        finally:
            context.end(token)
        response[HEADER] = request_id
        return response
