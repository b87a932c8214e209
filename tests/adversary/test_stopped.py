"""Who may no longer do something stops at the next request."""

import pytest
from django.urls import reverse

from accounts.actions import deactivate_person, set_password, withdraw_role
from accounts.people import system_person
from accounts.roles import Role
from audit import clock
from audit.models import Event
from eligibility import Stage
from patients.actions import register_patient
from pharmacies.actions import end_pharmacist
from pharmacies.models import Pharmacist, Pharmacy
from prescribers.actions import end_delegate
from rems import models
from rems.actions import gate
from rems.actions.standing import Forbidden
from tests.adversary.counter_pages import ask_to_hand_over
from tests.adversary.test_matrix import undone
from tests.adversary.world import browser, side, somebody, world
from tests.rems import counter

pytestmark = pytest.mark.django_db


def test_a_deactivated_person_is_asked_to_sign_in_and_cannot() -> None:
    everybody = world()
    for role, person in everybody.people.items():
        with undone():
            client = everybody.browser(role)
            deactivate_person(person=person, reason="Left", by=system_person("tests"))
            answer = client.get("/")
            assert answer["Location"].startswith(reverse("accounts:sign_in")), role
            typed = {"email": person.email, "password": "correct horse battery staple"}
            assert client.post(reverse("accounts:sign_in"), typed).status_code == 422, role
    assert set(everybody.people) == set(Role)


def test_a_withdrawn_role_is_gone_at_the_next_request() -> None:
    ours = side()
    client, by = browser(ours.rows.pharmacist), system_person("tests")
    assert client.get(reverse("pharmacy:home")).status_code == 200
    withdraw_role(person=ours.rows.pharmacist, role=Role.PHARMACIST, by=by)
    assert client.get(reverse("pharmacy:home")).status_code == 403
    assert ask_to_hand_over(client, ours.rows).status_code == 403
    assert not models.Dispensing.objects.filter(authorization=ours.rows.number).exists()


def test_a_pharmacist_whose_work_at_the_site_ended_hands_nothing_over() -> None:
    ours = side()
    client = browser(ours.rows.pharmacist)
    assert client.get(reverse("pharmacy:home")).status_code == 200
    end_pharmacist(pharmacist=ours.member, by=ours.representative)
    answer = ask_to_hand_over(client, ours.rows)
    assert answer.status_code == 403
    assert Event.objects.latest("pk").action == "pharmacy.denied"
    with pytest.raises(Forbidden):
        gate.hand_over(confirmation=ours.rows.confirmed, method="hand", medication_guide=True, by=ours.rows.pharmacist)
    assert not models.Dispensing.objects.filter(authorization=ours.rows.number).exists()


def test_a_pharmacist_of_two_sites_keeps_none_of_the_one_that_ended() -> None:
    ours, theirs = side(), side(counter.male)
    kim, now = ours.rows.pharmacist, clock.now()
    Pharmacist.objects.create(person=kim, pharmacy=theirs.site, from_at=now, from_by=kim)
    client = browser(kim)
    client.post(reverse("pharmacy:site"), {"site": ours.site.pk})
    assert client.get(reverse("pharmacy:confirmation", args=[ours.rows.confirmed.number])).status_code == 200
    end_pharmacist(pharmacist=ours.member, by=ours.representative)
    assert client.get(reverse("pharmacy:confirmation", args=[ours.rows.confirmed.number])).status_code == 404


def test_a_representative_who_was_replaced_has_no_site() -> None:
    ours = side()
    Pharmacy.objects.filter(pk=ours.site.pk).update(representative=somebody("Otto Kern", Role.REPRESENTATIVE))
    assert browser(ours.representative).get(reverse("site:site", args=[ours.site.pk])).status_code == 404


def test_a_delegate_whose_work_ended_sees_no_patient_not_even_those_they_registered() -> None:
    ours = side()
    tom = ours.delegate.person
    waiting = register_patient(first_name="Ida", last_name="Vogel", born=ours.rows.patient.born, by=tom)
    client = browser(tom)
    both = [reverse("prescriber:patient", args=[p.number]) for p in (ours.rows.patient, waiting)]
    assert [client.get(page).status_code for page in both] == [200, 200]
    end_delegate(delegate=ours.delegate, by=ours.rows.doctor)
    assert [client.get(page).status_code for page in both] == [404, 404]
    assert b"Vogel" not in client.get(reverse("prescriber:patients")).content


def test_a_session_does_not_outlive_the_password_it_was_begun_with() -> None:
    ours = side()
    client = browser(ours.rows.doctor)
    set_password(person=ours.rows.doctor, password="another long enough phrase", by=system_person("tests"))
    assert client.get("/")["Location"].startswith(reverse("accounts:sign_in"))


def test_whoever_holds_every_role_can_act_and_is_named_with_them() -> None:
    everything = somebody("Max Power", *(role for role in Role if role is not Role.SYSTEM))
    rows = counter.at_the_counter(counter.male, Stage.AUTHORIZE)
    register_patient(first_name="Ida", last_name="Vogel", born=rows.patient.born, by=everything)
    assert browser(everything).get(reverse("administration:trail")).status_code == 200
    assert Event.objects.latest("pk").role.startswith("administrator, auditor")
