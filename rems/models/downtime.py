"""Downtime: while it is on the gate gives nothing; and what was done by telephone meanwhile, entered afterwards."""

from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint, Value

from audit.constraints import not_after, not_blank, one_of, together
from audit.fields import person_field, program_field
from rems.models.choices import Approval, Delivery, LaterKind
from rems.models.gate import Authorization

PROTECT = models.PROTECT


class Downtime(models.Model):
    """That an administrator closed the gate of the whole site, and when it was opened again. One at a time."""

    on_at = models.DateTimeField()
    on_by = person_field()
    reason = models.TextField()
    off_at = models.DateTimeField(null=True, blank=True)
    off_by = person_field(null=True, blank=True)
    off_reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            not_blank("reason"),
            together("off", "off_reason"),
            not_after("on_at", "off_at"),
            UniqueConstraint(Value(1), condition=Q(off_at__isnull=True), name="rems_downtime_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.on_at:%Y-%m-%d %H:%M %Z}"


class LaterEntry(models.Model):
    """What was done by telephone while this system was down, recorded after the fact and looked at by a second person.

    ``done_at``: the instant of the telephone call, or of the hand-over. ``spoke_with``: who at the program.
    ``told_number``: the number that was told, as it was told; it is none of this system's.
    ``authorization``: the number of this system that it was done on, where there is one. It issues no number.
    """

    kind = models.CharField(max_length=15, choices=LaterKind.choices)
    patient = models.ForeignKey("patients.Patient", on_delete=PROTECT, related_name="later_entries")
    program = program_field()
    done_at = models.DateTimeField()
    spoke_with = models.CharField(max_length=200)
    told_number = models.CharField(max_length=40, blank=True, default="")
    authorization = models.ForeignKey(
        Authorization, on_delete=PROTECT, null=True, blank=True, related_name="later_entries"
    )
    pharmacy = models.ForeignKey(
        "pharmacies.Pharmacy", on_delete=PROTECT, null=True, blank=True, related_name="later_entries"
    )
    days_supply = models.PositiveIntegerField(null=True, blank=True)
    method = models.CharField(max_length=10, choices=Delivery.choices, blank=True, default="")
    note = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = person_field()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = person_field(null=True, blank=True)
    ruling = models.CharField(max_length=10, choices=Approval.choices, blank=True, default="")
    ruling_reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name_plural = "later entries"
        constraints = [
            one_of("kind", LaterKind),
            one_of("method", Delivery, or_empty=True),
            one_of("ruling", Approval, or_empty=True),
            not_blank("program"),
            not_blank("spoke_with"),
            not_blank("note"),
            not_after("done_at", "recorded_at"),
            together("decided", "ruling", "ruling_reason"),
            CheckConstraint(condition=~Q(decided_by=F("recorded_by")), name="rems_laterentry_decided_by_another"),
            CheckConstraint(
                condition=Q(kind="dispensing", days_supply__gte=1, pharmacy__isnull=False) & ~Q(method="")
                | ~Q(kind="dispensing") & Q(days_supply__isnull=True, method=""),
                name="rems_laterentry_dispensing_whole",
            ),
            UniqueConstraint(
                fields=["authorization"],
                condition=Q(kind="dispensing") & ~Q(ruling="declined"),
                name="rems_laterentry_one_dispensing",
            ),
        ]
        indexes = [models.Index(fields=["patient", "program", "done_at"], name="laterentry_patient")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by telephone, {self.done_at:%Y-%m-%d %H:%M %Z}"

    @property
    def handed_over_at(self) -> datetime:
        """A dispensing's instant, as of one that was recorded at its time."""
        return self.done_at

    @property
    def waits(self) -> bool:
        """Whether no second person has looked at it yet."""
        return self.ruling == ""
