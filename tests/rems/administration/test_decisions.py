"""Decisions as they were taken, for the administrator and the auditor."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event
from patients.actions import open_report
from pharmacies.actions import name_pharmacist
from rems.actions.gate import authorize, confirm
from rems.models import Decision, Prescription
from tests.rems.program_cast import NOW, PROGRAM, Cast, decided, dispensed, enrolled, opened, person, signed_in


@pytest.fixture
def refused(cast: Cast) -> Decision:
    """Leila was refused an authorization, for want of nearly everything."""
    leila = enrolled("Leila Haddad", cast.prescriber)
    written = Prescription.objects.create(
        enrollment=leila,
        prescriber=cast.prescriber,
        written_at=NOW,
        days_supply=28,
        category="adult_female_rp",
        recorded_at=NOW,
        recorded_by=cast.ruth,
    )
    return authorize(prescription=written, by=cast.ruth)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 1),
        ("outcome=refused", 1),
        ("outcome=allowed", 0),
        ("stage=authorize", 1),
        ("stage=confirm", 0),
        (f"program={PROGRAM}", 1),
        ("reason=second_test_missing", 1),
        ("reason=test_positive", 0),
        ("patient=haddad", 1),
        ("patient=nobody", 0),
        ("since=2026-06-16T09:12&until=2026-06-16T09:13", 1),
        ("since=2026-06-16T09:13", 0),
        ("until=2026-06-15T09:13", 0),
        ("until=nonsense", 1),
    ],
)
def test_the_list_is_narrowed(cast: Cast, refused: Decision, query: str, found: int) -> None:
    page = signed_in(cast.jo).get(f"{reverse('administration:decisions')}?{query}")
    assert page.context["page"].paginator.count == found


def test_newest_first(cast: Cast, refused: Decision) -> None:
    enrollment = refused.patient.enrollments.get()
    older = decided(enrollment, "authorize", NOW - timedelta(days=1))
    page = signed_in(cast.jo).get(reverse("administration:decisions"))
    assert [row.pk for row, _ in page.context["rows"]] == [refused.pk, older.pk]


def test_one_shows_findings_facts_edition_and_hash_while_the_record_is_open(cast: Cast, refused: Decision) -> None:
    opening = opened(refused.patient, cast.jo)
    page = signed_in(cast.jo).get(reverse("administration:decision", args=[refused.pk]))
    text = page.content.decode()
    for shown in ("No authorization", "test-calendar", refused.edition, refused.edition_sha256, "Facts used"):
        assert shown in text
    assert page.context["decision"].findings
    event = Event.objects.get(action="rems.view_decision")
    assert (event.patient_id, event.row_id) == (refused.patient_id, str(refused.pk))
    assert event.details["opening"] == opening.pk


def test_without_an_opening_an_administrator_reads_the_answer_and_no_facts(cast: Cast, refused: Decision) -> None:
    page = signed_in(cast.jo).get(reverse("administration:decision", args=[refused.pk]))
    text = page.content.decode()
    for shown in ("No authorization", refused.edition, *page.context["stops"]):
        assert shown in text
    for kept in ("Facts used", "test-calendar", "All findings"):
        assert kept not in text
    assert reverse("administration:open_record", args=[refused.patient.number]) in text


def test_an_auditor_reads_the_facts_under_the_number(cast: Cast, refused: Decision) -> None:
    page = signed_in(cast.per).get(reverse("administration:decision", args=[refused.pk]))
    assert "Facts used" in page.content.decode()


def test_an_auditor_sees_the_number_and_not_the_name(cast: Cast, refused: Decision) -> None:
    browser = signed_in(cast.per)
    for url in (reverse("administration:decisions"), reverse("administration:decision", args=[refused.pk])):
        text = browser.get(url).content.decode()
        assert refused.patient.number in text
        assert "Haddad" not in text


def test_an_auditor_finds_by_number_only(cast: Cast, refused: Decision) -> None:
    browser = signed_in(cast.per)
    url = reverse("administration:decisions")
    assert browser.get(f"{url}?patient={refused.patient.number}").context["page"].paginator.count == 1
    assert browser.get(f"{url}?patient=haddad").context["page"].paginator.count == 0


def test_an_unknown_one_is_not_found(cast: Cast) -> None:
    assert signed_in(cast.jo).get(reverse("administration:decision", args=[10**30])).status_code == 404


def test_the_sentences_name_people_program_and_medicine(cast: Cast, refused: Decision) -> None:
    page = signed_in(cast.jo).get(reverse("administration:decision", args=[refused.pk]))
    named = {"patient": "Leila Haddad", "prescriber": str(cast.prescriber.name)}
    assert page.context["names"].items() >= named.items()
    assert page.context["names"]["program"] == "Lenalidomide REMS"
    assert page.context["names"]["drug"] == "lenalidomide"
    assert "unknown value" not in page.content.decode()


def test_an_auditor_reads_no_name_of_a_patient(cast: Cast, refused: Decision) -> None:
    page = signed_in(cast.per).get(reverse("administration:decision", args=[refused.pk]))
    assert "patient" not in page.context["names"]
    assert "Haddad" not in page.content.decode()


def test_an_open_pregnancy_report_is_called_by_its_number(cast: Cast) -> None:
    leila = enrolled("Leila Haddad", cast.prescriber)
    report = open_report(patient=leila.patient, kind="pregnancy", by=cast.ruth)
    written = Prescription.objects.create(
        enrollment=leila,
        prescriber=cast.prescriber,
        written_at=NOW,
        days_supply=28,
        recorded_at=NOW,
        recorded_by=cast.ruth,
    )
    row = authorize(prescription=written, by=cast.ruth)
    opened(leila.patient, cast.jo)
    for address in (
        reverse("administration:decision", args=[row.pk]),
        reverse("administration:record", args=[leila.patient.number]),
    ):
        page = signed_in(cast.jo).get(address).content.decode()
        assert f"still open: report {report.pk}." in page


def test_a_refusal_at_the_counter_names_its_site(cast: Cast) -> None:
    leila = enrolled("Leila Haddad", cast.prescriber)
    given = dispensed(leila, cast.birch, days_ago=5)
    nora = person("Nora Lindqvist", Role.PHARMACIST)
    name_pharmacist(pharmacy=cast.cedar, person=nora, by=cast.rita)
    row = confirm(authorization=given.authorization, pharmacy=cast.cedar, category="", points=[], by=nora)
    opened(leila.patient, cast.jo)
    page = signed_in(cast.jo).get(reverse("administration:decision", args=[row.pk]))
    assert "Cedar Street Pharmacy was never certified." in page.content.decode()
