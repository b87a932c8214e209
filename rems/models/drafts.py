"""What somebody typed into a form and did not send yet."""

from datetime import timedelta

from django.db import models
from django.db.models import UniqueConstraint

from audit.constraints import not_blank
from audit.fields import person_field

KEPT_FOR = timedelta(days=14)


class Draft(models.Model):
    """One person's unsent form: for this person alone, and no record of anything. It goes when the form is sent.

    ``subject``: whom the form is about, '' where that is nobody on record; ``values``: by field, as typed.
    """

    person = person_field(related_name="+")
    form = models.CharField(max_length=20)
    subject = models.CharField(max_length=60, blank=True, default="")
    values = models.JSONField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            not_blank("form"),
            UniqueConstraint(fields=["person", "form", "subject"], name="rems_draft_once"),
        ]
        indexes = [models.Index(fields=["kept_at"], name="draft_kept_at")]

    def __str__(self) -> str:
        return f"Draft of {self.kept_at:%Y-%m-%d}: {self.form}"
