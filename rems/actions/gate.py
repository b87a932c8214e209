"""The gate: authorize, confirm, hand over, cancel.

Each act locks the patient, asks whether this person may (an account or a work that ended while it
waited has ended), takes the database's clock once, loads, asks the engine, and writes the
outcome with its entry in the trail in one transaction. Lock order: patient, prescriber, site,
authorization. A refusal is an answer: it is kept and returned.
"""

from collections.abc import Iterable

from accounts.models import Person
from accounts.roles import Permission
from audit import facts as fact_records
from audit.acts import Act, act
from eligibility import Category, Decision, Stage, decide
from eligibility.scenario_format import describe
from eligibility.vocabulary import Method
from patients.lock import lock
from pharmacies import lock as pharmacies
from pharmacies.models import Pharmacy
from prescribers import lock as prescribers
from rems import checklists, deviations, models
from rems.actions import issuing
from rems.actions.issuing import Asked
from rems.actions.standing import Forbidden, must, must_prescribe, must_work_at
from rems.facts import facts_for
from rems.gate import category_named, edition_for, findings_on_record
from rems.question import Question


@act("gate.authorize")
def authorize(frame: Act, *, prescription: models.Prescription, by: Person, key: str | None = None) -> models.Decision:
    """Ask for an authorization number for a prescription. Allowed: ``issued_authorization`` is there.

    Forbidden: not the prescriber of this prescription, or it has a number already.
    """
    _lock_standing(prescription, pharmacy=None)
    must(by, Permission.ASK_FOR_AUTHORIZATIONS)
    must_prescribe(by, prescription.prescriber)
    must_prescribe(by, prescription.enrollment.prescriber)
    if models.Authorization.objects.filter(prescription=prescription).exists():
        raise Forbidden("This prescription has its authorization number. A new one needs a new prescription.")
    question = Question(enrollment=prescription.enrollment, prescription=prescription)
    asked = _ask(frame, question, Stage.AUTHORIZE)
    if asked.decision.allowed:
        issuing.issue_authorization(asked, prescription=prescription, by=by)
    return asked.row


@act("gate.confirm")
def confirm(
    frame: Act,
    *,
    pharmacy: Pharmacy,
    authorization: models.Authorization | None = None,
    prescription: models.Prescription | None = None,
    category: str = "",
    points: Iterable[str] = (),
    days_counted: int | None = None,
    by: Person,
    key: str | None = None,
) -> models.Decision:
    """Ask for a confirmation number. Allowed: ``issued_confirmation`` is there.

    ``category``: as read on the prescription, '' where none stands there; ``points``: the ticks of the
    checklist; ``days_counted``: days on hand, if they were counted. ``prescription`` alone: one that was
    presented without a number. Forbidden: not a pharmacist of this site.
    """
    presented = authorization.prescription if authorization else prescription
    if presented is None:
        raise Forbidden("There is neither a number nor a prescription to confirm.")
    _lock_standing(presented, pharmacy=pharmacy)
    must(by, Permission.CONFIRM_DISPENSING)
    must_work_at(by, pharmacy)
    if authorization is not None:
        authorization = models.Authorization.objects.select_for_update().get(pk=authorization.pk)
        _keep_counter(frame, authorization, points=tuple(points), days_counted=days_counted)
    question = Question(
        enrollment=presented.enrollment,
        prescription=presented,
        authorization=authorization,
        pharmacy=pharmacy,
        category=category_named(category),
        category_was_read=True,
    )
    asked = _ask(frame, question, Stage.CONFIRM)
    if asked.decision.allowed and authorization is not None:
        issuing.issue_confirmation(asked, authorization=authorization, pharmacy=pharmacy, by=by)
    return asked.row


@act("gate.hand_over")
def hand_over(
    frame: Act,
    *,
    method: str,
    medication_guide: bool,
    confirmation: models.Confirmation | None = None,
    authorization: models.Authorization | None = None,
    prescription: models.Prescription | None = None,
    pharmacy: Pharmacy | None = None,
    by: Person,
    key: str | None = None,
) -> models.Decision:
    """Record that the medicine is handed over or shipped. Allowed: ``dispensing`` is there.

    ``method``: ``hand``, ``ship``, or '' where it is not said. Without a confirmation the papers that
    are there are asked about, at ``pharmacy``. Forbidden: not a pharmacist of the site.
    """
    site = confirmation.pharmacy if confirmation else pharmacy
    authorization = confirmation.authorization if confirmation else authorization
    presented = authorization.prescription if authorization else prescription
    if site is None or presented is None:
        raise Forbidden("There is no number, no prescription or no site to hand over for.")
    _lock_standing(presented, pharmacy=site)
    must(by, Permission.HAND_OVER)
    must_work_at(by, site)
    if authorization is not None:
        authorization = models.Authorization.objects.select_for_update().get(pk=authorization.pk)
    if confirmation is not None:
        confirmation = models.Confirmation.objects.select_for_update().get(pk=confirmation.pk)
    question = Question(
        enrollment=presented.enrollment,
        prescription=presented,
        authorization=authorization,
        confirmation=confirmation,
        pharmacy=site,
        category=_category_read(confirmation),
        category_was_read=confirmation is not None,
        method=Method(method) if method else None,
        medication_guide_given=medication_guide,
    )
    asked = _ask(frame, question, Stage.HAND_OVER)
    if asked.decision.allowed and confirmation is not None:
        issuing.dispense(asked, confirmation=confirmation, by=by)
    enrollment = presented.enrollment
    deviations.note_at_hand_over(enrollment, asked.row, asked.decision, asked.facts, asked.edition)
    return asked.row


