"""The days on which something is due, for the calendar of the phone. Its titles say nothing of what it is."""

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.policy import requires
from accounts.roles import Permission
from rems.display.calendar_file import Entry, calendar_file
from rems.display.clock import now_of
from rems.queries.own import Due, due_for, enrollments_of
from rems.views.patient.common import Own, own_page
from rems.views.seeing import viewed

LISTED = frozenset({"test", "survey", "agreement"})
"""What is put into a calendar: what the patient does by a day."""


@require_safe
@requires(Permission.SEE_OWN_RECORD)
@own_page
def calendar(request: HttpRequest, own: Own) -> HttpResponse:
    """The tests, surveys and forms that are due from today on, each a whole day."""
    at = now_of({"request": request})
    viewed(
        request, "own_calendar", [own.patient.pk], own.account, told_by=own.teller.name, guardian=own.teller.guardian
    )
    due = [one for one in due_for(enrollments_of(own.person), at=at) if one.kind in LISTED and not one.late]
    entries = [entry for one in due if (entry := _entry(one))]
    text = calendar_file(entries, at=at, name=_("Reminders"))
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="reminders.ics"'
    return answer


def _entry(due: Due) -> Entry | None:
    if due.day is None:
        return None
    note = _("Open your page, or call your clinic.")
    note = f"{note} {settings.SITE_URL}" if settings.SITE_URL else note
    return Entry(_uid(due), due.day, _("You have something to do"), note)


def _uid(due: Due) -> str:
    """The same for the same thing of the same day; it tells nobody what it is."""
    what = f"{settings.SECRET_KEY}:{due.enrollment.pk}:{due.kind}:{due.day}"
    return f"{hashlib.sha256(what.encode()).hexdigest()[:32]}@{settings.MESSAGE_DOMAIN}"
