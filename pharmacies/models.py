"""Pharmacy sites, their certification for each program, their pharmacists and training."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from accounts import certification
from accounts.addresses import Contact
from accounts.identifiers import (
    ncpdp_constraint,
    npi_constraint,
    validate_ncpdp_id,
    validate_npi,
    validate_zone,
)
from audit.constraints import not_blank, together
from audit.facts import Fact
from audit.fields import person_field, program_field


class Pharmacy(Contact):
    """One site that dispenses. Each site of a chain is certified on its own.

    ``zone`` is the site's IANA time zone: shipping days are its calendar days. Approving,
    deactivating and the gate lock this row.
    """

    name = models.CharField(max_length=120)
    ncpdp_id = models.CharField(
        "NCPDP Provider ID",
        max_length=7,
        unique=True,
        validators=[validate_ncpdp_id],
        error_messages={"unique": "A site with this NCPDP Provider ID is registered already."},
    )
    npi = models.CharField("NPI", max_length=10, validators=[validate_npi])
    chain = models.CharField(max_length=120, blank=True, default="")
    fax = models.CharField(max_length=30, blank=True, default="")
    zone = models.CharField("time zone", max_length=60, validators=[validate_zone])
    representative = models.ForeignKey(
        "accounts.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="represents",
    )
    registered_at = models.DateTimeField()
    registered_by = person_field()

    class Meta:
        verbose_name_plural = "pharmacies"
        constraints = [
            npi_constraint(),
            ncpdp_constraint(),
            not_blank("name"),
            CheckConstraint(
                condition=Q(zone__regex=r"^[A-Za-z_]+(/[A-Za-z0-9_+\-]+)*$"),
                name="pharmacies_pharmacy_zone_form",
            ),
        ]
        indexes = [models.Index(fields=["name"], name="pharmacy_name")]

    def __str__(self) -> str:
        return self.name


class CertificationApplication(certification.Application):
    """A site's enrollment form for one program, signed by its authorized representative."""

    SUBJECT: ClassVar[str] = "pharmacy"

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="applications")

    class Meta(certification.Application.Meta):
        abstract = False
        constraints = [
            *certification.Application.Meta.constraints,
            certification.one_open("pharmacy"),
        ]


class Certification(certification.Certification):
    """A site's certification for one program."""

    SUBJECT: ClassVar[str] = "pharmacy"

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="certifications")
    application = models.OneToOneField(CertificationApplication, on_delete=models.PROTECT, null=True, blank=True)

    class Meta(certification.Certification.Meta):
        abstract = False
        indexes = [models.Index(fields=["pharmacy", "program", "certified_at"], name="pharmacy_certified")]


class Deactivation(certification.Deactivation):
    """The end of a site's certification for one program."""

    SUBJECT: ClassVar[str] = "pharmacy"

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="deactivations")

    class Meta(certification.Deactivation.Meta):
        abstract = False
        indexes = [models.Index(fields=["pharmacy", "program", "deactivated_at"], name="pharmacy_deactivated")]


class Pharmacist(models.Model):
    """That a person works at a site as a pharmacist, from when until when."""

    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="pharmacist_at")
    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="pharmacists")
    from_at = models.DateTimeField()
    from_by = person_field()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = person_field(null=True, blank=True)

    class Meta:
        constraints = [
            together("ended"),
            CheckConstraint(condition=Q(ended_at__gte=F("from_at")), name="pharmacies_pharmacist_ended_after"),
            UniqueConstraint(
                fields=["person", "pharmacy"],
                condition=Q(ended_at__isnull=True),
                name="pharmacies_pharmacist_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.pharmacy}"


class Training(Fact):
    """That a person completed a program's pharmacy training on a day."""

    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="trainings")
    program = program_field()
    completed_on = models.DateField()

    class Meta(Fact.Meta):
        abstract = False
        constraints = [*Fact.Meta.constraints, not_blank("program")]
        indexes = [models.Index(fields=["person", "program"], name="training_person")]
