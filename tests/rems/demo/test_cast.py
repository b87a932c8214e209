"""The cast, loaded once and for real: each member shows what the demonstration says, and the trail tells how."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from accounts.people import person_with
from audit import clock
from audit.models import Event, Kind
from eligibility import Category, Outcome, Reason
from patients.models import Patient
from pharmacies.models import Pharmacy
from rems import models
from rems.demo.accounts import ACCOUNTS, PASSWORD, demo_accounts
from rems.demo.cast import CAST
from rems.demo.loading import Loaded, load, loaded_at
from rems.demo.own_pages import PHONES
from rems.demo.phones import phones
from rems.demo.registry import ALL
from rems.demo.subjects import demo_numbers
from rems.horizon.comparing import differences
from rems.overdue import CALENDAR
from rems.queries.deviations import deviations_visible_to, repeated, state_of
from rems.queries.later import later_entries_visible_to, waiting_for_decision
from rems.queries.openings import Alert, alert_for, views_of
from rems.queries.overdue import escalations_visible_to
from rems.queries.site_day import today_at
from tests.database import Laid
from tests.rems.demo.answers import wrong_answers

NOW = datetime(2028, 2, 29, 5, 30, tzinfo=UTC)


pytestmark = [pytest.mark.xdist_group("one loading of the cast"), pytest.mark.long]


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, database: Laid, django_db_blocker: DjangoDbBlocker) -> Iterator[Loaded]:
    """The cast, as of the leap day of 2028, 00:30 in New York. Committed; afterwards the database is laid anew."""
    with django_db_blocker.unblock():
        with clock.stand_at(NOW):
            told = load(crowd=False)
        yield told
        database.lay()


@pytest.fixture(autouse=True)
def standing_clock(loaded: Loaded) -> Iterator[None]:
    """It is still that moment."""
    with clock.stand_at(NOW):
        yield


def rows() -> dict[str, int]:
    """How many rows each table has."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - the database's own names
            counts[table] = cursor.fetchone()[0]
    return counts


def test_every_member_shows_exactly_what_is_said() -> None:
    assert wrong_answers() == []


def test_every_member_has_a_name_of_their_own_and_something_to_show() -> None:
    assert len({member.name for member in CAST}) == len(CAST) == Patient.objects.count()
    assert all(member.expects and member.sees for member in CAST)


def test_the_cast_is_in_all_programs_and_categories() -> None:
    assert {member.program for member in CAST} == set(ALL)
    assert {member.category for member in CAST} == set(Category)


def test_the_common_reasons_and_notes_are_all_shown() -> None:
    shown = {
        reason for member in CAST for expected in member.expects for reason in expected.reasons | expected.warnings
    }
    unshown = {
        Reason.PATIENT_NOT_ENROLLED,  # the acts do not let these happen
        Reason.AGREEMENT_MISSING,
        Reason.GUARDIAN_SIGNATURE_MISSING,
        Reason.PROGRAM_MISMATCH,
        Reason.AUTHORIZATION_MISSING,
        Reason.CONFIRMATION_MISSING,
        Reason.CHECKLIST_INCOMPLETE,  # a visitor leaves a tick out
        Reason.MEDICATION_GUIDE_MISSING,
        Reason.NOT_SHIPPED_SAME_DAY,  # a visitor waits for a day
        Reason.CONFIRMATION_USED,
        Reason.AUTHORIZATION_EXPIRED_AFTER_CONFIRMATION,
        Reason.NO_EDITION_IN_FORCE,
        Reason.PROGRAM_ENDED,
        Reason.HOME_TEST_ACCEPTED,
        Reason.VERBAL_PRESCRIPTION_ACCEPTED,
    }
    assert shown == set(Reason) - unshown


def test_who_is_due_soon_or_overdue_is_on_the_lists() -> None:
    for member in CAST:
        if member.flag is not None:
            first, _, last = member.name.rpartition(" ")
            named = {"enrollment__patient__first_name": first, "enrollment__patient__last_name": last}
            flag = models.DisplayFlag.objects.get(cleared_at__isnull=True, what=CALENDAR, **named)
            assert flag.kind == member.flag, member.name


