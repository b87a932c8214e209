"""The page of one's own notices: whom it names, where it leads, and what was read."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from audit import clock
from audit.models import Event
from patients.actions import open_report
from prescribers.models import Delegate
from rems.actions.messages import read_notices
from rems.models import Enrollment, Message
from rems.models.choices import Channel
from tests.rems.horizon.people import new_york
from tests.rems.notices.people import confirmed, passed, text_of, works_at
from tests.rems.program_cast import Cast, opened, person, prescriber, signed_in

NIGHT, MORNING = new_york(6, 22), new_york(6, 22, 7)
NOTICES = "/notices/"


@pytest.fixture
def ruth(leila: Enrollment, cast: Cast) -> Client:
    """Ruth's browser, after the first reminder of Leila's test."""
    passed(NIGHT)
    return signed_in(cast.ruth)


def test_a_notice_stands_on_the_page_with_its_patient_and_the_view_is_recorded(ruth: Client, leila: Enrollment) -> None:
    shown = text_of(ruth.get(NOTICES))
    assert "Leila Haddad" in shown
    assert "7 days before" in shown
    assert f'href="/prescriber/patients/{leila.patient.number}"' in shown
    view = Event.objects.get(action="rems.view_notices")
    assert view.patient_id == leila.patient_id


def test_the_header_counts_what_was_not_read_until_it_is(ruth: Client) -> None:
    count = '<span class="bar-count">1<span class="visually-hidden"> not read</span></span>'
    assert count in text_of(ruth.get("/account/"))
    message = Message.objects.get(channel=Channel.IN_APP)
    with clock.stand_at(MORNING):
        assert ruth.post("/notices/read", {"message": message.pk}).status_code == 302
    message.refresh_from_db()
    assert message.read_at is not None
    assert "bar-count" not in text_of(ruth.get("/account/"))


def test_reading_twice_keeps_the_first_time(ruth: Client, cast: Cast) -> None:
    message = Message.objects.get(channel=Channel.IN_APP)
    with clock.stand_at(MORNING):
        assert read_notices(messages=[message.pk], by=cast.ruth) == 1
    with clock.stand_at(MORNING + timedelta(hours=1)):
        assert read_notices(messages=[message.pk], by=cast.ruth) == 0
    message.refresh_from_db()
    assert message.read_at == MORNING


@pytest.mark.parametrize("named", ["x", "", "-1", "9" * 40, "٣"])
def test_what_names_no_notice_does_nothing(ruth: Client, named: str) -> None:
    assert ruth.post("/notices/read", {"message": named}).status_code == 302
    assert not Event.objects.filter(action="rems.read_notices").exists()


def test_nobody_reads_for_another(ruth: Client, cast: Cast) -> None:
    own = Message.objects.get(channel=Channel.IN_APP)
    letter = Message.objects.get(channel=Channel.EMAIL)
    signed_in(cast.jo).post("/notices/read", {"message": [own.pk, letter.pk]})
    ruth.post("/notices/read", {"message": letter.pk})
    assert not Message.objects.filter(read_at__isnull=False).exists()
    assert "Leila" not in text_of(signed_in(cast.jo).get(NOTICES))


def test_a_patient_who_went_to_another_prescriber_is_not_named_any_more(ruth: Client, leila: Enrollment) -> None:
    other = prescriber(person("Olaf Nyberg", Role.PRESCRIBER), 223456789)
    Enrollment.objects.filter(pk=leila.pk).update(prescriber=other)
    shown = text_of(ruth.get(NOTICES))
    assert "Nobody whom you see now" in shown
    assert "Leila" not in shown
    assert leila.patient.number not in shown
    assert not Event.objects.filter(action="rems.view_notices").exists()


def test_a_delegate_whose_work_ended_reads_no_name(leila: Enrollment, cast: Cast, dee: Person) -> None:
    passed(NIGHT)
    browser = signed_in(dee)
    assert "Leila" in text_of(browser.get(NOTICES))
    Delegate.objects.filter(person=dee).update(ended_at=clock.now(), ended_by=cast.ruth)
    assert "Leila" not in text_of(browser.get(NOTICES))


def test_a_pharmacist_is_led_to_the_number_that_must_not_be_handed_over(
    leila: Enrollment, cast: Cast, dee: Person
) -> None:
    kim = person("Kim Osei", Role.PHARMACIST)
    works_at(kim, cast.cedar)
    number = confirmed(leila, cast, by=kim)
    open_report(patient=leila.patient, kind="missed_period", by=dee)
    shown = text_of(signed_in(kim).get(NOTICES))
    assert "Confirmation held" in shown
    assert reverse("pharmacy:confirmation", args=[number.number]) in shown
    kim.pharmacist_at.update(ended_at=clock.now(), ended_by=cast.rita)
    assert "Leila" not in text_of(signed_in(kim).get(NOTICES))


def test_an_administrator_is_led_to_the_opening_of_a_record(leila: Enrollment, cast: Cast) -> None:
    ben = person("Ben Okafor", Role.ADMINISTRATOR)
    opening = opened(leila.patient, cast.jo)
    shown = text_of(signed_in(ben).get(NOTICES))
    assert f'href="/program/openings/{opening.pk}"' in shown


def test_whoever_has_none_reads_so(cast: Cast) -> None:
    assert "No notices yet." in text_of(signed_in(cast.per).get(NOTICES))
