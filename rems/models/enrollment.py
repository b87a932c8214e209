"""A patient in a program: enrollment, prescriber, agreement, risk category."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from audit.constraints import day_after, not_after, not_blank, one_of
from audit.facts import Fact
from audit.fields import person_field, program_field
from rems.models.choices import Basis, Category

ICD_10 = r"^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$"


class Enrollment(models.Model):
    """That a patient is enrolled in a program, once. ``prescriber`` is the present one."""

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="enrollments")
    program = program_field()
    prescriber = models.ForeignKey("prescribers.Prescriber", on_delete=models.PROTECT, related_name="enrollments")
    enrolled_at = models.DateTimeField()
    enrolled_by = person_field()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["patient", "program"],
                name="rems_enrollment_once",
                violation_error_message="This patient is enrolled in this program already.",
            ),
            not_blank("program"),
        ]

    def __str__(self) -> str:
        return f"{self.patient} in {self.program}"


class Transfer(models.Model):
    """That an enrolled patient came into another prescriber's care. Insert-only."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="transfers")
    prescriber = models.ForeignKey("prescribers.Prescriber", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = person_field()
    reason = models.TextField()

    class Meta:
        constraints = [not_blank("reason")]
        indexes = [models.Index(fields=["enrollment", "at"], name="transfer_enrollment")]

    def __str__(self) -> str:
        return f"{self.enrollment} to {self.prescriber}"


class Agreement(Fact):
    """A signed Patient-Physician Agreement.

    ``signed_on`` is the day; ``signed_at`` the instant, where it was signed here. ``sha256`` is
    the digest of the text that was signed, empty for an agreement on paper. ``basis``, ``last_menses``,
    ``statements`` and ``contraception`` are what was read and signed, whatever the forms say later.
    """

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="agreements")
    category = models.CharField(max_length=20, choices=Category.choices)
    prescriber = models.ForeignKey("prescribers.Prescriber", on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=30, choices=Basis.choices, blank=True, default="")
    last_menses = models.DateField(null=True, blank=True)
    statements = models.JSONField(default=list, blank=True)
    contraception = models.JSONField(default=dict, blank=True)
    diagnosis = models.CharField("diagnosis (ICD-10)", max_length=8)
    signed_on = models.DateField()
    signed_at = models.DateTimeField(null=True, blank=True)
    patient_signature = models.ForeignKey(
        "accounts.Signature", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    guardian_signature = models.ForeignKey(
        "accounts.Signature", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    prescriber_signature = models.ForeignKey(
        "accounts.Signature", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    guardian_signed = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64, blank=True, default="")

    class Meta(Fact.Meta):
        abstract = False
        constraints = [
            *Fact.Meta.constraints,
            one_of("category", Category),
            one_of("basis", Basis, or_empty=True),
            not_after("signed_at", "recorded_at"),
            CheckConstraint(
                condition=Q(signed_on__lte=day_after("recorded_at")),
                name="rems_agreement_signed_past",
            ),
            CheckConstraint(
                condition=Q(guardian_signature__isnull=True) | Q(guardian_signed=True),
                name="rems_agreement_guardian_signed",
            ),
            CheckConstraint(
                condition=Q(diagnosis__regex=ICD_10),
                name="rems_agreement_diagnosis_form",
                violation_error_message="An ICD-10 code looks like C90.00.",
            ),
            CheckConstraint(
                condition=Q(sha256="") | Q(sha256__regex="^[0-9a-f]{64}$"),
                name="rems_agreement_sha256_form",
            ),
        ]
        indexes = [models.Index(fields=["enrollment", "recorded_at"], name="agreement_enrollment")]

    @property
    def patient_id(self) -> int:
        """The row of the patient who is enrolled."""
        return self.enrollment.patient_id


class CategoryAssignment(Fact):
    """The risk category from ``since`` on, its basis, and the category before it.

    A new category is a new assignment, not a correction of the old one.
    """

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="categories")
    category = models.CharField(max_length=20, choices=Category.choices)
    basis = models.CharField(max_length=30, choices=Basis.choices, blank=True, default="")
    last_menses = models.DateField(null=True, blank=True)
    since = models.DateTimeField()
    before = models.CharField(max_length=20, choices=Category.choices, blank=True, default="")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(Fact.Meta):
        abstract = False
        constraints = [
            *Fact.Meta.constraints,
            one_of("category", Category),
            one_of("basis", Basis, or_empty=True),
            one_of("before", Category, or_empty=True),
            not_after("since", "recorded_at"),
            CheckConstraint(
                condition=Q(last_menses__lte=day_after("recorded_at")),
                name="rems_category_last_menses_past",
            ),
        ]
        indexes = [models.Index(fields=["enrollment", "since"], name="category_enrollment")]

    @property
    def patient_id(self) -> int:
        """The row of the patient who is enrolled."""
        return self.enrollment.patient_id
