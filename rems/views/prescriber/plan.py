"""The plan of the next twelve weeks for one patient in one program."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.policy import requires
from accounts.roles import Permission
from rems.queries.plan import plan_of
from rems.views.prescriber.common import enrollment_of, now, show


@require_safe
@requires(Permission.SEE_OWN_PATIENTS)
def plan(request: HttpRequest, number: str, program: str) -> HttpResponse:
    """Tests, surveys, and the days for the next authorization, if nothing new is recorded."""
    enrollment = enrollment_of(request, number, program)
    page = {"enrollment": enrollment, "ahead": plan_of(enrollment, at=now(request))}
    return show(request, "plan", page, what="plan", patient=enrollment.patient, enrollments=[enrollment])
