"""What exists for a prescriber and for a delegate: their own patients, and nobody else's.

A prescriber has the patients who are enrolled with them now. A delegate has those of each
prescriber who named them and did not end it. Who was registered and is not enrolled anywhere yet
exists for the prescriber, and the delegates of that prescriber, who registered them.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Person
from eligibility.edition import Edition
from eligibility.editions import edition_in_force, programs
from patients.models import Patient
from prescribers import queries as prescribers
from prescribers.models import Delegate, Prescriber
from rems.extended import window_open
from rems.later import used_afterwards
from rems.models import Authorization, CategoryAssignment, Enrollment, PrescriberSurvey, Prescription, Product


def own_prescriber(person: Person) -> Prescriber | None:
    """The prescriber who this person is; None for a delegate, and before the own data is given."""
    return Prescriber.objects.filter(person=person).first()


def prescribers_of(person: Person) -> QuerySet[Prescriber]:
    """The prescriber who this person is, and those who named them as delegate and did not end it."""
    return prescribers.served_by(person)


def delegates_of(prescriber: Prescriber) -> QuerySet[Delegate]:
    """Whom a prescriber named, those of now first."""
    return Delegate.objects.filter(prescriber=prescriber).select_related("person").order_by("-ended_at", "-named_at")


def enrollments_visible_to(person: Person) -> QuerySet[Enrollment]:
    """The enrollments in the care of this person's prescribers."""
    rows = Enrollment.objects.filter(prescriber__in=prescribers_of(person))
    return rows.select_related("patient", "prescriber__person")


def patients_visible_to(person: Person) -> QuerySet[Patient]:
    """The patients of those enrollments, and the registered ones whom nobody enrolled yet."""
    theirs = Enrollment.objects.filter(patient=OuterRef("pk"))
    mine = theirs.filter(prescriber__in=prescribers_of(person))
    return Patient.objects.filter(Exists(mine) | (~Exists(theirs) & Q(created_by__in=_registrars(person))))


def _registrars(person: Person) -> QuerySet[Person]:
    """The person, their prescribers, and the delegates of those. A delegate whose work ended is none of them."""
    mine = prescribers_of(person)
    if not mine.exists() and Delegate.objects.filter(person=person).exists():
        return Person.objects.none()
    delegates = Delegate.objects.filter(prescriber__in=mine, ended_at__isnull=True)
    return Person.objects.filter(
        Q(pk=person.pk) | Q(pk__in=mine.values("person_id")) | Q(pk__in=delegates.values("person_id"))
    )


def not_enrolled_yet(person: Person) -> QuerySet[Patient]:
    """Registered, and waiting for the prescriber to set the category and sign."""
    return patients_visible_to(person).filter(enrollments__isnull=True).order_by("created_at")


def prescriptions_visible_to(person: Person) -> QuerySet[Prescription]:
    """The prescriptions of those enrollments that were not superseded."""
    rows = Prescription.objects.filter(enrollment__in=enrollments_visible_to(person))
    return rows.current().select_related(
        "enrollment__patient", "enrollment__prescriber__person", "prescriber", "authorization"
    )


def authorizations_visible_to(person: Person) -> QuerySet[Authorization]:
    """The authorizations of those prescriptions."""
    rows = Authorization.objects.filter(prescription__enrollment__in=enrollments_visible_to(person))
    return rows.select_related("patient", "prescription__enrollment__prescriber__person", "dispensing__pharmacy")


def unfinished(enrollments: Iterable[Enrollment]) -> QuerySet[Prescription]:
    """The newest prescription of each enrollment, where it has no number yet: it waits for the prescriber.

    ``surveyed``: whether its survey is answered.
    """
    newer = Prescription.objects.current().filter(
        enrollment=OuterRef("enrollment"), recorded_at__gt=OuterRef("recorded_at")
    )
    rows = Prescription.objects.current().filter(~Exists(newer), enrollment__in=enrollments, authorization__isnull=True)
    rows = rows.annotate(surveyed=Exists(PrescriberSurvey.objects.current().filter(prescription=OuterRef("pk"))))
    return rows.select_related("enrollment__patient").order_by("recorded_at")


def open_authorizations(enrollments: Iterable[Enrollment], *, at: datetime) -> QuerySet[Authorization]:
    """Numbers that can still be confirmed, or handed over after their confirmation."""
    rows = Authorization.objects.filter(prescription__enrollment__in=enrollments, cancelled_at__isnull=True)
    rows = rows.filter(window_open(at), ~used_afterwards(), dispensing__isnull=True)
    return rows.select_related("prescription__enrollment__patient").prefetch_related("extensions").order_by("pk")


def products_of(program: str) -> QuerySet[Product]:
    """What is dispensed in a program."""
    return Product.objects.filter(program=program).order_by("drug", "brand", "strength_mg")


def category_of(enrollment: Enrollment) -> CategoryAssignment | None:
    """The risk category as it is now."""
    return CategoryAssignment.objects.current().filter(enrollment=enrollment).order_by("-since", "-pk").first()


def categories_of(enrollments: "list[Enrollment]") -> Mapping[int, CategoryAssignment]:
    """The risk category of each enrollment, in one query."""
    rows = CategoryAssignment.objects.current().filter(enrollment__in=enrollments)
    return {row.enrollment_id: row for row in rows.order_by("since", "pk")}


def programs_in_force(at: datetime) -> dict[str, Edition]:
    """The edition of each program that gates at this instant."""
    found = {code: edition_in_force(code, at) for code in programs()}
    return {code: edition for code, edition in found.items() if edition is not None}
