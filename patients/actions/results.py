"""Tests, attestations, cycles, surveys: what is found out about a patient."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from accounts.models import Person
from accounts.roles import Permission
from accounts.signatures import Given, sign_record
from accounts.standing import must
from audit.acts import Act, act
from patients.actions.reports import report_positive
from patients.actions.storing import store
from patients.lock import lock
from patients.models import (
    ContraceptionAttestation,
    CycleReport,
    MenarcheReport,
    Patient,
    PatientSurvey,
    PregnancyTest,
)

ATTESTED = "I attest that this is what was attested to me about contraception."


@act("patients.record_test")
def record_test(
    frame: Act,
    *,
    patient: Patient,
    collected_at: datetime,
    result: str,
    method: str,
    by: Person,
    resulted_at: datetime | None = None,
    sensitivity_miu_ml: int | None = None,
    home: bool = False,
    laboratory: str = "",
    key: str | None = None,
) -> PregnancyTest:
    """Record a pregnancy test; a positive one opens a pregnancy report about the patient with it.

    ``sensitivity_miu_ml``: the lowest concentration detected, in mIU/mL; None: unknown.
    Raises ValidationError that names the field.
    """
    held = lock(patient.pk)
    must(by, Permission.RECORD_FACTS)
    test = PregnancyTest(
        patient=held,
        collected_at=collected_at,
        resulted_at=resulted_at,
        result=result,
        method=method,
        sensitivity_miu_ml=sensitivity_miu_ml,
        home=home,
        laboratory=laboratory,
    )
    store(frame, test, patient=held)
    report_positive(test, by=by)
    return test


@act("patients.record_attestation")
def record_attestation(
    frame: Act,
    *,
    patient: Patient,
    attested_by_name: str,
    by: Person,
    methods: Sequence[str] = (),
    abstinence: bool = False,
    since: date | None = None,
    attested_at: datetime | None = None,
    given: Given | None = None,
    meaning: str = ATTESTED,
    key: str | None = None,
) -> ContraceptionAttestation:
    """Record and sign what was attested about contraception, now unless ``attested_at`` says when.

    ``since``: sufficient protection without a gap from that day; None: unknown. ``given``: how it is
    signed, by ``by`` or by whom ``given`` names, with this ``meaning``.
    Raises ValidationError that names the field.
    """
    held = lock(patient.pk)
    must(by, Permission.ATTEST, Permission.ANSWER_PATIENT_SURVEYS)
    attestation = ContraceptionAttestation(
        patient=held,
        attested_at=attested_at or frame.at,
        since=since,
        abstinence=abstinence,
        methods=list(methods),
        attested_by_name=attested_by_name,
    )
    store(frame, attestation, patient=held)
    sign_record(attestation, meaning=meaning, given=given, patient=held, by=by)
    return attestation


@act("patients.record_cycle")
def record_cycle(
    frame: Act,
    *,
    patient: Patient,
    cycle: str,
    by: Person,
    reported_at: datetime | None = None,
    key: str | None = None,
) -> CycleReport:
    """Record how the patient's cycles are, as reported now or at ``reported_at``."""
    held = lock(patient.pk)
    must(by, Permission.RECORD_FACTS)
    report = CycleReport(patient=held, cycle=cycle, reported_at=reported_at or frame.at)
    return store(frame, report, patient=held)


@act("patients.record_menarche")
def record_menarche(
    frame: Act,
    *,
    patient: Patient,
    by: Person,
    reported_at: datetime | None = None,
    key: str | None = None,
) -> MenarcheReport:
    """Record that a girl who had no menses has them, as reported now or at ``reported_at``."""
    held = lock(patient.pk)
    must(by, Permission.RECORD_FACTS, Permission.ANSWER_PATIENT_SURVEYS)
    report = MenarcheReport(patient=held, reported_at=reported_at or frame.at)
    return store(frame, report, patient=held)


@act("patients.record_survey")
def record_survey(
    frame: Act,
    *,
    patient: Patient,
    program: str,
    answers: Mapping[str, Any],
    answered_by: str,
    by: Person,
    completed_at: datetime | None = None,
    key: str | None = None,
) -> PatientSurvey:
    """Record the patient's survey for a program, completed now or at ``completed_at``."""
    held = lock(patient.pk)
    must(by, Permission.RECORD_FACTS, Permission.ANSWER_PATIENT_SURVEYS)
    survey = PatientSurvey(
        patient=held,
        program=program,
        completed_at=completed_at or frame.at,
        answers=dict(answers),
        answered_by=answered_by,
    )
    return store(frame, survey, patient=held)