def test_every_horizon_is_what_a_fresh_computation_says() -> None:
    everybody = list(models.Enrollment.objects.select_related("patient", "prescriber"))
    assert models.Horizon.objects.filter(authorization=None).count() == len(everybody) > 50
    assert differences(everybody, at=NOW) == {}


def test_the_main_site_has_a_day_to_look_at() -> None:
    harbor = Pharmacy.objects.get(name="Harbor Oncology Pharmacy")
    entries = today_at(harbor, at=NOW)
    assert [entry.dispensing.method for entry in entries if entry.dispensing] == ["hand", "ship"]
    assert sum(entry.open for entry in entries) == 2


def test_the_trail_tells_it_in_the_order_of_time() -> None:
    told = [at for (at,) in Event.objects.said().exclude(kind=Kind.SYSTEM).order_by("id").values_list("as_of") if at]
    assert told == sorted(told)
    assert told[-1] == NOW == loaded_at()
    assert not Event.objects.said().exclude(kind=Kind.SYSTEM).filter(person_name="").exists()
    assert not Event.objects.filter(out_of_band=True).exists()


def test_every_dispensing_was_allowed_and_refusals_are_kept() -> None:
    assert models.Dispensing.objects.exclude(decision__outcome=Outcome.ALLOWED.value).count() == 0
    assert models.Decision.objects.filter(outcome=Outcome.REFUSED.value, stage="authorize").count() >= 15
    assert models.Decision.objects.filter(outcome=Outcome.REFUSED.value, stage="confirm").count() >= 3


def test_the_delegate_enters_for_the_prescriber() -> None:
    entered = Event.objects.filter(action="patients.record_test", person_name="Mia Torres")
    assert entered.exists()
    assert set(entered.values_list("on_behalf_of", flat=True)) == {"Ana Ruiz"}


def test_prescriptions_have_the_prescriber_of_the_patient() -> None:
    for prescription in models.Prescription.objects.select_related("enrollment"):
        assert prescription.prescriber_id == prescription.enrollment.prescriber_id


def test_one_opened_record_was_reviewed_and_one_waits_for_the_first_administrator() -> None:
    reviewed, waiting = models.Opening.objects.order_by("opened_at").select_related("opened_by", "reviewed_by")
    assert (reviewed.opened_by.name, str(reviewed.reviewed_by)) == ("Judith Crane", "Theodore Vance")
    judith = reviewed.opened_by
    assert alert_for(judith, at=NOW) == Alert(open_now=0, waiting=1)
    assert [event.action for event in views_of(waiting, by=judith)] == ["rems.view_opened_record"]


def test_an_outage_keeps_one_confirmation_open_as_two_administrators_agreed() -> None:
    extension = models.Extension.objects.get()
    assert extension.closed < NOW < extension.until
    assert {extension.asked_by.name, extension.decided_by and extension.decided_by.name} == {
        "Judith Crane",
        "Theodore Vance",
    }


def test_of_two_later_entries_of_a_downtime_one_awaits_an_administrator() -> None:
    downtime = models.Downtime.objects.get()
    entries = models.LaterEntry.objects.order_by("kind")
    assert all(downtime.off_at and downtime.on_at < entry.done_at < downtime.off_at for entry in entries)
    assert [(entry.kind, entry.ruling) for entry in entries] == [("authorization", "approved"), ("dispensing", "")]
    judith = person_with(email="administrator@demo.example")
    assert judith
    assert waiting_for_decision(judith) == 1
    assert [entry.ruling for entry in later_entries_visible_to(judith)] == ["", "approved"]


def test_a_prescriber_s_repeated_deviation_has_a_corrective_action_and_one_is_signed_off() -> None:
    judith = person_with(email="administrator@demo.example")
    assert judith
    [group] = repeated(deviations_visible_to(judith))
    assert (group.kind, group.lies_with, group.many, group.open) == ("test_was_late", "Samuel Okafor, MD", 3, 2)
    late = deviations_visible_to(judith).filter(patient__last_name="Kessler")
    assert sorted(state_of(row, today=NOW.date()).words.split(",")[0] for row in late) == [
        "Action due Fri",
        "Action due Fri",
        "Signed off",
    ]
    assert models.Deviation.objects.filter(corrections__isnull=False).count() == 3


