"""Separation of duties: who asked does not decide, who reviews looks at others, roles that are kept apart."""

from itertools import combinations

import pytest

from accounts.actions import create_person, grant_role, withdraw_role
from accounts.models import Person
from accounts.people import system_person
from accounts.roles import PERMISSIONS, Permission, Role
from accounts.separation import APART, DUTIES, apart_from, must_be_another
from audit.facts import InvalidFact
from tests.registry_cast import a_person, an_administrator

pytestmark = pytest.mark.django_db
R, P = Role, Permission
TOGETHER = {
    frozenset({R.PRESCRIBER, R.DELEGATE}),
    frozenset({R.PRESCRIBER, R.REPRESENTATIVE}),
    frozenset({R.DELEGATE, R.REPRESENTATIVE}),
    frozenset({R.PHARMACIST, R.REPRESENTATIVE}),
}
GRANTED = [role for role in Role if role not in {R.PATIENT, R.SYSTEM}]
PAIRS = [(one, other) for one, other in combinations(GRANTED, 2)]


def decide(*than: Person | int | None, by: Person) -> None:
    must_be_another(*than, by=by, field="outcome", message="Somebody else decides.")


def test_who_asked_does_not_decide_and_anybody_else_does() -> None:
    alice, bob = a_person(name="Alice"), a_person(name="Bob")
    for asked in (alice, alice.pk):
        with pytest.raises(InvalidFact, match="Somebody else decides"):
            decide(None, bob, asked, by=alice)
        decide(None, asked, by=bob)
    decide(by=alice)
    decide(None, by=alice)


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=lambda role: role.value)
def test_roles_that_defeat_the_separation_are_not_granted_together_in_either_order(one: Role, other: Role) -> None:
    together = frozenset({one, other}) in TOGETHER
    for first, second in ((one, other), (other, one)):
        alice = a_person(first)
        if together:
            grant_role(person=alice, role=second, by=an_administrator())
        else:
            with pytest.raises(InvalidFact) as caught:
                grant_role(person=alice, role=second, by=an_administrator())
            assert caught.value.field == "role"
            assert apart_from(second, [first]) in caught.value.message
        assert alice.roles() == ({first, second} if together else {first})


def test_an_account_is_not_made_with_roles_that_are_kept_apart() -> None:
    with pytest.raises(InvalidFact):
        create_person(
            email="a@example.com", name="Alice", roles=[R.PHARMACIST, R.PRESCRIBER], by=system_person("tests")
        )
    assert not Person.objects.filter(name="Alice").exists()


def test_a_role_that_was_withdrawn_keeps_nothing_apart() -> None:
    alice, jo = a_person(R.PRESCRIBER), an_administrator()
    withdraw_role(person=alice, role=R.PRESCRIBER, by=jo)
    grant_role(person=alice, role=R.PHARMACIST, by=jo)
    assert alice.roles() == {R.PHARMACIST}


def test_no_roles_that_go_together_hold_both_halves_of_anything() -> None:
    halves = [
        (P.ASK_FOR_AUTHORIZATIONS, P.HAND_OVER),
        (P.PREPARE_PRESCRIPTIONS, P.HAND_OVER),
        (P.APPLY_AS_PRESCRIBER, P.DECIDE_CERTIFICATIONS),
        (P.APPLY_FOR_SITE, P.DECIDE_CERTIFICATIONS),
        (P.SIGN_AGREEMENTS, P.GRANT_ROLES),
    ]
    for pair in TOGETHER:
        held = frozenset().union(*(PERMISSIONS[role] for role in pair))
        assert not [half for half in halves if held.issuperset(half)], pair


def test_each_rule_says_why_in_words() -> None:
    assert all(rule.why.endswith(".") and rule.others for rule in APART)
    assert all(duty.endswith(".") for duty in DUTIES)
