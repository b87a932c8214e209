"""What every page tells the people whom it concerns, whatever page they are on."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Person
from audit import clock
from rems.downtime import downtime_now
from rems.queries.openings import Alert, alert_for


def openings(request: HttpRequest) -> dict[str, Any]:
    """``openings_alert``: what others opened by break-glass. Asked of the database where a page prints it."""
    person = getattr(request, "user", None)
    return {"openings_alert": SimpleLazyObject(lambda: _alert(person))}


def downtime(request: HttpRequest) -> dict[str, Any]:
    """``downtime_now``: the downtime that is on, for who is signed in. Asked of the database where a page prints it."""
    person = getattr(request, "user", None)
    return {"downtime_now": SimpleLazyObject(lambda: downtime_now() if isinstance(person, Person) else None)}


def _alert(person: object) -> Alert | None:
    return alert_for(person, at=clock.now()) if isinstance(person, Person) else None
