"""What people decided about items of work lists: acknowledged until a day, or waived. No gate reads it."""

from datetime import UTC, datetime
from typing import NamedTuple

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from audit.constraints import not_blank, one_of, together
from audit.fields import person_field
from eligibility.reasons import Reason
from rems.models.choices import DueKind, OtherItem, Ruling
from rems.models.enrollment import Enrollment

PROTECT = models.PROTECT


class ItemKey(NamedTuple):
    """What an item of a work list is, by nature: the same as a notice's, without the step.

    ``kind``: what is due, or the code of a reason; ``subject``: as a horizon names it, ``enrollment:12``;
    ``due_at``: the instant from which its days are counted.
    """

    kind: str
    subject: str
    due_at: datetime

    @property
    def period(self) -> str:
        """The due instant as notices write it."""
        return self.due_at.astimezone(UTC).isoformat()

    @property
    def args(self) -> list[str]:
        """As an address names it."""
        return [self.kind, self.subject, self.period]


KINDS = frozenset({*DueKind.values, *OtherItem.values, *(reason.value for reason in Reason)})
"""What an item can be: something that falls due, the reason of a refusal, or one of OtherItem."""


def key_of(kind: str, subject: str, period: str) -> ItemKey:
    """The key that an address names. ValueError for a period that is no instant, and for a kind that there is not."""
    try:
        due_at = datetime.fromisoformat(period).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{period} lies beyond the calendar") from error
    if kind not in KINDS or datetime.fromisoformat(period).tzinfo is None:
        raise ValueError(f"{kind}, {period} is no item")
    return ItemKey(kind, subject, due_at)


class Acknowledgment(models.Model):
    """Somebody saw the item and says why nothing is to be done until then. The newest one counts. Insert-only."""

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=40)
    period = models.CharField(max_length=40)
    due_at = models.DateTimeField()
    reason = models.TextField()
    patient = models.ForeignKey("patients.Patient", on_delete=PROTECT, related_name="+")
    enrollment = models.ForeignKey(Enrollment, on_delete=PROTECT, related_name="+")
    at = models.DateTimeField()
    by = person_field()
    on_behalf_of = person_field(null=True, blank=True)
    until = models.DateTimeField()

    class Meta:
        constraints = [
            not_blank("kind"),
            not_blank("subject"),
            not_blank("period"),
            not_blank("reason"),
            CheckConstraint(condition=Q(until__gt=F("at")), name="rems_acknowledgment_until_after"),
        ]
        indexes = [models.Index(fields=["subject", "kind", "due_at", "-at"], name="acknowledgment_item")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.subject}, until {self.until}"

    @property
    def key(self) -> ItemKey:
        """The item that it is about."""
        return ItemKey(self.kind, self.subject, self.due_at)


class Waiver(models.Model):
    """That an item is to leave the lists: who asked and why, and what another person ruled.

    The rule stays: what the gate answers is the same before and after.
    """

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=40)
    period = models.CharField(max_length=40)
    due_at = models.DateTimeField()
    reason = models.TextField()
    patient = models.ForeignKey("patients.Patient", on_delete=PROTECT, related_name="+")
    enrollment = models.ForeignKey(Enrollment, on_delete=PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = person_field()
    on_behalf_of = person_field(null=True, blank=True)
    ruled_at = models.DateTimeField(null=True, blank=True)
    ruled_by = person_field(null=True, blank=True)
    ruling = models.CharField(max_length=10, choices=Ruling.choices, blank=True, default="")
    ruling_reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            not_blank("kind"),
            not_blank("subject"),
            not_blank("period"),
            not_blank("reason"),
            one_of("ruling", Ruling, or_empty=True),
            together("ruled", "ruling"),
            CheckConstraint(condition=~Q(ruling="refused", ruling_reason=""), name="rems_waiver_refusal_says_why"),
            CheckConstraint(condition=~Q(ruled_by=F("asked_by")), name="rems_waiver_ruled_by_another"),
            UniqueConstraint(
                fields=["kind", "subject", "due_at"], condition=~Q(ruling="refused"), name="rems_waiver_one_of_an_item"
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "kind", "due_at"], name="waiver_item"),
            models.Index(fields=["asked_at"], condition=Q(ruled_at__isnull=True), name="waiver_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.subject}: {self.get_ruling_display() or 'asked'}"

    @property
    def key(self) -> ItemKey:
        """The item that it is about."""
        return ItemKey(self.kind, self.subject, self.due_at)
