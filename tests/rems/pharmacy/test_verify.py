"""The verdict page."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.roles import Role
from audit import clock
from audit.models import Event
from pharmacies.models import Deactivation
from rems import models
from rems.checklists import CHECKLISTS
from tests.rems.pharmacy.conftest import NOW, Cast, person, survey, test


def verify(client: Client, authorization: models.Authorization) -> str:
    answer = client.get(f"/pharmacy/verify/{authorization.number}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_may_be_dispensed_and_until_when(at_counter: Client, cast: Cast) -> None:
    page = verify(at_counter, cast.authorize(cast.elena))
    assert '<h1 id="verdict">May be dispensed</h1>' in page
    assert "Elena Marsh" in page
    assert "Authorization closes" in page
    assert "Mon, Jun 22, 2026, 23:59 EDT" in page
    assert "Next fill opens" in page
    assert "Get confirmation number" in page


def test_nothing_is_chosen_or_ticked_beforehand(at_counter: Client, cast: Cast) -> None:
    page = verify(at_counter, cast.authorize(cast.elena))
    assert " checked" not in page
    for tick in CHECKLISTS["adult_female_rp"]:  # type: ignore[index]
        assert f'value="{tick.code}"' in page
        for point in tick.points:
            assert point.words in page


def test_the_checklist_is_that_of_the_category(at_counter: Client, cast: Cast) -> None:
    page = verify(at_counter, cast.authorize(cast.walter))
    assert "Partners and condoms" in page
    assert "Pregnancy and contraception" not in page


def test_a_positive_test_refuses_and_says_who_clears_it(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    test(cast.elena.patient, "positive", at=NOW - timedelta(minutes=5), by=cast.ruth)
    page = verify(at_counter, authorization)
    assert "Do not dispense" in page
    assert "Positive pregnancy test" in page
    assert "test_positive" in page
    assert "Who clears it" in page
    assert "official document" in page
    assert "Get confirmation number" not in page
    assert "How the windows meet" not in page
    assert "555-0142" in page


def test_too_early_shows_the_day_and_the_count(at_counter: Client, cast: Cast) -> None:
    cast.hand_over(cast.confirm(cast.authorize(cast.walter), at=cast.cedar, by=cast.alice), by=cast.alice)
    with clock.stand_at(NOW + timedelta(days=2)):
        survey(cast.walter.patient, at=clock.now(), by=cast.ruth)
        page = verify(at_counter, cast.authorize(cast.walter))
    assert "Too early for the next fill" in page
    assert "Computed: 26." in page
    assert "This fill opens" in page
    assert "How the windows meet" in page
    assert "All of these meet on" in page
    assert "Get confirmation number" in page


def test_a_number_confirmed_elsewhere_says_so(client: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.walter)
    cast.confirm(authorization, at=cast.cedar, by=cast.alice)
    client.force_login(cast.bob)
    page = verify(client, authorization)
    assert "A confirmation is open" in page
    assert "Do not dispense" in page


def test_a_number_confirmed_here_goes_to_its_confirmation(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.walter)
    confirmation = cast.confirm(authorization, at=cast.cedar, by=cast.alice)
    answer = at_counter.get(f"/pharmacy/verify/{authorization.number}")
    assert answer["Location"] == f"/pharmacy/confirmation/{confirmation.number}"


def test_a_site_that_is_not_certified_is_told_that_and_nothing_of_the_patient(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    test(cast.elena.patient, "positive", at=NOW - timedelta(minutes=5), by=cast.ruth)
    Deactivation.objects.create(
        pharmacy=cast.cedar, program="us-lenalidomide", deactivated_at=NOW, by=cast.ruth, reason="Training lapsed"
    )
    page = verify(at_counter, authorization)
    assert "This site is not certified" in page
    assert "Elena" not in page
    assert "Positive pregnancy test" not in page
    assert "Get confirmation number" not in page


def test_each_look_is_recorded(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    verify(at_counter, authorization)
    seen = Event.objects.get(action="pharmacy.view_authorization")
    assert seen.patient_id == cast.elena.patient_id
    assert seen.person_id == cast.alice.pk
    assert seen.organization == "Cedar Street Pharmacy"


@pytest.mark.parametrize("address", ["/pharmacy/", "/pharmacy/today", "/pharmacy/returns", "/pharmacy/verify/x"])
def test_who_works_at_no_site_sees_no_number(client: Client, cast: Cast, address: str) -> None:
    client.force_login(cast.charlie)
    answer = client.get(address)
    assert answer.status_code == 403
    assert "You are not named at a site" in answer.content.decode()
    assert Event.objects.filter(action="pharmacy.denied", person_id=cast.charlie.pk, allowed=False).exists()


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.DELEGATE, Role.ADMINISTRATOR, Role.AUDITOR, Role.PATIENT])
def test_other_roles_are_refused(client: Client, cast: Cast, role: Role) -> None:
    client.force_login(person(f"Other {role.value}", role))
    number = cast.authorize(cast.walter).number
    assert client.get(f"/pharmacy/verify/{number}").status_code == 403
    assert client.post(f"/pharmacy/verify/{number}/confirm").status_code == 403


def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client, cast: Cast) -> None:
    number = cast.authorize(cast.walter).number
    assert client.get(f"/pharmacy/verify/{number}").status_code == 302
    assert client.post(f"/pharmacy/verify/{number}/confirm").status_code == 302


def test_a_pharmacist_with_several_sites_chooses_one(client: Client, cast: Cast) -> None:
    client.force_login(cast.dora)
    address = f"/pharmacy/verify/{cast.authorize(cast.walter).number}"
    asked = client.get(address)
    assert asked["Location"] == f"/pharmacy/site?next={address}"
    page = client.get(asked["Location"]).content.decode()
    assert "Cedar Street Pharmacy" in page
    assert "Birch Road Pharmacy" in page
    assert " checked" not in page
    went = client.post("/pharmacy/site", {"site": cast.birch.pk, "next": address})
    assert went["Location"] == address
    assert "At Birch Road Pharmacy" in client.get(address).content.decode()


def test_the_way_back_never_leaves_the_site(client: Client, cast: Cast) -> None:
    client.force_login(cast.dora)
    went = client.post("/pharmacy/site", {"site": cast.birch.pk, "next": "https://example.org/"})
    assert went["Location"] == "/pharmacy/"


def test_nobody_chooses_a_site_of_others(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    assert client.post("/pharmacy/site", {"site": cast.birch.pk}).status_code == 422
