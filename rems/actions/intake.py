"""What a patient answers in the survey: the answers and what they mean are recorded together, or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Person
from accounts.roles import Permission
from accounts.signatures import Given
from audit.acts import Act, act
from patients import queries
from patients.actions import correct, open_report, record_menarche, record_survey
from patients.lock import lock
from patients.models import Patient, PatientSurvey
from rems import models
from rems.actions.standing import must, must_prescribe, must_serve

ANSWERED = "Answered in the patient’s survey."


@dataclass(frozen=True, kw_only=True)
class Told:
    """What answers mean beside the survey: reports, each a kind and whom it is about, and a first period."""

    reports: tuple[tuple[str, str], ...] = ()
    first_period: bool = False


@act("rems.answer_patient_survey")
def answer_patient_survey(
    frame: Act,
    *,
    enrollment: models.Enrollment,
    answers: Mapping[str, Any],
    answered_by: str,
    told: Told,
    completed_at: datetime | None = None,
    by: Person,
    key: str | None = None,
) -> PatientSurvey:
    """Record the patient's survey for the program, with the reports that its answers are.

    Raises ValidationError that names the field. Forbidden: neither the prescriber nor a delegate.
    """
    patient = lock(enrollment.patient_id)
    enrollment.refresh_from_db()
    must(by, Permission.RECORD_FACTS)
    must_serve(by, enrollment.prescriber)
    survey = record_survey(
        patient=patient,
        program=enrollment.program,
        answers=answers,
        answered_by=answered_by,
        completed_at=completed_at,
        by=by,
    )
    _record_told(patient, told, by=by)
    frame.record(survey, patient=patient, details={"reports": list(told.reports), "first_period": told.first_period})
    return survey


@act("rems.correct_patient_survey")
def correct_patient_survey(
    frame: Act,
    *,
    enrollment: models.Enrollment,
    survey: PatientSurvey,
    changes: Mapping[str, Any],
    reason: str,
    told: Told,
    by: Person,
    given: Given | None = None,
    key: str | None = None,
) -> PatientSurvey:
    """Correct a survey, with the reports that its new answers are. Raises as ``patients.actions.correct`` does.

    Forbidden: not the patient's prescriber in this program.
    """
    patient = lock(enrollment.patient_id)
    enrollment.refresh_from_db()
    must(by, Permission.ATTEST)
    must_prescribe(by, enrollment.prescriber)
    newer = correct(fact=survey, changes=changes, reason=reason, given=given, by=by)
    _record_told(patient, told, by=by)
    frame.record(newer, patient=patient, reason=reason.strip(), details={"reports": list(told.reports)})
    return newer


def _record_told(patient: Patient, told: Told, *, by: Person) -> None:
    """Record what was told, unless a report like it is open."""
    known = {(report.kind, report.subject) for report in queries.open_reports(patient.pk)}
    for kind, subject in told.reports:
        if (kind, subject) not in known:
            open_report(patient=patient, kind=kind, subject=subject, note=ANSWERED, by=by)
    if told.first_period:
        record_menarche(patient=patient, by=by)
