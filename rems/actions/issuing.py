"""What the gate writes once the engine has allowed it. Called by its acts alone, under their locks."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Person
from audit.facts import InvalidFact
from eligibility import Decision, Facts
from eligibility.edition import Edition
from eligibility.windows import authorization_closes, confirmation_lapses
from patients.models import PatientSurvey
from pharmacies.models import Pharmacy
from rems import models, numbers


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question of the gate: the edition and the facts it was given, the answer, and its row."""

    edition: Edition | None
    facts: Facts
    decision: Decision
    row: models.Decision


def issue_authorization(asked: Asked, *, prescription: models.Prescription, by: Person) -> models.Authorization:
    """A new number for the prescription; its window is fixed now."""
    closes = authorization_closes(asked.edition, asked.facts) if asked.edition else None
    category = asked.facts.patient.category
    if closes is None or category is None:
        raise ValueError("an authorization was allowed without a window or a category")
    return models.Authorization.objects.create(
        number=numbers.new_number(numbers.Kind.AUTHORIZATION).text,
        prescription=prescription,
        patient_id=asked.row.patient_id,
        program=asked.facts.program,
        category=category.value,
        patient_survey=_newest_survey(asked),
        issued_at=asked.facts.at,
        closes_at=closes,
        decision=asked.row,
        by=by,
    )


def _newest_survey(asked: Asked) -> PatientSurvey | None:
    known = PatientSurvey.objects.known_at(asked.facts.at)
    surveys = known.filter(patient=asked.row.patient_id, program=asked.facts.program)
    return surveys.order_by("completed_at", "pk").last()


def issue_confirmation(
    asked: Asked, *, authorization: models.Authorization, pharmacy: Pharmacy, by: Person
) -> models.Confirmation:
    """A new number of the site; the engine allowed it, so what is still open has lapsed."""
    if asked.edition is None:
        raise ValueError("a confirmation was allowed without an edition in force")
    at = asked.facts.at
    _mark_lapsed(authorization, at)
    return models.Confirmation.objects.create(
        number=numbers.new_number(numbers.Kind.CONFIRMATION).text,
        authorization=authorization,
        pharmacy=pharmacy,
        issued_at=at,
        lapses_at=confirmation_lapses(asked.edition, at),
        decision=asked.row,
        by=by,
    )


def _mark_lapsed(authorization: models.Authorization, at: datetime) -> None:
    stale = authorization.confirmations.filter(cancelled_at__isnull=True, lapsed_at__isnull=True, lapses_at__lt=at)
    stale.update(lapsed_at=at)


def dispense(asked: Asked, *, confirmation: models.Confirmation, by: Person) -> models.Dispensing:
    """The dispensing, which uses the authorization up."""
    facts, row = asked.facts, asked.row
    if facts.method is None:
        raise InvalidFact(field="method", message="Say whether it is handed over or shipped.")
    if facts.prescription.days_supply is None:
        raise ValueError("a hand-over was allowed without days' supply")
    return models.Dispensing.objects.create(
        authorization=confirmation.authorization,
        confirmation=confirmation,
        patient_id=row.patient_id,
        program=row.program,
        pharmacy=confirmation.pharmacy,
        handed_over_at=facts.at,
        method=facts.method.value,
        medication_guide=True,
        days_supply=int(facts.prescription.days_supply),
        decision=row,
        by=by,
    )
