"""Who may do what, and where: one table. A test holds it against the promises in words."""

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

    SEE_OWN_PATIENTS = "see patients and their records"
    SEE_ALL_PATIENTS = "see who the patients are and how each program stands"
    OPEN_RECORDS = "open a patient's whole record by break-glass"
    SEE_OPENINGS = "see who opened a record by break-glass"
    REVIEW_OPENINGS = "review the opening of a record"
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
    SETTLE_DEVIATIONS = "plan what is done about a deviation, and sign it off"
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


class Scope(Enum):
    """Where a permission holds; the value says it in words. Outside of it nothing exists for the person."""

    OWN_PATIENTS = "patients enrolled with them"
    PATIENTS_SERVED = "patients of the prescribers who named them"
    PRESENTED = "numbers presented at the certified site where they work; confirmations of that site"
    OWN_SITE = "sites that they represent"
    ONESELF = "themselves"
    OWN_RECORD = "their own record"
    PROGRAM = "every program"
    IDENTITY = "every patient: name, program, category, prescriber and standing; not the record"
    ONE_RECORD = "one patient, for 60 minutes, with a reason and a review by another"
    OTHERS = "what other people did or hold, never one's own"
    BY_NUMBER = "everything; patients by number, not by name"
    EDITIONS = "nothing about patients"
    OWN_JOB = "each job under its own name"

    @property
    def whole(self) -> bool:
        """Whether no row of the kind lies outside of it."""
        return self in _WHOLE


_WHOLE = frozenset({Scope.PROGRAM, Scope.IDENTITY, Scope.ONE_RECORD, Scope.OTHERS, Scope.BY_NUMBER, Scope.EDITIONS})

P, S = Permission, Scope
Rights = dict[Permission, Scope]


def _within(scope: Scope, *permissions: Permission) -> Rights:
    """These permissions, in one scope."""
    return dict.fromkeys(permissions, scope)


_PREPARES = (P.SEE_OWN_PATIENTS, P.ENROLL_PATIENTS, P.RECORD_FACTS, P.PREPARE_PRESCRIPTIONS, P.REPORT_EVENTS)
_READS_PROGRAMS = _within(S.EDITIONS, P.SEE_PROGRAMS)

RIGHTS: dict[Role, Rights] = {
    Role.PRESCRIBER: {
        **_within(
            S.OWN_PATIENTS,
            *_PREPARES,
            P.SIGN_AGREEMENTS,
            P.ATTEST,
            P.ANSWER_PRESCRIBER_SURVEYS,
            P.ASK_FOR_AUTHORIZATIONS,
            P.CANCEL_AUTHORIZATIONS,
        ),
        **_within(S.ONESELF, P.APPLY_AS_PRESCRIBER, P.NAME_DELEGATES),
        **_READS_PROGRAMS,
    },
    Role.DELEGATE: _within(S.PATIENTS_SERVED, *_PREPARES) | _READS_PROGRAMS,
    Role.PHARMACIST: {
        **_within(
            S.PRESENTED,
            P.LOOK_UP_AUTHORIZATIONS,
            P.CONFIRM_DISPENSING,
            P.HAND_OVER,
            P.REPORT_EVENTS,
            P.RECEIVE_RETURNS,
        ),
        **_READS_PROGRAMS,
    },
    Role.REPRESENTATIVE: _within(S.OWN_SITE, P.APPLY_FOR_SITE, P.KEEP_SITE_STAFF) | _READS_PROGRAMS,
    Role.ADMINISTRATOR: {
        **_within(S.IDENTITY, P.SEE_ALL_PATIENTS, P.WORK_OVERDUE, P.REPORT_EVENTS, P.CLOSE_REPORTS, P.SEE_DECISIONS),
        **_within(S.ONE_RECORD, P.OPEN_RECORDS),
        **_within(S.OTHERS, P.DECIDE_CERTIFICATIONS, P.GRANT_ROLES, P.REVIEW_OPENINGS, P.SIGN_REVIEWS),
        **_within(S.OTHERS, P.SETTLE_DEVIATIONS),
        **_within(S.PROGRAM, P.SEE_OPENINGS, P.READ_TRAIL, P.EXPORT_TRAIL, P.SEE_REPORTS),
        **_READS_PROGRAMS,
    },
    Role.AUDITOR: {
        **_within(S.BY_NUMBER, P.READ_TRAIL, P.EXPORT_TRAIL, P.SEE_DECISIONS, P.SEE_REPORTS, P.SEE_OPENINGS),
        **_READS_PROGRAMS,
    },
    Role.PATIENT: _within(S.OWN_RECORD, P.SEE_OWN_RECORD, P.ANSWER_PATIENT_SURVEYS, P.REPORT_EVENTS),
    Role.SYSTEM: _within(S.OWN_JOB, P.RUN_JOBS),
}
"""Each role's permissions, each with its scope. Queries (``…_visible_to``) and acts (``must_…``) keep to it."""

PERMISSIONS: dict[Role, frozenset[Permission]] = {role: frozenset(rights) for role, rights in RIGHTS.items()}


def permissions_of(roles: "frozenset[Role] | set[Role]") -> frozenset[Permission]:
    """Everything that any of the roles may do."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))
