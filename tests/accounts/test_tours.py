"""Who is new in a role is shown a short tour on its first page, until they close it."""

from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Person, TourSeen
from accounts.roles import Role
from accounts.standing import Forbidden
from accounts.tours import close_tour, is_new_as
from audit import clock
from audit.facts import InvalidFact
from audit.models import Event
from patients.models import PatientAccount
from rems.views.home import FIRST_PAGES
from tests.people import person
from tests.registry_cast import a_patient

pytestmark = pytest.mark.django_db
CLOSE = "/account/tour/close/"


def signed_in(someone: Person) -> Client:
    client = Client()
    client.force_login(someone)
    return client


def tour_of(role: Role) -> str:
    return f"New here as {role.label.lower()}?".replace("'", "&#x27;")


def first_page(client: Client) -> str:
    return str(client.get("/", follow=True).content.decode())


def new(*roles: Role) -> Person:
    someone = person("Nora Lindqvist", *roles, email=f"{uuid4()}@example.org")
    if Role.PATIENT in roles:
        _bind(someone)
    return someone


def _bind(someone: Person) -> None:
    """Say which patient this is: nobody else has a first page in that role."""
    patient = a_patient(first_name=f"Nora {uuid4()}")
    PatientAccount.objects.create(
        patient=patient, person=someone, zone="America/New_York", made_at=clock.now(), made_by=someone
    )


@pytest.mark.parametrize("role", sorted(set(FIRST_PAGES) - {Role.PHARMACIST}))
def test_the_first_page_of_each_role_has_its_tour_until_it_is_closed(role: Role) -> None:
    someone = new(role)
    client = signed_in(someone)
    assert tour_of(role) in first_page(client)
    assert tour_of(role) in first_page(client), "looking at it does not close it"
    answer = client.post(CLOSE, {"role": role}, headers={"Referer": "http://testserver/programs/"})
    assert (answer.status_code, answer["Location"]) == (302, "/programs/")
    assert tour_of(role) not in first_page(client)
    assert tour_of(role) in first_page(signed_in(new(role))), "it is closed for this person alone"


def test_closing_it_is_an_act_in_the_trail() -> None:
    someone = new(Role.AUDITOR)
    signed_in(someone).post(CLOSE, {"role": "auditor"})
    entry = Event.objects.get(action="accounts.close_tour")
    assert (entry.person_id, entry.details["role"]) == (someone.pk, "auditor")


def test_each_role_has_a_tour_of_its_own() -> None:
    someone = new(Role.PHARMACIST, Role.REPRESENTATIVE)
    close_tour(role=Role.PHARMACIST, by=someone)
    assert not is_new_as(someone, Role.PHARMACIST)
    assert is_new_as(someone, Role.REPRESENTATIVE)
    assert not is_new_as(someone, Role.AUDITOR), "nobody is new in a role that they do not hold"


def test_closing_it_twice_is_closing_it() -> None:
    someone = new(Role.AUDITOR)
    assert close_tour(role=Role.AUDITOR, by=someone) == close_tour(role=Role.AUDITOR, by=someone)
    assert TourSeen.objects.count() == 1


@pytest.mark.parametrize("role", ["auditor", "nonsense", ""])
def test_nobody_closes_the_tour_of_a_role_that_they_do_not_hold(role: str) -> None:
    assert signed_in(new(Role.PRESCRIBER)).post(CLOSE, {"role": role})["Location"] == "/"
    assert not TourSeen.objects.exists()


def test_the_act_itself_asks_for_the_role_and_for_an_account_that_stands() -> None:
    with pytest.raises(InvalidFact):
        close_tour(role=Role.AUDITOR, by=new(Role.PRESCRIBER))
    ended = new(Role.AUDITOR)
    Person.objects.filter(pk=ended.pk).update(is_active=False)
    ended.refresh_from_db()
    with pytest.raises(Forbidden):
        close_tour(role=Role.AUDITOR, by=ended)
