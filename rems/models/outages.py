"""When this system was down, and which windows that closed meanwhile two administrators kept open.

Rows are written once; only the decision of the second person is added to them.
"""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from audit.constraints import not_after, not_blank, one_of, together
from audit.fields import person_field
from rems.models.choices import Approval
from rems.models.gate import Authorization, Confirmation

PROTECT = models.PROTECT
LONGEST = timedelta(days=7)
"""No longer outage extends a window: after a week one asks anew (D)."""


class Outage(models.Model):
    """A span in which this system could not be used, recorded by one administrator and approved by another.

    ``since`` and ``until``: its first and its last instant. It extends nothing before it is approved.
    """

    since = models.DateTimeField()
    until = models.DateTimeField()
    what = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = person_field()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = person_field(null=True, blank=True)
    ruling = models.CharField(max_length=10, choices=Approval.choices, blank=True, default="")
    ruling_reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-since", "-pk"]
        constraints = [
            not_blank("what"),
            one_of("ruling", Approval, or_empty=True),
            together("decided", "ruling", "ruling_reason"),
            CheckConstraint(condition=Q(since__lt=F("until")), name="rems_outage_in_order"),
            CheckConstraint(condition=Q(until__lte=F("since") + LONGEST), name="rems_outage_not_too_long"),
            not_after("until", "recorded_at"),
            CheckConstraint(condition=~Q(decided_by=F("recorded_by")), name="rems_outage_decided_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d %H:%M} to {self.until:%Y-%m-%d %H:%M %Z}"

    @property
    def lasted(self) -> timedelta:
        """How long it was."""
        return self.until - self.since

    @property
    def approved(self) -> bool:
        """Whether a second administrator approved it."""
        return self.ruling == Approval.APPROVED

    @property
    def waits(self) -> bool:
        """Whether nobody has decided on it yet."""
        return self.ruling == ""


class Extension(models.Model):
    """A window of a number that closed in an outage, kept open until ``until``: asked by one, approved by another.

    ``closed``: the window's own last instant. It counts from the instant of the approval.
    """

    outage = models.ForeignKey(Outage, on_delete=PROTECT, related_name="extensions")
    patient = models.ForeignKey("patients.Patient", on_delete=PROTECT, related_name="+")
    authorization = models.ForeignKey(
        Authorization, on_delete=PROTECT, null=True, blank=True, related_name="extensions"
    )
    confirmation = models.ForeignKey(Confirmation, on_delete=PROTECT, null=True, blank=True, related_name="extensions")
    closed = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = person_field()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = person_field(null=True, blank=True)
    ruling = models.CharField(max_length=10, choices=Approval.choices, blank=True, default="")
    ruling_reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["until", "pk"]
        constraints = [
            not_blank("reason"),
            one_of("ruling", Approval, or_empty=True),
            together("decided", "ruling", "ruling_reason"),
            CheckConstraint(
                condition=Q(authorization__isnull=False, confirmation__isnull=True)
                | Q(authorization__isnull=True, confirmation__isnull=False),
                name="rems_extension_of_one_number",
            ),
            CheckConstraint(condition=Q(closed__lt=F("until")), name="rems_extension_in_order"),
            CheckConstraint(condition=~Q(decided_by=F("asked_by")), name="rems_extension_decided_by_another"),
            *(
                UniqueConstraint(
                    fields=[number], condition=~Q(ruling="declined"), name=f"rems_extension_one_of_{number}"
                )
                for number in ("authorization", "confirmation")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} until {self.until:%Y-%m-%d %H:%M %Z}"

    @property
    def number(self) -> Authorization | Confirmation:
        """The number whose window it extends."""
        found = self.authorization or self.confirmation
        if found is None:
            raise ValueError("an extension of no number")
        return found

    @property
    def program(self) -> str:
        """The program of its number."""
        number = self.number
        return number.program if isinstance(number, Authorization) else number.authorization.program

    @property
    def approved(self) -> bool:
        """Whether a second administrator approved it."""
        return self.ruling == Approval.APPROVED

    def is_late(self, at: datetime) -> bool:
        """Whether its time is over before anybody decided on it: it would extend nothing any more."""
        return self.ruling == "" and at > self.until
