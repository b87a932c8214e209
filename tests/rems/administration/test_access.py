"""Who may open which of these pages; everybody else is denied, and the denial is recorded."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event
from rems.urls_administration import urlpatterns as administration
from rems.urls_representative import urlpatterns as representative
from tests.rems.program_cast import Cast, person, signed_in

VERIFYING = {"start_verification", "stop_verification"}
POSTED = {
    "approve",
    "refuse",
    "deactivate_prescriber",
    "deactivate_pharmacy",
    "close_report",
    "appoint_representative",
    "transfer",
    "correct_outcome",
    "end",
    "grant_role",
    "withdraw_role",
    "renew_password",
    "deactivate_person",
    *VERIFYING,
}
AUDITORS = {"trail", "event", "record", "reviews", "review", "verification", "decisions", "decision", "deviations"}
EXPORTING = {"export_trail"}
ARGUMENTS = {
    "kind": "prescriber",
    "pk": 1,
    "program": "us-lenalidomide",
    "number": "P-0000001",
    "member": 1,
    "role": "auditor",
    "table": "patients_patient",
    "row": "1",
}
ROUTES = [("administration", route) for route in administration] + [("site", route) for route in representative]


def ask(browser: Client, space: str, route: object) -> HttpResponse:
    """Open the page, or send the form that has no page of its own."""
    send = browser.post if route.name in POSTED else browser.get  # type: ignore[attr-defined]
    return send(address(space, route))  # type: ignore[return-value]


def address(space: str, route: object) -> str:
    """The route's address with arguments that fit."""
    names = route.pattern.converters  # type: ignore[attr-defined]
    return reverse(f"{space}:{route.name}", kwargs={name: ARGUMENTS[name] for name in names})  # type: ignore[attr-defined]


@pytest.mark.parametrize(("space", "route"), ROUTES, ids=lambda value: getattr(value, "name", value))
def test_only_the_right_roles_get_in(space: str, route: object, cast: Cast) -> None:
    name = route.name  # type: ignore[attr-defined]
    let = {"site": {Role.REPRESENTATIVE}, "administration": {Role.ADMINISTRATOR}}[space]
    let = let | {Role.AUDITOR} if name in AUDITORS | VERIFYING | EXPORTING else let
    for role in Role:
        answer = ask(signed_in(person(f"{role.value} tester", role)), space, route)
        assert (answer.status_code == 403) is (role not in let), (role, answer.status_code)


@pytest.mark.parametrize(("space", "route"), ROUTES, ids=lambda value: getattr(value, "name", value))
def test_who_is_not_signed_in_is_sent_to_sign_in(space: str, route: object) -> None:
    answer = ask(Client(), space, route)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("accounts:sign_in"))


def test_a_denial_is_in_the_trail(cast: Cast) -> None:
    signed_in(cast.ruth).get(reverse("administration:trail"))
    event = Event.objects.get(action="accounts.denied")
    assert (event.person_id, event.allowed) == (cast.ruth.pk, False)


def test_an_auditor_writes_nothing_but_verifies_and_exports(cast: Cast) -> None:
    browser = signed_in(cast.per)
    for space, route in ROUTES:
        if route.name in VERIFYING | EXPORTING:
            continue
        refused = {405} if route.name in AUDITORS else {403, 405}
        assert browser.post(address(space, route)).status_code in refused
    assert not Event.objects.said().exclude(action__in=["accounts.denied", "audit.open_epoch"]).exists()


@pytest.mark.parametrize("typed", ["%00", "%ED%A0%80", "' or 1=1 --", "%E2%80%AE", "x" * 5000, "{{ 7 }}", "<script>"])
def test_what_is_typed_into_a_filter_is_never_an_error(cast: Cast, typed: str) -> None:
    browser = signed_in(cast.jo)
    fields = ("q", "person", "patient", "action", "since", "program", "kind", "late", "reason", "page", "before")
    everything = "&".join(f"{field}={typed}" for field in fields)
    for name in ("trail", "decisions", "patients", "prescribers", "pharmacies", "overdue", "reports", "applications"):
        answer = browser.get(f"{reverse('administration:' + name)}?{everything}")
        assert (name, answer.status_code) == (name, 200)
        assert "<script>" not in answer.content.decode()


@pytest.mark.parametrize("number", ["%00", "P-0000001%00", "%2e%2e", "P 1"])
def test_a_number_that_is_none_is_not_found(cast: Cast, number: str) -> None:
    assert signed_in(cast.jo).get(f"{reverse('administration:patients')}/{number}").status_code == 404
