"""People: accounts are made, roles granted and withdrawn, accounts ended; by an administrator, never on oneself."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from accounts.people import person_with, system_person
from accounts.roles import Role
from audit.models import Event
from tests.rems.program_cast import PASSWORD, Cast, signed_in

NEW = {"email": "Ada@Localhost.example", "name": "Ada Quill", "role": "auditor", "password": "a phrase nobody guesses"}


@pytest.fixture
def jo(cast: Cast) -> Client:
    """Jo's browser."""
    return signed_in(cast.jo)


def at(name: str, person: Person, *more: str) -> str:
    return reverse(f"administration:{name}", args=[person.pk, *more])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=halv", ["Per Halvorsen"]),
        ("q=rita@local", ["Rita Moss"]),
        ("role=auditor", ["Per Halvorsen"]),
        ("role=representative", ["Olga Stern", "Rita Moss"]),
        ("state=ended", []),
    ],
)
def test_people_are_found(cast: Cast, jo: Client, query: str, names: list[str]) -> None:
    page = jo.get(f"{reverse('administration:people')}?{query}")
    assert [person.name for person in page.context["page"]] == names


def test_jobs_of_the_system_are_no_people(cast: Cast, jo: Client) -> None:
    job = system_person("overdue")
    assert "System" not in jo.get(reverse("administration:people")).content.decode()
    assert jo.get(at("person", job)).status_code == 404


def test_a_new_account_signs_in_with_its_role(cast: Cast, jo: Client) -> None:
    answer = jo.post(reverse("administration:create_person"), NEW | {"key": "k-1"})
    made = person_with(email="ada@localhost.example")
    assert made is not None
    assert answer["Location"] == at("person", made)
    assert made.roles() == {Role.AUDITOR}
    assert made.check_password(NEW["password"])
    event = Event.objects.get(action="accounts.create_person")
    assert (event.person_id, event.row_id) == (cast.jo.pk, str(made.pk))
    jo.post(reverse("administration:create_person"), NEW | {"key": "k-1"})
    assert Person.objects.filter(name="Ada Quill").count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "rita@localhost"}, "email"),
        ({"email": "job@system.invalid"}, "email"),
        ({"name": ""}, "name"),
        ({"role": "system"}, "role"),
        ({"role": "patient"}, "role"),
        ({"password": "short"}, "password"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast: Cast, jo: Client, wrong: dict[str, str], said: str) -> None:
    before = Person.objects.count()
    page = jo.post(reverse("administration:create_person"), NEW | {"key": "k-1"} | wrong)
    assert (page.status_code, list(page.context["form"].errors)) == (422, [said])
    assert Person.objects.count() == before


def test_a_role_is_granted_and_withdrawn(cast: Cast, jo: Client) -> None:
    assert jo.post(at("withdraw_role", cast.per, "auditor"), {"key": "k-1"}).status_code == 302
    assert jo.post(at("grant_role", cast.per), {"role": "administrator", "key": "k-2"}).status_code == 302
    assert cast.per.roles() == {Role.ADMINISTRATOR}
    page = jo.get(at("person", cast.per)).content.decode()
    assert "Withdraw" in page
    assert Event.objects.filter(action__in=["accounts.grant_role", "accounts.withdraw_role"]).count() == 2


def test_a_role_that_would_defeat_the_separation_is_not_offered_and_the_page_says_why(cast: Cast, jo: Client) -> None:
    page = jo.get(at("person", cast.ruth))
    offered = [role for role, _ in page.context["granting"].fields["role"].choices]
    assert offered == ["delegate", "representative"]
    assert "never signs, attests or dispenses for others" in page.content.decode()
    assert jo.post(at("grant_role", cast.ruth), {"role": "administrator", "key": "k-1"}).status_code == 422
    assert cast.ruth.roles() == {Role.PRESCRIBER}


def test_a_role_that_is_held_is_not_offered(cast: Cast, jo: Client) -> None:
    page = jo.post(at("grant_role", cast.per), {"role": "auditor", "key": "k-1"})
    assert (page.status_code, list(page.context["granting"].errors)) == (422, ["role"])
    assert jo.post(at("withdraw_role", cast.per, "pharmacist"), {"key": "k-2"}).status_code == 422
    assert jo.post(at("withdraw_role", cast.per, "king"), {"key": "k-3"}).status_code == 404


def test_a_lost_password_is_set_anew(cast: Cast, jo: Client) -> None:
    old = signed_in(cast.per)
    assert jo.post(at("renew_password", cast.per), {"password": "weak", "key": "k-1"}).status_code == 422
    assert jo.post(at("renew_password", cast.per), {"password": NEW["password"], "key": "k-2"}).status_code == 302
    cast.per.refresh_from_db()
    assert (cast.per.check_password(NEW["password"]), cast.per.check_password(PASSWORD)) == (True, False)
    assert old.get(reverse("administration:trail")).status_code == 302


def test_an_account_ends_with_a_reason(cast: Cast, jo: Client) -> None:
    theirs = signed_in(cast.per)
    assert jo.post(at("deactivate_person", cast.per), {"reason": "", "key": "k-1"}).status_code == 422
    assert jo.post(at("deactivate_person", cast.per), {"reason": "Left.", "key": "k-2"}).status_code == 302
    assert Event.objects.get(action="accounts.deactivate_person").reason == "Left."
    assert theirs.get(reverse("administration:trail")).status_code == 302
    page = jo.get(at("person", cast.per)).content.decode()
    assert "Deactivated." in page
    assert "Grant a role" not in page
    assert jo.post(at("grant_role", cast.per), {"role": "pharmacist", "key": "k-3"}).status_code == 422


@pytest.mark.parametrize(
    ("name", "more", "typed"),
    [
        ("grant_role", (), {"role": "auditor"}),
        ("withdraw_role", ("administrator",), {}),
        ("renew_password", (), {"password": NEW["password"]}),
        ("deactivate_person", (), {"reason": "Tired."}),
    ],
)
def test_nobody_changes_their_own_account(
    cast: Cast, jo: Client, name: str, more: tuple[str, ...], typed: dict[str, str]
) -> None:
    assert jo.post(at(name, cast.jo, *more), typed | {"key": "k-1"}).status_code == 404
    cast.jo.refresh_from_db()
    assert cast.jo.is_active
    assert cast.jo.roles() == {Role.ADMINISTRATOR}
    assert "Grant a role" not in jo.get(at("person", cast.jo)).content.decode()
