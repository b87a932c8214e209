"""What was prescribed, and what belongs to one prescription."""

from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from audit.constraints import not_after, one_of
from audit.facts import Fact
from audit.fields import program_field
from rems.models.choices import Category
from rems.models.enrollment import Enrollment


class Product(models.Model):
    """One strength of one brand in one package. ``mark`` says how well its code is sourced."""

    program = program_field()
    brand = models.CharField(max_length=80)
    drug = models.CharField(max_length=80)
    rxnorm = models.CharField("RxNorm ingredient", max_length=12)
    strength_mg = models.DecimalField("strength in mg", max_digits=7, decimal_places=2)
    ndc = models.CharField("NDC", max_length=13, unique=True)
    package = models.CharField(max_length=80)
    mark = models.CharField(max_length=1)

    class Meta:
        ordering = ["program", "strength_mg"]
        constraints = [
            CheckConstraint(condition=Q(strength_mg__gt=0), name="rems_product_strength_positive"),
            CheckConstraint(condition=Q(mark__in="ABCD"), name="rems_product_mark_known"),
            CheckConstraint(
                condition=Q(ndc__regex=r"^[0-9]{4,5}-[0-9]{3,4}-[0-9]{1,2}$"),
                name="rems_product_ndc_form",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.strength_mg.normalize():f} mg"


class Prescription(Fact):
    """A prescription as written. ``category`` is the one written on it, empty: none stands there.

    ``days_supply`` is kept as it was written, whatever the program allows: the gate judges it.
    """

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="prescriptions")
    prescriber = models.ForeignKey("prescribers.Prescriber", on_delete=models.PROTECT, related_name="prescriptions")
    written_at = models.DateTimeField()
    days_supply = models.PositiveIntegerField("days' supply", null=True, blank=True, validators=[MinValueValidator(1)])
    refill = models.BooleanField(default=False)
    verbal = models.BooleanField(default=False)
    category = models.CharField(max_length=20, choices=Category.choices, blank=True, default="")

    class Meta(Fact.Meta):
        abstract = False
        constraints = [
            *Fact.Meta.constraints,
            one_of("category", Category, or_empty=True),
            not_after("written_at", "recorded_at"),
            CheckConstraint(condition=Q(days_supply__gte=1), name="rems_prescription_days_positive"),
        ]
        indexes = [models.Index(fields=["enrollment", "written_at"], name="prescription_enrollment")]

    @property
    def patient_id(self) -> int:
        """The row of the patient who is enrolled."""
        return self.enrollment.patient_id


class PrescriptionItem(models.Model):
    """How many capsules of which strength. Insert-only."""

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="items")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    capsules = models.PositiveIntegerField(validators=[MinValueValidator(1)])

    class Meta:
        constraints = [
            UniqueConstraint(fields=["prescription", "product"], name="rems_item_once"),
            CheckConstraint(condition=Q(capsules__gt=0), name="rems_item_capsules_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.capsules} × {self.product}"


class OfPrescription(Fact):
    """A fact that serves one prescription, and of which one stands at a time."""

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="%(class)s_set")

    class Meta(Fact.Meta):
        abstract = True
        constraints = [
            *Fact.Meta.constraints,
            UniqueConstraint(
                fields=["prescription"],
                condition=Q(supersedes__isnull=True),
                name="%(app_label)s_%(class)s_one_of_prescription",
            ),
        ]

    @property
    def patient_id(self) -> int:
        """The row of the patient whose prescription it is."""
        return self.prescription.patient_id


class Counseling(OfPrescription):
    """That the patient was counseled before this prescription."""

    counseled_at = models.DateTimeField()

    class Meta(OfPrescription.Meta):
        abstract = False
        constraints = [
            *OfPrescription.Meta.constraints,
            not_after("counseled_at", "recorded_at"),
        ]


class PrescriberSurvey(OfPrescription):
    """The prescriber's survey for this prescription."""

    completed_at = models.DateTimeField()
    answers = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta(OfPrescription.Meta):
        abstract = False
        constraints = [
            *OfPrescription.Meta.constraints,
            not_after("completed_at", "recorded_at"),
        ]
