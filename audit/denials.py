"""Entries that are not part of a change: denials, sign-ins, views. Each in its own transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model

from audit import clock, trail
from audit.context import Actor
from audit.models import Event, Kind


def record_denial(
    *,
    action: str,
    by: Actor | None,
    reason: str,
    subject: Model | None = None,
    patient_id: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> Event:
    """Somebody asked for what they may not do. It is written even where the request fails."""
    with transaction.atomic():
        return trail.write(
            action,
            at=clock.now(),
            by=by,
            kind=Kind.DENIAL,
            subject=subject,
            patient_id=patient_id,
            details=details,
            reason=reason,
            allowed=False,
        )


def record_sign_in(
    *, by: Actor | None, email: str, allowed: bool, reason: str = "", details: Mapping[str, Any] | None = None
) -> Event:
    """Somebody signed in, or tried to. ``by`` is None where no account has this address."""
    with transaction.atomic():
        return trail.write(
            "accounts.sign_in",
            at=clock.now(),
            by=by,
            kind=Kind.SIGN_IN,
            details={"email": email, **(details or {})},
            reason=reason,
            allowed=allowed,
        )


def record_view(
    *,
    action: str,
    by: Actor | None,
    patient_ids: Sequence[int] = (),
    subject: Model | None = None,
    details: Mapping[str, Any] | None = None,
) -> Event:
    """Patient data was shown. One entry for a list, with the ids of all who were shown.

    To be written before the answer is sent: a view that cannot be recorded is not given.
    """
    alone = patient_ids[0] if len(patient_ids) == 1 else None
    shown = {} if alone is not None else {"patients": list(patient_ids)}
    with transaction.atomic():
        return trail.write(
            action,
            at=clock.now(),
            by=by,
            kind=Kind.VIEW,
            subject=subject,
            patient_id=alone,
            details={**shown, **(details or {})},
        )
