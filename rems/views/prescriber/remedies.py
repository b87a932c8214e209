"""Which form clears which reason: the address and the verb on its button."""

from typing import NamedTuple

from django.urls import reverse

from accounts.roles import Permission
from eligibility.reasons import Reason
from rems.models import Enrollment, Prescription


class Remedy(NamedTuple):
    """A form that clears a reason, and who may send it."""

    href: str
    verb: str
    permission: str


OF_PATIENT = {
    "record_test": (
        "Record a test",
        Permission.RECORD_FACTS,
        {
            Reason.FIRST_TEST_MISSING,
            Reason.SECOND_TEST_MISSING,
            Reason.TEST_NOT_SENSITIVE_ENOUGH,
            Reason.HOME_TEST_NOT_ACCEPTED,
            Reason.TEST_INDETERMINATE,
            Reason.TEST_OVERDUE,
            Reason.TEST_TOO_OLD,
        },
    ),
    "record_attestation": (
        "Record an attestation",
        Permission.ATTEST,
        {Reason.CONTRACEPTION_NOT_SUFFICIENT, Reason.CONTRACEPTION_TOO_SHORT},
    ),
}
OF_ENROLLMENT = {
    "record_survey": ("Answer together", Permission.RECORD_FACTS, {Reason.PATIENT_SURVEY_OVERDUE}),
    "re_enroll": (
        "Sign a new agreement",
        Permission.SIGN_AGREEMENTS,
        {Reason.RE_ENROLLMENT_REQUIRED, Reason.AGREEMENT_MISSING, Reason.GUARDIAN_SIGNATURE_MISSING},
    ),
    "change_category": (
        "Change the category",
        Permission.SIGN_AGREEMENTS,
        {
            Reason.AGE_FORM_MISMATCH,
            Reason.CATEGORY_CHANGE_REQUIRED,
            Reason.CATEGORY_CRITERION_NOT_MET,
        },
    ),
    "prescribe": (
        "Write a new prescription",
        Permission.PREPARE_PRESCRIPTIONS,
        {
            Reason.SUPPLY_OVER_LIMIT,
            Reason.REFILL_NOT_ALLOWED,
            Reason.VERBAL_PRESCRIPTION_NOT_ALLOWED,
            Reason.CATEGORY_MISMATCH,
            Reason.AUTHORIZATION_MISSING,
            Reason.AUTHORIZATION_CANCELLED,
            Reason.AUTHORIZATION_EXPIRED,
            Reason.AUTHORIZATION_USED,
        },
    ),
}
OF_PRESCRIPTION = {
    "counsel": ("Record counseling", Permission.ATTEST, {Reason.COUNSELING_MISSING}),
    "answer_survey": ("Answer the survey", Permission.ANSWER_PRESCRIBER_SURVEYS, {Reason.PRESCRIBER_SURVEY_MISSING}),
}


def remedy(reason: Reason | None, enrollment: Enrollment, prescription: Prescription | None = None) -> Remedy | None:
    """The form that clears a reason; None where none of the prescriber's does."""
    number, program = enrollment.patient.number, enrollment.program
    if reason is Reason.PRESCRIBER_NOT_CERTIFIED:
        return Remedy(reverse("prescriber:certification"), "Apply", Permission.APPLY_AS_PRESCRIBER.name.lower())
    if reason is Reason.EVALUATION_OPEN:
        return Remedy(reverse("prescriber:evaluate", args=[number]), "Evaluate", Permission.ATTEST.name.lower())
    if reason in (Reason.TEST_POSITIVE, Reason.PREGNANCY_CASE_OPEN):
        href = f"{reverse('prescriber:patient', args=[number])}#reports"
        return Remedy(href, "See the reports", Permission.SEE_OWN_PATIENTS.name.lower())
    tables: list[tuple[dict[str, tuple[str, Permission, set[Reason]]], list[object]]] = [
        (OF_PATIENT, [number]),
        (OF_ENROLLMENT, [number, program]),
        (OF_PRESCRIPTION, [prescription.pk] if prescription else []),
    ]
    for table, args in tables:
        for view, (verb, permission, reasons) in table.items():
            if args and reason in reasons:
                return Remedy(reverse(f"prescriber:{view}", args=args), verb, permission.name.lower())
    return None
