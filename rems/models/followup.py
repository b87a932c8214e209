"""What follows: returns, flags on work lists."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from audit.constraints import not_after, not_blank, one_of
from audit.fields import person_field, program_field
from rems.models.choices import FlagKind
from rems.models.enrollment import Enrollment
from rems.models.prescription import Product

PROTECT = models.PROTECT


class CapsuleReturn(models.Model):
    """Unused capsules that came back from a patient. They never return to stock. Insert-only."""

    patient = models.ForeignKey("patients.Patient", on_delete=PROTECT, related_name="returns")
    program = program_field()
    pharmacy = models.ForeignKey("pharmacies.Pharmacy", on_delete=PROTECT, related_name="returns")
    product = models.ForeignKey(Product, on_delete=PROTECT, related_name="+")
    capsules = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    received_at = models.DateTimeField()
    by = person_field()

    class Meta:
        constraints = [
            not_blank("program"),
            CheckConstraint(condition=Q(capsules__gt=0), name="rems_return_capsules_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.capsules} × {self.product} from {self.patient}"


class DisplayFlag(models.Model):
    """A flag on a work list: something falls due or is overdue. The gate never reads it.

    ``what`` is the requirement's id in the program edition; ``authorization`` and ``confirmation``: of
    a number that closes or lapsed, which.
    """

    enrollment = models.ForeignKey(Enrollment, on_delete=PROTECT, related_name="flags")
    authorization = models.ForeignKey("rems.Authorization", on_delete=PROTECT, null=True, blank=True, related_name="+")
    confirmation = models.ForeignKey("rems.Confirmation", on_delete=PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=10, choices=FlagKind.choices)
    what = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("kind", FlagKind),
            not_blank("what"),
            not_after("raised_at", "cleared_at"),
            UniqueConstraint(
                fields=["enrollment", "kind", "what", "authorization", "confirmation"],
                condition=Q(cleared_at__isnull=True),
                nulls_distinct=False,
                name="rems_displayflag_raised_once",
            ),
        ]
        indexes = [models.Index(fields=["kind", "due_at"], condition=Q(cleared_at__isnull=True), name="flag_open")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.what}"

    @property
    def patient_id(self) -> int:
        """The row of the patient who is enrolled."""
        return self.enrollment.patient_id
