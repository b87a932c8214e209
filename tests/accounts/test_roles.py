"""Who may do what, held against the promises."""

import pytest

from accounts.roles import PERMISSIONS, Permission, Role, permissions_of

P, R = Permission, Role

MAY = {
    R.PRESCRIBER: {P.ENROLL_PATIENTS, P.SIGN_AGREEMENTS, P.ATTEST, P.ASK_FOR_AUTHORIZATIONS, P.NAME_DELEGATES},
    R.DELEGATE: {P.ENROLL_PATIENTS, P.RECORD_FACTS, P.PREPARE_PRESCRIPTIONS},
    R.PHARMACIST: {P.LOOK_UP_AUTHORIZATIONS, P.CONFIRM_DISPENSING, P.HAND_OVER, P.REPORT_EVENTS},
    R.REPRESENTATIVE: {P.APPLY_FOR_SITE, P.KEEP_SITE_STAFF},
    R.ADMINISTRATOR: {
        P.DECIDE_CERTIFICATIONS,
        P.WORK_OVERDUE,
        P.CLOSE_REPORTS,
        P.SEE_ALL_PATIENTS,
        P.SIGN_REVIEWS,
        P.READ_TRAIL,
    },
    R.AUDITOR: {P.READ_TRAIL, P.EXPORT_TRAIL, P.SEE_REPORTS},
    R.PATIENT: {P.SEE_OWN_RECORD, P.ANSWER_PATIENT_SURVEYS},
    R.SYSTEM: {P.RUN_JOBS},
}
SIGNS = {P.SIGN_AGREEMENTS, P.ATTEST, P.ANSWER_PRESCRIBER_SURVEYS, P.ASK_FOR_AUTHORIZATIONS}
DISPENSES = {P.CONFIRM_DISPENSING, P.HAND_OVER}
MAY_NOT = {
    R.DELEGATE: SIGNS | DISPENSES | {P.NAME_DELEGATES},
    R.PRESCRIBER: DISPENSES | {P.SEE_ALL_PATIENTS, P.DECIDE_CERTIFICATIONS, P.READ_TRAIL},
    R.PHARMACIST: SIGNS | {P.CLOSE_REPORTS, P.SEE_OWN_PATIENTS, P.SEE_ALL_PATIENTS, P.KEEP_SITE_STAFF},
    R.REPRESENTATIVE: DISPENSES | SIGNS | {P.LOOK_UP_AUTHORIZATIONS, P.SEE_ALL_PATIENTS},
    R.ADMINISTRATOR: SIGNS | DISPENSES | {P.RECORD_FACTS, P.ENROLL_PATIENTS},
    R.AUDITOR: SIGNS | DISPENSES | {P.DECIDE_CERTIFICATIONS, P.GRANT_ROLES, P.SEE_ALL_PATIENTS, P.SIGN_REVIEWS},
    R.PATIENT: SIGNS | DISPENSES | {P.SEE_ALL_PATIENTS, P.SEE_OWN_PATIENTS},
    R.SYSTEM: set(Permission) - {P.RUN_JOBS},
}


@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_is_promised(role: Role) -> None:
    assert MAY[role] <= PERMISSIONS[role]


@pytest.mark.parametrize("role", Role)
def test_each_role_may_nothing_that_is_another_ones(role: Role) -> None:
    assert not MAY_NOT[role] & PERMISSIONS[role]


def test_nobody_holds_both_ends_of_a_dispensing_by_one_role() -> None:
    assert not [r for r in Role if P.ASK_FOR_AUTHORIZATIONS in PERMISSIONS[r] and P.HAND_OVER in PERMISSIONS[r]]


def test_every_permission_is_somebodys_and_says_what_it_is_in_its_own_words() -> None:
    assert permissions_of(set(Role)) == set(Permission)
    assert len({permission.value for permission in Permission}) == len(Permission)


def test_several_roles_add_up() -> None:
    both = permissions_of({R.PHARMACIST, R.REPRESENTATIVE})
    assert both == PERMISSIONS[R.PHARMACIST] | PERMISSIONS[R.REPRESENTATIVE]
    assert permissions_of(set()) == frozenset()
