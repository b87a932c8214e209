"""Accounts, roles and the system's own people."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.actions import create_person, deactivate_person, grant_role, set_password, withdraw_role
from accounts.models import Person, RoleGrant
from accounts.people import person_with, system_person
from accounts.roles import Permission, Role
from accounts.standing import Forbidden
from audit import clock
from audit.facts import InvalidFact
from audit.models import Event
from tests.registry_cast import NOON, a_person, an_administrator

pytestmark = pytest.mark.django_db
GOOD = "correct horse battery"


def test_a_new_account_holds_its_roles_and_the_trail_says_who_gave_them() -> None:
    alice = a_person(Role.PHARMACIST, Role.REPRESENTATIVE)
    assert alice.roles() == {Role.PHARMACIST, Role.REPRESENTATIVE}
    assert alice.acting_as == "pharmacist, representative"
    assert Event.objects.filter(action="accounts.grant_role", person_name="System: tests").count() == 2


def test_an_address_is_found_whatever_its_capitals() -> None:
    alice = a_person(email=" Alice@Example.COM ")
    assert alice.email == "alice@example.com"
    assert person_with(email="ALICE@example.com") == alice
    assert Person.objects.get_by_natural_key("Alice@example.com") == alice
    assert person_with(email="bob@example.com") is None


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "taken@example.com"}, "email"),
        ({"email": "a@example.com", "name": " "}, "name"),
        ({"email": "a@example.com", "password": "short"}, "password"),
    ],
)
def test_an_account_that_cannot_be_names_the_field(details: dict[str, str], field: str) -> None:
    a_person(email="taken@example.com")
    asked: dict[str, Any] = {"name": "Bob", "by": system_person("tests")} | details
    with pytest.raises(ValidationError) as caught:
        create_person(**asked)
    assert field in caught.value.error_dict
    assert not Person.objects.filter(name="Bob").exists()


def test_a_password_is_kept_as_a_digest_only_and_never_in_the_trail() -> None:
    alice = a_person(password=GOOD)
    assert alice.check_password(GOOD)
    assert not a_person().has_usable_password()
    assert not [e for e in Event.objects.all() if GOOD in str(e.details)]


def test_a_password_is_changed_and_a_weak_one_refused() -> None:
    alice = a_person()
    set_password(person=alice, password=GOOD, by=alice)
    alice.refresh_from_db()
    assert alice.check_password(GOOD)
    with pytest.raises(InvalidFact) as caught:
        set_password(person=alice, password="password", by=alice)
    assert caught.value.field == "password"


def test_a_withdrawn_role_allows_nothing_more_and_can_be_granted_again() -> None:
    alice = a_person(Role.PHARMACIST)
    assert alice.may(Permission.HAND_OVER)
    grant = withdraw_role(person=alice, role=Role.PHARMACIST, by=system_person("tests"))
    assert grant.withdrawn_at is not None
    assert not alice.may(Permission.HAND_OVER)
    grant_role(person=alice, role=Role.PHARMACIST, by=system_person("tests"))
    assert alice.may(Permission.HAND_OVER)
    assert RoleGrant.objects.filter(person=alice).count() == 2


def test_who_does_not_hold_a_role_cannot_lose_it_nor_hold_it_twice() -> None:
    alice, system = a_person(Role.AUDITOR), system_person("tests")
    with pytest.raises(InvalidFact, match="does not hold"):
        withdraw_role(person=alice, role=Role.PATIENT, by=system)
    with pytest.raises(InvalidFact, match="already"):
        grant_role(person=alice, role=Role.AUDITOR, by=system)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMINISTRATOR, Role.SYSTEM)])
def test_only_who_keeps_the_accounts_makes_changes_and_ends_them(role: Role) -> None:
    stranger, alice = a_person(role), a_person(Role.AUDITOR)
    for attempt in (
        partial(create_person, email="new@example.com", name="New"),
        partial(create_person, email="new@example.com", name="New", roles=[Role.ADMINISTRATOR]),
        partial(grant_role, person=alice, role=Role.ADMINISTRATOR),
        partial(withdraw_role, person=alice, role=Role.AUDITOR),
        partial(deactivate_person, person=alice, reason="Left"),
        partial(set_password, person=alice, password=GOOD),
    ):
        with pytest.raises(Forbidden):
            attempt(by=stranger)
    alice.refresh_from_db()
    assert (alice.roles(), alice.is_active, alice.has_usable_password()) == (frozenset({Role.AUDITOR}), True, False)
    assert person_with(email="new@example.com") is None


def test_a_representative_takes_on_pharmacists_and_nobody_else() -> None:
    rita = a_person(Role.REPRESENTATIVE)
    pat = create_person(email="pat@example.com", name="Pat", roles=[Role.PHARMACIST], by=rita)
    assert pat.roles() == {Role.PHARMACIST}
    for roles in ([], [Role.PHARMACIST, Role.AUDITOR]):
        with pytest.raises(Forbidden):
            create_person(email="sam@example.com", name="Sam", roles=roles, by=rita)


def test_an_account_that_ended_meanwhile_grants_nothing_more() -> None:
    jo = a_person(Role.ADMINISTRATOR)
    deactivate_person(person=jo, reason="Left", by=system_person("tests"))
    assert jo.is_active
    with pytest.raises(Forbidden):
        grant_role(person=a_person(), role=Role.AUDITOR, by=jo)


def test_nobody_is_given_the_role_of_the_jobs() -> None:
    with pytest.raises(InvalidFact, match="jobs"):
        grant_role(person=a_person(), role=Role.SYSTEM, by=a_person(Role.ADMINISTRATOR))


def test_nobody_grants_a_role_to_themselves() -> None:
    alice = a_person(Role.ADMINISTRATOR)
    with pytest.raises(InvalidFact, match="themselves"):
        grant_role(person=alice, role=Role.PHARMACIST, by=alice)


def test_who_is_deactivated_may_nothing_whatever_the_role() -> None:
    alice, system = a_person(Role.PHARMACIST), system_person("tests")
    deactivate_person(person=alice, reason="Left the pharmacy", by=system)
    alice.refresh_from_db()
    assert not alice.may(Permission.HAND_OVER)
    with pytest.raises(InvalidFact, match="already"):
        deactivate_person(person=alice, reason="Again", by=system)
    with pytest.raises(InvalidFact, match="why"):
        deactivate_person(person=a_person(), reason=" ", by=system)


def test_a_job_of_the_system_is_one_person_with_one_role_who_cannot_sign_in() -> None:
    job = system_person("overdue")
    assert system_person("overdue") == job
    assert job.roles() == {Role.SYSTEM}
    assert not job.has_usable_password()
    assert Event.objects.get(action="accounts.create_system_person", person_id=job.pk).role == "system"


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"role": "king"}, "role_known"),
        ({"withdrawn_at": NOON}, "withdrawn_together"),
        ({"withdrawn_at": NOON - timedelta(days=1), "withdrawn_by": True}, "withdrawn_after"),
    ],
)
def test_the_database_refuses_a_grant_by_itself(values: dict[str, object], constraint: str) -> None:
    alice = a_person()
    row = {"role": "auditor", "granted_at": NOON, "granted_by": alice} | values
    if "withdrawn_by" in row:
        row["withdrawn_by"] = alice
    with pytest.raises(IntegrityError, match=constraint):
        RoleGrant.objects.create(person=alice, **row)


def test_the_database_keeps_one_grant_of_a_role_at_a_time_and_addresses_in_small_letters() -> None:
    alice = a_person(Role.AUDITOR)
    with clock.stand_at(NOON), pytest.raises(IntegrityError, match="held_once"):
        RoleGrant.objects.create(person=alice, role="auditor", granted_at=clock.now(), granted_by=alice)


def test_the_database_keeps_addresses_in_small_letters() -> None:
    with pytest.raises(IntegrityError, match="email_lower"):
        Person.objects.create(email="Big@example.com", name="Big", created_at=NOON)


def test_nobody_withdraws_their_own_role_or_ends_their_own_account() -> None:
    jo = an_administrator()
    with pytest.raises(InvalidFact, match="your own account"):
        withdraw_role(person=jo, role=Role.ADMINISTRATOR, by=jo)
    with pytest.raises(InvalidFact, match="your own account"):
        deactivate_person(person=jo, reason="Tired", by=jo)
    assert jo.may(Permission.GRANT_ROLES)


def test_an_account_that_ended_is_granted_nothing() -> None:
    jo, alice = an_administrator(), a_person()
    deactivate_person(person=alice, reason="Left", by=jo)
    with pytest.raises(InvalidFact, match="deactivated"):
        grant_role(person=alice, role=Role.AUDITOR, by=jo)
