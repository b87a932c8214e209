"""Deciding about items of work lists: acknowledging one until a day, asking to waive it, ruling on that.

None of it is a fact about the patient: what the gate answers is the same before and after.
"""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import Person
from accounts.roles import Permission
from accounts.separation import must_be_another
from accounts.standing import held_now
from audit.acts import Act, act
from audit.facts import InvalidFact
from audit.locks import lock as lock_row
from patients.lock import lock
from pharmacies.models import Pharmacist
from prescribers.queries import served_by
from rems.actions.standing import Forbidden, must
from rems.lists.subjects import subject_of
from rems.models import Acknowledgment, Confirmation, Enrollment, ItemKey, Waiver
from rems.models.choices import Ruling
from rems.models.work_lists import KINDS

LONGEST = timedelta(days=31)
"""How long an item is quiet at most: a convention of this project (mark D)."""
NOBODY_ELSE = "You asked for this waiver yourself. Another administrator rules on it."


@act("rems.acknowledge_item")
def acknowledge_item(
    frame: Act, *, item: ItemKey, until: datetime, reason: str, by: Person, key: str | None = None
) -> Acknowledgment:
    """Keep an item quiet through ``until``, its last instant. A later acknowledgment takes the place of this one.

    Raises Forbidden, and InvalidFact without a reason, for an instant that is over or lies further ahead
    than LONGEST, and for an item that is waived.
    """
    enrollment = _held(item, by=by)
    if not reason.strip():
        raise InvalidFact(field="reason", message="Say why nothing is to be done until then.")
    if until <= frame.at:
        raise InvalidFact(field="until", message="This day is over. Name a later one.")
    if until > frame.at + LONGEST:
        raise InvalidFact(field="until", message=f"An item is quiet for {LONGEST.days} days at most.")
    if _waivers(item).filter(ruling=Ruling.APPROVED).exists():
        raise InvalidFact(field="reason", message="This item was waived already.")
    made = Acknowledgment(
        **_named(item, enrollment),
        reason=reason.strip(),
        at=frame.at,
        by=by,
        on_behalf_of_id=frame.on_behalf_of_id,
        until=until,
    )
    made.save(force_insert=True)
    frame.record(made, details=_told(item) | {"until": until}, reason=made.reason)
    return made


@act("rems.ask_to_waive")
def ask_to_waive(frame: Act, *, item: ItemKey, reason: str, by: Person, key: str | None = None) -> Waiver:
    """Ask that an item leave the lists. Nothing leaves them until another person approves.

    Raises Forbidden, and InvalidFact without a reason, or where it was asked for or waived already.
    """
    enrollment = _held(item, by=by)
    if not reason.strip():
        raise InvalidFact(field="reason", message="Say why this item is to be waived.")
    standing = _waivers(item).exclude(ruling=Ruling.REFUSED).first()
    if standing is not None:
        word = "waived" if standing.ruling else "asked for"
        raise InvalidFact(field="reason", message=f"This was {word} already.")
    made = Waiver(
        **_named(item, enrollment),
        reason=reason.strip(),
        asked_at=frame.at,
        asked_by=by,
        on_behalf_of_id=frame.on_behalf_of_id,
    )
    made.save(force_insert=True)
    frame.record(made, details=_told(item), reason=made.reason)
    return made


@act("rems.rule_on_waiver")
def rule_on_waiver(
    frame: Act, *, waiver: Waiver, ruling: str, reason: str = "", by: Person, key: str | None = None
) -> Waiver:
    """Approve or refuse the request of somebody else. A refusal says why; the item stays, and may be asked again.

    Raises Forbidden, and InvalidFact for one's own request, one that was ruled on, and without a ruling.
    """
    lock(waiver.patient_id)
    must(by, Permission.WORK_OVERDUE)
    held = lock_row(Waiver, waiver.pk)
    must_be_another(held.asked_by_id, held.on_behalf_of_id, by=by, field="ruling", message=NOBODY_ELSE)
    if held.ruling:
        raise InvalidFact(field="ruling", message="This request was ruled on already.")
    if ruling not in Ruling.values:
        raise InvalidFact(field="ruling", message="Choose one.")
    if ruling == Ruling.REFUSED and not reason.strip():
        raise InvalidFact(field="reason", message="Say why it is not waived. Who asked reads this.")
    held.ruled_at, held.ruled_by, held.ruling, held.ruling_reason = frame.at, by, ruling, reason.strip()
    held.save(update_fields=["ruled_at", "ruled_by", "ruling", "ruling_reason"])
    frame.record(held, details=_told(held.key) | {"ruling": ruling}, reason=held.ruling_reason)
    return held


def _held(item: ItemKey, *, by: Person) -> Enrollment:
    """The enrollment that the item is about, its patient locked. Raises Forbidden to whom it does not concern."""
    found = subject_of(item) if item.kind in KINDS else None
    if found is None:
        raise Forbidden("There is no such item.")
    lock(found.enrollment.patient_id)
    enrollment = Enrollment.objects.get(pk=found.enrollment.pk)  # the prescriber as it is under the lock
    _must_concern(enrollment, by=by)
    return enrollment


def _must_concern(enrollment: Enrollment, *, by: Person) -> None:
    """Forbidden to all but who works the program's lists, who cares for the patient, and a site that serves them."""
    held = held_now(by)
    if Permission.WORK_OVERDUE in held:
        return
    if Permission.RECORD_FACTS in held and served_by(by).filter(pk=enrollment.prescriber_id).exists():
        return
    if Permission.CONFIRM_DISPENSING in held and _serves(by, enrollment):
        return
    raise Forbidden(f"{by.name} may not decide about this item.")


def _serves(by: Person, enrollment: Enrollment) -> bool:
    """Whether a site at which the person is a pharmacist in office confirmed for this patient in this program."""
    sites = Pharmacist.objects.filter(person=by, ended_at__isnull=True).values("pharmacy")
    confirmed = Confirmation.objects.filter(authorization__prescription__enrollment=enrollment)
    return confirmed.filter(pharmacy__in=sites).exists()


def _waivers(item: ItemKey) -> QuerySet[Waiver]:
    return Waiver.objects.filter(kind=item.kind, subject=item.subject, due_at=item.due_at)


def _named(item: ItemKey, enrollment: Enrollment) -> dict[str, object]:
    of_whom = {"patient_id": enrollment.patient_id, "enrollment": enrollment}
    return item._asdict() | {"period": item.period} | of_whom


def _told(item: ItemKey) -> dict[str, object]:
    return {"kind": item.kind, "subject": item.subject, "period": item.period}
