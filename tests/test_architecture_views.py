"""No view can forget that who sees a patient leaves a line: it records the view, or says here why it shows nobody."""

from collections.abc import Iterator
from types import FunctionType
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.policy import Openness, policy_of
from audit.denials import record_view
from rems.views.pharmacy.numbers import mistyped
from tests.test_architecture import OURS, body_of, used_by

ONLY_STAFF = "shows prescribers, sites, people and what they signed; no patient"
ONLY_DOES = "does one thing and redirects"
OWN_ACCOUNT = (
    "accounts:account",
    "accounts:contact",
    "accounts:end_session",
    "accounts:end_other_sessions",
    "accounts:close_tour",
    "accounts:extend_session",
    "accounts:passkey_challenge",
    "account_change_password",
    "usersessions_list",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_deactivate_totp",
    "mfa_remove_webauthn",
)
SHOWS_NO_PATIENT = {
    "home": "redirects",
    "programs:list": "shows the rules",
    "programs:edition": "shows the rules",
    "pharmacy:site": ONLY_STAFF,
    # The prescriber's other pages about staff share the function that shows a page; it asks whether there is a patient.
    "prescriber:end_delegate": ONLY_DOES,
    "prescriber:practices": "shows business addresses",
    "administration:figures": "shows counts by week",
    "prescriber:end_patient_access": ONLY_DOES,
    "prescriber:see_concern": ONLY_DOES,
    "my:language": ONLY_DOES,
    "administration:applications": ONLY_STAFF,
    "administration:application": ONLY_STAFF,
    "administration:approve": ONLY_STAFF,
    "administration:refuse": ONLY_STAFF,
    "administration:prescribers": ONLY_STAFF,
    "administration:prescriber": ONLY_STAFF,
    "administration:deactivate_prescriber": ONLY_STAFF,
    "administration:pharmacies": ONLY_STAFF,
    "administration:pharmacy": ONLY_STAFF,
    "administration:deactivate_pharmacy": ONLY_STAFF,
    "administration:appoint_representative": ONLY_STAFF,
    "administration:people": ONLY_STAFF,
    "administration:create_person": ONLY_STAFF,
    "administration:person": ONLY_STAFF,
    "administration:grant_role": ONLY_STAFF,
    "administration:withdraw_role": ONLY_STAFF,
    "administration:renew_password": ONLY_STAFF,
    "administration:deactivate_person": ONLY_STAFF,
    "administration:outages": "shows when the system was down",
    "administration:record_outage": "shows when the system was down",
    "administration:downtime": "shows when the system was down",
    "administration:start_downtime": "shows when the system was down",
    "administration:end_downtime": "shows when the system was down",
    "administration:reviews": "shows counts and findings of a period",
    "administration:review": "shows counts and findings of a period",
    "administration:sign_review": "shows counts and findings of a period",
    "administration:verification": "shows how far a job is",
    "administration:start_verification": ONLY_DOES,
    "administration:stop_verification": ONLY_DOES,
    "administration:reset_second_factor": ONLY_STAFF,
    "administration:end_sessions": ONLY_STAFF,
    "administration:close_record": ONLY_DOES,
    "administration:deliveries": "shows by role who could not be reached; no patient",
    "administration:send_now": ONLY_DOES,
    "read_notices": ONLY_DOES,
    "rights": "shows what roles may do",
    "parts": "shows nobody who is on record",
    "shortcuts": "shows the keys",
    **dict.fromkeys(OWN_ACCOUNT, "shows one's own account"),
    "site:home": ONLY_STAFF,
    "site:register": ONLY_STAFF,
    "site:site": ONLY_STAFF,
    "site:correct": ONLY_STAFF,
    "site:apply": ONLY_STAFF,
    "site:take_on": ONLY_STAFF,
    "site:end": ONLY_STAFF,
    "site:training": ONLY_STAFF,
    "site:correct_training": ONLY_STAFF,
    "site:reset_second_factor": ONLY_STAFF,
}
NOT_THE_PAGE = frozenset({mistyped})
"""Records what was typed where it was no number; a page that does only this has forgotten its own line."""


def views(patterns: "list[URLPattern | URLResolver] | None" = None, space: str = "") -> Iterator[tuple[str, Any]]:
    """Every view that asks who is there, by the name of its address."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif policy_of(pattern.callback) is not Openness.PUBLIC:
            yield f"{space}{pattern.name}", pattern.callback


def records_a_view(view: Any) -> bool:
    """Whether a view calls record_view, itself or by functions of ours."""
    body = body_of(view)
    assert body is not None, view
    seen: set[FunctionType] = set()
    waiting = [body]
    while waiting:
        function = waiting.pop()
        if function is record_view:
            return True
        if function in seen or function in NOT_THE_PAGE or function.__module__.split(".")[0] not in OURS:
            continue
        seen.add(function)
        waiting += [found for thing in used_by(function) if (found := body_of(thing))]
    return False


VIEWS = dict(views())


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_every_view_records_whom_it_shows_or_shows_nobody(name: str) -> None:
    assert records_a_view(VIEWS[name]) is (name not in SHOWS_NO_PATIENT)


def test_no_excuse_outlives_its_view() -> None:
    assert SHOWS_NO_PATIENT.keys() <= VIEWS.keys()


def test_the_search_finds_a_view_that_forgot() -> None:
    def forgot() -> str:
        return ONLY_DOES

    assert not records_a_view(forgot)
