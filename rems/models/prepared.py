"""An agreement that is prepared, and the one-time link by which patient and guardian sign it from afar.

Nothing of it counts for the gate: what counts is the agreement that the prescriber signs in the end.
"""

from datetime import date, datetime

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from audit.constraints import not_after, not_blank, one_of, together
from audit.fields import person_field, program_field
from rems.models.choices import Basis, Category
from rems.models.enrollment import ICD_10, Agreement, Enrollment
from rems.models.links import OneTimeLink, Tried, link_constraints

PROTECT = models.PROTECT
CHILDREN = tuple(category.value for category in Category if "child" in category.value)


class Purpose(models.TextChoices):
    """What the agreement is for."""

    ENROLL = "enroll", "Enrollment"
    CHANGE = "change", "Change of the category"
    RENEW = "renew", "New agreement"


class PreparedAgreement(models.Model):
    """An agreement before the prescriber's signature. A change of it is a new one.

    ``agreement_number``: the row that the agreement will be; signatures name it before it is there.
    ``contraception``: what she attests with it, empty where the category is not asked.
    """

    patient = models.ForeignKey("patients.Patient", on_delete=PROTECT, related_name="prepared_agreements")
    program = program_field()
    prescriber = models.ForeignKey("prescribers.Prescriber", on_delete=PROTECT, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    category = models.CharField(max_length=20, choices=Category.choices)
    basis = models.CharField(max_length=30, choices=Basis.choices, blank=True, default="")
    last_menses = models.DateField(null=True, blank=True)
    diagnosis = models.CharField("diagnosis (ICD-10)", max_length=8)
    reason = models.TextField(blank=True, default="")
    statements = models.JSONField(default=list)
    contraception = models.JSONField(default=dict, blank=True)
    agreement_number = models.BigIntegerField(unique=True)
    prepared_at = models.DateTimeField()
    prepared_by = person_field()
    patient_signature = models.OneToOneField(
        "accounts.Signature", on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    guardian_signature = models.OneToOneField(
        "accounts.Signature", on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = person_field(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = person_field(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            not_blank("program"),
            one_of("purpose", Purpose),
            one_of("category", Category),
            one_of("basis", Basis, or_empty=True),
            together("completed"),
            together("withdrawn", "withdrawn_reason"),
            not_after("prepared_at", "completed_at"),
            not_after("prepared_at", "withdrawn_at"),
            CheckConstraint(
                condition=Q(completed_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="rems_prepared_ends_once",
            ),
            CheckConstraint(
                condition=Q(completed_at__isnull=True) | Q(patient_signature__isnull=False),
                name="rems_prepared_patient_signed",
            ),
            CheckConstraint(
                condition=Q(patient_signature__isnull=True)
                | Q(guardian_signature__isnull=False)
                | ~Q(category__in=CHILDREN),
                name="rems_prepared_guardian_signed",
            ),
            CheckConstraint(
                condition=Q(diagnosis__regex=ICD_10),
                name="rems_prepared_diagnosis_form",
                violation_error_message="An ICD-10 code looks like C90.00.",
            ),
            UniqueConstraint(
                fields=["patient", "program"],
                condition=Q(completed_at__isnull=True, withdrawn_at__isnull=True),
                name="rems_prepared_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} of {self.patient} in {self.program}"

    def unsigned(self) -> Agreement:
        """The agreement that was prepared, as patient and guardian read and sign it; not stored."""
        return Agreement(
            pk=self.agreement_number,
            enrollment=Enrollment(patient=self.patient, program=self.program, prescriber=self.prescriber),
            category=self.category,
            prescriber=self.prescriber,
            basis=self.basis,
            last_menses=self.last_menses,
            statements=self.statements,
            contraception=self.contraception,
            diagnosis=self.diagnosis,
            guardian_signed=self.category in CHILDREN,
        )

    @property
    def is_open(self) -> bool:
        """Whether it still waits: for patient and guardian, or for the prescriber."""
        return self.completed_at is None and self.withdrawn_at is None

    @property
    def contraception_since(self) -> date | None:
        """The day since when she attests protection; None: not known, or not asked."""
        since = self.contraception.get("since")
        return date.fromisoformat(since) if since else None

    @property
    def guardian_asked(self) -> bool:
        """Whether a guardian signs, too."""
        return self.category in CHILDREN

    @property
    def is_signed(self) -> bool:
        """Whether patient and guardian have signed."""
        return self.patient_signature_id is not None


class AgreementLink(OneTimeLink):
    """A link by which one prepared agreement is signed, once."""

    prepared = models.ForeignKey(PreparedAgreement, on_delete=PROTECT, related_name="links")

    class Meta:
        constraints = link_constraints("rems_link", of="prepared")

    def __str__(self) -> str:
        return f"Link of {self.made_at:%Y-%m-%d}: {self.prepared}"

    @property
    def patient_id(self) -> int:
        """The row of the patient whose agreement it opens."""
        return self.prepared.patient_id

    def stands(self, at: datetime) -> bool:
        """Whether it opens its page at this instant; the last one of its days is included."""
        return super().stands(at) and self.prepared.is_open and not self.prepared.is_signed


class LinkTry(Tried):
    """A try at the link of an agreement. Insert-only."""

    link = models.ForeignKey(AgreementLink, on_delete=PROTECT, related_name="tries")

    @property
    def patient_id(self) -> int:
        """The row of the patient whose agreement the link opens."""
        return self.link.prepared.patient_id
