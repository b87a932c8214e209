"""Break-glass: one patient's whole record, opened by an administrator for an hour, and its review."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import CheckConstraint, F, Q

from audit.constraints import not_blank, one_of, together
from audit.fields import person_field
from rems.models.choices import Conclusion

PROTECT = models.PROTECT
OPEN_FOR = timedelta(minutes=60)


class Opening(models.Model):
    """Who opened whose record, why and until when; closed early or not; and what the review by another found.

    It is for reading. No question of the gate looks at it.
    """

    patient = models.ForeignKey("patients.Patient", on_delete=PROTECT, related_name="openings")
    reason = models.TextField()
    proven = models.CharField(max_length=20)
    opened_at = models.DateTimeField()
    opened_by = person_field()
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = person_field(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = person_field(null=True, blank=True)
    conclusion = models.CharField(max_length=20, choices=Conclusion.choices, blank=True, default="")
    review_findings = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            not_blank("reason"),
            not_blank("proven"),
            one_of("conclusion", Conclusion, or_empty=True),
            together("closed"),
            together("reviewed", "conclusion", "review_findings"),
            CheckConstraint(condition=Q(ends_at__gt=F("opened_at")), name="rems_opening_ends_after"),
            CheckConstraint(
                condition=Q(closed_at__gte=F("opened_at"), closed_at__lte=F("ends_at")),
                name="rems_opening_closed_within",
            ),
            CheckConstraint(condition=~Q(reviewed_by=F("opened_by")), name="rems_opening_reviewed_by_another"),
        ]
        indexes = [
            models.Index(fields=["opened_at"], condition=Q(reviewed_at__isnull=True), name="opening_unreviewed"),
            models.Index(fields=["patient", "opened_by", "ends_at"], name="opening_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.opened_by}, {self.patient.number}"

    @property
    def ended_at(self) -> datetime:
        """When it was closed, or else its end."""
        return self.closed_at or self.ends_at

    def is_open(self, at: datetime) -> bool:
        """Whether the record may be read at that instant. At the very end it may not (D)."""
        return self.opened_at <= at < self.ended_at
