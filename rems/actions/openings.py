"""Break-glass: an administrator opens one patient's whole record for an hour; another reviews it.

It is for reading and gives no permission to anything else: the gate does not know of it.
"""

from accounts.models import Person
from accounts.proofs import Proof, must_be_proven
from accounts.roles import Permission
from accounts.separation import must_be_another
from audit.acts import Act, act
from audit.facts import InvalidFact
from audit.locks import lock as lock_row
from patients.lock import lock
from patients.models import Patient
from rems.actions.standing import Forbidden, must
from rems.models import Opening
from rems.models.choices import Conclusion
from rems.models.openings import OPEN_FOR

OWN = "You opened this record yourself. Another administrator reviews it."


@act("rems.open_record")
def open_record(
    frame: Act, *, patient: Patient, reason: str, proof: Proof, by: Person, key: str | None = None
) -> Opening:
    """Open the patient's whole record to oneself for OPEN_FOR. ``proof``: who acts has just shown who they are.

    Raises Forbidden, and InvalidFact without a reason or a fresh proof, or where it is open already.
    """
    held = lock(patient.pk)
    must(by, Permission.OPEN_RECORDS)
    must_be_proven(proof, by=by, at=frame.at)
    if not reason.strip():
        raise InvalidFact(field="reason", message="Say why you have to see the whole record.")
    if any(row.is_open(frame.at) for row in Opening.objects.filter(patient=held, opened_by=by, closed_at=None)):
        raise InvalidFact(field="reason", message="This record is open to you already.")
    opening = Opening(
        patient=held,
        reason=reason.strip(),
        proven=proof.how,
        opened_at=frame.at,
        opened_by=by,
        ends_at=frame.at + OPEN_FOR,
    )
    opening.save(force_insert=True)
    frame.record(opening, details={"until": opening.ends_at, "proven": opening.proven}, reason=opening.reason)
    return opening


@act("rems.close_record")
def close_record(frame: Act, *, opening: Opening, by: Person, key: str | None = None) -> Opening:
    """Close early what one opened oneself. Raises Forbidden, and InvalidFact where it is not open any more."""
    lock(opening.patient_id)
    must(by, Permission.OPEN_RECORDS)
    held = lock_row(Opening, opening.pk)
    if held.opened_by_id != by.pk:
        raise Forbidden("Only who opened a record closes it.")
    if not held.is_open(frame.at):
        raise InvalidFact(field="opening", message="This record is closed already.")
    held.closed_at, held.closed_by = frame.at, by
    held.save(update_fields=["closed_at", "closed_by"])
    frame.record(held)
    return held


@act("rems.review_opening")
def review_opening(
    frame: Act, *, opening: Opening, conclusion: str, findings: str, by: Person, key: str | None = None
) -> Opening:
    """Write down what a look at another's opening found, once it has ended.

    Raises Forbidden, and InvalidFact for one's own opening, one that is open or was reviewed, and
    without a conclusion or findings.
    """
    lock(opening.patient_id)
    must(by, Permission.REVIEW_OPENINGS)
    held = lock_row(Opening, opening.pk)
    must_be_another(held.opened_by_id, by=by, field="conclusion", message=OWN)
    if held.reviewed_at is not None:
        raise InvalidFact(field="conclusion", message="This opening was reviewed already.")
    if held.is_open(frame.at):
        raise InvalidFact(field="conclusion", message="The record is still open. Review it when it is closed.")
    if conclusion not in Conclusion.values:
        raise InvalidFact(field="conclusion", message="Choose one.")
    if not findings.strip():
        raise InvalidFact(field="findings", message="Say what you found.")
    held.reviewed_at, held.reviewed_by = frame.at, by
    held.conclusion, held.review_findings = conclusion, findings.strip()
    held.save(update_fields=["reviewed_at", "reviewed_by", "conclusion", "review_findings"])
    frame.record(held, details={"conclusion": conclusion, "findings": held.review_findings})
    return held
