"""Patients, to be read by the administrator; each view is in the trail."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event
from prescribers.models import Certification, Prescriber
from tests.rems.program_cast import (
    LONG_AGO,
    PROGRAM,
    Cast,
    collect,
    dispensed,
    enrolled,
    on_treatment,
    person,
    prescriber,
    signed_in,
)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Leila Haddad", "Walter Boone"]),
        ("q=hadd", ["Leila Haddad"]),
        ("category=adult_male", ["Walter Boone"]),
        (f"program={PROGRAM}&category=adult_female_rp", ["Leila Haddad"]),
        ("program=us-thalidomide", []),
        ("page=99", ["Leila Haddad", "Walter Boone"]),
    ],
)
def test_the_list_is_searched(cast: Cast, query: str, names: list[str]) -> None:
    enrolled("Walter Boone", cast.prescriber, "adult_male")
    enrolled("Leila Haddad", cast.prescriber)
    page = signed_in(cast.jo).get(f"{reverse('administration:patients')}?{query}")
    assert [patient.name for patient, _ in page.context["rows"]] == sorted(
        names, key=lambda name: name.split()[1], reverse=False
    )


def test_the_list_records_whom_it_showed(cast: Cast) -> None:
    leila, walter = enrolled("Leila Haddad", cast.prescriber), enrolled("Walter Boone", cast.prescriber, "adult_male")
    signed_in(cast.jo).get(reverse("administration:patients"))
    event = Event.objects.get(action="rems.view_patients")
    assert event.details["patients"] == [leila.patient_id, walter.patient_id]


def test_one_shows_who_it_is_and_how_the_programs_stand_and_nothing_that_is_recorded(cast: Cast) -> None:
    leila = enrolled("Leila Haddad", cast.prescriber)
    on_treatment(leila)
    given = dispensed(leila, cast.cedar, days_ago=20)
    collect(leila, days_ago=30)
    page = signed_in(cast.jo).get(reverse("administration:patient", args=[leila.patient.number]))
    text = page.content.decode()
    for shown in ("Leila Haddad", "Lenalidomide REMS", "Ruth Abara", "Pregnancy test overdue", "clears it"):
        assert shown in text
    for kept in ("Hill Laboratory", "First dose", "Dispensed", "Cedar Street Pharmacy", given.authorization.number[:4]):
        assert kept not in text
    assert not [name for name in ("facts", "numbers", "decisions") if name in page.context]
    event = Event.objects.get(action="rems.view_patient")
    assert (event.patient_id, event.person_id) == (leila.patient_id, cast.jo.pk)


def test_a_number_that_is_none_is_not_found(cast: Cast) -> None:
    assert signed_in(cast.jo).get(reverse("administration:patient", args=["P-9999999"])).status_code == 404


def test_nothing_is_shown_that_cannot_be_recorded(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    leila = enrolled("Leila Haddad", cast.prescriber)

    def broken(**_: object) -> None:
        raise RuntimeError("the trail is not to be reached")

    monkeypatch.setattr("rems.views.seeing.record_view", broken)
    browser = signed_in(cast.jo)
    browser.raise_request_exception = False
    answer = browser.get(reverse("administration:patient", args=[leila.patient.number]))
    assert answer.status_code >= 500
    assert "Leila" not in answer.content.decode()


@pytest.fixture
def iris(cast: Cast) -> Prescriber:
    """Another prescriber, certified for the program."""
    made = prescriber(person("Iris Holt", Role.PRESCRIBER), 223456789)
    Certification.objects.create(prescriber=made, program=PROGRAM, certified_at=LONG_AGO, by=cast.jo)
    return made


def test_a_patient_is_moved_to_another_certified_prescriber(cast: Cast, iris: Prescriber) -> None:
    leila = enrolled("Leila Haddad", cast.prescriber)
    prescriber(person("Otto Brandt", Role.PRESCRIBER), 133456789)
    browser = signed_in(cast.jo)
    page = browser.get(reverse("administration:patient", args=[leila.patient.number]))
    [(_, form)] = page.context["programs"]
    assert list(form.fields["prescriber"].queryset) == [iris]
    url = reverse("administration:transfer", args=[leila.patient.number, PROGRAM])
    page = browser.post(url, {"key": "k-1", "prescriber": iris.pk})
    assert (page.status_code, list(page.context["programs"][0][1].errors)) == (422, ["reason"])
    typed = {"key": "k-1", "prescriber": iris.pk, "reason": "Moved to Bangor."}
    assert browser.post(url, typed).status_code == 302
    leila.refresh_from_db()
    assert leila.prescriber == iris
    assert Event.objects.get(action="rems.transfer").reason == "Moved to Bangor."
    page = browser.get(reverse("administration:patient", args=[leila.patient.number]))
    assert "in the care of Iris Holt" in page.content.decode()


def test_a_patient_is_moved_to_nobody_else(cast: Cast, iris: Prescriber) -> None:
    leila = enrolled("Leila Haddad", cast.prescriber)
    browser = signed_in(cast.jo)
    url = reverse("administration:transfer", args=[leila.patient.number, PROGRAM])
    for pk in (cast.prescriber.pk, 0):
        assert browser.post(url, {"key": "k-1", "prescriber": pk, "reason": "Moved."}).status_code == 422
    elsewhere = reverse("administration:transfer", args=[leila.patient.number, "us-thalidomide"])
    assert browser.post(elsewhere, {"key": "k-1", "prescriber": iris.pk, "reason": "Moved."}).status_code == 404
    assert browser.get(url).status_code == 405
