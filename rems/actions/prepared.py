"""An agreement that is signed from afar: prepared here, signed by a one-time link, completed here."""

from datetime import date
from typing import Any

from accounts.models import Person, SigningMethod
from accounts.roles import Permission
from accounts.signatures import Given, reserve_number
from audit import clock
from audit.acts import Act, act
from audit.facts import InvalidFact
from eligibility import Category
from eligibility.editions import programs
from patients.lock import lock
from patients.models import Patient
from prescribers.models import Prescriber
from rems import models
from rems.actions import enrollment as enrolling
from rems.actions.agreeing import check_last_menses
from rems.actions.attesting import Attested
from rems.actions.drafts import mark_withdrawn, waiting, withdraw_open
from rems.actions.standing import must, must_prescribe, must_serve
from rems.agreements import agreement_points
from rems.models import PreparedAgreement, Purpose


@act("rems.prepare_agreement")
def prepare(
    frame: Act,
    *,
    patient: Patient,
    program: str,
    prescriber: Prescriber,
    purpose: Purpose,
    category: str,
    diagnosis: str,
    basis: str = "",
    last_menses: date | None = None,
    reason: str = "",
    attested: Attested | None = None,
    by: Person,
    key: str | None = None,
) -> PreparedAgreement:
    """Write down an agreement that patient and guardian will sign by link, and the prescriber after them.

    What waited in this program before is withdrawn, and its link ends. InvalidFact names the field.
    """
    must(by, Permission.ENROLL_PATIENTS)
    held = lock(patient.pk)
    must_serve(by, prescriber)
    form = _category(category)
    _check_place(held, program, prescriber, purpose=purpose)
    _check_words(frame, held, purpose=purpose, reason=reason, last_menses=last_menses, attested=attested)
    withdraw_open(frame, held, program, reason="Prepared anew.", by=by)
    prepared = PreparedAgreement(
        patient=held,
        program=program,
        prescriber=prescriber,
        purpose=purpose,
        category=form.value,
        basis=basis,
        last_menses=last_menses,
        diagnosis=diagnosis.strip().upper(),
        reason=reason.strip(),
        statements=agreement_points(form),
        contraception=attested.signed() if attested else {},
        agreement_number=reserve_number(models.Agreement),
        prepared_at=frame.at,
        prepared_by=by,
    )
    prepared.full_clean(validate_unique=False, validate_constraints=True)
    prepared.save(force_insert=True)
    details = {"program": program, "purpose": purpose, "category": category, "diagnosis": prepared.diagnosis}
    frame.record(prepared, details=details, reason=prepared.reason)
    return prepared


def _category(category: str) -> Category:
    try:
        return Category(category)
    except ValueError as error:
        raise InvalidFact(field="category", message="Choose the category.") from error


def _check_place(patient: Patient, program: str, prescriber: Prescriber, *, purpose: Purpose) -> None:
    """Raise InvalidFact where the agreement could not be completed by this prescriber in this program."""
    if program not in programs():
        raise InvalidFact(field="program", message="There is no such program.")
    enrollment = models.Enrollment.objects.filter(patient=patient, program=program).first()
    if purpose == Purpose.ENROLL and enrollment is not None:
        raise InvalidFact(field="program", message="The patient is enrolled in this program already.")
    if purpose != Purpose.ENROLL and (enrollment is None or enrollment.prescriber_id != prescriber.pk):
        raise InvalidFact(field="program", message="The patient is not enrolled with this prescriber.")


def _check_words(
    frame: Act,
    patient: Patient,
    *,
    purpose: Purpose,
    reason: str,
    last_menses: date | None,
    attested: Attested | None,
) -> None:
    """Raise InvalidFact for a reason that is missing, and days that cannot be."""
    today = clock.local_date(frame.at)
    if purpose == Purpose.CHANGE and not reason.strip():
        raise InvalidFact(field="reason", message="Say why the category changes.")
    check_last_menses(last_menses, patient=patient, today=today)
    if attested is not None and attested.since is not None and not patient.born <= attested.since <= today:
        raise InvalidFact(field="since", message="This day lies in the future or before birth.")


def prepare_renewal(*, enrollment: models.Enrollment, by: Person, key: str | None = None) -> PreparedAgreement:
    """Prepare the agreement of the present category anew. InvalidFact where there is none yet."""
    present = enrollment.categories.current().order_by("since", "pk").last()
    before = enrollment.agreements.current().order_by("signed_on", "pk").last()
    if present is None or before is None:
        raise InvalidFact(field="category", message="The patient has no category yet; enroll the patient.")
    return prepare(
        patient=enrollment.patient,
        program=enrollment.program,
        prescriber=enrollment.prescriber,
        purpose=Purpose.RENEW,
        category=present.category,
        basis=present.basis,
        last_menses=present.last_menses,
        diagnosis=before.diagnosis,
        by=by,
        key=key,
    )


@act("rems.withdraw_agreement")
def withdraw(
    frame: Act, *, prepared: PreparedAgreement, reason: str, by: Person, key: str | None = None
) -> PreparedAgreement:
    """Take back what was prepared, and its link. InvalidFact names ``reason``."""
    must(by, Permission.ENROLL_PATIENTS)
    held = waiting(prepared, by=by)
    if not reason.strip():
        raise InvalidFact(field="reason", message="Say why it is withdrawn.")
    return mark_withdrawn(frame, held, reason=reason.strip(), by=by)


@act("rems.complete_agreement")
def complete(
    frame: Act, *, prepared: PreparedAgreement, given: Given | None = None, by: Person, key: str | None = None
) -> PreparedAgreement:
    """The prescriber signs what patient and guardian signed by link: enrollment, change or new agreement.

    Raises InvalidFact where they have not signed, or the record is another one by now.
    """
    must(by, Permission.SIGN_AGREEMENTS)
    held = waiting(prepared, by=by)
    must_prescribe(by, held.prescriber)
    signature, guardian = held.patient_signature, held.guardian_signature
    if signature is None:
        raise InvalidFact(field="printed_name", message="The patient has not signed yet.")
    names = {"patient_name": signature.printed_name, "guardian_name": guardian.printed_name if guardian else ""}
    signed_on = clock.local_date(signature.signed_at)
    how = {"how": SigningMethod.LINK, "given": given, "prepared": held, "by": by, "signed_on": signed_on, **names}
    _carry_out(held, Attested.of(held.contraception, by_name=names["guardian_name"] or names["patient_name"]), how)
    held.completed_at, held.completed_by = frame.at, by
    held.save(update_fields=["completed_at", "completed_by"])
    frame.record(held, details={"agreement": held.agreement_number, "purpose": held.purpose})
    return held


def _carry_out(prepared: PreparedAgreement, attested: Attested | None, signed: dict[str, Any]) -> None:
    """Do what the agreement is for, with the signatures that are there."""
    stated: dict[str, Any] = {"diagnosis": prepared.diagnosis, **signed}
    based: dict[str, Any] = {
        "category": prepared.category,
        "basis": prepared.basis,
        "last_menses": prepared.last_menses,
    }
    if prepared.purpose == Purpose.ENROLL:
        enrolling.enroll(
            patient=prepared.patient,
            program=prepared.program,
            prescriber=prepared.prescriber,
            attested=attested,
            **based,
            **stated,
        )
        return
    enrollment = models.Enrollment.objects.get(patient=prepared.patient, program=prepared.program)
    if prepared.purpose == Purpose.CHANGE:
        enrolling.change_category(enrollment=enrollment, reason=prepared.reason, attested=attested, **based, **stated)
        return
    enrolling.re_enroll(enrollment=enrollment, **signed)
