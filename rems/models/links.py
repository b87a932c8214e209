"""One-time links: what those to an agreement and those to a patient's own pages have in common."""

from datetime import datetime

from django.db import models
from django.db.models import BaseConstraint, CheckConstraint, Q, UniqueConstraint

from audit.constraints import not_after, together
from audit.fields import person_field

NOT_ENDED = Q(used_at__isnull=True, revoked_at__isnull=True)


class OneTimeLink(models.Model):
    """A link that opens something, once. The token itself is stored nowhere."""

    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = person_field()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = person_field(null=True, blank=True)

    class Meta:
        abstract = True

    def stands(self, at: datetime) -> bool:
        """Whether it opens anything at this instant; the last one of its days is included."""
        return self.used_at is None and self.revoked_at is None and at <= self.expires_at


class Tried(models.Model):
    """That somebody opened a link and gave a birth date: whether it was the patient's, and from where."""

    at = models.DateTimeField()
    fits = models.BooleanField()
    address = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}, {'fits' if self.fits else 'does not fit'}"


def link_constraints(name: str, *, of: str) -> list[BaseConstraint]:
    """What holds of every link. ``name``: how the constraints begin; ``of``: what has one open link at most."""
    return [
        together("revoked"),
        not_after("made_at", "expires_at"),
        CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name=f"{name}_token_form"),
        CheckConstraint(condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True), name=f"{name}_ends_once"),
        UniqueConstraint(fields=[of], condition=NOT_ENDED, name=f"{name}_one_open"),
    ]
