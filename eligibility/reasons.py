"""The closed list of reasons, in the order in which people are told of them."""

from enum import StrEnum


class Clearer(StrEnum):
    """Who can clear a reason. Sentences stand in the wording file."""

    PRESCRIBER = "prescriber"
    PATIENT = "patient"
    GUARDIAN = "guardian"
    PHARMACIST = "pharmacist"
    REPRESENTATIVE = "representative"
    PROGRAM = "program"
    TIME = "time"
    NOBODY = "nobody"


class Reason(StrEnum):
    """Why not, or with what note. The value is the code that scenarios and records use."""

    TEST_POSITIVE = "test_positive"
    PREGNANCY_CASE_OPEN = "pregnancy_case_open"
    EVALUATION_OPEN = "evaluation_open"
    PHARMACY_NOT_CERTIFIED = "pharmacy_not_certified"
    PRESCRIBER_NOT_CERTIFIED = "prescriber_not_certified"
    PATIENT_NOT_ENROLLED = "patient_not_enrolled"
    AGREEMENT_MISSING = "agreement_missing"
    GUARDIAN_SIGNATURE_MISSING = "guardian_signature_missing"
    AGE_FORM_MISMATCH = "age_form_mismatch"
    RE_ENROLLMENT_REQUIRED = "re_enrollment_required"
    CATEGORY_CHANGE_REQUIRED = "category_change_required"
    CATEGORY_CRITERION_NOT_MET = "category_criterion_not_met"
    FIRST_TEST_MISSING = "first_test_missing"
    SECOND_TEST_MISSING = "second_test_missing"
    TEST_NOT_SENSITIVE_ENOUGH = "test_not_sensitive_enough"
    HOME_TEST_NOT_ACCEPTED = "home_test_not_accepted"
    TEST_INDETERMINATE = "test_indeterminate"
    TEST_OVERDUE = "test_overdue"
    TEST_TOO_OLD = "test_too_old"
    CONTRACEPTION_NOT_SUFFICIENT = "contraception_not_sufficient"
    CONTRACEPTION_TOO_SHORT = "contraception_too_short"
    PATIENT_SURVEY_OVERDUE = "patient_survey_overdue"
    COUNSELING_MISSING = "counseling_missing"
    PRESCRIBER_SURVEY_MISSING = "prescriber_survey_missing"
    SUPPLY_OVER_LIMIT = "supply_over_limit"
    REFILL_NOT_ALLOWED = "refill_not_allowed"
    VERBAL_PRESCRIPTION_NOT_ALLOWED = "verbal_prescription_not_allowed"
    CATEGORY_MISMATCH = "category_mismatch"
    PROGRAM_MISMATCH = "program_mismatch"
    AUTHORIZATION_MISSING = "authorization_missing"
    AUTHORIZATION_CANCELLED = "authorization_cancelled"
    AUTHORIZATION_EXPIRED = "authorization_expired"
    AUTHORIZATION_USED = "authorization_used"
    CONFIRMATION_OPEN = "confirmation_open"
    CHECKLIST_INCOMPLETE = "checklist_incomplete"
    MEDICATION_GUIDE_MISSING = "medication_guide_missing"
    CONFIRMATION_MISSING = "confirmation_missing"
    CONFIRMATION_CANCELLED = "confirmation_cancelled"
    CONFIRMATION_USED = "confirmation_used"
    CONFIRMATION_EXPIRED = "confirmation_expired"
    NOT_SHIPPED_SAME_DAY = "not_shipped_same_day"
    TOO_EARLY = "too_early"
    NO_EDITION_IN_FORCE = "no_edition_in_force"
    # Warnings: the answer stays "may be dispensed".
    TEST_WAS_LATE = "test_was_late"
    HOME_TEST_ACCEPTED = "home_test_accepted"
    VERBAL_PRESCRIPTION_ACCEPTED = "verbal_prescription_accepted"
    FALSE_POSITIVE_RESOLVED = "false_positive_resolved"
    PARTNER_PREGNANCY_REPORTED = "partner_pregnancy_reported"
    AUTHORIZATION_EXPIRED_AFTER_CONFIRMATION = "authorization_expired_after_confirmation"
    # Not gated.
    PROGRAM_ENDED = "program_ended"