def test_what_nobody_answered_came_to_the_administrators() -> None:
    judith = person_with(email="administrator@demo.example")
    assert judith
    standing = escalations_visible_to(judith, at=NOW).filter(standing=True)
    assert {(row.enrollment.patient.name, row.kind) for row in standing} == {
        ("Vanessa Cole", "test"),
        ("Frank Morello", "survey"),
    }
    assert models.Notice.objects.filter(late=True).count() == 0
    assert models.Notice.objects.filter(kind="fill_opens", messages__to__name="Grace Kim").exists()


def test_what_a_patient_told_on_her_own_pages_waits_to_be_read() -> None:
    concern = models.Concern.objects.get()
    assert (concern.patient.name, concern.teller, concern.seen_at) == ("Beth Kowalski", "Beth Kowalski", None)
    assert models.PatientLink.objects.get(patient=concern.patient).used_at


def test_messages_on_the_phones_are_neutral_and_in_the_language_of_each(client: Client) -> None:
    said = {each.patient.name: each.received.subject for each in phones() if each.received}
    assert said == {
        "Frank Morello": "You have something to do",
        "Vanessa Cole": "You have something to do",
        "Lucía Ortega": "Tiene algo pendiente",
    }
    assert {phone.patient for phone in PHONES} == {*said, "Rosa Delgado"}
    page = client.get(reverse("demo_phones")).content.decode()
    assert "Tiene algo pendiente. Abra su página." in page
    assert not any(word in page.lower() for word in ("lenalidomide", "thalidomide"))


def open_phone(client: Client, name: str) -> str:
    """Press "Open the link" of a phone, signed in as nobody; where it leads."""
    patient = Patient.objects.get(first_name=name.split()[0], last_name=name.split()[1])
    answer: Any = client.post(reverse("open_demo_phone", args=[patient.number]))
    assert answer.status_code == 302
    return str(answer["Location"])


def test_a_visitor_takes_a_phone_and_gives_the_birth_date(client: Client) -> None:
    where = open_phone(client, "Frank Morello")
    asked: Any = client.get(where)
    born = Patient.objects.get(last_name="Morello").born.isoformat()
    typed = {"born": born, "who": "patient", "language": "en", "key": asked.context["form"]["key"].value()}
    answer: Any = client.post(where, typed)
    assert (answer.status_code, answer["Location"]) == (302, reverse("my:home"))
    assert b"survey" in client.get(reverse("my:home")).content


def test_a_new_link_to_a_phone_ends_the_one_before(client: Client) -> None:
    first, second = open_phone(client, "Rosa Delgado"), open_phone(client, "Rosa Delgado")
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    assert second.endswith("?lang=es")


def test_who_has_no_phone_here_is_given_no_link(client: Client) -> None:
    made = models.PatientLink.objects.count()
    for number in (Patient.objects.get(last_name="Marsh").number, "P-00000000"):
        assert client.post(reverse("open_demo_phone", args=[number])).status_code == 404
    assert models.PatientLink.objects.count() == made


def test_a_second_load_changes_nothing() -> None:
    before = rows()
    assert load() == Loaded()
    assert rows() == before


def test_a_second_load_asks_little(django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        load()


def test_the_numbers_are_listed_in_few_queries(django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        listed = demo_numbers()
    assert {number.patient for number in listed} >= {"Walter Lindqvist", "Rachel Adeyemi", "Carl Jensen"}
    assert {number.answer for number in listed} == {"May be dispensed", "Do not dispense"}


def test_the_command_lists_accounts_numbers_and_patients() -> None:
    written = StringIO()
    call_command("load_demo", "--accounts", stdout=written)
    said = written.getvalue()
    for account in demo_accounts():
        assert account.email in said
    for number in demo_numbers():
        assert number.number in said
    assert PASSWORD in said
    assert "Amy Sandoval" in said
    assert "/demo/phones opens their links" in said
    assert "Tue, Feb 29, 2028, 00:30 EST" in said


def test_every_listed_account_signs_in_to_a_page_and_no_other_has_a_password() -> None:
    for account in ACCOUNTS:
        client = Client()
        assert client.login(username=account.email, password=PASSWORD) is bool(account.shows), account.email
        if account.shows:
            assert client.get("/", follow=True).status_code == 200, account.email
