"""How a prepared agreement ends without being completed: it is withdrawn, and its link with it."""

from accounts.models import Person
from audit.acts import Act
from audit.facts import InvalidFact
from audit.locks import lock as lock_row
from patients.lock import lock
from patients.models import Patient
from rems.actions.one_time import revoke
from rems.actions.standing import must_serve
from rems.models import AgreementLink, PreparedAgreement

GONE = "This agreement was signed or withdrawn meanwhile. Look at it first."


def waiting(prepared: PreparedAgreement, *, by: Person) -> PreparedAgreement:
    """What was prepared, locked after its patient, if it still waits and ``by`` serves its prescriber.

    Raises Forbidden, and InvalidFact where it ended meanwhile.
    """
    lock(prepared.patient_id)
    held = lock_row(PreparedAgreement, prepared.pk)
    must_serve(by, held.prescriber)
    if not held.is_open:
        raise InvalidFact(field="prepared", message=GONE)
    return held


def open_draft(patient: Patient, program: str) -> PreparedAgreement | None:
    """The agreement that is prepared for the patient in the program and still waits."""
    rows = PreparedAgreement.objects.filter(patient=patient, program=program)
    return rows.filter(completed_at__isnull=True, withdrawn_at__isnull=True).first()


def withdraw_open(frame: Act, patient: Patient, program: str, *, reason: str, by: Person) -> None:
    """Withdraw what still waits, where something does. The caller has locked the patient."""
    waiting = open_draft(patient, program)
    if waiting is not None:
        mark_withdrawn(frame, waiting, reason=reason, by=by)


def mark_withdrawn(frame: Act, prepared: PreparedAgreement, *, reason: str, by: Person) -> PreparedAgreement:
    """Write the withdrawal of a prepared agreement and the end of its link."""
    held = lock_row(PreparedAgreement, prepared.pk)
    revoke_open(frame, held, by=by)
    held.withdrawn_at, held.withdrawn_by, held.withdrawn_reason = frame.at, by, reason
    held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    frame.record(held, details={"program": held.program, "withdrawn": True}, reason=reason)
    return held


def revoke_open(frame: Act, prepared: PreparedAgreement, *, by: Person) -> None:
    """End the link that still stands, where one does."""
    for link in AgreementLink.objects.select_for_update().filter(
        prepared=prepared, used_at__isnull=True, revoked_at__isnull=True
    ):
        revoke(frame, link, patient=prepared.patient, by=by)