@act("gate.cancel_authorization")
def cancel_authorization(
    frame: Act, *, authorization: models.Authorization, reason: str, by: Person, key: str | None = None
) -> models.Authorization:
    """Take an authorization number back. Forbidden: used or cancelled already, or not the prescriber's."""
    must(by, Permission.CANCEL_AUTHORIZATIONS)
    must_prescribe(by, authorization.prescription.enrollment.prescriber, authorization.prescription.prescriber)
    lock(authorization.patient_id)
    authorization = models.Authorization.objects.select_for_update().get(pk=authorization.pk)
    if authorization.cancelled_at or models.Dispensing.objects.filter(authorization=authorization).exists():
        raise Forbidden("This number was used or cancelled already.")
    mark_cancelled(frame, authorization, reason=reason)
    frame.record(authorization, reason=reason)
    return authorization


@act("gate.cancel_confirmation")
def cancel_confirmation(
    frame: Act, *, confirmation: models.Confirmation, reason: str, by: Person, key: str | None = None
) -> models.Confirmation:
    """Take a confirmation number back: its authorization may be confirmed again. Forbidden: used, cancelled."""
    must(by, Permission.CONFIRM_DISPENSING)
    must_work_at(by, confirmation.pharmacy)
    lock(confirmation.patient_id)
    confirmation = models.Confirmation.objects.select_for_update().get(pk=confirmation.pk)
    if confirmation.cancelled_at or models.Dispensing.objects.filter(confirmation=confirmation).exists():
        raise Forbidden("This number was used or cancelled already.")
    mark_cancelled(frame, confirmation, reason=reason)
    frame.record(confirmation, reason=reason)
    return confirmation


def mark_cancelled(frame: Act, number: models.Authorization | models.Confirmation, *, reason: str) -> None:
    """Write the cancellation on a number that the caller has locked. InvalidFact without a reason."""
    if not reason.strip():
        raise fact_records.InvalidFact(field="reason", message="Say why the number is cancelled.")
    number.cancelled_at, number.cancelled_by_id, number.cancel_reason = frame.at, frame.by.pk, reason.strip()
    number.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])


def _lock_standing(prescription: models.Prescription, *, pharmacy: Pharmacy | None) -> None:
    """Lock what the answer rests on, so that nothing of it changes before the commit."""
    lock(prescription.patient_id)
    prescription.enrollment.refresh_from_db()
    prescribers.hold(prescription.prescriber_id)
    if pharmacy is not None:
        pharmacies.hold(pharmacy.pk)


def _ask(frame: Act, question: Question, stage: Stage) -> Asked:
    """Ask the engine and keep its answer with the facts it was given."""
    facts = facts_for(question, at=frame.at)
    edition = edition_for(facts)
    decision = decide(edition, facts, stage)
    row = models.Decision.objects.create(
        stage=stage.value,
        outcome=decision.outcome.value,
        program=decision.program,
        edition=decision.edition or "",
        edition_sha256=decision.edition_sha256 or "",
        at=decision.at,
        until=decision.until,
        facts=describe(facts),
        findings=findings_on_record(decision.findings),
        patient_id=question.enrollment.patient_id,
        prescription=question.prescription,
        authorization=question.authorization,
        confirmation=question.confirmation,
        pharmacy=question.pharmacy,
        by_id=frame.by.pk,
        recorded_at=frame.at,
    )
    _record(frame, row, decision)
    return Asked(edition=edition, facts=facts, decision=decision, row=row)


def _record(frame: Act, row: models.Decision, decision: Decision) -> None:
    frame.record(
        row,
        allowed=decision.allowed,
        details={
            "stage": decision.stage.value,
            "outcome": decision.outcome.value,
            "reasons": [f.reason.value for f in decision.unmet if f.reason],
            "warnings": [f.reason.value for f in decision.warnings if f.reason],
            "authorization": row.authorization_id,
            "confirmation": row.confirmation_id,
        },
    )


def _keep_counter(
    frame: Act, authorization: models.Authorization, *, points: tuple[str, ...], days_counted: int | None
) -> None:
    """What the pharmacist ticked and counted belongs to the authorization."""
    required = checklists.required_points(authorization.category)
    checklist = models.Checklist(
        authorization=authorization,
        category=authorization.category,
        points=sorted(points),
        complete=set(required) <= set(points),
    )
    fact_records.insert(frame, checklist)
    if days_counted is not None:
        fact_records.insert(frame, models.DaysCounted(authorization=authorization, days=days_counted))


def _category_read(confirmation: models.Confirmation | None) -> Category | None:
    """The category that the pharmacist read when the confirmation was asked for."""
    written = confirmation.decision.facts.get("prescription", {}).get("category") if confirmation else None
    return category_named(written or "")
