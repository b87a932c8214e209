"""Who may do what, in one table. A test holds it against the promises in words."""

from enum import Enum

from django.db.models import TextChoices


class Role(TextChoices):
    """What a person is in the program. A person may hold several."""

    PRESCRIBER = "prescriber", "Prescriber"
    DELEGATE = "delegate", "Prescriber's delegate"
    PHARMACIST = "pharmacist", "Pharmacist"
    REPRESENTATIVE = "representative", "Pharmacy's authorized representative"
    ADMINISTRATOR = "administrator", "Program administrator"
    AUDITOR = "auditor", "Auditor"
    PATIENT = "patient", "Patient"
    SYSTEM = "system", "System job"


class Permission(Enum):
    """What may be done; the value says it in words."""

    SEE_OWN_PATIENTS = "see the patients of one's own care"
    SEE_ALL_PATIENTS = "see every patient of the program"
    ENROLL_PATIENTS = "enroll patients and prepare their agreements"
    SIGN_AGREEMENTS = "sign agreements and change risk categories"
    RECORD_FACTS = "enter tests, dates and reports about a patient"
    ATTEST = "attest contraception, results and counseling"
    ANSWER_PRESCRIBER_SURVEYS = "answer the prescriber's survey"
    PREPARE_PRESCRIPTIONS = "write down prescriptions for an authorization"
    ASK_FOR_AUTHORIZATIONS = "ask for an authorization number"
    CANCEL_AUTHORIZATIONS = "cancel an authorization"
    APPLY_AS_PRESCRIBER = "apply for the certification of a prescriber"
    NAME_DELEGATES = "name delegates and end their work"
    LOOK_UP_AUTHORIZATIONS = "look up an authorization that is presented at the site"
    CONFIRM_DISPENSING = "ask for a confirmation number, and cancel it"
    HAND_OVER = "record that the medicine was handed over or shipped"
    REPORT_EVENTS = "report a pregnancy, bleeding, a missed period or a deviation"
    CLOSE_REPORTS = "follow reports to their outcome and close them"
    RECEIVE_RETURNS = "record capsules that come back"
    APPLY_FOR_SITE = "apply for the certification of a pharmacy's site"
    KEEP_SITE_STAFF = "name the pharmacists of a site and record their training"
    DECIDE_CERTIFICATIONS = "approve, refuse and end certifications"
    WORK_OVERDUE = "work the lists of what is due and overdue"
    SEE_DECISIONS = "see every decision as it was taken"
    GRANT_ROLES = "create accounts, grant and withdraw roles"
    READ_TRAIL = "read the trail"
    EXPORT_TRAIL = "verify and export the trail"
    SIGN_REVIEWS = "sign the review of a period of the trail"
    SEE_REPORTS = "see the program's figures"
    SEE_PROGRAMS = "read the program editions"
    SEE_OWN_RECORD = "see one's own record"
    ANSWER_PATIENT_SURVEYS = "answer one's own survey and attest for oneself"
    RUN_JOBS = "run the program's timed jobs"


P = Permission

_DELEGATE = frozenset(
    {
        P.SEE_OWN_PATIENTS,
        P.ENROLL_PATIENTS,
        P.RECORD_FACTS,
        P.PREPARE_PRESCRIPTIONS,
        P.REPORT_EVENTS,
        P.SEE_PROGRAMS,
    }
)
_AUDITOR = frozenset({P.READ_TRAIL, P.EXPORT_TRAIL, P.SEE_DECISIONS, P.SEE_REPORTS, P.SEE_PROGRAMS})

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.PRESCRIBER: _DELEGATE
    | {
        P.SIGN_AGREEMENTS,
        P.ATTEST,
        P.ANSWER_PRESCRIBER_SURVEYS,
        P.ASK_FOR_AUTHORIZATIONS,
        P.CANCEL_AUTHORIZATIONS,
        P.APPLY_AS_PRESCRIBER,
        P.NAME_DELEGATES,
    },
    Role.DELEGATE: _DELEGATE,
    Role.PHARMACIST: frozenset(
        {
            P.LOOK_UP_AUTHORIZATIONS,
            P.CONFIRM_DISPENSING,
            P.HAND_OVER,
            P.REPORT_EVENTS,
            P.RECEIVE_RETURNS,
            P.SEE_PROGRAMS,
        }
    ),
    Role.REPRESENTATIVE: frozenset({P.APPLY_FOR_SITE, P.KEEP_SITE_STAFF, P.SEE_PROGRAMS}),
    Role.ADMINISTRATOR: _AUDITOR
    | {
        P.SEE_ALL_PATIENTS,
        P.DECIDE_CERTIFICATIONS,
        P.WORK_OVERDUE,
        P.REPORT_EVENTS,
        P.CLOSE_REPORTS,
        P.GRANT_ROLES,
        P.SIGN_REVIEWS,
    },
    Role.AUDITOR: _AUDITOR,
    Role.PATIENT: frozenset({P.SEE_OWN_RECORD, P.ANSWER_PATIENT_SURVEYS, P.REPORT_EVENTS}),
    Role.SYSTEM: frozenset({P.RUN_JOBS}),
}


def permissions_of(roles: "frozenset[Role] | set[Role]") -> frozenset[Permission]:
    """Everything that any of the roles may do."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))
