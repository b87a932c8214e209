"""Later entries: what was done by telephone while this system was down, and the second person's look at it.

No number is ever issued here, and none that was told by telephone becomes one of this system.
"""

from datetime import datetime
from typing import NamedTuple

from accounts.models import Person
from accounts.roles import Permission
from accounts.separation import must_be_another
from audit.acts import Act, act
from audit.facts import InvalidFact
from audit.locks import lock as lock_row
from patients.lock import lock
from patients.models import Patient
from pharmacies.models import Pharmacy
from rems.actions.outages import rule
from rems.actions.standing import Forbidden, must, must_prescribe, must_work_at
from rems.models import Authorization, Dispensing, Enrollment, LaterEntry
from rems.models.choices import Delivery, LaterKind

OWN = "You entered this yourself. An administrator looks at it."


class Told(NamedTuple):
    """What was done by telephone: when, with whom at the program, the number that was told, what happened."""

    done_at: datetime
    spoke_with: str
    told_number: str
    note: str


@act("rems.enter_later")
def enter_later(
    frame: Act,
    *,
    kind: str,
    patient: Patient,
    program: str,
    told: Told,
    authorization: Authorization | None = None,
    pharmacy: Pharmacy | None = None,
    days_supply: int | None = None,
    method: str = "",
    by: Person,
    key: str | None = None,
) -> LaterEntry:
    """Record after the fact what was done by telephone. An authorization by the prescriber; the others by a site.

    Raises Forbidden, and InvalidFact for a moment that lies ahead, missing words, or a number that was used.
    """
    lock(patient.pk)
    _must_be_theirs(kind, patient, program, pharmacy=pharmacy, by=by)
    if told.done_at > frame.at:
        raise InvalidFact(field="day", message="This lies ahead. Enter what was done.")
    for field, words in (("spoke_with", told.spoke_with), ("note", told.note)):
        if not words.strip():
            raise InvalidFact(field=field, message="Say who at the program, and what was said.")
    if kind == LaterKind.DISPENSING:
        _must_be_whole(authorization, days_supply=days_supply, method=method)
    row = LaterEntry(
        kind=kind,
        patient=patient,
        program=program,
        done_at=told.done_at,
        spoke_with=told.spoke_with.strip(),
        told_number=told.told_number.strip(),
        note=told.note.strip(),
        authorization=authorization,
        pharmacy=pharmacy,
        days_supply=days_supply if kind == LaterKind.DISPENSING else None,
        method=method if kind == LaterKind.DISPENSING else "",
        recorded_at=frame.at,
        recorded_by=by,
    )
    row.save(force_insert=True)
    frame.record(row, details={"kind": kind, "done_at": row.done_at, "after_the_fact": True}, reason=row.note)
    return row


def _must_be_theirs(kind: str, patient: Patient, program: str, *, pharmacy: Pharmacy | None, by: Person) -> None:
    """The prescriber for an authorization; for what is done at a counter a pharmacist of the site."""
    if kind not in LaterKind.values:
        raise InvalidFact(field="kind", message="Choose one.")
    enrollment = Enrollment.objects.filter(patient=patient, program=program).select_related("prescriber").first()
    if enrollment is None:
        raise Forbidden("This patient is not enrolled in this program.")
    if kind == LaterKind.AUTHORIZATION:
        must(by, Permission.ENTER_AUTHORIZED)
        must_prescribe(by, enrollment.prescriber)
        return
    must(by, Permission.ENTER_DISPENSED)
    if pharmacy is None:
        raise Forbidden("Only the site can enter this.")
    must_work_at(by, pharmacy)


def _must_be_whole(authorization: Authorization | None, *, days_supply: int | None, method: str) -> None:
    if days_supply is None or days_supply < 1:
        raise InvalidFact(field="days_supply", message="Give the days' supply that was handed over.")
    if method not in Delivery.values:
        raise InvalidFact(field="method", message="Say whether it was handed over or shipped.")
    if authorization is None:
        return
    later = LaterEntry.objects.filter(authorization=authorization, kind=LaterKind.DISPENSING)
    if Dispensing.objects.filter(authorization=authorization).exists() or later.exclude(ruling="declined").exists():
        raise InvalidFact(field="number", message="This number was dispensed already. One number, one dispensing.")


@act("rems.decide_later_entry")
def decide_later_entry(
    frame: Act, *, entry: LaterEntry, ruling: str, reason: str, by: Person, key: str | None = None
) -> LaterEntry:
    """Approve or decline what another entered afterwards. Raises Forbidden and InvalidFact: one's own, or decided."""
    lock(entry.patient_id)
    must(by, Permission.DECIDE_OUTAGES)
    held = lock_row(LaterEntry, entry.pk)
    must_be_another(held.recorded_by_id, by=by, field="ruling", message=OWN)
    return rule(frame, held, ruling=ruling, reason=reason, by=by, kind=held.kind)
