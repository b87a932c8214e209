"""A patient comes to their own pages by a one-time link and the birth date, and to nobody else's."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from accounts.models import Person, RoleGrant
from accounts.roles import Role
from audit import clock
from audit.models import Event
from patients.models import Patient, PatientAccount
from rems.actions import own_access
from rems.actions.standing import Forbidden
from rems.models import Enrollment, PatientLink, PatientLinkTry
from tests.rems.patient.conftest import BORN, child, link_of, phone_of, read, send, typed
from tests.rems.program_cast import NOW, Cast, enrolled, person, prescriber, signed_in

SECOND = timedelta(seconds=1)


def is_closed(answer: Any) -> bool:
    return answer.status_code == 404 and b"This link opens nothing" in answer.content and b"Leila" not in answer.content


def is_inside(phone: Client) -> bool:
    return phone.get(reverse("my:home")).status_code == 200


def test_the_page_behind_a_link_names_nobody_before_the_birth_date_fits(leila: Enrollment) -> None:
    address = link_of(leila)
    for answer in (Client().get(address), Client().post(address, typed(born="1991-04-02"))):
        words = answer.content.decode()
        assert not any(word in words for word in ("Leila", "Haddad", "Lenalidomide", "lenalidomide", "Ruth", "P-00"))
        assert "<title>You have something to do</title>" in words


def test_a_patient_comes_in_once_and_a_second_click_leads_to_the_same_page(leila: Enrollment) -> None:
    address, phone = link_of(leila), Client()
    assert phone.post(address, typed())["Location"] == reverse("my:home")
    assert is_inside(phone)
    assert phone.post(address, typed())["Location"] == reverse("my:home")
    assert is_closed(Client().get(address))
    assert is_closed(Client().post(address, typed()))


def test_a_phone_on_which_another_patient_is_signed_in_opens_the_next_link(leila: Enrollment, ivan: Enrollment) -> None:
    phone = phone_of(leila)
    answer = phone.post(link_of(ivan), typed(born=ivan.patient.born.isoformat()))
    assert (answer.status_code, answer["Location"]) == (302, reverse("my:home"))
    assert "Ivan" in read(phone, "home")
    assert [row.user for row in UserSession.objects.all()] == [PatientAccount.objects.get(patient=ivan.patient).person]


def test_who_of_the_staff_is_signed_in_is_signed_out_by_a_patients_link(cast: Cast, leila: Enrollment) -> None:
    browser = signed_in(cast.ruth)
    assert browser.post(link_of(leila), typed())["Location"] == reverse("my:home")
    assert browser.get(reverse("prescriber:home")).status_code == 403
    assert not UserSession.objects.filter(user=cast.ruth).exists()
    assert Event.objects.get(action="rems.enter_by_link").details["signed_out"] == cast.ruth.pk


def test_the_trail_says_that_it_was_the_patient_and_from_where(leila: Enrollment) -> None:
    phone = phone_of(leila)
    account = PatientAccount.objects.get()
    assert account.person.roles() == {Role.PATIENT}
    assert not any(word in account.person.name for word in ("Leila", "Haddad", leila.patient.number))
    assert not account.person.has_usable_password()
    entered = Event.objects.get(action="rems.enter_by_link")
    assert (entered.person_id, entered.role, entered.patient_id) == (account.person_id, "patient", leila.patient_id)
    assert entered.details["told_by"] == "Leila Haddad"
    tried = Event.objects.filter(action="rems.try_patient_link").latest("pk")
    assert (tried.person_name, tried.allowed) == ("System: one-time-link", True)
    phone.get(reverse("my:home"))
    shown = Event.objects.filter(action="rems.view_own_pages").latest("pk")
    assert (shown.person_id, shown.patient_id) == (account.person_id, leila.patient_id)


@pytest.mark.parametrize(("after", "serves"), [(-SECOND, True), (0 * SECOND, True), (SECOND, False)])
def test_a_link_serves_seven_days(leila: Enrollment, after: timedelta, serves: bool) -> None:
    address = link_of(leila)
    with clock.stand_at(NOW + timedelta(days=7) + after):
        assert is_closed(Client().get(address)) is not serves
        assert is_closed(Client().post(address, typed())) is not serves


def test_the_fifth_wrong_birth_date_closes_the_link(leila: Enrollment) -> None:
    address = link_of(leila)
    for _ in range(4):
        answer = Client().post(address, typed(born="1991-04-02"))
        assert answer.status_code == 422
        assert b"not the right date" in answer.content
    assert is_closed(Client().post(address, typed(born="1991-04-02")))
    assert is_closed(Client().post(address, typed()))
    assert PatientLinkTry.objects.filter(fits=False).count() == 5
    assert PatientLink.objects.get().revoked_at == NOW


def test_a_new_link_ends_the_one_before_and_signs_the_patient_out(leila: Enrollment) -> None:
    first, phone = link_of(leila), phone_of(leila)
    assert is_closed(Client().post(first, typed()))
    link_of(leila)
    assert phone.get(reverse("my:home"))["Location"].startswith(reverse("accounts:sign_in"))


def test_the_practice_ends_the_access_of_a_phone_that_was_lost(cast: Cast, leila: Enrollment) -> None:
    phone, address = phone_of(leila), ""
    own_access.end_access(patient=leila.patient, by=cast.ruth)
    assert not is_inside(phone)
    address = link_of(leila)
    signed_in(cast.ruth).post(reverse("prescriber:end_patient_access", args=[leila.patient.number]))
    assert is_closed(Client().get(address))


@pytest.mark.parametrize(("after", "lives"), [(-SECOND, True), (0 * SECOND, False)])
def test_a_session_ends_after_an_hour_and_after_fifteen_idle_minutes(
    leila: Enrollment, after: timedelta, lives: bool
) -> None:
    phone = phone_of(leila)
    with clock.stand_at(NOW + timedelta(minutes=15) + after):
        assert is_inside(phone) is lives
    phone = phone_of(leila)
    for minutes in range(10, 60, 10):
        with clock.stand_at(NOW + timedelta(minutes=minutes)):
            assert is_inside(phone)
    with clock.stand_at(NOW + timedelta(hours=1) + after):
        assert is_inside(phone) is lives
    assert Event.objects.filter(action="accounts.expire_session").exists() is not lives


def test_a_guardian_says_so_and_acts_by_name(cast: Cast) -> None:
    girl = child(enrolled("Aya Sato", cast.prescriber, "female_child_nrp"))
    address, born = link_of(girl), {"born": "2014-04-02", "who": "guardian"}
    answer = Client().post(address, typed(**born))
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"guardian_name"})
    phone = Client()
    assert phone.post(address, typed(**born, guardian_name="Emi Sato")).status_code == 302
    assert "Emi Sato" in read(phone, "home")
    shown = Event.objects.filter(action="rems.view_own_pages").latest("pk")
    assert (shown.role, shown.details["told_by"], shown.details["guardian"]) == ("guardian", "Emi Sato", True)


@pytest.mark.parametrize(("born", "lets"), [(date(2008, 6, 17), True), (date(2008, 6, 16), False)])
def test_nobody_acts_as_guardian_for_an_adult(cast: Cast, born: date, lets: bool) -> None:
    young = enrolled("Leo Sato", cast.prescriber, "male_child")
    Patient.objects.filter(pk=young.patient_id).update(born=born)
    phone = Client()
    answer = phone.post(link_of(young), typed(born=born.isoformat(), who="guardian", guardian_name="Emi Sato"))
    assert (answer.status_code == 302) is lets
    assert is_inside(phone) is lets


def test_only_the_practice_makes_a_link_and_only_for_its_own(cast: Cast, leila: Enrollment) -> None:
    iris = person("Iris Holt", Role.PRESCRIBER)
    prescriber(iris, 223456789)
    for stranger in (iris, cast.jo):
        with pytest.raises(Forbidden):
            own_access.make_patient_link(patient=leila.patient, by=stranger)
    assert not PatientLink.objects.exists()


def test_the_practice_sees_the_link_once(cast: Cast, leila: Enrollment) -> None:
    ruth, number = signed_in(cast.ruth), leila.patient.number
    shown = ruth.post(reverse("prescriber:make_patient_link", args=[number])).content.decode()
    assert "/open/" in shown
    assert "/open/" not in ruth.get(reverse("prescriber:own_pages", args=[number])).content.decode()
    token = shown.partition("/open/")[2].partition('"')[0]
    assert not Event.objects.filter(details__icontains=token).exists()
    assert Client().get(f"/open/{token}").status_code == 200


def test_the_address_of_the_record_is_used_unless_it_is_somebody_elses(cast: Cast, leila: Enrollment) -> None:
    Patient.objects.filter(pk=leila.patient_id).update(email=cast.jo.email)
    link_of(leila)
    mine = PatientAccount.objects.get().person
    assert not mine.is_reachable
    Patient.objects.filter(pk=leila.patient_id).update(email="Leila@Example.org")
    leila.patient.refresh_from_db()
    link_of(leila)
    mine.refresh_from_db()
    assert (mine.email, mine.is_reachable) == ("leila@example.org", True)


def test_a_patient_signs_in_with_no_password_and_sees_nothing_of_the_staff(leila: Enrollment) -> None:
    phone = phone_of(leila)
    mine = PatientAccount.objects.get().person
    answer = Client().post(
        reverse("accounts:sign_in"), {"login": mine.email, "email": mine.email, "password": "!", "key": str(uuid4())}
    )
    assert answer.status_code != 302
    for name in ("prescriber:home", "administration:home", "pharmacy:home", "rights"):
        assert phone.get(reverse(name)).status_code in {403, 200}
    assert phone.get(reverse("prescriber:patient", args=[leila.patient.number])).status_code == 403


def test_a_patient_is_no_account_on_the_list_of_people(cast: Cast, leila: Enrollment) -> None:
    phone_of(leila)
    mine = PatientAccount.objects.get().person
    assert mine.name not in signed_in(cast.jo).get(reverse("administration:people")).content.decode()
    assert signed_in(cast.jo).get(reverse("administration:person", args=[mine.pk])).status_code == 404


def test_nobody_who_is_no_patient_has_own_pages(cast: Cast) -> None:
    unbound = Person.objects.create(email="p@localhost", name="Nell Ortiz", created_at=NOW)
    RoleGrant.objects.create(person=unbound, role=Role.PATIENT, granted_at=NOW, granted_by=cast.jo)
    assert signed_in(unbound).get(reverse("my:home")).status_code == 404
    assert signed_in(cast.ruth).get(reverse("my:home")).status_code == 403


def test_a_patient_reaches_no_survey_of_another(cast: Cast, leila: Enrollment, ivan: Enrollment) -> None:
    phone = phone_of(leila)
    for name in ("survey", "contraception"):
        answer = phone.get(reverse(f"my:{name}", args=[ivan.pk]))
        assert (answer.status_code, "There is nothing here" in answer.content.decode()) == (404, True)
        assert send(phone, name, ivan.pk, answer="no").status_code == 404
    assert leila.patient.born == BORN


ODD = ["\0", "x" * 1_000_000, "<script>alert(1)</script>", "\u202eroja", "0001-01-01", "9999-12-31", "2026-02-30", "fr"]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_whatever_is_typed_at_the_link_is_an_answer(leila: Enrollment, odd: str) -> None:
    address = link_of(leila)
    for field in ("born", "who", "guardian_name", "language"):
        answer = Client().post(address, typed(who="guardian", guardian_name="Emi") | {field: odd})
        assert answer.status_code == 422
        assert b"<script>alert" not in answer.content
    assert Client().get(f"/open/{odd[:40].strip(chr(0)) or 'x'}").status_code == 404
    assert not PatientLink.objects.get().used_at


def test_no_browser_keeps_a_page_of_the_patient(leila: Enrollment) -> None:
    assert "no-store" in Client().get(link_of(leila))["Cache-Control"]
    phone = phone_of(leila)
    for name in ("home", "report", "program", "answers", "calendar"):
        assert "no-store" in phone.get(reverse(f"my:{name}"))["Cache-Control"], name


def test_what_is_not_there_or_not_allowed_is_told_in_the_patients_own_frame_and_language(leila: Enrollment) -> None:
    phone = phone_of(leila, language="es")
    for where, status in (("/nothing/here/", 404), (reverse("prescriber:home"), 403)):
        answer = phone.get(where)
        page = answer.content.decode()
        assert answer.status_code == status
        assert "Aquí no hay nada" in page
        assert 'lang="es"' in page
        assert "REMS gate</a>" not in page
