"""Who may do what and where, held against the promises."""

from typing import NamedTuple

import pytest

from accounts.roles import PERMISSIONS, RIGHTS, Permission, Role, Scope, permissions_of

P, R, S = Permission, Role, Scope


class Promise(NamedTuple):
    """A line of the table of promises, as it stands there, and what it comes to: every permission in its scope."""

    words: str
    rights: dict[Scope, set[Permission]]


READS = {S.EDITIONS: {P.SEE_PROGRAMS}}
PREPARES = {P.SEE_OWN_PATIENTS, P.ENROLL_PATIENTS, P.RECORD_FACTS, P.PREPARE_PRESCRIPTIONS, P.REPORT_EVENTS}
SIGNS = {P.SIGN_AGREEMENTS, P.ATTEST, P.ANSWER_PRESCRIBER_SURVEYS, P.ASK_FOR_AUTHORIZATIONS}
DISPENSES = {P.CONFIRM_DISPENSING, P.HAND_OVER}
PROMISES = {
    R.PRESCRIBER: Promise(
        "own patients: enroll, record tests and attestations, sign, ask for authorizations, answer surveys",
        {
            S.OWN_PATIENTS: PREPARES | SIGNS | {P.CANCEL_AUTHORIZATIONS},
            S.ONESELF: {P.APPLY_AS_PRESCRIBER, P.NAME_DELEGATES},
            **READS,
        },
    ),
    R.DELEGATE: Promise(
        "prepares for prescribers who named them; may not sign or attest", {S.PATIENTS_SERVED: PREPARES, **READS}
    ),
    R.PHARMACIST: Promise(
        "at their certified site: look up an authorization presented to them, confirm, hand over, cancel, report",
        {S.PRESENTED: DISPENSES | {P.LOOK_UP_AUTHORIZATIONS, P.REPORT_EVENTS, P.RECEIVE_RETURNS}, **READS},
    ),
    R.REPRESENTATIVE: Promise(
        "certifies the site, keeps its staff", {S.OWN_SITE: {P.APPLY_FOR_SITE, P.KEEP_SITE_STAFF}, **READS}
    ),
    R.ADMINISTRATOR: Promise(
        "approves certifications, works overdue lists, cases and deviations, deactivates, signs the review of a "
        "period of the trail (not of own acts alone); never signs, attests or dispenses for others",
        {
            S.IDENTITY: {P.SEE_ALL_PATIENTS, P.WORK_OVERDUE, P.REPORT_EVENTS, P.CLOSE_REPORTS, P.SEE_DECISIONS},
            S.ONE_RECORD: {P.OPEN_RECORDS},
            S.OTHERS: {P.DECIDE_CERTIFICATIONS, P.GRANT_ROLES, P.REVIEW_OPENINGS, P.SIGN_REVIEWS, P.SETTLE_DEVIATIONS},
            S.PROGRAM: {P.SEE_OPENINGS, P.READ_TRAIL, P.EXPORT_TRAIL, P.SEE_REPORTS},
            **READS,
        },
    ),
    R.AUDITOR: Promise(
        "reads the trail and the reports, verifies, exports; writes nothing",
        {S.BY_NUMBER: {P.READ_TRAIL, P.EXPORT_TRAIL, P.SEE_DECISIONS, P.SEE_REPORTS, P.SEE_OPENINGS}, **READS},
    ),
    R.PATIENT: Promise(
        "own record: surveys, attestations, reminders",
        {S.OWN_RECORD: {P.SEE_OWN_RECORD, P.ANSWER_PATIENT_SURVEYS, P.REPORT_EVENTS}},
    ),
    R.SYSTEM: Promise("named jobs, each its own name", {S.OWN_JOB: {P.RUN_JOBS}}),
}
WRITES = set(Permission) - {
    P.READ_TRAIL,
    P.EXPORT_TRAIL,
    P.SEE_DECISIONS,
    P.SEE_REPORTS,
    P.SEE_OPENINGS,
    P.SEE_PROGRAMS,
    P.SEE_ALL_PATIENTS,
    P.SEE_OWN_PATIENTS,
    P.SEE_OWN_RECORD,
}
MAY_NOT = {
    R.DELEGATE: SIGNS | DISPENSES | {P.NAME_DELEGATES},
    R.PRESCRIBER: DISPENSES | {P.SEE_ALL_PATIENTS, P.DECIDE_CERTIFICATIONS, P.READ_TRAIL},
    R.PHARMACIST: SIGNS | {P.CLOSE_REPORTS, P.SEE_OWN_PATIENTS, P.SEE_ALL_PATIENTS, P.KEEP_SITE_STAFF},
    R.REPRESENTATIVE: DISPENSES | SIGNS | {P.LOOK_UP_AUTHORIZATIONS, P.SEE_ALL_PATIENTS},
    R.ADMINISTRATOR: SIGNS | DISPENSES | {P.RECORD_FACTS, P.ENROLL_PATIENTS},
    R.AUDITOR: WRITES | {P.SEE_ALL_PATIENTS},
    R.PATIENT: SIGNS | DISPENSES | {P.SEE_ALL_PATIENTS, P.SEE_OWN_PATIENTS},
    R.SYSTEM: set(Permission) - {P.RUN_JOBS},
}


@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_is_promised_there_and_nothing_else(role: Role) -> None:
    promised = {permission: scope for scope, those in PROMISES[role].rights.items() for permission in those}
    assert RIGHTS[role] == promised


@pytest.mark.parametrize("role", Role)
def test_each_role_may_nothing_that_is_another_ones(role: Role) -> None:
    assert not MAY_NOT.get(role, set()) & PERMISSIONS[role]


def test_nobody_holds_both_ends_of_a_dispensing_by_one_role() -> None:
    assert not [r for r in Role if P.ASK_FOR_AUTHORIZATIONS in PERMISSIONS[r] and P.HAND_OVER in PERMISSIONS[r]]


def test_every_permission_is_somebodys_and_every_scope_is_used_and_both_say_what_they_are() -> None:
    assert permissions_of(set(Role)) == set(Permission)
    assert {scope for rights in RIGHTS.values() for scope in rights.values()} == set(Scope)
    for words in ([each.value for each in Permission], [each.value for each in Scope]):
        assert len(set(words)) == len(words)
        assert all(words)


def test_several_roles_add_up() -> None:
    both = permissions_of({R.PHARMACIST, R.REPRESENTATIVE})
    assert both == PERMISSIONS[R.PHARMACIST] | PERMISSIONS[R.REPRESENTATIVE]
    assert permissions_of(set()) == frozenset()
