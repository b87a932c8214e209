"""The trail as the application reads it, and the keys that make a repeated request harmless."""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q


class Kind(models.TextChoices):
    """What sort of entry this is."""

    ACT = "act", "Act"
    CHANGE = "change", "Change of a row"
    VIEW = "view", "View"
    DENIAL = "denial", "Denial"
    SIGN_IN = "sign_in", "Sign-in"
    SYSTEM = "system", "Of the trail itself"


class Events(models.QuerySet["Event"]):
    """Entries of the trail."""

    def said(self) -> "Events":
        """What code said of itself: acts, views, denials, sign-ins; without the changes of rows."""
        return self.filter(source="application")


class Event(models.Model):
    """One thing that was done, changed, refused or looked at. Read here; written by the database alone.

    ``at`` is the database's time of the writing, ``as_of`` the act's own instant (another one only in
    a demonstration or a test). ``source``: ``database`` for a row's change, ``application`` for what
    code says of itself. ``allowed`` is False for a refusal or a denial and null where nothing was
    asked. ``patient_id`` names the one patient it is about; a list names its patients in ``details``.
    ``payload`` is the text that is hashed and sealed; all else is computed from it.
    """

    id = models.BigIntegerField(primary_key=True)
    epoch = models.IntegerField()
    txid = models.BigIntegerField()
    at = models.DateTimeField()
    as_of = models.DateTimeField(null=True)
    source = models.TextField()
    kind = models.TextField(choices=Kind.choices)
    action = models.TextField()
    act = models.TextField(default="")
    person_id = models.BigIntegerField(null=True)
    person_name = models.TextField(default="")
    role = models.TextField(default="")
    organization = models.TextField(default="")
    on_behalf_of = models.TextField(default="")
    request_id = models.TextField(default="")
    address = models.TextField(default="")
    patient_id = models.BigIntegerField(null=True)
    patients = models.JSONField(null=True)
    table = models.TextField(null=True, db_column="table_name")  # noqa: DJ001 - null where no row is meant
    row_id = models.TextField(null=True)  # noqa: DJ001
    reason = models.TextField(default="")
    allowed = models.BooleanField(null=True)
    out_of_band = models.BooleanField(default=False)
    details = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    database_user = models.TextField()
    database_address = models.TextField(default="")
    payload = models.TextField()
    leaf = models.BinaryField()

    objects = Events.as_manager()

    class Meta:
        managed = False
        db_table = 'audit"."entry'  # a view in the trail's own schema, as Django quotes it
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S %Z} {self.person_name}: {self.action}"

    @property
    def short_hash(self) -> str:
        """The first 16 hex digits of the entry's leaf hash: what papers outside carry as a witness."""
        return self.leaf_hex[:16]

    @property
    def leaf_hex(self) -> str:
        """The entry's leaf hash, which the sealer builds its batches of."""
        return bytes(self.leaf).hex()

    @property
    def application(self) -> str:
        """What the program on the other end of the database connection calls itself."""
        return str(json.loads(self.payload).get("application", ""))


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
