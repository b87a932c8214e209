"""What the gate decided and issued: decisions, authorizations, confirmations, dispensings."""

from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from audit.constraints import not_blank, one_of, together
from audit.facts import Fact
from audit.fields import person_field, program_field
from rems.models.choices import Answer, Category, Delivery, Stage
from rems.models.prescription import Prescription
from rems.numbers import FORM, grouped

PROTECT = models.PROTECT


def number_field() -> "models.CharField[str, str]":
    """An authorization or confirmation number, 12 characters without spaces."""
    return models.CharField(max_length=12, unique=True)


class Decision(models.Model):
    """A question that was asked and its answer, with everything needed to ask it again. Insert-only.

    ``until``: the earliest instant at which anything changes if nothing new is recorded.
    Without an edition in force ``edition`` and ``edition_sha256`` are empty.
    """

    stage = models.CharField(max_length=10, choices=Stage.choices)
    outcome = models.CharField(max_length=10, choices=Answer.choices)
    program = program_field()
    edition = models.CharField(max_length=60, blank=True, default="")
    edition_sha256 = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    facts = models.JSONField(encoder=DjangoJSONEncoder)
    findings = models.JSONField(encoder=DjangoJSONEncoder)
    patient = models.ForeignKey("patients.Patient", on_delete=PROTECT, related_name="decisions")
    prescription = models.ForeignKey(Prescription, on_delete=PROTECT, null=True, blank=True, related_name="decisions")
    authorization = models.ForeignKey(
        "rems.Authorization", on_delete=PROTECT, null=True, blank=True, related_name="decisions"
    )
    confirmation = models.ForeignKey(
        "rems.Confirmation", on_delete=PROTECT, null=True, blank=True, related_name="decisions"
    )
    pharmacy = models.ForeignKey(
        "pharmacies.Pharmacy", on_delete=PROTECT, null=True, blank=True, related_name="decisions"
    )
    by = person_field()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("stage", Stage),
            one_of("outcome", Answer),
            not_blank("program"),
            CheckConstraint(
                condition=Q(edition="", edition_sha256="")
                | (~Q(edition="") & Q(edition_sha256__regex="^[0-9a-f]{64}$")),
                name="rems_decision_edition_proven",
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "at"], name="decision_patient"),
            models.Index(fields=["program", "outcome", "at"], name="decision_program"),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {self.pk}: {self.get_outcome_display()}"

    @property
    def allowed(self) -> bool:
        """Whether the gate said yes: then what it issued is there."""
        return self.outcome == Answer.ALLOWED


class Authorization(models.Model):
    """An authorization number. Its window was fixed when it was issued.

    ``patient_survey``: the newest one then, which serves this number; null: none was asked for.
    Only the cancellation is ever added to it.
    """

    number = number_field()
    prescription = models.OneToOneField(Prescription, on_delete=PROTECT, related_name="authorization")
    patient = models.ForeignKey("patients.Patient", on_delete=PROTECT, related_name="authorizations")
    program = program_field()
    category = models.CharField(max_length=20, choices=Category.choices)
    patient_survey = models.ForeignKey(
        "patients.PatientSurvey", on_delete=PROTECT, null=True, blank=True, related_name="authorizations"
    )
    issued_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    decision = models.OneToOneField(Decision, on_delete=PROTECT, related_name="issued_authorization")
    by = person_field()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = person_field(null=True, blank=True)
    cancel_reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            one_of("category", Category),
            not_blank("program"),
            together("cancelled", "cancel_reason"),
            CheckConstraint(condition=Q(number__regex=FORM["A"]), name="rems_authorization_number_form"),
            CheckConstraint(condition=Q(closes_at__gte=F("issued_at")), name="rems_authorization_window"),
        ]
        indexes = [models.Index(fields=["patient", "issued_at"], name="authorization_patient")]

    def __str__(self) -> str:
        return grouped(self.number)

    @property
    def extension(self) -> Any:
        """The extension of its window after an outage, approved by two administrators; None: there is none."""
        return next((row for row in self.extensions.all() if row.approved), None)

    @property
    def stands_until(self) -> datetime:
        """The end of its window, or of its extension. The gate asks the engine; this is for pages."""
        return self.extension.until if self.extension else self.closes_at

    @property
    def by_telephone(self) -> Any:
        """Its dispensing by telephone in an outage, entered afterwards; None: there is none, or it was declined."""
        rows = (row for row in self.later_entries.all() if row.kind == "dispensing" and row.ruling != "declined")
        return next(rows, None)


