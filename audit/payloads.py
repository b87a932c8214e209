"""What an action was asked, as canonical text, so that two requests can be compared."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from django.db.models import Model

NOT_PAYLOAD = frozenset({"by", "key", "password", "proof"})


def canonical(value: object) -> str:
    """JSON without spaces, keys sorted; a model instance is its label and primary key.

    Raises TypeError for what has no canonical form.
    """
    return json.dumps(value, default=_plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(value: object) -> str:
    """SHA-256 of the canonical text, in 64 hex digits."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def payload_sha256(arguments: Mapping[str, object]) -> str:
    """The digest of an action's arguments, without who asks, the key itself, and any password or proof."""
    return sha256({name: value for name, value in arguments.items() if name not in NOT_PAYLOAD})


def _plain(value: Any) -> object:
    if isinstance(value, Model):
        return f"{value._meta.label_lower}:{value.pk}"
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if hasattr(value, "__dataclass_fields__"):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    raise TypeError(f"{type(value).__name__} has no canonical form.")
