"""Write one entry of the trail into the running transaction, and say there who changes rows."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, OperationalError, connection
from django.db.models import Model

from audit import context
from audit.models import Event, Kind

LONGEST_ROLES = 80
LOCK_TIMEOUT = "2s"
"""How long a transaction that writes waits for a lock."""


class Unrecorded(Exception):
    """The entry could not be written. What it would have told is not done and not shown."""


def announce(act: str, *, by: context.Actor | None, reason: str = "") -> None:
    """Tell the running transaction what its changes of rows belong to. It forgets at its end.

    The triggers read it; a change in a transaction that was told nothing is shown as out of band.
    From here on the transaction waits for a lock no longer than LOCK_TIMEOUT.
    """
    told = json.dumps(_given(act=act, reason=storable(reason), **_who(by)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('rems.context', %s, true), set_config('lock_timeout', %s, true)", [told, LOCK_TIMEOUT]
        )


def write(
    action: str,
    *,
    at: datetime,
    by: context.Actor | None,
    kind: Kind = Kind.ACT,
    subject: Model | None = None,
    patient_id: int | None = None,
    details: Mapping[str, Any] | None = None,
    reason: str = "",
    allowed: bool | None = None,
) -> Event:
    """Append an entry: who and from where come out of ``by`` and the running context.

    Raises Unrecorded where the database refuses it, and Django's OperationalError where it is away.
    """
    said = _given(
        kind=kind.value,
        action=action,
        as_of=at,
        patient_id=patient_id,
        reason=storable(reason),
        allowed=allowed,
        details=storable(dict(details or {})),
        **_about(subject),
        **_who(by),
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, at, leaf FROM audit.append(%s::jsonb)", [json.dumps(said, cls=DjangoJSONEncoder)]
            )
            number, written_at, leaf = cursor.fetchone()
    except OperationalError:
        raise
    except DatabaseError as error:
        raise Unrecorded(f"{action} cannot be recorded.") from error
    return Event(id=number, at=written_at, leaf=leaf, source="application", **said)


def _given(**said: Any) -> dict[str, Any]:
    """Without what is not there: an entry is as short as what it says."""
    return {name: value for name, value in said.items() if value is not None and value != "" and value != {}}


def _about(subject: Model | None) -> dict[str, Any]:
    if subject is None:
        return {}
    return {"table": subject._meta.db_table, "row_id": str(subject.pk)}


def _who(by: context.Actor | None) -> dict[str, Any]:
    frame = context.current()
    known: dict[str, Any] = {
        "request_id": frame.request_id,
        "address": frame.address,
        "on_behalf_of": frame.on_behalf_of,
    }
    if by is None:
        return known | {"role": frame.role, "organization": frame.organization}
    known |= {"person_id": by.pk, "person_name": by.name}
    if frame.person_id is not None and frame.person_id != by.pk:
        return known | {"role": by.acting_as[:LONGEST_ROLES]}
    return known | {"role": (frame.role or by.acting_as)[:LONGEST_ROLES], "organization": frame.organization}


def storable(value: Any) -> Any:
    """The value without NUL characters in its texts: PostgreSQL keeps none, and an entry must not fail."""
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, Mapping):
        return {storable(key): storable(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [storable(entry) for entry in value]
    return value
