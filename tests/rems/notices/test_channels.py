"""By which channel a person is told, and when: by their own choice, and after their quiet hours."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail

from accounts.contact import choose_contact
from accounts.models import Person
from audit import clock
from audit.models import Event
from patients.actions import open_report
from rems import relay
from rems.models import Enrollment, Horizon, Message
from rems.models.choices import Channel
from tests.rems.horizon.people import new_york, reached, treated
from tests.rems.horizons import renewed
from tests.rems.notices.people import Refusing, passed, sent, told
from tests.rems.program_cast import Cast

NIGHT = new_york(6, 22)
"""The step 7 days before comes at midnight."""
MORNING = new_york(6, 22, 7)
SECOND = timedelta(seconds=1)
MOBILE = "+12025550143"


def waiting(channel: str = Channel.EMAIL) -> datetime:
    return Message.objects.get(channel=channel).try_at


def test_who_chose_nothing_has_an_email_in_the_morning_and_the_page_at_once(leila: Enrollment, cast: Cast) -> None:
    passed(NIGHT)
    page = Message.objects.get(channel=Channel.IN_APP)
    assert (page.to, page.sent_at, page.read_at) == (cast.ruth, NIGHT, None)
    assert waiting() == MORNING
    assert sent(MORNING - SECOND) == relay.Counts()
    assert sent(MORNING) == relay.Counts(sent=1)
    assert [letter.to for letter in mail.outbox] == [["ruth@localhost"]]
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    ("chosen", "channels"),
    [
        ({"email": False}, {"in_app"}),
        ({"text": True, "mobile": MOBILE}, {"in_app", "email", "text"}),
        ({"email": False, "text": True, "mobile": MOBILE}, {"in_app", "text"}),
    ],
    ids=["the page alone", "both", "texts alone"],
)
def test_each_is_told_by_what_they_chose(
    leila: Enrollment, cast: Cast, chosen: dict[str, Any], channels: set[str]
) -> None:
    reached(cast.ruth, **chosen)
    passed(NIGHT)
    assert set(Message.objects.values_list("channel", flat=True)) == channels


def test_a_text_message_goes_to_the_number_in_the_language_chosen(
    leila: Enrollment, cast: Cast, capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    settings.SITE_URL = "https://rems.example.org"
    reached(cast.ruth, email=False, text=True, mobile=MOBILE, language="es")
    passed(NIGHT)
    assert sent(MORNING) == relay.Counts(sent=1)
    said = f"Tiene algo pendiente. Abra su página. {settings.SITE_URL}"
    text = Message.objects.get(channel=Channel.TEXT)
    assert capsys.readouterr().out == f"Text message message-{text.pk} to {MOBILE}: {said}\n"
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("begins", "due"),
    [(time(0, 0, 1), NIGHT), (time(0), MORNING), (time(23, 59, 59), MORNING)],
    ids=["begin a second later", "begin now", "began a second before"],
)
def test_quiet_hours_hold_from_their_first_second(leila: Enrollment, cast: Cast, begins: time, due: datetime) -> None:
    reached(cast.ruth, quiet_from=begins)
    passed(NIGHT)
    assert waiting() == due


def test_quiet_hours_are_those_of_the_persons_zone(leila: Enrollment, cast: Cast) -> None:
    """Midnight in New York is 21:00 in Los Angeles and 06:00 in Lisbon."""
    reached(cast.ruth, zone="Europe/Lisbon")
    reached(cast.jo, zone="America/Los_Angeles")
    passed(NIGHT)
    assert waiting() == NIGHT + timedelta(hours=2)
    passed(new_york(7, 3))
    letter = Message.objects.get(channel=Channel.EMAIL, to=cast.jo)
    assert letter.try_at == new_york(7, 3, 10)


def test_the_night_on_which_the_clocks_go_back_is_an_hour_longer(leila: Enrollment, cast: Cast) -> None:
    """Nothing is done for months: what is overdue is told; the next step of what is due comes in November."""
    begin, end = new_york(10, 31, 22), new_york(11, 1, 7)
    assert end - begin == timedelta(hours=10)
    passed(begin)
    letters = Message.objects.filter(channel=Channel.EMAIL, written_at=begin)
    assert set(letters.values_list("try_at", flat=True)) == {end}
    assert letters.count() >= 2, "to the prescriber and to the program"


def choose(by: Person, **changed: Any) -> None:
    chosen: dict[str, Any] = {"email": True, "text": False, "mobile": "", "zone": "America/New_York", "language": "en"}
    chosen |= {"quiet_from": time(21), "quiet_until": time(7)} | changed
    choose_contact(**chosen, by=by)


def test_quiet_hours_chosen_meanwhile_hold_for_what_waits(leila: Enrollment, cast: Cast) -> None:
    passed(NIGHT)
    with clock.stand_at(NIGHT + SECOND):
        choose(cast.ruth, quiet_until=time(9, 30))
    assert sent(MORNING) == relay.Counts(put_off=1)
    message = Message.objects.get(channel=Channel.EMAIL)
    assert (message.try_at, message.tried, message.trouble) == (new_york(6, 22, 9, 30), 0, "")
    assert sent(new_york(6, 22, 9, 30)) == relay.Counts(sent=1)


def test_a_channel_that_was_switched_off_meanwhile_carries_nothing(leila: Enrollment, cast: Cast) -> None:
    passed(NIGHT)
    with clock.stand_at(NIGHT + SECOND):
        choose(cast.ruth, email=False)
    assert sent(MORNING) == relay.Counts(failed=1)
    message = Message.objects.get(channel=Channel.EMAIL)
    assert (message.given_up_at, message.trouble, message.tried) == (MORNING, relay.NOT_WANTED, 0)
    assert mail.outbox == []


def test_a_try_that_comes_into_the_quiet_hours_waits_for_the_morning(leila: Enrollment, cast: Cast) -> None:
    passed(NIGHT)
    Message.objects.filter(channel=Channel.EMAIL).update(try_at=new_york(6, 22, 21), tried=5, trouble="SMTPException")
    assert sent(new_york(6, 22, 21)) == relay.Counts(put_off=1)
    assert waiting() == new_york(6, 23, 7)


def test_a_delegate_is_told_as_the_prescriber_is_until_their_work_ends(
    leila: Enrollment, cast: Cast, dee: Person
) -> None:
    passed(NIGHT)
    assert told("test") == told("test", Channel.EMAIL) == {"Ruth Abara", "Dee Marsh"}
    dee.delegate_for.update(ended_at=NIGHT, ended_by=cast.ruth)
    passed(new_york(6, 27))
    assert Message.objects.filter(to=dee, channel=Channel.IN_APP).count() == 1
    assert Message.objects.filter(to=cast.ruth, channel=Channel.IN_APP).count() > 1


def test_a_notice_that_is_made_again_writes_no_second_message(leila: Enrollment, cast: Cast) -> None:
    reached(cast.ruth, text=True, mobile=MOBILE)
    passed(NIGHT)
    before = Message.objects.count()
    Horizon.objects.update(looked_at=NIGHT - timedelta(days=1), wakes_at=NIGHT)
    passed(NIGHT + SECOND)
    assert Message.objects.count() == before == 3


def test_what_waits_for_the_morning_comes_as_one_letter(leila: Enrollment, cast: Cast, dee: Person) -> None:
    """Each would say the same: thirty patients are no thirty e-mails at seven o'clock."""
    for name in ("Ada Vogel", "Bea Vogel"):
        treated(name, cast, days_ago=1)
    renewed()
    passed(NIGHT)
    assert sent(MORNING) == relay.Counts(sent=6)
    assert sorted(letter.to for letter in mail.outbox) == [["dee@localhost"], ["ruth@localhost"]]
    letters = Message.objects.filter(channel=Channel.EMAIL, to=cast.ruth).order_by("pk")
    first = letters[0]
    assert [(letter.sent_at, letter.sent_with, letter.tried) for letter in letters] == [
        (MORNING, None, 1),
        (MORNING, first, 1),
        (MORNING, first, 1),
    ]
    assert Event.objects.filter(action="rems.send_message", allowed=True).count() == 6
    assert sent(MORNING + SECOND) == relay.Counts()


def test_what_is_urgent_does_not_take_the_rest_along_at_night(leila: Enrollment, cast: Cast, dee: Person) -> None:
    passed(NIGHT)
    with clock.stand_at(NIGHT + SECOND):
        open_report(patient=leila.patient, kind="missed_period", by=dee)
    assert sent(NIGHT + SECOND) == relay.Counts(sent=1)
    assert [letter.to for letter in mail.outbox] == [["ruth@localhost"]]
    assert set(Message.objects.filter(channel=Channel.EMAIL, sent_at=None).values_list("try_at", flat=True)) == {
        MORNING
    }


def test_all_that_one_letter_was_to_carry_is_tried_again_together(
    leila: Enrollment, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    treated("Ada Vogel", cast, days_ago=1)
    renewed()
    passed(NIGHT)
    with monkeypatch.context() as patch:
        patch.setattr("rems.senders.sender_of", lambda channel: Refusing())
        assert sent(MORNING) == relay.Counts(failed=2)
    again = MORNING + relay.FIRST_WAIT
    assert set(Message.objects.filter(channel=Channel.EMAIL).values_list("tried", "try_at")) == {(1, again)}
    assert sent(again) == relay.Counts(sent=2)
    assert len(mail.outbox) == 1
