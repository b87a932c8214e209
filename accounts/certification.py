"""What the certification of a prescriber and of a pharmacy's site have in common.

Each app adds the one who is certified, in a field that ``SUBJECT`` names. Per program.
"""

from datetime import date, datetime
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.db.models import CheckConstraint, F, Q, QuerySet, UniqueConstraint

from audit import clock
from audit.constraints import not_blank, one_of, together
from audit.facts import InvalidFact
from audit.fields import person_field, program_field

Standing = tuple[datetime | None, datetime | None]


class Outcome(models.TextChoices):
    """How an application was decided."""

    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"


class Application(models.Model):
    """An application for certification: the signed form, the education, and its decision."""

    SUBJECT: ClassVar[str]

    program = program_field()
    education_completed_on = models.DateField()
    signature = models.ForeignKey("accounts.Signature", on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    submitted_by = person_field()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = person_field(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default="")
    reason = models.TextField(blank=True, default="")

    class Meta:
        abstract = True
        constraints = [
            one_of("outcome", Outcome, or_empty=True),
            together("decided", "outcome"),
            not_blank("program"),
            CheckConstraint(
                condition=~Q(outcome="refused") | Q(reason__regex=r"\S"),
                name="%(app_label)s_%(class)s_refusal_says_why",
            ),
            CheckConstraint(
                condition=Q(decided_at__gte=F("submitted_at")),
                name="%(app_label)s_%(class)s_decided_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk} ({self.program})"


class Certification(models.Model):
    """That somebody was certified, once for each program until deactivated. Insert-only."""

    SUBJECT: ClassVar[str]

    program = program_field()
    certified_at = models.DateTimeField()
    by = person_field()

    class Meta:
        abstract = True
        constraints = [not_blank("program")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk} ({self.program}, {self.certified_at:%Y-%m-%d})"


class Deactivation(models.Model):
    """That a certification ended, and why. Insert-only; a newer certification lifts it."""

    SUBJECT: ClassVar[str]

    program = program_field()
    deactivated_at = models.DateTimeField()
    by = person_field()
    reason = models.TextField()

    class Meta:
        abstract = True
        constraints = [not_blank("program"), not_blank("reason")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk} ({self.program}, {self.deactivated_at:%Y-%m-%d})"


ApplicationT = TypeVar("ApplicationT", bound=Application)


def one_open(subject: str) -> UniqueConstraint:
    """At most one undecided application for each subject and program."""
    return UniqueConstraint(
        fields=[subject, "program"],
        condition=Q(decided_at__isnull=True),
        name="%(app_label)s_%(class)s_one_open",
    )


def decide(application: ApplicationT, *, outcome: Outcome, at: datetime, by_id: int, reason: str) -> ApplicationT:
    """Write the decision on an application that the caller has locked.

    Raises InvalidFact where it was decided already, or refused without a reason.
    """
    application.refresh_from_db()
    if application.decided_at is not None:
        raise InvalidFact(field="outcome", message="This application was already decided.")
    if outcome is Outcome.REFUSED and not reason.strip():
        raise InvalidFact(field="reason", message="Say why the application is refused.")
    application.decided_at, application.decided_by_id = at, by_id
    application.outcome, application.reason = outcome.value, reason.strip()
    application.save(update_fields=["decided_at", "decided_by", "outcome", "reason"])
    return application


def standing(
    certifications: type[Certification],
    deactivations: type[Deactivation],
    *,
    subject_id: int,
    program: str,
    at: datetime,
) -> Standing:
    """The newest certification and the newest deactivation at or before ``at``, None where none."""
    subject = {f"{certifications.SUBJECT}_id": subject_id, "program": program}
    certified = certifications._default_manager.filter(**subject, certified_at__lte=at)
    ended = deactivations._default_manager.filter(**subject, deactivated_at__lte=at)
    return (
        certified.aggregate(newest=models.Max("certified_at"))["newest"],
        ended.aggregate(newest=models.Max("deactivated_at"))["newest"],
    )


def is_certified(found: Standing) -> bool:
    """Whether a standing means: certified, and not deactivated since (the instant included)."""
    certified, deactivated = found
    return certified is not None and (deactivated is None or deactivated < certified)


def already_open(applications: QuerySet[Any], *, program: str) -> bool:
    """Whether an application for the program waits for its decision."""
    return applications.filter(program=program, decided_at__isnull=True).exists()


def check_application(applications: QuerySet[Any], *, program: str, education_completed_on: date, at: datetime) -> None:
    """Raise InvalidFact where an application cannot be made: one is open, or the education lies ahead."""
    if not program.strip():
        raise InvalidFact(field="program", message="Name the program.")
    if education_completed_on > clock.local_date(at):
        raise InvalidFact(field="education_completed_on", message="This day lies in the future.")
    if already_open(applications, program=program):
        raise InvalidFact(field="program", message="An application for this program is open already.")


def check_deactivation(found: Standing, *, reason: str) -> None:
    """Raise InvalidFact where nothing is certified, or nothing says why it ends."""
    if not reason.strip():
        raise InvalidFact(field="reason", message="Say why the certification ends.")
    if not is_certified(found):
        raise InvalidFact(field="program", message="There is no certification in this program.")
