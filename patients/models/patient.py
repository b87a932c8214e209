"""The patient. The row is the lock of everything that is recorded about them."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q
from django.db.models.functions import Upper

from accounts.addresses import Contact
from audit.constraints import day_after, not_blank
from audit.fields import person_field


class Patient(Contact):
    """A patient, once for all programs. Everybody who writes a fact about one locks this row.

    ``number`` is made by the database out of the row's id: ``P-0001234``.
    """

    number = models.GeneratedField(
        expression=Func(
            F("id"),
            template="'P-' || repeat('0', 7 - length(%(expressions)s::text)) || %(expressions)s::text",
        ),
        output_field=models.CharField(max_length=22),
        db_persist=True,
        unique=True,
    )
    first_name = models.CharField(max_length=80)
    middle_name = models.CharField(max_length=80, blank=True, default="")
    last_name = models.CharField(max_length=80)
    born = models.DateField("date of birth")
    language = models.CharField(max_length=40, blank=True, default="English")
    guardian_name = models.CharField(max_length=160, blank=True, default="")
    guardian_relationship = models.CharField(max_length=60, blank=True, default="")
    guardian_phone = models.CharField(max_length=30, blank=True, default="")
    created_at = models.DateTimeField()
    created_by = person_field()

    class Meta:
        constraints = [
            not_blank("first_name"),
            not_blank("last_name"),
            CheckConstraint(
                condition=Q(born__gte="1900-01-01", born__lte=day_after("created_at")),
                name="patients_patient_born_sane",
                violation_error_message="The date of birth cannot be so.",
            ),
        ]
        indexes = [
            models.Index(fields=["born"], name="patient_born"),
            models.Index(Upper("last_name"), Upper("first_name"), name="patient_name"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def name(self) -> str:
        """All names in order."""
        return " ".join(part for part in (self.first_name, self.middle_name, self.last_name) if part)


class IdentityCorrection(models.Model):
    """A change of who the patient is on record, with what stood there before. Insert-only."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="identity_corrections")
    corrected_at = models.DateTimeField()
    corrected_by = person_field()
    reason = models.TextField()
    before = models.JSONField(encoder=DjangoJSONEncoder)
    after = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        constraints = [not_blank("reason")]

    def __str__(self) -> str:
        return f"{self.patient} on {self.corrected_at:%Y-%m-%d}: {self.reason}"
