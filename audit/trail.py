"""Write one entry of the trail into the running transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model

from audit import context
from audit.models import Event


def write(
    action: str,
    *,
    at: datetime,
    by: context.Actor | None,
    subject: Model | None = None,
    patient_id: int | None = None,
    details: Mapping[str, Any] | None = None,
    reason: str = "",
    allowed: bool | None = None,
) -> Event:
    """Append an event: who and from where come out of ``by`` and the running context."""
    return Event.objects.create(
        at=at,
        action=action,
        patient_id=patient_id,
        reason=storable(reason),
        allowed=allowed,
        details=storable(dict(details or {})),
        **_about(subject),
        **_who(by),
    )


def _about(subject: Model | None) -> dict[str, Any]:
    if subject is None:
        return {}
    return {"table": subject._meta.db_table, "row_id": str(subject.pk)}


def _who(by: context.Actor | None) -> dict[str, Any]:
    frame = context.current()
    known: dict[str, Any] = {"request_id": frame.request_id, "on_behalf_of": frame.on_behalf_of}
    if by is None:
        return known | {"role": frame.role, "organization": frame.organization}
    known |= {"person_id": by.pk, "person_name": by.name}
    if frame.person_id is not None and frame.person_id != by.pk:
        return known | {"role": _fitting(by.acting_as)}
    return known | {"role": _fitting(frame.role or by.acting_as), "organization": frame.organization}


def _fitting(roles: str) -> str:
    """As much of the roles as an entry holds: who has nearly all of them can act all the same."""
    return roles[: Event._meta.get_field("role").max_length]


def storable(value: Any) -> Any:
    """The value without NUL characters in its texts: PostgreSQL keeps none, and an entry must not fail."""
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, Mapping):
        return {storable(key): storable(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [storable(entry) for entry in value]
    return value
