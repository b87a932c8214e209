"""One patient's whole course in one program, to look at and to print."""

from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.policy import requires
from accounts.roles import Permission
from rems.display.course.entries import weeks_words
from rems.queries.course import SHOWN, course_of
from rems.queries.standing import standings
from rems.queries.state import state_of
from rems.views.prescriber.common import enrollment_of, now, show

SPANS: dict[str, int | None] = {"12": 12, str(SHOWN): SHOWN, "52": 52, "start": None}
"""What ``?weeks=`` may say; everything else shows the usual weeks."""


class Link(NamedTuple):
    """A link to another span of the same course."""

    query: str
    words: str
    current: bool


@require_safe
@requires(Permission.SEE_OWN_PATIENTS)
def course(request: HttpRequest, number: str, program: str) -> HttpResponse:
    """Past, now and 12 weeks ahead on one line, and the same as a table. 404 where nothing gates the program now."""
    enrollment = enrollment_of(request, number, program)
    found = standings([enrollment], at=now(request))
    if not found:
        raise Http404("No rules of this program are in force.")
    standing = found[0]
    asked = request.GET.get("weeks", "")
    chosen = asked if asked in SPANS else str(SHOWN)
    page = {
        "enrollment": enrollment,
        "standing": standing,
        "state": state_of(standing),
        "course": course_of(standing, weeks=SPANS[chosen]),
        "links": [
            Link(code, weeks_words(weeks) if weeks else "From the start", code == chosen)
            for code, weeks in SPANS.items()
        ],
        "zone": standing.zone,
        "section": "prescriber:patients",
    }
    return show(request, "course", page, patient=enrollment.patient, enrollments=[enrollment])
