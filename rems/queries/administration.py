"""What a program administrator may see: applications, registers, patients, reports, due tests.

Every function begins with the person who asks; who may not see it gets nothing, as if there were none.
"""

from datetime import datetime
from typing import Any, TypeVar

from django.db.models import (
    CharField,
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Concat

from accounts.models import Person
from accounts.roles import Permission
from eligibility.calendar import add_days, day_of, end_of_day
from patients.models import Patient, Report, ReportClosing
from patients.queries import with_ended
from pharmacies.models import CertificationApplication as SiteApplication
from pharmacies.models import Pharmacy
from prescribers.models import CertificationApplication as PrescriberApplication
from prescribers.models import Prescriber
from rems.display.clock import zone_of
from rems.models import CategoryAssignment, DisplayFlag, Enrollment
from rems.overdue import is_late
from rems.queries.standing_of import HISTORY

Row = TypeVar("Row", bound=Model)
Application = PrescriberApplication | SiteApplication

APPLICATIONS: dict[str, type[Application]] = {"prescriber": PrescriberApplication, "site": SiteApplication}
NAMED = {
    "prescriber": Concat("prescriber__first_name", Value(" "), "prescriber__last_name", output_field=CharField()),
    "site": F("pharmacy__name"),
}


def applications_visible_to(person: Person, kind: str) -> "QuerySet[Any]":
    """Applications of prescribers or of sites. ``kind`` is one of APPLICATIONS."""
    model = APPLICATIONS[kind]
    found = model._default_manager.select_related(model.SUBJECT, "signature", "submitted_by", "decided_by")
    return found if person.may(Permission.DECIDE_CERTIFICATIONS) else found.none()


def application_list(person: Person, *, kind: str = "", state: str = "", program: str = "") -> "QuerySet[Any]":
    """Rows of applications of both kinds: the waiting ones oldest first, decided ones newest first."""
    lists = [_application_rows(person, each, state, program) for each in ([kind] if kind else APPLICATIONS)]
    found = lists[0].union(*lists[1:], all=True) if len(lists) > 1 else lists[0]
    return found.order_by("-decided_at", "-pk") if state else found.order_by("submitted_at", "pk")


def _application_rows(person: Person, kind: str, state: str, program: str) -> "QuerySet[Any]":
    found = applications_visible_to(person, kind).filter(outcome=state)
    if program:
        found = found.filter(program=program)
    return found.values(
        "pk",
        "program",
        "submitted_at",
        "decided_at",
        "outcome",
        "education_completed_on",
        kind=Value(kind),
        name=NAMED[kind],
    )


def prescribers_visible_to(person: Person) -> "QuerySet[Prescriber]":
    """All prescribers, by name."""
    found = Prescriber.objects.order_by("last_name", "first_name", "pk")
    found = found.prefetch_related(*HISTORY)
    return found if person.may(Permission.DECIDE_CERTIFICATIONS) else found.none()


def pharmacies_visible_to(person: Person) -> "QuerySet[Pharmacy]":
    """All sites, by name."""
    found = Pharmacy.objects.order_by("name", "pk").select_related("representative")
    found = found.prefetch_related(*HISTORY)
    return found if person.may(Permission.DECIDE_CERTIFICATIONS) else found.none()


def narrowed(found: "QuerySet[Row]", *, words: str, fields: tuple[str, ...]) -> "QuerySet[Row]":
    """Rows in which each of the words occurs in one of the fields."""
    for word in words.split():
        anywhere = Q()
        for field in fields:
            anywhere |= Q(**{f"{field}__icontains": word})
        found = found.filter(anywhere)
    return found


def certified(found: "QuerySet[Row]", *, state: str, program: str) -> "QuerySet[Row]":
    """Those who are certified (``state`` "certified") or are not, in the program or in any."""
    model: Any = found.model
    of_one = {"program": program} if program else {}
    subject = model.certifications.rel.related_model.SUBJECT
    ended = model.deactivations.rel.related_model.objects.filter(
        **{subject: OuterRef(subject)}, program=OuterRef("program"), deactivated_at__gte=OuterRef("certified_at")
    )
    held = model.certifications.rel.related_model.objects.filter(~Exists(ended), **{subject: OuterRef("pk")}, **of_one)
    if state == "certified":
        return found.filter(Exists(held))
    return found.filter(~Exists(held)) if state == "not_certified" else found


def successors_of(enrollment: Enrollment, *, by: Person) -> "QuerySet[Prescriber]":
    """The prescribers into whose care the patient can move: certified for the program, and not the present one."""
    found = certified(prescribers_visible_to(by), state="certified", program=enrollment.program)
    return found.exclude(pk=enrollment.prescriber_id)


def patients_visible_to(person: Person) -> "QuerySet[Patient]":
    """All patients, by name."""
    found = Patient.objects.order_by("last_name", "first_name", "pk")
    return found if person.may(Permission.SEE_ALL_PATIENTS) else found.none()


def enrolled(found: "QuerySet[Patient]", *, program: str = "", category: str = "") -> "QuerySet[Patient]":
    """Patients with an enrollment in the program, in the category, or both at once."""
    if not program and not category:
        return found
    enrollments = Enrollment.objects.filter(patient=OuterRef("pk"))
    if program:
        enrollments = enrollments.filter(program=program)
    if category:
        enrollments = enrollments.annotate(held=_category()).filter(held=category)
    return found.filter(Exists(enrollments))


def enrollments_of(person: Person, patients: "list[Patient]") -> "QuerySet[Enrollment]":
    """The enrollments of these patients, each with the category that it has now, in ``held``."""
    if not person.may(Permission.SEE_ALL_PATIENTS):
        return Enrollment.objects.none()
    found = Enrollment.objects.filter(patient__in=patients).select_related("prescriber", "patient")
    return found.annotate(held=_category()).order_by("enrolled_at", "pk")


def _category() -> Subquery:
    newest = CategoryAssignment.objects.current().filter(enrollment=OuterRef("pk")).order_by("-since", "-pk")
    return Subquery(newest.values("category")[:1])


def reports_visible_to(person: Person) -> "QuerySet[Any]":
    """All reports as they stand, oldest first; ``ended`` says whether a closing ended the follow-up."""
    found = with_ended(Report.objects.current().select_related("patient", "recorded_by"))
    found = found.order_by("opened_at", "pk")
    return found if person.may(Permission.SEE_ALL_PATIENTS) else found.none()


def closing_of(report: Report) -> ReportClosing | None:
    """The outcome that stands; None: none was recorded, or it was withdrawn."""
    return report.closings.current().order_by("closed_at", "pk").last()


def late_by(found: "QuerySet[DisplayFlag]", *, days: int, at: datetime) -> "QuerySet[DisplayFlag]":
    """Late flags of what was due so many calendar days before the day of ``at``, or earlier."""
    day = day_of(at, zone_of(None))
    end = end_of_day(add_days(day, -days), zone_of(None))
    return found.filter(is_late(at=at), due_at__lte=end)


def due_within(found: "QuerySet[DisplayFlag]", *, days: int, at: datetime) -> "QuerySet[DisplayFlag]":
    """Flags of what is not late and fall due by the end of so many days after the day of ``at``."""
    end = end_of_day(add_days(day_of(at, zone_of(None)), days), zone_of(None))
    return found.filter(~is_late(at=at), due_at__lte=end)
