"""Failures that are nobody's fault: a busy record, a database that does not answer, a trail that cannot be written.

Each is said as 503.

And what is kept where: pages for people who are signed in are kept in no cache.
"""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from audit.acts import Busy
from audit.trail import Unrecorded
from rems.downtime import Down
from rems.views import errors

log = logging.getLogger(__name__)


class Failures:
    """Answers 503 in words where an act found the record busy, the database is away, or nothing can be recorded."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Called for an exception out of a view."""
        if isinstance(exception, Busy):
            return errors.show_busy(request, str(exception))
        if isinstance(exception, Down):
            return errors.show_downtime(request)
        if isinstance(exception, Unrecorded):
            log.error("The trail cannot be written", exc_info=exception)
            return errors.show_unrecorded(request)
        if isinstance(exception, OperationalError | InterfaceError):
            log.error("The database does not answer", exc_info=exception)
            return errors.show_no_answer(request)
        return None


class NothingKept:
    """`Cache-Control: no-store` on every page for somebody who is signed in, and on the sign-in page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = getattr(request, "session", None)
        if session is not None and session.accessed:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
