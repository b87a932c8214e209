"""What people and jobs do with the trail: reviews that are signed, and runs that verify it."""

from datetime import datetime, timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from accounts.models import Signature
from audit.constraints import not_blank, one_of
from audit.fields import person_field


class TrailReview(models.Model):
    """That somebody reviewed a period of the trail and signed it. Insert-only.

    The counts are those that were signed. ``seals_sha256``: over the hashes of the period's seals, from
    batch ``first_seal`` to ``last_seal``. ``sealed_entries``: how many entries of the whole trail were
    sealed then, so that what was sealed later is not taken for reviewed.
    """

    since = models.DateTimeField()
    until = models.DateTimeField()
    events = models.BigIntegerField()
    out_of_band = models.BigIntegerField()
    denials = models.BigIntegerField()
    first_seal = models.BigIntegerField(null=True)
    last_seal = models.BigIntegerField(null=True)
    seals_sha256 = models.CharField(max_length=64)
    sealed_entries = models.BigIntegerField()
    findings = models.TextField()
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            not_blank("findings"),
            CheckConstraint(condition=Q(since__lt=F("until")), name="rems_trailreview_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}, {self.signature}"


class Verdict(models.TextChoices):
    """How a run that verified the trail ended."""

    SOUND = "sound", "Sound"
    ALTERED = "altered", "Altered"
    UNKNOWN = "unknown", "It cannot be told"
    STOPPED = "stopped", "Stopped"
    LOST = "lost", "Ended without a result"


SILENT = timedelta(seconds=60)
"""After so long without a sign of life a run has ended without a result."""


class VerificationRun(models.Model):
    """One run of the job that verifies the trail: how far it is, or how it ended. No record of anything.

    ``seen_at`` is its last sign of life. ``done`` of ``total`` entries are looked at, with so many ``faults``.
    """

    started_at = models.DateTimeField()
    started_by = person_field()
    seen_at = models.DateTimeField()
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    faults = models.BigIntegerField(default=0)
    stop_asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True, default="")
    result = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("verdict", Verdict, or_empty=True),
            CheckConstraint(
                condition=Q(ended_at__isnull=True, verdict="") | Q(ended_at__isnull=False) & ~Q(verdict=""),
                name="rems_verificationrun_ended_with_verdict",
            ),
            UniqueConstraint(
                models.Value(1), condition=Q(ended_at__isnull=True), name="rems_verificationrun_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M %Z}: {self.verdict or f'{self.done} of {self.total}'}"

    def is_silent(self, *, at: datetime) -> bool:
        """Whether it goes on and its last sign of life is older than SILENT, by the database's own time."""
        return self.ended_at is None and at - self.seen_at > SILENT
