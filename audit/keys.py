"""Idempotency: the first of several equal requests does the work, the others get its outcome."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.apps import apps
from django.db import connection
from django.db.models import Model

from audit import clock, payloads
from audit.context import Actor
from audit.models import IdempotencyKey

_CLAIM = """
INSERT INTO audit_idempotencykey (person_id, key, action, payload_sha256, outcome_model, at)
VALUES (%s, %s, %s, %s, '', %s) ON CONFLICT (person_id, key) DO NOTHING RETURNING id
"""


class KeyReused(Exception):
    """The same key was sent with another request. Nothing was done."""

    def __init__(self) -> None:
        super().__init__("This key was already used for another request. Nothing was done.")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A key that is ours, or the row that the first request with it made."""

    row_id: int
    first: Model | None = None

    def settle(self, outcome: object) -> None:
        """Keep with the key the row that answers a repeat."""
        if not isinstance(outcome, Model):
            raise TypeError("An act with a key needs a row as its outcome, or `keep`.")
        IdempotencyKey.objects.filter(pk=self.row_id).update(outcome_model=outcome._meta.label, outcome_id=outcome.pk)


def claim(action: str, *, by: Actor, key: str, arguments: Mapping[str, object]) -> Claim:
    """Claim ``key`` for this request; a parallel copy waits here until the first has committed.

    Raises KeyReused where the key stands for another action or other arguments.
    """
    digest = payloads.payload_sha256(arguments)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [by.pk, key, action, digest, clock.now()])
        claimed = cursor.fetchone()
    if claimed:
        return Claim(row_id=claimed[0])
    earlier = IdempotencyKey.objects.get(person_id=by.pk, key=key)
    if (earlier.action, earlier.payload_sha256) != (action, digest):
        raise KeyReused
    model = apps.get_model(earlier.outcome_model)
    return Claim(row_id=earlier.pk, first=model._base_manager.get(pk=earlier.outcome_id))
