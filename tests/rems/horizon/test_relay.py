"""The outbox: written with the notice, sent once, tried again, and nothing in it that could tell of a patient."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db.models import QuerySet

from accounts.actions import deactivate_person
from accounts.models import Person
from accounts.people import system_person
from accounts.roles import Role
from audit import clock
from audit.models import Event
from rems import notices, outbox, relay, senders
from rems.horizon import passing
from rems.models import Enrollment, Message, Notice
from rems.models.choices import Channel
from tests.rems.horizon.people import new_york, told, treated
from tests.rems.horizons import renewed
from tests.rems.program_cast import Cast, person

NIGHT = new_york(6, 22)
MINUTE = timedelta(minutes=1)


def passed(at: datetime) -> None:
    with clock.stand_at(at):
        passing.run()


def sent(at: datetime) -> relay.Counts:
    with clock.stand_at(at):
        return relay.run()


def letters() -> QuerySet[Message]:
    """What goes out; what stands on the page goes nowhere."""
    return Message.objects.exclude(channel=Channel.IN_APP)


class Refusing:
    """A mail server that takes nothing."""

    def send(self, **_: str) -> None:
        raise senders.Undelivered("SMTPServerDisconnected")


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senders, "sender_of", lambda channel: Refusing())


def test_a_notice_has_its_message_and_the_prescriber_gets_it(leila: Enrollment, cast: Cast) -> None:
    passed(NIGHT)
    message = letters().get()
    assert (message.to, message.notice, message.sent_at) == (cast.ruth, Notice.objects.get(), None)
    assert sent(NIGHT) == relay.Counts(sent=1)
    assert [letter.to for letter in mail.outbox] == [["ruth@localhost"]]
    assert letters().get().sent_at == NIGHT
    assert sent(NIGHT + MINUTE) == relay.Counts()
    entry = Event.objects.get(action="rems.send_message")
    assert (entry.patient_id, entry.allowed) == (leila.patient_id, True)


def test_what_leaves_says_nothing_of_anybody(leila: Enrollment, settings: Any) -> None:
    settings.SITE_URL = "https://rems.example.org"
    passed(new_york(7, 5))
    sent(new_york(7, 5))
    assert len(mail.outbox) == len({"Ruth", "Jo"}) < letters().filter(sent_at__isnull=False).count()
    texts = {(letter.subject, letter.body) for letter in mail.outbox}
    said = "You have something to do. Open your page.\n\nhttps://rems.example.org\n"
    assert texts == {("You have something to do", said)}


def test_each_letter_has_a_reference_that_stays(leila: Enrollment) -> None:
    passed(NIGHT)
    sent(NIGHT)
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<message-{letters().get().pk}@localhost>"


def test_the_last_step_goes_to_every_administrator_in_office(leila: Enrollment, cast: Cast) -> None:
    left, ben = person("Lou Grant", Role.ADMINISTRATOR), person("Ben Okafor", Role.ADMINISTRATOR)
    deactivate_person(person=left, reason="Left", by=system_person("tests"))
    passed(new_york(7, 3))
    last = Notice.objects.get(enrollment=leila, kind="test", step=notices.ADMINISTRATOR)
    assert set(Person.objects.filter(pk__in=last.messages.values("to"))) == {cast.jo, ben}
    assert not letters().exclude(notice__step=notices.ADMINISTRATOR).exclude(to=cast.ruth).exists()


def test_what_is_not_taken_is_tried_again_after_longer_and_longer_waits(leila: Enrollment, refused: None) -> None:
    passed(NIGHT)
    assert sent(NIGHT) == relay.Counts(failed=1)
    message = letters().get()
    assert (message.tried, message.try_at, message.trouble) == (1, NIGHT + MINUTE, "SMTPServerDisconnected")
    assert sent(NIGHT + MINUTE - timedelta(seconds=1)) == relay.Counts()
    assert sent(NIGHT + MINUTE) == relay.Counts(failed=1)
    assert letters().get().try_at == NIGHT + 3 * MINUTE
    assert [relay.wait_after(n) for n in (1, 2, 9, 10, 12)] == [
        MINUTE,
        2 * MINUTE,
        256 * MINUTE,
        relay.LONGEST_WAIT,
        relay.LONGEST_WAIT,
    ]


def test_after_many_tries_it_is_given_up_and_shows(leila: Enrollment, refused: None) -> None:
    passed(NIGHT)
    letters().update(tried=relay.TRIES - 1)
    sent(NIGHT)
    message = letters().get()
    assert (message.tried, message.given_up_at, message.sent_at) == (relay.TRIES, NIGHT, None)
    assert sent(NIGHT + timedelta(days=9)) == relay.Counts()
    entry = Event.objects.get(action="rems.send_message")
    assert (entry.allowed, entry.reason) == (False, "SMTPServerDisconnected")


def test_one_that_was_tried_in_vain_arrives_once_the_server_is_back(leila: Enrollment) -> None:
    passed(NIGHT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(senders, "sender_of", lambda channel: Refusing())
        sent(NIGHT)
    assert sent(NIGHT + MINUTE) == relay.Counts(sent=1)
    assert (len(mail.outbox), letters().get().trouble) == (1, "")


def test_an_account_that_ended_gets_nothing(leila: Enrollment, cast: Cast) -> None:
    passed(NIGHT)
    deactivate_person(person=cast.ruth, reason="Left", by=system_person("tests"))
    assert sent(NIGHT) == relay.Counts(failed=1)
    assert (mail.outbox, letters().get().given_up_at) == ([], NIGHT)


def test_a_mail_server_that_is_away_is_undelivered(leila: Enrollment, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    passed(NIGHT)
    assert sent(NIGHT) == relay.Counts(failed=1)
    assert letters().get().trouble == "ConnectionRefusedError"


def test_a_pass_that_fails_at_its_end_leaves_neither_notice_nor_message(
    leila: Enrollment, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "OUT", "SELECT 1 / 0")
        passed(NIGHT)
    assert (Notice.objects.count(), Message.objects.count()) == (0, 0)
    passed(NIGHT + passing.AGAIN)
    assert (len(told(leila)), letters().count()) == (1, 1)


def test_relays_at_one_instant_send_each_message_once(
    committed_db: object, cast: Cast, together: Callable[..., list[Any]]
) -> None:
    for name in ("Ada Vogel", "Bea Vogel", "Cleo Vogel"):
        treated(name, cast, days_ago=1)
    renewed()
    passed(new_york(7, 5))
    ran = together([lambda: sent(new_york(7, 5))] * 4)
    assert [counts for counts in ran if not isinstance(counts, relay.Counts)] == []
    assert sum(counts.sent for counts in ran) == letters().filter(sent_at__isnull=False).count()
    references = [letter.extra_headers["Message-ID"] for letter in mail.outbox]
    own = letters().filter(sent_with__isnull=True).values_list("pk", flat=True)
    assert Counter(references) == Counter({f"<message-{pk}@localhost>": 1 for pk in own})
    assert letters().count() > 15
