"""What is done about a deviation: corrective action, and the sign-off by somebody who did not cause it."""

from collections.abc import Sequence
from datetime import date

from accounts.models import Person
from accounts.roles import Permission
from accounts.separation import must_be_another
from accounts.signatures import Given, reserve_number, sign_record
from audit import clock
from audit.acts import Act, act
from audit.facts import InvalidFact
from patients.lock import lock
from rems.actions.standing import must
from rems.deviations import alike as open_ones_like
from rems.deviations import had_part
from rems.models import CorrectiveAction, Deviation, DeviationSignOff
from rems.models.choices import DeviationEnd

MEANING = "I looked at this deviation and at what was done about it, and close it."
OWN = "You caused this deviation, or it lies with you. Somebody else signs it off."
SIGNED = "This deviation was signed off already."
AT_ONCE = 50
"""For so many alike one corrective action is planned at once: each is about a patient who is locked."""


@act("rems.plan_correction")
def plan_correction(
    frame: Act,
    *,
    deviation: Deviation,
    what: str,
    responsible: str,
    due_on: date,
    alike: Sequence[int] = (),
    by: Person,
    key: str | None = None,
) -> CorrectiveAction:
    """Write down what is to be done about a deviation, by whom and until when. ``alike``: the rows of others of
    the same kind that lie with the same prescriber or site, for which the same is planned.

    Raises Forbidden, and InvalidFact for one that is signed off, that is not alike, a day that is past or too
    many at once.
    """
    must(by, Permission.SETTLE_DEVIATIONS)
    for field, text in (("what", what), ("responsible", responsible)):
        if not text.strip():
            raise InvalidFact(field=field, message="Say what is to be done, and by whom.")
    found = [deviation, *_alike(deviation, alike)]
    for patient_id in sorted({row.patient_id for row in found}):
        lock(patient_id)
    if due_on < clock.local_date(frame.at):
        raise InvalidFact(field="due_on", message="This day is past.")
    if DeviationSignOff.objects.filter(deviation__in=found).exists():
        raise InvalidFact(field="what", message=SIGNED)
    first, *_ = [
        _planned(frame, row, what=what.strip(), responsible=responsible.strip(), due_on=due_on) for row in found
    ]
    return first


def _alike(deviation: Deviation, ids: Sequence[int]) -> list[Deviation]:
    others = sorted(set(ids) - {deviation.pk})
    if len(others) > AT_ONCE:
        raise InvalidFact(field="alike", message=f"{AT_ONCE} at once are the most.")
    found = list(open_ones_like(deviation).filter(pk__in=others).order_by("pk"))
    if len(found) != len(others):
        raise InvalidFact(field="alike", message="Choose among those of this kind that are open.")
    return found


def _planned(frame: Act, row: Deviation, *, what: str, responsible: str, due_on: date) -> CorrectiveAction:
    made = CorrectiveAction(
        deviation=row,
        patient_id=row.patient_id,
        what=what,
        responsible=responsible,
        due_on=due_on,
        planned_at=frame.at,
        planned_by_id=frame.by.pk,
    )
    made.save(force_insert=True)
    frame.record(made, details={"deviation": row.pk, "responsible": responsible, "due_on": due_on})
    return made


@act("rems.sign_off_deviation")
def sign_off(
    frame: Act,
    *,
    deviation: Deviation,
    conclusion: str,
    findings: str,
    given: Given,
    by: Person,
    key: str | None = None,
) -> DeviationSignOff:
    """Close a deviation with a signature on it, on what was planned about it, and on what was found.

    Raises Forbidden, and InvalidFact for who caused it or with whom it lies, for one that is signed off
    already, without findings, and where an action is said to be taken that nobody planned.
    """
    lock(deviation.patient_id)
    must(by, Permission.SETTLE_DEVIATIONS)
    must_be_another(*had_part(deviation), by=by, field="conclusion", message=OWN)
    if DeviationSignOff.objects.filter(deviation=deviation).exists():
        raise InvalidFact(field="conclusion", message=SIGNED)
    if conclusion not in DeviationEnd.values:
        raise InvalidFact(field="conclusion", message="Choose one.")
    if not findings.strip():
        raise InvalidFact(field="findings", message="Say what you found.")
    if conclusion == DeviationEnd.CORRECTED and not deviation.corrections.exists():
        raise InvalidFact(field="conclusion", message="No corrective action was planned. Plan it first.")
    made = DeviationSignOff(
        pk=reserve_number(DeviationSignOff),
        deviation=deviation,
        patient_id=deviation.patient_id,
        conclusion=conclusion,
        findings=findings.strip(),
        signed_at=frame.at,
        signed_by=by,
    )
    made.signature = sign_record(made, meaning=MEANING, by=by, given=given, patient=deviation.patient)
    made.save(force_insert=True)
    frame.record(made, details={"deviation": deviation.pk, "conclusion": conclusion})
    return made
