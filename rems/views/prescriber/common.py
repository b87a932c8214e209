"""What the views of prescribers and delegates share: whose patient it is, for whom one acts, what was shown."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.models import Person
from accounts.policy import person_of
from accounts.roles import Permission, permissions_of
from audit import context
from audit.denials import record_denial
from eligibility.calendar import zone_named
from eligibility.editions import programs
from patients.models import Patient
from prescribers.models import Prescriber
from rems.display.clock import now_of
from rems.forms.base import begin
from rems.models import Enrollment
from rems.queries import prescriber as queries
from rems.queries.in_force import Values, values_at
from rems.views.seeing import viewed


def now(request: HttpRequest) -> datetime:
    """The instant that the page shows, read once."""
    return now_of({"request": request})


def zone_of(enrollment: Enrollment | None = None) -> ZoneInfo:
    """The program's zone; without a program that of the installation."""
    return programs()[enrollment.program][-1].zone if enrollment else zone_named(settings.TIME_ZONE)


def in_force(request: HttpRequest, enrollments: Iterable[Enrollment] = ()) -> Values:
    """What the editions in force ask, in these programs or in all."""
    return values_at(now(request), [enrollment.program for enrollment in enrollments])


def act_for(request: HttpRequest, prescriber: Prescriber | None) -> None:
    """Say in the trail for whom a delegate acts. The prescriber acts for nobody else."""
    person = person_of(request)
    behalf = prescriber.person if prescriber and prescriber.person_id not in (None, person.pk) else None
    context.identify(person, on_behalf_of=behalf)


def patient_of(request: HttpRequest, number: str) -> tuple[Patient, list[Enrollment]]:
    """The patient with the enrollments in this person's care; 404 for any other."""
    person = person_of(request)
    patient = get_object_or_404(queries.patients_visible_to(person), number=number)
    enrollments = list(queries.enrollments_visible_to(person).filter(patient=patient).order_by("program"))
    act_for(request, _whose(person, enrollments) or only_prescriber(request))
    return patient, enrollments


def _whose(person: Person, enrollments: list[Enrollment]) -> Prescriber | None:
    """For whom one acts: for oneself where one of the enrollments is one's own."""
    prescribers = [enrollment.prescriber for enrollment in enrollments]
    own = [prescriber for prescriber in prescribers if prescriber.person_id == person.pk]
    return next(iter(own or prescribers), None)


def only_prescriber(request: HttpRequest) -> Prescriber | None:
    """The prescriber for whom this person works, if there is exactly one."""
    found = list(queries.prescribers_of(person_of(request))[:2])
    return found[0] if len(found) == 1 else None


def enrollment_of(request: HttpRequest, number: str, program: str) -> Enrollment:
    """The patient's enrollment in a program, in this person's care; 404 for any other."""
    rows = queries.enrollments_visible_to(person_of(request))
    enrollment = get_object_or_404(rows, patient__number=number, program=program)
    act_for(request, enrollment.prescriber)
    return enrollment


SIGNING = frozenset(
    {
        Permission.SIGN_AGREEMENTS,
        Permission.ATTEST,
        Permission.ANSWER_PRESCRIBER_SURVEYS,
        Permission.ASK_FOR_AUTHORIZATIONS,
        Permission.CANCEL_AUTHORIZATIONS,
    }
)
"""What attests or signs: the prescriber's own, whoever prepared it (rule book, Prescriber, D)."""


def is_own(request: HttpRequest, enrollments: Iterable[Enrollment]) -> bool:
    """Whether this person is the prescriber of one of these enrollments, and not only a delegate."""
    me = person_of(request).pk
    return any(enrollment.prescriber.person_id == me for enrollment in enrollments)


def must_be_own(request: HttpRequest, enrollments: list[Enrollment]) -> None:
    """403, and an entry in the trail, where the patient is in another prescriber's care.

    A prescriber may be a delegate of another one: there they prepare and enter, and sign nothing.
    """
    if is_own(request, enrollments):
        return
    record_denial(
        action="accounts.denied",
        by=person_of(request),
        reason="Only the patient's own prescriber attests and signs.",
        patient_id=enrollments[0].patient_id if enrollments else None,
        details={"method": request.method, "path": request.path[:500]},
    )
    raise PermissionDenied("Only the patient's own prescriber attests and signs. The attempt was recorded.")


def _permissions(request: HttpRequest) -> frozenset[Permission]:
    """What the roles of this person allow, read once for each request."""
    held: frozenset[Permission] | None = getattr(request, "_held_permissions", None)
    if held is None:
        held = permissions_of(person_of(request).roles())
        request._held_permissions = held  # type: ignore[attr-defined]
    return held


def may(request: HttpRequest, enrollments: Iterable[Enrollment] | None = None) -> dict[str, bool]:
    """What this person may do, for the buttons that are shown: ``may.attest``."""
    held = _permissions(request)
    if enrollments is not None and not is_own(request, enrollments):
        held -= SIGNING
    return {permission.name.lower(): permission in held for permission in Permission}


ENTERING = frozenset(
    {"apply", "enroll", "entry", "own_entry", "prescribe", "record_test", "register", "survey"},
)
"""Pages that are one form."""


def show(
    request: HttpRequest,
    template: str,
    page: dict[str, Any],
    *,
    what: str = "",
    patient: Patient | None = None,
    enrollments: list[Enrollment] | None = None,
    subject: Model | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page, after the trail says who saw whom. Where one enters something, its first open field has the focus."""
    if template in ENTERING and (form := page.get("form") or page.get("questions")):
        begin(form)
    if patient is not None:
        viewed(request, what or "patient", [patient.pk], subject)
    section = "prescriber:patients" if patient else ""
    page = {"may": may(request, enrollments), "now": now(request), "patient": patient, "section": section} | page
    return render(request, f"rems/prescriber/{template}.html", page, status=status)
