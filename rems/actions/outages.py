"""Outages: recorded by one administrator, approved by another; and the windows that closed in them, extended likewise.

An extension gives back the time that the outage took, and no more (D); see ``eligibility.extensions``.
"""

from datetime import datetime
from typing import TypeVar

from accounts.models import Person
from accounts.roles import Permission
from accounts.separation import must_be_another
from audit.acts import Act, act
from audit.facts import InvalidFact
from audit.locks import lock as lock_row
from patients.lock import lock
from rems.actions.standing import must
from rems.extended import Number, closed_of, end_of_extension, why_not
from rems.models import Authorization, Confirmation, Extension, LaterEntry, Outage
from rems.models.choices import Approval
from rems.models.outages import LONGEST

Ruled = TypeVar("Ruled", Outage, Extension, LaterEntry)
OWN_OUTAGE = "You recorded this outage yourself. Another administrator approves it."
OWN_EXTENSION = "You asked for this extension yourself. Another administrator approves it."


@act("rems.record_outage")
def record_outage(
    frame: Act, *, since: datetime, until: datetime, what: str, by: Person, key: str | None = None
) -> Outage:
    """Record that this system was down from ``since`` to ``until``. It extends nothing before it is approved.

    Raises Forbidden, and InvalidFact for a span out of order, too long or not over, or without words.
    """
    must(by, Permission.RECORD_OUTAGES)
    if until > frame.at:
        raise InvalidFact(field="until", message="The outage is not over. Record it when it is.")
    if since >= until:
        raise InvalidFact(field="until", message="It ended before it began. Compare both.")
    if until - since > LONGEST:
        raise InvalidFact(field="until", message=f"An outage of more than {LONGEST.days} days extends nothing.")
    if not what.strip():
        raise InvalidFact(field="what", message="Say what was down, and how it is known.")
    row = Outage(since=since, until=until, what=what.strip(), recorded_at=frame.at, recorded_by=by)
    row.save(force_insert=True)
    frame.record(row, details={"since": since, "until": until}, reason=row.what)
    return row


@act("rems.decide_outage")
def decide_outage(
    frame: Act, *, outage: Outage, ruling: str, reason: str, by: Person, key: str | None = None
) -> Outage:
    """Approve or decline what another recorded. Raises Forbidden and InvalidFact: one's own, or decided already."""
    must(by, Permission.DECIDE_OUTAGES)
    held = lock_row(Outage, outage.pk)
    must_be_another(held.recorded_by_id, by=by, field="ruling", message=OWN_OUTAGE)
    return rule(frame, held, ruling=ruling, reason=reason, by=by)


@act("rems.ask_extension")
def ask_extension(
    frame: Act, *, outage: Outage, number: Number, reason: str, by: Person, key: str | None = None
) -> Extension:
    """Ask that a window which closed in an outage is kept open for as long as the outage lasted.

    Raises Forbidden, and InvalidFact where it may not be extended (`rems.extended.why_not`), or is already.
    """
    lock(number.patient_id)
    must(by, Permission.RECORD_OUTAGES)
    held = type(number).objects.select_for_update(of=("self",)).get(pk=number.pk)
    span = Outage.objects.get(pk=outage.pk)
    if span.ruling == Approval.DECLINED:
        raise InvalidFact(field="reason", message="This outage was declined. It extends nothing.")
    if refused := why_not(held, span, at=frame.at):
        raise InvalidFact(field="numbers", message=f"{held}: {refused}")
    if not reason.strip():
        raise InvalidFact(field="reason", message="Say why the windows are extended.")
    if held.extensions.exclude(ruling=Approval.DECLINED).exists():
        raise InvalidFact(field="numbers", message=f"{held}: an extension was asked for already. There is only one.")
    row = Extension(
        outage=span,
        patient_id=held.patient_id,
        authorization=held if isinstance(held, Authorization) else None,
        confirmation=held if isinstance(held, Confirmation) else None,
        closed=closed_of(held),
        until=end_of_extension(held, span),
        reason=reason.strip(),
        asked_at=frame.at,
        asked_by=by,
    )
    row.save(force_insert=True)
    frame.record(row, details={"closed": row.closed, "until": row.until, "outage": span.pk}, reason=row.reason)
    return row


@act("rems.decide_extension")
def decide_extension(
    frame: Act, *, extension: Extension, ruling: str, reason: str, by: Person, key: str | None = None
) -> Extension:
    """Approve or decline an extension that another asked for. Approved, it counts from this instant.

    Raises Forbidden, and InvalidFact for one's own, one decided already, one whose outage is not
    approved, and one that came too late or whose number was used or cancelled meanwhile.
    """
    lock(extension.patient_id)
    must(by, Permission.DECIDE_OUTAGES)
    held = lock_row(Extension, extension.pk)
    must_be_another(held.asked_by_id, by=by, field="ruling", message=OWN_EXTENSION)
    if ruling == Approval.APPROVED:
        if not held.outage.approved:
            raise InvalidFact(field="ruling", message="The outage itself is not approved. Decide on it first.")
        if refused := why_not(held.number, held.outage, at=frame.at):
            raise InvalidFact(field="ruling", message=f"{held.number}: {refused}")
    return rule(frame, held, ruling=ruling, reason=reason, by=by, until=held.until)


def rule(frame: Act, held: Ruled, *, ruling: str, reason: str, by: Person, **details: object) -> Ruled:
    """Write the second person's decision on a locked row. InvalidFact: there is one, or no reason."""
    if held.ruling:
        raise InvalidFact(field="ruling", message="This was decided on already.")
    if ruling not in Approval.values:
        raise InvalidFact(field="ruling", message="Choose one.")
    if not reason.strip():
        raise InvalidFact(field="reason", message="Say why.")
    held.decided_at, held.decided_by = frame.at, by
    held.ruling, held.ruling_reason = ruling, reason.strip()
    held.save(update_fields=["decided_at", "decided_by", "ruling", "ruling_reason"])
    frame.record(held, details={"ruling": ruling, **details}, reason=held.ruling_reason)
    return held
