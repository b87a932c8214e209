"""The first page sends each role to its work; failures are said in words."""

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse

from accounts.roles import Role
from audit.acts import Busy
from prescribers.actions import name_delegate
from rems.failures import Failures
from rems.views import errors
from rems.views.home import FIRST_PAGES
from tests.people import person
from tests.registry_cast import a_prescriber

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", list(FIRST_PAGES))
def test_each_role_comes_to_its_first_page(client: Client, role: Role) -> None:
    try:
        first = reverse(FIRST_PAGES[role])
    except NoReverseMatch:
        pytest.skip("this role has no pages yet")
    someone = person("Somebody", role)
    if role is Role.PRESCRIBER:
        a_prescriber(person=someone)
    client.force_login(someone)
    assert client.get("/")["Location"] == first


def test_a_new_prescriber_comes_to_the_enrollment_form_and_who_works_for_another_does_not(client: Client) -> None:
    new = person("Nina Berg", Role.PRESCRIBER)
    client.force_login(new)
    assert client.get("/")["Location"] == reverse("prescriber:details")
    ruth = person("Ruth Abara", Role.PRESCRIBER)
    name_delegate(prescriber=a_prescriber(person=ruth), person=new, by=ruth)
    assert client.get("/")["Location"] == reverse("prescriber:home")


def test_without_a_role_one_is_told_so(client: Client) -> None:
    client.force_login(person("New Person"))
    assert "No role yet" in client.get("/").content.decode()


def test_who_is_not_signed_in_is_asked_to(client: Client) -> None:
    assert client.get("/")["Location"] == "/sign-in/?next=/"


def test_a_page_that_is_not_there_says_what_to_do(client: Client) -> None:
    response = client.get("/nothing/here/")
    assert response.status_code == 404
    assert "Not found" in response.content.decode()


def test_what_a_role_may_not_do_is_said_and_recorded(client: Client) -> None:
    client.force_login(person("Elena Marsh", Role.PATIENT))
    html = client.get("/programs/").content.decode()
    assert "Your role may not do this" in html.replace("your role", "Your role")
    assert "The attempt was recorded" in html


def test_a_busy_record_is_said_so(rf: RequestFactory) -> None:
    response = Failures(lambda request: None).process_exception(rf.get("/"), Busy())  # type: ignore[arg-type,return-value]
    assert response is not None
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "Nothing was done" in response.content.decode()


def test_a_database_that_does_not_answer_is_never_a_yes(rf: RequestFactory) -> None:
    gone = OperationalError("gone")
    response = Failures(lambda request: None).process_exception(rf.get("/"), gone)  # type: ignore[arg-type,return-value]
    assert response is not None
    assert response.status_code == 503
    assert "Do not dispense: no answer" in response.content.decode()


def test_other_faults_are_left_to_the_page_of_faults(rf: RequestFactory) -> None:
    assert Failures(lambda request: None).process_exception(rf.get("/"), KeyError()) is None  # type: ignore[arg-type,return-value]
    response = errors.show_broken(rf.get("/"))
    assert response.status_code == 500
    assert "Do not dispense without a number" in response.content.decode()
