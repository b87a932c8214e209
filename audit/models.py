"""The trail, and the keys that make a repeated request harmless."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q


class Event(models.Model):
    """One thing that was done, refused or looked at. Appended, never changed.

    ``at`` is the audit clock's instant; ``allowed`` is False for a refusal or a denial and
    null where nothing was asked. ``patient_id`` names the one patient it is about; a list names
    its patients in ``details``. Nothing here is a foreign key: the trail outlives what it names.
    """

    at = models.DateTimeField()
    action = models.CharField(max_length=80)
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=80, blank=True)
    organization = models.CharField(max_length=200, blank=True)
    on_behalf_of = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    patient_id = models.BigIntegerField(null=True)
    table = models.CharField(max_length=80, blank=True)
    row_id = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    allowed = models.BooleanField(null=True)
    details = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["at"], name="event_at"),
            models.Index(fields=["person_id", "at"], name="event_person_at"),
            models.Index(fields=["patient_id", "at"], name="event_patient_at"),
            models.Index(fields=["action", "at"], name="event_action_at"),
            models.Index(fields=["table", "row_id"], name="event_subject"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(action=""), name="audit_event_action_given")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S %Z} {self.person_name}: {self.action}"


class IdempotencyKey(models.Model):
    """A key that a person sent with a request, and the row that the first answer made.

    ``payload_sha256`` covers what was asked, so that one key cannot stand for two requests.
    """

    person_id = models.BigIntegerField()
    key = models.CharField(max_length=200)
    action = models.CharField(max_length=80)
    payload_sha256 = models.CharField(max_length=64)
    outcome_model = models.CharField(max_length=80, blank=True)
    outcome_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "key"], name="audit_key_of_person"),
            models.CheckConstraint(
                condition=Q(outcome_model="", outcome_id__isnull=True)
                | (~Q(outcome_model="") & Q(outcome_id__isnull=False)),
                name="audit_key_outcome_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} of person {self.person_id}: {self.action}"