class Checklist(Fact):
    """The Education and Counseling Checklist, as ticked for one authorization."""

    authorization = models.ForeignKey(Authorization, on_delete=PROTECT, related_name="checklists")
    category = models.CharField(max_length=20, choices=Category.choices)
    points = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)
    complete = models.BooleanField()

    class Meta(Fact.Meta):
        abstract = False
        constraints = [*Fact.Meta.constraints, one_of("category", Category)]

    @property
    def patient_id(self) -> int:
        """The row of the patient who holds the authorization."""
        return self.authorization.patient_id


class DaysCounted(Fact):
    """How many days' supply the pharmacist counted on the patient's hand."""

    authorization = models.ForeignKey(Authorization, on_delete=PROTECT, related_name="days_counted")
    days = models.PositiveIntegerField()

    class Meta(Fact.Meta):
        abstract = False
        verbose_name_plural = "days counted"
        constraints = [
            *Fact.Meta.constraints,
            CheckConstraint(condition=Q(days__gte=0), name="rems_dayscounted_not_negative"),
        ]

    @property
    def patient_id(self) -> int:
        """The row of the patient who holds the authorization."""
        return self.authorization.patient_id


class Confirmation(models.Model):
    """A confirmation number of one pharmacy's site for one authorization.

    ``lapsed_at`` is marked when a later one is issued after this one's hours.
    """

    number = number_field()
    authorization = models.ForeignKey(Authorization, on_delete=PROTECT, related_name="confirmations")
    pharmacy = models.ForeignKey("pharmacies.Pharmacy", on_delete=PROTECT, related_name="confirmations")
    issued_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    decision = models.OneToOneField(Decision, on_delete=PROTECT, related_name="issued_confirmation")
    by = person_field()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = person_field(null=True, blank=True)
    cancel_reason = models.TextField(blank=True, default="")
    lapsed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            together("cancelled", "cancel_reason"),
            CheckConstraint(condition=Q(number__regex=FORM["C"]), name="rems_confirmation_number_form"),
            CheckConstraint(condition=Q(lapses_at__gt=F("issued_at")), name="rems_confirmation_hours"),
            UniqueConstraint(
                fields=["authorization"],
                condition=Q(cancelled_at__isnull=True, lapsed_at__isnull=True),
                name="rems_confirmation_one_open",
            ),
        ]
        indexes = [models.Index(fields=["pharmacy", "issued_at"], name="confirmation_pharmacy")]

    def __str__(self) -> str:
        return grouped(self.number)

    @property
    def patient_id(self) -> int:
        """The row of the patient who holds the authorization."""
        return self.authorization.patient_id

    @property
    def extension(self) -> Any:
        """The extension of its hours after an outage, approved by two administrators; None: there is none."""
        return next((row for row in self.extensions.all() if row.approved), None)

    @property
    def stands_until(self) -> datetime:
        """The end of its hours, or of their extension. The gate asks the engine; this is for pages."""
        return self.extension.until if self.extension else self.lapses_at


class Dispensing(models.Model):
    """That the medicine was handed over or shipped: what uses an authorization up. Insert-only."""

    authorization = models.OneToOneField(Authorization, on_delete=PROTECT, related_name="dispensing")
    confirmation = models.OneToOneField(Confirmation, on_delete=PROTECT, related_name="dispensing")
    patient = models.ForeignKey("patients.Patient", on_delete=PROTECT, related_name="dispensings")
    program = program_field()
    pharmacy = models.ForeignKey("pharmacies.Pharmacy", on_delete=PROTECT, related_name="dispensings")
    handed_over_at = models.DateTimeField()
    method = models.CharField(max_length=10, choices=Delivery.choices)
    medication_guide = models.BooleanField()
    days_supply = models.PositiveIntegerField()
    decision = models.OneToOneField(Decision, on_delete=PROTECT, related_name="dispensing")
    by = person_field()

    class Meta:
        constraints = [
            one_of("method", Delivery),
            not_blank("program"),
            CheckConstraint(condition=Q(medication_guide=True), name="rems_dispensing_guide_given"),
            CheckConstraint(condition=Q(days_supply__gte=1), name="rems_dispensing_supply"),
        ]
        indexes = [
            models.Index(fields=["patient", "program", "handed_over_at"], name="dispensing_patient"),
            models.Index(fields=["pharmacy", "handed_over_at"], name="dispensing_pharmacy"),
        ]

    def __str__(self) -> str:
        return f"{self.authorization} on {self.handed_over_at:%Y-%m-%d}"
