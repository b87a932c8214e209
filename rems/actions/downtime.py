"""Downtime mode: an administrator closes the gate of the whole site, and opens it again; each with a reason."""

from accounts.models import Person
from accounts.roles import Permission
from audit.acts import Act, act
from audit.facts import InvalidFact
from audit.locks import lock as lock_row
from rems.actions.standing import must
from rems.models import Downtime


@act("rems.start_downtime")
def start_downtime(frame: Act, *, reason: str, by: Person, key: str | None = None) -> Downtime:
    """Close the gate: no number is given until ``end_downtime``. Raises Forbidden, and InvalidFact: it is closed."""
    must(by, Permission.RECORD_OUTAGES)
    if not reason.strip():
        raise InvalidFact(field="reason", message="Say why the gate is closed.")
    if Downtime.objects.filter(off_at__isnull=True).exists():
        raise InvalidFact(field="reason", message="Downtime mode is on already.")
    row = Downtime(on_at=frame.at, on_by=by, reason=reason.strip())
    row.save(force_insert=True)
    frame.record(row, reason=row.reason)
    return row


@act("rems.end_downtime")
def end_downtime(frame: Act, *, downtime: Downtime, reason: str, by: Person, key: str | None = None) -> Downtime:
    """Open the gate again. Raises Forbidden, and InvalidFact: it is open, or without a reason."""
    must(by, Permission.RECORD_OUTAGES)
    held = lock_row(Downtime, downtime.pk)
    if held.off_at is not None:
        raise InvalidFact(field="reason", message="Downtime mode is off already.")
    if not reason.strip():
        raise InvalidFact(field="reason", message="Say why the gate is opened again.")
    held.off_at, held.off_by, held.off_reason = frame.at, by, reason.strip()
    held.save(update_fields=["off_at", "off_by", "off_reason"])
    frame.record(held, reason=held.off_reason)
    return held
