"""The representative keeps the site: data, applications, staff, training; nobody else's site exists."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.factors import has_factor
from accounts.identifiers import ncpdp_check_digit, npi_check_digit
from accounts.models import Person
from accounts.roles import Role
from accounts.standing import Forbidden
from audit.facts import InvalidFact
from audit.models import Event
from pharmacies.actions import end_pharmacist, name_pharmacist, record_training
from pharmacies.models import CertificationApplication, Pharmacist, Pharmacy, Training
from rems.actions.staff import reset_second_factor
from tests.factors import give_app
from tests.rems.program_cast import PASSWORD, PROGRAM, Cast, person, signed_in

DATA = {
    "key": "k-1",
    "name": "Elm Square Pharmacy",
    "ncpdp_id": "300003" + ncpdp_check_digit("300003"),
    "npi": "200000003" + npi_check_digit("200000003"),
    "address_line_1": "3 Elm Square",
    "city": "Denver",
    "state": "co",
    "zip_code": "80202",
    "phone": "555-0103",
    "zone": "America/Denver",
}
SIGNED = {
    "key": "k-1",
    "education_completed_on": "2026-06-01",
    "trains": "on",
    "password": PASSWORD,
}


def test_the_only_site_opens_at_once(cast: Cast) -> None:
    answer = signed_in(cast.rita).get(reverse("site:home"))
    assert answer["Location"] == reverse("site:site", args=[cast.cedar.pk])


def test_a_new_representative_registers_a_site(cast: Cast) -> None:
    browser = signed_in(person("Nell Gray", Role.REPRESENTATIVE))
    assert "You represent no site yet." in browser.get(reverse("site:home")).content.decode()
    wrong = browser.post(reverse("site:register"), DATA | {"npi": "1234567890"})
    assert (wrong.status_code, "Elm Square" in wrong.content.decode()) == (422, True)
    assert browser.post(reverse("site:register"), DATA).status_code == 302
    made = Pharmacy.objects.get(name="Elm Square Pharmacy")
    assert (made.state, made.zone, str(made.representative)) == ("CO", "America/Denver", "Nell Gray")


def test_data_are_corrected_with_a_reason(cast: Cast) -> None:
    browser, url = signed_in(cast.rita), reverse("site:correct", args=[cast.cedar.pk])
    typed = dict(browser.get(url).context["form"].initial) | {"key": "k-1", "phone": "555-0199"}
    assert browser.post(url, typed).status_code == 422
    assert browser.post(url, typed | {"reason": "A new line."}).status_code == 302
    event = Event.objects.get(action="pharmacies.correct_details")
    assert event.details == {"before": {"phone": "555-0100"}, "after": {"phone": "555-0199"}}


def test_the_application_is_signed_with_the_password(cast: Cast) -> None:
    browser, url = signed_in(cast.rita), reverse("site:apply", args=[cast.cedar.pk, PROGRAM])
    for wrong in ({"password": "no"}, {"trains": ""}, {"education_completed_on": ""}):
        assert browser.post(url, SIGNED | wrong).status_code == 422
    assert browser.post(url, SIGNED).status_code == 302
    application = CertificationApplication.objects.get()
    assert (application.signature.person, application.education_completed_on) == (cast.rita, date(2026, 6, 1))
    assert PASSWORD not in str(list(Event.objects.values()))
    again = browser.post(url, SIGNED | {"key": "k-2"})
    assert again.status_code == 422
    assert browser.get(reverse("site:apply", args=[cast.cedar.pk, "us-nothing"])).status_code == 404


def test_a_pharmacist_with_an_account_is_taken_on(cast: Cast) -> None:
    nora = person("Nora Lindqvist", Role.PHARMACIST)
    url = reverse("site:take_on", args=[cast.cedar.pk])
    assert signed_in(cast.rita).post(url, {"key": "k-1", "email": "NORA@localhost"}).status_code == 302
    assert Pharmacist.objects.get().person == nora


def test_a_new_person_gets_an_account(cast: Cast) -> None:
    browser, url = signed_in(cast.rita), reverse("site:take_on", args=[cast.cedar.pk])
    typed = {"key": "k-1", "email": "new@example.org"}
    unnamed = browser.post(url, typed)
    assert (unnamed.status_code, "new@example.org" in unnamed.content.decode()) == (422, True)
    assert browser.post(url, typed | {"name": "Nia New", "password": "short"}).status_code == 422
    assert browser.post(url, typed | {"name": "Nia New", "password": "a long first phrase"}).status_code == 302
    made = Person.objects.get(email="new@example.org")
    assert (made.roles(), made.check_password("a long first phrase")) == (frozenset({Role.PHARMACIST}), True)
    assert made.pharmacist_at.get().pharmacy == cast.cedar


def test_an_account_that_exists_keeps_its_password_and_name(cast: Cast) -> None:
    nora = person("Nora Lindqvist", Role.PHARMACIST)
    typed = {"key": "k-1", "email": nora.email, "name": "Else", "password": "another long phrase"}
    signed_in(cast.rita).post(reverse("site:take_on", args=[cast.cedar.pk]), typed)
    nora.refresh_from_db()
    assert (nora.name, nora.check_password(PASSWORD)) == ("Nora Lindqvist", True)


@pytest.fixture
def nora(cast: Cast) -> Pharmacist:
    """Nora works at Cedar Street."""
    return name_pharmacist(pharmacy=cast.cedar, person=person("Nora Lindqvist", Role.PHARMACIST), by=cast.rita)


def test_training_is_recorded(cast: Cast, nora: Pharmacist) -> None:
    browser, url = signed_in(cast.rita), reverse("site:training", args=[cast.cedar.pk, nora.pk, PROGRAM])
    assert browser.post(url, {"key": "k-1", "completed_on": "2026-06-17"}).status_code == 422
    assert browser.post(url, {"key": "k-1", "completed_on": "2026-06-15"}).status_code == 302
    assert Training.objects.get().person == nora.person
    assert "Jun 15, 2026" in browser.get(reverse("site:site", args=[cast.cedar.pk])).content.decode()


def test_the_work_of_a_pharmacist_ends(cast: Cast, nora: Pharmacist) -> None:
    browser, url = signed_in(cast.rita), reverse("site:end", args=[cast.cedar.pk, nora.pk])
    assert browser.post(url, {"key": "k-1"}).status_code == 302
    nora.refresh_from_db()
    assert nora.ended_by == cast.rita
    assert browser.post(url, {"key": "k-2"}).status_code == 404


def test_a_pharmacist_who_lost_the_phone_sets_up_a_new_factor(cast: Cast, nora: Pharmacist) -> None:
    browser = signed_in(cast.rita)
    url = reverse("site:reset_second_factor", args=[cast.cedar.pk, nora.pk])
    assert "has no second factor yet" in browser.post(url, {"key": "k-1", "reason": "Lost."}).content.decode()
    give_app(nora.person)
    assert browser.post(url, {"key": "k-2"}).status_code == 422
    assert browser.post(url, {"key": "k-3", "reason": "Phone lost; she stands here."}).status_code == 302
    assert not has_factor(nora.person)
    event = Event.objects.get(action="rems.reset_second_factor")
    assert (event.reason, event.details["pharmacy"]) == ("Phone lost; she stands here.", cast.cedar.pk)


def test_nobody_resets_a_factor_where_the_pharmacist_works_no_more(cast: Cast, nora: Pharmacist) -> None:
    give_app(nora.person)
    with pytest.raises(Forbidden):
        reset_second_factor(pharmacist=nora, reason="Lost.", by=person("Nell Gray", Role.REPRESENTATIVE))
    end_pharmacist(pharmacist=nora, by=cast.rita)
    with pytest.raises(InvalidFact):
        reset_second_factor(pharmacist=nora, reason="Lost.", by=cast.rita)
    assert has_factor(nora.person)


def test_another_s_site_does_not_exist(cast: Cast, nora: Pharmacist) -> None:
    assert cast.birch.representative is not None
    olga = signed_in(cast.birch.representative)
    for name, arguments in (
        ("site", []),
        ("correct", []),
        ("apply", [PROGRAM]),
        ("take_on", []),
        ("training", [nora.pk, PROGRAM]),
    ):
        assert olga.get(reverse(f"site:{name}", args=[cast.cedar.pk, *arguments])).status_code == 404
    assert olga.post(reverse("site:end", args=[cast.cedar.pk, nora.pk]), {"key": "k"}).status_code == 404
    assert olga.post(reverse("site:end", args=[cast.birch.pk, nora.pk]), {"key": "k"}).status_code == 404


@pytest.fixture
def trained(cast: Cast) -> Pharmacist:
    """Nora, trained for the program on June 1."""
    nora = person("Nora Lindqvist", Role.PHARMACIST)
    made = name_pharmacist(pharmacy=cast.cedar, person=nora, by=cast.rita)
    record_training(person=nora, program=PROGRAM, completed_on=date(2026, 6, 1), by=cast.rita)
    return made


BY_RITA = {"password": PASSWORD}


@pytest.mark.parametrize(
    ("typed", "days"),
    [({"what": "day", "completed_on": "2026-06-02"}, [date(2026, 6, 2)]), ({"what": "none"}, [])],
)
def test_a_training_is_corrected_or_withdrawn(
    cast: Cast, trained: Pharmacist, typed: dict[str, str], days: list[date]
) -> None:
    browser, url = signed_in(cast.rita), reverse("site:correct_training", args=[cast.cedar.pk, trained.pk, PROGRAM])
    assert url in browser.get(reverse("site:site", args=[cast.cedar.pk])).content.decode()
    assert browser.post(url, typed | BY_RITA | {"key": "k-1"}).status_code == 422
    assert browser.post(url, typed | BY_RITA | {"key": "k-1", "reason": "A slip."}).status_code == 302
    assert [row.completed_on for row in Training.objects.current()] == days
    assert Event.objects.get(action="pharmacies.correct_training").reason == "A slip."


def test_another_day_needs_the_day_and_no_training_is_none_to_correct(cast: Cast, trained: Pharmacist) -> None:
    browser = signed_in(cast.rita)
    url = reverse("site:correct_training", args=[cast.cedar.pk, trained.pk, PROGRAM])
    for day in ("", "2027-01-01"):
        page = browser.post(url, BY_RITA | {"key": "k-1", "what": "day", "completed_on": day, "reason": "A slip."})
        assert (page.status_code, list(page.context["form"].errors)) == (422, ["completed_on"])
    other = reverse("site:correct_training", args=[cast.cedar.pk, trained.pk, "us-thalidomide"])
    assert browser.get(other).status_code == 404


def test_the_program_appoints_another_representative(cast: Cast) -> None:
    browser, url = signed_in(cast.jo), reverse("administration:appoint_representative", args=[cast.cedar.pk])
    olga = cast.birch.representative
    assert olga is not None
    page = browser.get(reverse("administration:pharmacy", args=[cast.cedar.pk]))
    assert list(page.context["appointing"].fields["representative"].queryset) == [olga]
    for wrong in (cast.rita, cast.per):
        assert browser.post(url, {"key": "k-1", "representative": wrong.pk}).status_code == 422
    assert browser.post(url, {"key": "k-1", "representative": olga.pk}).status_code == 302
    assert signed_in(olga).get(reverse("site:site", args=[cast.cedar.pk])).status_code == 200
    assert signed_in(cast.rita).get(reverse("site:site", args=[cast.cedar.pk])).status_code == 404
