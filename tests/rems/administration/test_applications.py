"""Applications for certification are approved or refused, once, with a reason where refused."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

import pharmacies.actions
import prescribers.actions
from accounts.models import RoleGrant
from accounts.roles import Role
from accounts.signed import State
from audit import clock
from audit.models import Event
from pharmacies.models import CertificationApplication as SiteApplication
from prescribers.models import Certification, CertificationApplication, Prescriber
from tests.rems.program_cast import LONG_AGO, NOW, PROGRAM, Cast, person, prescriber, signed_in

POMALIDOMIDE = "us-pomalidomide"


@pytest.fixture
def applied(cast: Cast) -> CertificationApplication:
    """Ruth has applied for another program, a minute ago."""
    with clock.stand_at(NOW - timedelta(minutes=1)):
        return prescribers.actions.apply_for_certification(
            prescriber=cast.prescriber,
            program=POMALIDOMIDE,
            education_completed_on=date(2026, 6, 1),
            printed_name="Ruth Abara",
            by=cast.ruth,
        )


@pytest.fixture
def site_applied(cast: Cast) -> SiteApplication:
    """Rita applies for Cedar Street."""
    return pharmacies.actions.apply_for_certification(
        pharmacy=cast.cedar,
        program=PROGRAM,
        education_completed_on=date(2026, 6, 2),
        printed_name="Rita Moss",
        by=cast.rita,
    )


def test_the_list_shows_what_waits_oldest_first(
    cast: Cast, applied: CertificationApplication, site_applied: SiteApplication
) -> None:
    page = signed_in(cast.jo).get(reverse("administration:applications"))
    assert [row["name"] for row in page.context["page"]] == ["Ruth Abara", "Cedar Street Pharmacy"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("kind=site", ["Cedar Street Pharmacy"]),
        (f"program={POMALIDOMIDE}", ["Ruth Abara"]),
        ("state=approved", []),
        ("kind=nonsense", ["Ruth Abara", "Cedar Street Pharmacy"]),
    ],
)
def test_the_list_is_narrowed(
    cast: Cast, applied: CertificationApplication, site_applied: SiteApplication, query: str, names: list[str]
) -> None:
    page = signed_in(cast.jo).get(f"{reverse('administration:applications')}?{query}")
    assert [row["name"] for row in page.context["page"]] == names


def test_one_shows_form_education_and_signature(cast: Cast, applied: CertificationApplication) -> None:
    page = signed_in(cast.jo).get(reverse("administration:application", args=["prescriber", applied.pk]))
    text = page.content.decode()
    for shown in ("Hematology", cast.prescriber.npi, "Jun 1, 2026", "Ruth Abara", prescribers.actions.MEANING):
        assert shown in text
    assert page.context["signed"].state is State.FITS


def test_approving_certifies_once(cast: Cast, applied: CertificationApplication) -> None:
    browser = signed_in(cast.jo)
    url = reverse("administration:approve", args=["prescriber", applied.pk])
    assert browser.post(url, {"key": "k-1"}).status_code == 302
    assert browser.post(url, {"key": "k-1"}).status_code == 302
    assert cast.prescriber.certifications.filter(program=POMALIDOMIDE).count() == 1
    assert Event.objects.filter(action="prescribers.approve", person_id=cast.jo.pk).count() == 1
    again = browser.post(url, {"key": "k-2"})
    assert (again.status_code, "already decided" in again.content.decode()) == (422, True)


def test_refusing_needs_a_reason_and_keeps_it(cast: Cast, site_applied: SiteApplication) -> None:
    browser = signed_in(cast.jo)
    url = reverse("administration:refuse", args=["site", site_applied.pk])
    assert browser.post(url, {"key": "k-1", "reason": " "}).status_code == 422
    assert browser.post(url, {"key": "k-1", "reason": "The zone is wrong."}).status_code == 302
    site_applied.refresh_from_db()
    assert (site_applied.outcome, site_applied.reason) == ("refused", "The zone is wrong.")
    shown = browser.get(reverse("administration:application", args=["site", site_applied.pk])).content.decode()
    assert "The zone is wrong." in shown
    assert "Approve</button>" not in shown


def test_a_kind_that_is_none_is_not_found(cast: Cast) -> None:
    assert signed_in(cast.jo).get(reverse("administration:application", args=["patient", 1])).status_code == 404


def test_registers_show_the_standing(cast: Cast, applied: CertificationApplication) -> None:
    page = signed_in(cast.jo).get(reverse("administration:prescribers"))
    (row, histories), *_ = page.context["rows"]
    assert row == cast.prescriber
    assert [(h.program, h.state) for h in histories] == [(PROGRAM, "certified"), (POMALIDOMIDE, "waiting")]


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=aba", 1), ("q=ruth+abara", 1), ("q=nobody", 0), ("state=certified", 1), ("state=not_certified", 1)],
)
def test_prescribers_are_found(cast: Cast, query: str, found: int) -> None:
    prescriber(person("Nina Newcomer", Role.PRESCRIBER), 187654321)
    page = signed_in(cast.jo).get(f"{reverse('administration:prescribers')}?{query}")
    assert page.context["page"].paginator.count == found


def test_deactivating_needs_a_reason_and_ends_one_program(cast: Cast) -> None:
    browser = signed_in(cast.jo)
    url = reverse("administration:deactivate_prescriber", args=[cast.prescriber.pk, PROGRAM])
    refused = browser.post(url, {"key": "k-1", "reason": ""})
    assert refused.status_code == 422
    assert "<details open>" in refused.content.decode()
    assert browser.post(url, {"key": "k-1", "reason": "Three deviations."}).status_code == 302
    page = browser.get(reverse("administration:prescriber", args=[cast.prescriber.pk]))
    assert "Three deviations." in page.content.decode()
    assert page.context["rows"][0][0].state == "deactivated"
    again = browser.post(url, {"key": "k-2", "reason": "Again."})
    assert again.status_code == 422


def test_a_site_s_page_and_its_deactivation(cast: Cast, site_applied: SiteApplication) -> None:
    browser = signed_in(cast.jo)
    pharmacies.actions.approve(application=site_applied, by=cast.jo)
    assert browser.get(reverse("administration:pharmacy", args=[cast.cedar.pk])).status_code == 200
    url = reverse("administration:deactivate_pharmacy", args=[cast.cedar.pk, PROGRAM])
    assert browser.post(url, {"key": "k-1", "reason": "Closed for good."}).status_code == 302
    found = browser.get(f"{reverse('administration:pharmacies')}?state=not_certified").context["page"]
    assert {row.name for row in found} == {"Cedar Street Pharmacy", "Birch Road Pharmacy"}


def test_the_lists_take_few_queries(cast: Cast, django_assert_max_num_queries: object) -> None:
    for number in range(30):
        newcomer = person(f"N{number} Newcomer", Role.PRESCRIBER)
        made = prescriber(newcomer, 200000000 + number)
        Certification.objects.create(prescriber=made, program=PROGRAM, certified_at=LONG_AGO, by=newcomer)
    assert Prescriber.objects.count() == 31
    browser = signed_in(cast.jo)
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        page = browser.get(reverse("administration:prescribers"))
    assert len(page.context["rows"]) == 25


def test_nobody_decides_on_their_own_application(cast: Cast) -> None:
    RoleGrant.objects.create(person=cast.ruth, role=Role.ADMINISTRATOR, granted_at=LONG_AGO, granted_by=cast.jo)
    own = prescribers.actions.apply_for_certification(
        prescriber=cast.prescriber,
        program=POMALIDOMIDE,
        education_completed_on=date(2026, 6, 1),
        printed_name="Ruth Abara",
        by=cast.ruth,
    )
    for name in ("approve", "refuse"):
        url = reverse(f"administration:{name}", args=["prescriber", own.pk])
        answer = signed_in(cast.ruth).post(url, {"key": "k-1", "reason": "None."})
        assert (answer.status_code, "Somebody else decides" in answer.content.decode()) == (422, True)
    own.refresh_from_db()
    assert own.outcome == ""
