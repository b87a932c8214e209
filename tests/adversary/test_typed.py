"""What people type, paste and send into every form: an answer that names the field, or a value kept safely."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from audit import clock
from eligibility import Stage
from patients.actions import open_report
from patients.models import Patient, PregnancyTest
from rems import models
from rems.actions import gate
from rems.actions.standing import Forbidden
from tests.adversary.counter_pages import ask_to_confirm
from tests.adversary.forms import PLAUSIBLE, YESTERDAY, Form, forms_of
from tests.adversary.routes import GUARDED, address
from tests.adversary.world import PROGRAM, World, browser, product, world
from tests.people import PASSWORD
from tests.rems import counter
from tests.rems.scenario_rows import Rows
from tests.soak import SOAK

pytestmark = pytest.mark.django_db

QUOTED = "'; DROP TABLE patients_patient; --"
SCRIPT = "<script>alert(1)</script>{{ 7*7 }}{% now 'Y' %}"
TURNED = "Mary \u202eroja\u2066"
UNSEEN = "\u200b\u200d\u2060"
ODD = [QUOTED, SCRIPT, TURNED, UNSEEN, "\0", "🏥😀", "x" * 1_000_000, "١٢٣", "C９0.0"]
NUMBERS = ["0", "-1", "28.5", "1e9", str(10**20), "9" * 5000, "NaN", "Infinity"]
MOMENTS = ["0001-01-01", "9999-12-31", "2026-02-30", "23:59", "24:00", "02:30"]
TOO_MUCH = 100_000
CHOSEN = [*ODD, *NUMBERS, *MOMENTS] if SOAK else [f"{QUOTED}{SCRIPT}🏥９"]


def everywhere(form: Form, typed: str) -> dict[str, Any]:
    """The form with the same thing in all of its fields, but for its key and its password."""
    written = [name for name in form.written if name not in {"key", "password"}]
    if len(typed) > TOO_MUCH:  # everywhere it would be more than a request may hold
        written = written[:1]
    return form.filled() | dict.fromkeys(written, typed) | {"key": str(uuid4())}


def pages(everybody: World) -> list[tuple[Person, str]]:
    """Every page that has forms, with somebody who may send them."""
    ours = everybody.ours
    found = []
    for name, route in GUARDED.items():
        who = next((everybody.people[role] for role in sorted(route.roles, reverse=True)), None)
        if route.looks and who is not None:
            found.append((who, address(name, ours)))
    doctor, category = ours.rows.doctor, reverse("prescriber:change_category", args=[ours.rows.patient.number, PROGRAM])
    found += [(doctor, f"{category}?sex=female&basis=none"), (doctor, f"{category}?sex=male")]
    corrections = {"test": ours.test_id, "report": ours.report.pk}
    corrections["survey"] = ours.rows.patient.surveys.latest("pk").pk
    corrections["attestation"] = ours.rows.patient.attestations.latest("pk").pk
    for kind, pk in corrections.items():
        found.append((doctor, reverse("prescriber:correct", args=[ours.rows.patient.number, kind, pk])))
    return found


@pytest.mark.soak
def test_no_form_breaks_on_what_is_typed_into_it() -> None:
    everybody = world()
    seen: set[str] = set()
    for person, page in pages(everybody):
        client = browser(person)
        for form in forms_of(client, page):
            # What the page of all parts shows is sent nowhere.
            if form.action in {*seen, reverse("parts")} or not set(form.written) - {"key"}:
                continue
            seen.add(form.action)
            for typed in CHOSEN:
                answer = client.post(form.action, everywhere(form, typed))
                assert answer.status_code in {302, 404, 409, 422}, (form.action, typed[:30], answer.status_code)
                assert b"<script>alert(1)" not in answer.content
    assert len(seen) > 25, sorted(seen)


def entering(rows: Rows, view: str, **typed: Any) -> Any:
    args = [rows.patient.number, *([PROGRAM] if view == "prescribe" else [])]
    signed = {"password": PASSWORD}
    return browser(rows.doctor).post(reverse(f"prescriber:{view}", args=args), {"key": str(uuid4())} | signed | typed)


@pytest.fixture
def rows() -> Rows:
    made = counter.at_the_counter(counter.on_treatment, Stage.AUTHORIZE)
    made.doctor.set_password(PASSWORD)
    made.doctor.save()
    return made


A_TEST = {"result": "negative", "method": "serum", "sensitivity": "25", "place": "laboratory", "clock": "08:40"}


@pytest.mark.parametrize(
    ("day", "at", "field"),
    [
        ((date.today() + timedelta(days=2)).isoformat(), "08:40", "day"),  # noqa: DTZ011 - as somebody types it
        ("1985-04-01", "08:40", "day"),
        ("0001-01-01", "00:00", "day"),
        ("9999-12-31", "08:40", "day"),
        ("9999-12-31", "23:59", "clock"),
        ("2026-02-30", "08:40", "day"),
        ("2026-03-08", "02:30", "clock"),
        (YESTERDAY, "", "clock"),
        (YESTERDAY, "25:00", "clock"),
        (YESTERDAY, "08:40\0", "clock"),
        ("", "08:40", "day"),
    ],
)
def test_a_moment_that_cannot_be_is_said_at_its_field(rows: Rows, day: str, at: str, field: str) -> None:
    before = PregnancyTest.objects.count()
    answer = entering(rows, "record_test", **(A_TEST | {"day": day, "clock": at}))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert PregnancyTest.objects.count() == before


def test_of_an_hour_that_comes_twice_the_first_is_meant(rows: Rows) -> None:
    with clock.stand_at(clock.now() + timedelta(days=3)):
        answer = entering(rows, "record_test", **(A_TEST | {"day": "2025-11-02", "clock": "01:30"}))
    assert answer.status_code == 302
    assert rows.patient.pregnancy_tests.latest("recorded_at").collected_at.isoformat() == "2025-11-02T05:30:00+00:00"


@pytest.mark.parametrize("days", ["0", "-1", "28.5", "1e9", str(10**20), "9" * 5000, "NaN", "", "２８.5"])
def test_days_that_are_none_are_said_at_their_field(rows: Rows, days: str) -> None:
    typed = {"product_1": product().pk, "capsules_1": "21", "days_supply": days, "category": "adult_female_rp"}
    answer = entering(rows, "prescribe", **typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["days_supply"])


def test_thirty_one_days_are_written_down_and_get_no_number(rows: Rows) -> None:
    typed = {"product_1": product().pk, "capsules_1": "21", "days_supply": "31", "category": "adult_female_rp"}
    assert entering(rows, "prescribe", **typed).status_code == 302
    written = models.Prescription.objects.latest("pk")
    decision = gate.authorize(prescription=written, by=rows.doctor)
    assert "supply_over_limit" in {finding["reason"] for finding in decision.findings}
    assert not models.Authorization.objects.filter(prescription=written).exists()


@pytest.mark.parametrize("days", ["-1", "28.5", "1e9", str(10**20), "many"])
def test_capsules_that_were_not_counted_are_said_at_the_field(days: str) -> None:
    at_counter = counter.at_the_counter(counter.male, Stage.CONFIRM)
    answer: Any = ask_to_confirm(browser(at_counter.pharmacist), at_counter, days_counted=days)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["days_counted"])


@pytest.mark.parametrize(
    ("view", "field", "value"),
    [
        ("record_test", "result", "perhaps"),
        ("record_test", "method", "\0"),
        ("record_test", "sensitivity", "26"),
        ("record_test", "place", "moon"),
        ("record_cycle", "cycle", "unknown "),
        ("record_report", "what", "birth"),
        ("record_attestation", "highly_effective", "hope"),
    ],
)
def test_a_value_that_is_not_in_the_list_is_said_at_its_field(rows: Rows, view: str, field: str, value: str) -> None:
    typed = A_TEST | {"day": YESTERDAY, "attested_by_name": "Mary Major", "additional": "male_condom", field: value}
    answer = entering(rows, view, **typed)
    if value == "unknown ":
        assert answer.status_code == 422
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


@pytest.mark.parametrize("key", ["", "\0", "k" * 10_000])
def test_without_its_key_a_form_does_nothing(rows: Rows, key: str) -> None:
    before = PregnancyTest.objects.count()
    answer = entering(rows, "record_test", **(A_TEST | {"day": YESTERDAY, "key": key}))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["key"])
    assert "alert" in answer.content.decode()
    asked = browser(rows.doctor).post(reverse("prescriber:ask", args=[rows.prescription.pk]), {"key": key})
    assert asked.status_code == 422
    assert not models.Authorization.objects.filter(prescription=rows.prescription).exists()
    assert PregnancyTest.objects.count() == before


def test_a_key_that_stood_for_something_else_does_nothing(rows: Rows) -> None:
    typed = A_TEST | {"day": YESTERDAY, "key": "one"}
    assert entering(rows, "record_test", **typed).status_code == 302
    for other in ({"result": "positive"}, {"laboratory": "Hill"}):
        assert entering(rows, "record_test", **(typed | other)).status_code == 409
    assert entering(rows, "record_cycle", cycle="regular", key="one").status_code == 409
    assert (
        browser(rows.doctor).post(reverse("prescriber:ask", args=[rows.prescription.pk]), {"key": "one"}).status_code
        == 409
    )
    assert rows.patient.pregnancy_tests.filter(recorded_by=rows.doctor, result="positive").count() == 0
    with pytest.raises(Forbidden):
        gate.cancel_confirmation(confirmation=_anybodys(), reason="x", by=rows.doctor, key="another")


def _anybodys() -> models.Confirmation:
    return counter.at_the_counter(counter.male, Stage.HAND_OVER).confirmed


def registered(client: Client, **typed: Any) -> HttpResponse:
    given = PLAUSIBLE | {"language": "English", "address_line_1": "1 Main Street", "city": "Albany"}
    given |= {"first_name": "Ida", "last_name": "Vogel", "key": str(uuid4())} | typed
    return client.post(reverse("prescriber:enroll"), given)  # type: ignore[return-value]


@pytest.mark.parametrize("name", [UNSEEN, TURNED, "\0", "x" * 81, "\u200e", "\ufeff"])
def test_a_name_that_cannot_be_seen_or_turns_its_line_is_said_at_its_field(rows: Rows, name: str) -> None:
    answer: Any = registered(browser(rows.doctor), first_name=name)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["first_name"])


@pytest.mark.parametrize("name", [QUOTED, "<b onclick=x>", "{{ 7*7 }}", "O’Brien-Łuk", "محمد", "李", "😀"])
def test_a_strange_name_is_kept_as_typed_and_shown_as_text(rows: Rows, name: str) -> None:
    ana = browser(rows.doctor)
    answer = registered(ana, first_name=name)
    assert answer.status_code == 302
    kept = Patient.objects.get(last_name="Vogel")
    assert kept.first_name == name
    for page in (reverse("prescriber:patient", args=[kept.number]), reverse("prescriber:patients"), answer["Location"]):
        shown = ana.get(page).content.decode()
        assert "<b onclick" not in shown
        assert ">49" not in shown


def test_a_birth_that_cannot_be_is_said_at_its_field(rows: Rows) -> None:
    for born in ("0001-01-01", "1899-12-31", "9999-12-31", "2026-02-30", ""):
        answer: Any = registered(browser(rows.doctor), born=born)
        assert (answer.status_code, list(answer.context["form"].errors)[:1]) == (422, ["born"]), born


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("since", "2999-01-01"),
        ("since", "1901-01-01"),
        ("diagnosis", "C９0.0"),
        ("diagnosis", "C90.0; DROP"),
        ("signed_on", "2999-01-01"),
        ("password", "wrong"),
    ],
)
def test_an_agreement_is_signed_with_all_it_attests_or_not_at_all(rows: Rows, field: str, value: str) -> None:
    before = (models.Agreement.objects.count(), models.CategoryAssignment.objects.count())
    page = reverse("prescriber:change_category", args=[rows.patient.number, PROGRAM]) + "?sex=female&basis=none"
    client = browser(rows.doctor)
    (form,) = [found for found in forms_of(client, page) if "diagnosis" in found.fields]
    answer: Any = client.post(form.action, form.filled() | {field: value})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert (models.Agreement.objects.count(), models.CategoryAssignment.objects.count()) == before
    assert client.post(form.action, form.filled()).status_code == 302
    assert models.Agreement.objects.count() == before[0] + 1


def test_an_evaluation_is_not_closed_before_it_began(rows: Rows) -> None:
    open_report(patient=rows.patient, kind="missed_period", by=rows.doctor)
    answer = entering(rows, "evaluate", outcome="evaluated", day="2026-01-02", clock="08:40")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["day"])
    assert entering(rows, "evaluate", outcome="false_positive").status_code == 422