WARNINGS = frozenset(
    {
        Reason.TEST_WAS_LATE,
        Reason.HOME_TEST_ACCEPTED,
        Reason.VERBAL_PRESCRIPTION_ACCEPTED,
        Reason.FALSE_POSITIVE_RESOLVED,
        Reason.PARTNER_PREGNANCY_REPORTED,
        Reason.AUTHORIZATION_EXPIRED_AFTER_CONFIRMATION,
    }
)

_P, _PT, _G = Clearer.PRESCRIBER, Clearer.PATIENT, Clearer.GUARDIAN
_PH, _R, _PR, _T = (
    Clearer.PHARMACIST,
    Clearer.REPRESENTATIVE,
    Clearer.PROGRAM,
    Clearer.TIME,
)

CLEARERS: dict[Reason, tuple[Clearer, ...]] = {
    Reason.TEST_POSITIVE: (_P, _PR),
    Reason.PREGNANCY_CASE_OPEN: (_PR,),
    Reason.EVALUATION_OPEN: (_P,),
    Reason.PHARMACY_NOT_CERTIFIED: (_R, _PR),
    Reason.PRESCRIBER_NOT_CERTIFIED: (_P, _PR),
    Reason.PATIENT_NOT_ENROLLED: (_P,),
    Reason.AGREEMENT_MISSING: (_PT, _P),
    Reason.GUARDIAN_SIGNATURE_MISSING: (_G,),
    Reason.AGE_FORM_MISMATCH: (_PT, _P),
    Reason.RE_ENROLLMENT_REQUIRED: (_PT, _P),
    Reason.CATEGORY_CHANGE_REQUIRED: (_P, _G),
    Reason.CATEGORY_CRITERION_NOT_MET: (_P,),
    Reason.FIRST_TEST_MISSING: (_P,),
    Reason.SECOND_TEST_MISSING: (_P,),
    Reason.TEST_NOT_SENSITIVE_ENOUGH: (_P,),
    Reason.HOME_TEST_NOT_ACCEPTED: (_P,),
    Reason.TEST_INDETERMINATE: (_P,),
    Reason.TEST_OVERDUE: (_P,),
    Reason.TEST_TOO_OLD: (_P,),
    Reason.CONTRACEPTION_NOT_SUFFICIENT: (_P, _PT),
    Reason.CONTRACEPTION_TOO_SHORT: (_P,),
    Reason.PATIENT_SURVEY_OVERDUE: (_PT, _G),
    Reason.COUNSELING_MISSING: (_P,),
    Reason.PRESCRIBER_SURVEY_MISSING: (_P,),
    Reason.SUPPLY_OVER_LIMIT: (_P,),
    Reason.REFILL_NOT_ALLOWED: (_P,),
    Reason.VERBAL_PRESCRIPTION_NOT_ALLOWED: (_P,),
    Reason.CATEGORY_MISMATCH: (_P,),
    Reason.PROGRAM_MISMATCH: (_P,),
    Reason.AUTHORIZATION_MISSING: (_P,),
    Reason.AUTHORIZATION_CANCELLED: (_P,),
    Reason.AUTHORIZATION_EXPIRED: (_P,),
    Reason.AUTHORIZATION_USED: (_P,),
    Reason.CONFIRMATION_OPEN: (_PH,),
    Reason.CHECKLIST_INCOMPLETE: (_PH,),
    Reason.MEDICATION_GUIDE_MISSING: (_PH,),
    Reason.CONFIRMATION_MISSING: (_PH,),
    Reason.CONFIRMATION_CANCELLED: (_PH,),
    Reason.CONFIRMATION_USED: (_PH, _P),
    Reason.CONFIRMATION_EXPIRED: (_PH,),
    Reason.NOT_SHIPPED_SAME_DAY: (_PH,),
    Reason.TOO_EARLY: (_PH,),
    Reason.NO_EDITION_IN_FORCE: (_PR,),
}
"""Who can clear a refusal, besides time, which a finding's ``opens`` says."""


def clearers(reason: Reason, *, by_time: bool) -> tuple[Clearer, ...]:
    """Who clears ``reason``; time comes first where time alone does."""
    people = CLEARERS.get(reason, (Clearer.NOBODY,))
    return (_T, *people) if by_time else people
