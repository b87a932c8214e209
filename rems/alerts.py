"""What every page tells the people whom it concerns, whatever page they are on."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Person
from audit import clock
from rems.queries.notices import failing, unread
from rems.queries.openings import Alert, alert_for


def openings(request: HttpRequest) -> dict[str, Any]:
    """``openings_alert``: what others opened by break-glass. Asked of the database where a page prints it."""
    person = getattr(request, "user", None)
    return {"openings_alert": SimpleLazyObject(lambda: _alert(person))}


def notices(request: HttpRequest) -> dict[str, Any]:
    """``notices_alert``: how many notices the person has not read, and whether messages reach them."""
    person = getattr(request, "user", None)
    return {"notices_alert": SimpleLazyObject(lambda: _unread(person))}


class Unread(NamedTuple):
    """What the header says of one's notices."""

    unread: int
    failing: bool


def _unread(person: object) -> Unread:
    if not isinstance(person, Person):
        return Unread(0, failing=False)
    return Unread(unread(person), failing=bool(failing(person)))


def _alert(person: object) -> Alert | None:
    return alert_for(person, at=clock.now()) if isinstance(person, Person) else None
