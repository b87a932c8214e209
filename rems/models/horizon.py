"""The next instant at which an answer changes if nothing new is recorded. Derived; no gate reads it."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q, UniqueConstraint

from audit.constraints import not_blank
from audit.fields import program_field
from rems.models.enrollment import Enrollment
from rems.models.gate import Authorization, Confirmation


class Horizon(models.Model):
    """How far ahead the answer about an enrollment, or about one of its open numbers, is known.

    ``until``: the last instant at which the answer stays as it is; null: time changes nothing.
    ``ends``: the findings that end then, each a requirement and the reason that it gives now (null: met).
    ``deadlines``: what falls due with time: kind, requirement, ``due_at`` (null: overdue, and no day is
    known) and since when it is so. ``lines``: what the practice's list says until ``wakes_at``; null: that is
    not known, and the list asks the engine. ``looked_at``: the instant as of which this was computed;
    ``computed_at``: when. ``wakes_at``: when to look again; null: only a new fact changes anything.
    """

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="horizons")
    authorization = models.ForeignKey(Authorization, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    program = program_field()
    edition = models.CharField(max_length=60, blank=True, default="")
    until = models.DateTimeField(null=True, blank=True)
    ends = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)
    deadlines = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)
    lines = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    looked_at = models.DateTimeField()
    computed_at = models.DateTimeField()
    wakes_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            not_blank("program"),
            UniqueConstraint(
                fields=["enrollment", "authorization", "confirmation"],
                name="rems_horizon_one_of_each",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["wakes_at", "id"], condition=Q(wakes_at__isnull=False), name="horizon_wakes"),
            models.Index(fields=["program", "edition"], name="horizon_edition"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} until {self.until}"

    @property
    def subject(self) -> str:
        """What it is about, as notices name it: ``enrollment:12``, ``authorization:7``."""
        if self.confirmation_id is not None:
            return f"confirmation:{self.confirmation_id}"
        if self.authorization_id is not None:
            return f"authorization:{self.authorization_id}"
        return f"enrollment:{self.enrollment_id}"


class Comparison(models.Model):
    """One night's comparison of all horizons with a fresh computation. ``after``: the last enrollment compared."""

    day = models.DateField(unique=True)
    started_at = models.DateTimeField()
    after = models.BigIntegerField(default=0)
    compared = models.PositiveIntegerField(default=0)
    different = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.day}: {self.different} of {self.compared} differ"


class Defect(models.Model):
    """A horizon that a fresh computation did not confirm: what was stored and what it should have been."""

    comparison = models.ForeignKey(Comparison, on_delete=models.PROTECT, related_name="defects")
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=40)
    stored = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    fresh = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    found_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.subject
