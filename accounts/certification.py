"""What the certification of a prescriber and of a pharmacy's site have in common.

Each app adds the one who is certified, in a field that ``SUBJECT`` names. Per program.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import CheckConstraint, F, Max, Q, QuerySet, UniqueConstraint

from accounts.models import Person, SigningMethod
from accounts.roles import Permission
from accounts.separation import must_be_another
from accounts.signatures import Given, reserve_number, sign_record
from accounts.standing import must
from audit import clock
from audit.acts import Act
from audit.constraints import not_blank, one_of, together
from audit.facts import InvalidFact
from audit.fields import person_field, program_field

Standing = tuple[datetime | None, datetime | None]
OWN = "You signed or submitted this application, or it is yours. Somebody else decides on it."


class Outcome(models.TextChoices):
    """How an application was decided."""

    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"


class Application(models.Model):
    """An application for certification: the signed form, the education, and its decision.

    ``stated``: who applies, as it stood on the form when it was signed; ``form``: what else was asked.
    """

    SUBJECT: ClassVar[str]

    program = program_field()
    education_completed_on = models.DateField()
    stated = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    form = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
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
CertificationT = TypeVar("CertificationT", bound=Certification)
DeactivationT = TypeVar("DeactivationT", bound=Deactivation)


def one_open(subject: str) -> UniqueConstraint:
    """At most one undecided application for each subject and program."""
    return UniqueConstraint(
        fields=[subject, "program"],
        condition=Q(decided_at__isnull=True),
        name="%(app_label)s_%(class)s_one_open",
    )


def said(application: Application) -> dict[str, Any]:
    """What is signed of an application: whose it is, and the form as it was submitted."""
    subject = {application.SUBJECT: getattr(application, f"{application.SUBJECT}_id")}
    names = ("program", "education_completed_on", "stated", "form")
    return subject | {name: getattr(application, name) for name in names}


def submit(frame: Act, application: ApplicationT, *, meaning: str, given: Given, by: Person) -> ApplicationT:
    """Sign an application that the act has filled in, and store it. It is signed before it is written."""
    application.pk = reserve_number(type(application))
    application.submitted_at, application.submitted_by = frame.at, by
    application.signature = sign_record(application, meaning=meaning, given=given, by=by)
    application.save(force_insert=True)
    frame.record(
        application,
        details={
            application.SUBJECT: getattr(application, f"{application.SUBJECT}_id"),
            "program": application.program,
        },
    )
    return application


def signing(given: Given | None, *, own: int | None, by: Person, printed_name: str) -> Given:
    """How an application is signed: by its own person as they gave it, otherwise on paper, which ``by`` enters."""
    if own != by.pk:
        return Given(printed_name=printed_name, method=SigningMethod.PAPER)
    return given or replace(Given.signed_in(by), printed_name=printed_name)


def decide(
    application: ApplicationT, *, outcome: Outcome, at: datetime, by: Person, own: int | None, reason: str
) -> ApplicationT:
    """Write the decision on an application that the caller has locked. ``own``: whose application it is.

    Raises Forbidden without the permission, and InvalidFact where it was decided already, is one's
    own, or is refused without a reason.
    """
    must(by, Permission.DECIDE_CERTIFICATIONS)
    application.refresh_from_db()
    must_be_another(
        own, application.signature.person_id, application.submitted_by_id, by=by, field="outcome", message=OWN
    )
    if application.decided_at is not None:
        raise InvalidFact(field="outcome", message="This application was already decided.")
    if outcome is Outcome.REFUSED and not reason.strip():
        raise InvalidFact(field="reason", message="Say why the application is refused.")
    application.decided_at, application.decided_by = at, by
    application.outcome, application.reason = outcome.value, reason.strip()
    application.save(update_fields=["decided_at", "decided_by", "outcome", "reason"])
    return application


def approve(
    frame: Act, application: Application, *, kind: type[CertificationT], by: Person, own: int | None
) -> CertificationT:
    """Certify the applicant of a locked application. Raises as ``decide``."""
    decided = decide(application, outcome=Outcome.APPROVED, at=frame.at, by=by, own=own, reason="")
    subject = {kind.SUBJECT: getattr(decided, kind.SUBJECT), "application": decided}
    made = kind._default_manager.create(**subject, program=decided.program, certified_at=frame.at, by=by)
    frame.record(made, details={"application": decided.pk, "program": decided.program})
    return made


def refuse(frame: Act, application: ApplicationT, *, reason: str, by: Person, own: int | None) -> ApplicationT:
    """Refuse a locked application and say why. Raises as ``decide``."""
    decided = decide(application, outcome=Outcome.REFUSED, at=frame.at, by=by, own=own, reason=reason)
    frame.record(decided, details={"program": decided.program}, reason=decided.reason)
    return decided


def deactivate(
    frame: Act,
    held: models.Model,
    *,
    kind: type[DeactivationT],
    found: Standing,
    program: str,
    reason: str,
    by: Person,
) -> DeactivationT:
    """End the certification, as ``found``, of a locked prescriber or site for one program.

    Raises Forbidden, and InvalidFact where the reason or the certification is missing.
    """
    must(by, Permission.DECIDE_CERTIFICATIONS)
    check_deactivation(found, reason=reason)
    ended = kind._default_manager.create(
        **{kind.SUBJECT: held}, program=program, deactivated_at=frame.at, by=by, reason=reason.strip()
    )
    frame.record(ended, details={kind.SUBJECT: held.pk, "program": program}, reason=ended.reason)
    return ended


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


def standings(
    certifications: type[Certification],
    deactivations: type[Deactivation],
    *,
    subject_ids: Collection[int],
    at: datetime,
) -> dict[tuple[int, str], Standing]:
    """See ``standing``: for many, by subject and program, in two queries. Who has neither is missing."""
    subject = certifications.SUBJECT
    of_them: dict[str, Any] = {f"{subject}__in": list(subject_ids)}
    certified = certifications._default_manager.filter(certified_at__lte=at, **of_them)
    ended = deactivations._default_manager.filter(deactivated_at__lte=at, **of_them)
    began = {row[:2]: row[2] for row in certified.values_list(subject, "program").annotate(Max("certified_at"))}
    stopped = {row[:2]: row[2] for row in ended.values_list(subject, "program").annotate(Max("deactivated_at"))}
    return {key: (began.get(key), stopped.get(key)) for key in began.keys() | stopped.keys()}


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
