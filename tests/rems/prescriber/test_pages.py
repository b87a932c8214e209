"""Every page opens for whom it is meant, and for nobody else."""

import pytest
from django.urls import reverse

from audit.models import Event
from rems.models import Prescription
from tests.rems.prescriber.conftest import Practice, anonymous
from tests.rems.program_cast import PROGRAM, signed_in

OF_NOBODY = ["home", "patients", "enroll"]
OWN = ["certification", "details", "apply", "delegates"]
OF_PATIENT = ["patient", "enroll_in", "record_test", "record_cycle", "record_menarche", "record_report"]
OF_PATIENT_SIGNED = ["correct_identity", "record_attestation"]
OF_PROGRAM = ["course", "record_survey", "prescribe", "record_first_dose", "record_interruption", "record_end"]
OF_PROGRAM_SIGNED = ["change_category", "re_enroll"]


def urls(practice: Practice, *, views: list[str], enrollment: str = "dana") -> list[str]:
    patient = getattr(practice, enrollment).patient.number
    args = {name: [patient, PROGRAM] for name in OF_PROGRAM + OF_PROGRAM_SIGNED}
    args |= {name: [patient] for name in OF_PATIENT + OF_PATIENT_SIGNED}
    return [reverse(f"prescriber:{name}", args=args.get(name, [])) for name in views]


ALL = OF_NOBODY + OF_PATIENT + OF_PROGRAM
SIGNED = OF_PATIENT_SIGNED + OF_PROGRAM_SIGNED


def test_a_prescriber_opens_every_page(practice: Practice) -> None:
    client = signed_in(practice.ruth)
    for url in urls(practice, views=ALL + SIGNED + OWN):
        assert client.get(url).status_code == 200, url


def test_a_delegate_opens_what_prepares_and_enters(practice: Practice) -> None:
    client = signed_in(practice.tom)
    for url in urls(practice, views=ALL):
        assert client.get(url).status_code == 200, url


def test_a_delegate_gets_403_for_what_signs_or_attests(practice: Practice) -> None:
    client = signed_in(practice.tom)
    for url in urls(practice, views=SIGNED + OWN):
        assert client.get(url).status_code == 403, url
    assert Event.objects.filter(action="accounts.denied", person_id=practice.tom.pk).count() == len(SIGNED + OWN)


@pytest.mark.parametrize("who", ["ruth", "tom"])
def test_another_prescribers_patient_does_not_exist(practice: Practice, who: str) -> None:
    client = signed_in(getattr(practice, who))
    views = OF_PATIENT + OF_PROGRAM + (SIGNED if who == "ruth" else [])
    for url in urls(practice, views=views, enrollment="other"):
        assert client.get(url).status_code == 404, url


def test_nobody_opens_anything_without_signing_in(practice: Practice) -> None:
    for url in urls(practice, views=ALL + SIGNED + OWN):
        assert anonymous().get(url).status_code == 302, url


def test_a_prescriber_who_is_a_delegate_elsewhere_signs_nothing_there(practice: Practice) -> None:
    practice.prescriber.delegates.create(
        person=practice.iris, named_at=practice.dana.enrolled_at, named_by=practice.ruth
    )
    client = signed_in(practice.iris)
    for url in urls(practice, views=ALL):
        assert client.get(url).status_code == 200, url
    for url in urls(practice, views=SIGNED):
        assert client.get(url).status_code == 403, url


def test_a_delegate_whose_work_ended_sees_nobody(practice: Practice) -> None:
    practice.prescriber.delegates.update(ended_at=practice.dana.enrolled_at, ended_by=practice.ruth)
    client = signed_in(practice.tom)
    for url in urls(practice, views=OF_PATIENT + OF_PROGRAM):
        assert client.get(url).status_code == 404, url
    assert "Whitfield" not in client.get(reverse("prescriber:patients")).content.decode()


def test_who_saw_a_patient_stands_in_the_trail(practice: Practice) -> None:
    signed_in(practice.tom).get(reverse("prescriber:patient", args=[practice.dana.patient.number]))
    seen = Event.objects.get(action="rems.view_patient")
    assert (seen.person_id, seen.patient_id, seen.on_behalf_of) == (
        practice.tom.pk,
        practice.dana.patient.pk,
        "Ruth Abara",
    )


def test_the_list_shows_only_ones_own(practice: Practice) -> None:
    page = signed_in(practice.ruth).get(reverse("prescriber:patients")).content.decode()
    assert "Dana Whitfield" in page
    assert "Olga Marsh" not in page
    assert not Prescription.objects.exists()


def test_a_male_patient_is_not_asked_for_tests_and_cycles(practice: Practice) -> None:
    client = signed_in(practice.ruth)
    of = {
        name: client.get(reverse("prescriber:patient", args=[getattr(practice, name).patient.number])).content.decode()
        for name in ("ivan", "dana")
    }
    assert "Record a test" in of["dana"]
    assert "Record a test" not in of["ivan"]
    assert "Record cycles" not in of["ivan"]
    assert reverse("prescriber:record_report", args=[practice.ivan.patient.number]) in of["ivan"]
