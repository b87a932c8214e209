"""Prescribers, their certification for each program, and their delegates."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from accounts import certification
from accounts.addresses import Contact
from accounts.identifiers import npi_constraint, validate_npi
from audit.constraints import not_blank, together
from audit.fields import person_field


class Prescriber(Contact):
    """Somebody who may become certified to prescribe. Holding ``person`` they can sign in.

    Approving, deactivating and the gate lock this row.
    """

    person = models.OneToOneField(
        "accounts.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="prescriber",
    )
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    credential = models.CharField(max_length=40)
    specialty = models.CharField(max_length=80)
    npi = models.CharField(
        "NPI",
        max_length=10,
        unique=True,
        validators=[validate_npi],
        error_messages={"unique": "A prescriber with this NPI is registered already."},
    )
    dea = models.CharField("DEA number", max_length=9, blank=True, default="")
    state_license = models.CharField(max_length=40, blank=True, default="")
    fax = models.CharField(max_length=30, blank=True, default="")
    registered_at = models.DateTimeField()
    registered_by = person_field()

    class Meta:
        constraints = [
            npi_constraint(),
            not_blank("first_name"),
            not_blank("last_name"),
            CheckConstraint(
                condition=~Q(dea="") | ~Q(state_license=""),
                name="prescribers_prescriber_licensed",
                violation_error_message="A DEA number or a state license is needed.",
            ),
        ]
        indexes = [models.Index(fields=["last_name", "first_name"], name="prescriber_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """First and last name with the credential: ``Ana Ruiz, MD``."""
        return f"{self.first_name} {self.last_name}, {self.credential}".rstrip(", ")


class CertificationApplication(certification.Application):
    """A prescriber's enrollment form for one program."""

    SUBJECT: ClassVar[str] = "prescriber"

    prescriber = models.ForeignKey(Prescriber, on_delete=models.PROTECT, related_name="applications")

    class Meta(certification.Application.Meta):
        abstract = False
        constraints = [
            *certification.Application.Meta.constraints,
            certification.one_open("prescriber"),
        ]


class Certification(certification.Certification):
    """A prescriber's certification for one program."""

    SUBJECT: ClassVar[str] = "prescriber"

    prescriber = models.ForeignKey(Prescriber, on_delete=models.PROTECT, related_name="certifications")
    application = models.OneToOneField(CertificationApplication, on_delete=models.PROTECT, null=True, blank=True)

    class Meta(certification.Certification.Meta):
        abstract = False
        indexes = [models.Index(fields=["prescriber", "program", "certified_at"], name="prescriber_certified")]


class Deactivation(certification.Deactivation):
    """The end of a prescriber's certification for one program."""

    SUBJECT: ClassVar[str] = "prescriber"

    prescriber = models.ForeignKey(Prescriber, on_delete=models.PROTECT, related_name="deactivations")

    class Meta(certification.Deactivation.Meta):
        abstract = False
        indexes = [models.Index(fields=["prescriber", "program", "deactivated_at"], name="prescriber_deactivated")]


class Delegate(models.Model):
    """Somebody whom a prescriber named to prepare and enter. Signing stays the prescriber's."""

    prescriber = models.ForeignKey(Prescriber, on_delete=models.PROTECT, related_name="delegates")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="delegate_for")
    named_at = models.DateTimeField()
    named_by = person_field()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = person_field(null=True, blank=True)

    class Meta:
        constraints = [
            together("ended"),
            CheckConstraint(condition=Q(ended_at__gte=F("named_at")), name="prescribers_delegate_ended_after"),
            UniqueConstraint(
                fields=["prescriber", "person"],
                condition=Q(ended_at__isnull=True),
                name="prescribers_delegate_named_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} for {self.prescriber}"
