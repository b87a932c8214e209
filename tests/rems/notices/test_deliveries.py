"""What was not taken: on the administrators' list, and on the page of whom it does not reach."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.roles import Role
from audit import clock
from audit.models import Event
from rems import relay, senders
from rems.actions.messages import send_now
from rems.actions.standing import Forbidden
from rems.models import Enrollment, Message
from rems.models.choices import Channel
from rems.queries import notices as queries
from tests.rems.horizon.people import new_york, reached
from tests.rems.notices.people import Refusing, passed, sent, text_of
from tests.rems.program_cast import Cast, person, signed_in

NIGHT, MORNING = new_york(6, 22), new_york(6, 22, 7)
NOTICES, DELIVERIES = "/notices/", "/program/deliveries"


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senders, "sender_of", lambda channel: Refusing())


@pytest.fixture
def ruth(leila: Enrollment, cast: Cast) -> Client:
    """Ruth's browser, after the first reminder of Leila's test."""
    passed(NIGHT)
    return signed_in(cast.ruth)


def test_what_was_not_taken_is_listed_by_role_without_the_patient(
    ruth: Client, cast: Cast, refused: None, leila: Enrollment
) -> None:
    sent(MORNING)
    shown = text_of(signed_in(cast.jo).get(DELIVERIES))
    assert "tried in vain" in shown
    assert "SMTPRecipientsRefused" in shown
    assert "Prescriber" in shown
    assert "Leila" not in shown
    assert leila.patient.number not in shown
    assert "Mon, Jun 22, 2026, 07:01 EDT" in shown


def test_nothing_is_listed_that_was_taken_or_only_waits_unless_it_is_asked_for(ruth: Client, cast: Cast) -> None:
    jo = signed_in(cast.jo)
    assert "Nothing of this kind." in text_of(jo.get(DELIVERIES))
    assert "waiting</span>" in text_of(jo.get(DELIVERIES, {"state": "waiting"}))
    with clock.stand_at(MORNING):
        relay.run()
        assert "taken</span>" in text_of(jo.get(DELIVERIES, {"state": "sent"}))
        assert "Nothing of this kind." in text_of(jo.get(DELIVERIES, {"state": "no such state"}))


def test_a_patient_who_is_written_to_is_a_role_and_no_name(leila: Enrollment, cast: Cast, refused: None) -> None:
    nell = person("Nell Ortiz", Role.PATIENT)
    passed(NIGHT)
    Message.objects.filter(channel=Channel.EMAIL).update(to=nell)
    sent(MORNING)
    shown = text_of(signed_in(cast.jo).get(DELIVERIES))
    assert "Patient" in shown
    assert "Nell" not in shown


def test_send_now_lets_what_was_given_up_be_tried_again(
    ruth: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(senders, "sender_of", lambda channel: Refusing())
        Message.objects.filter(channel=Channel.EMAIL).update(tried=relay.TRIES - 1)
        sent(MORNING)
    letter = Message.objects.get(channel=Channel.EMAIL)
    assert letter.given_up_at == MORNING
    later = MORNING + timedelta(hours=5)
    assert sent(later) == relay.Counts()
    with clock.stand_at(later):
        answer = signed_in(cast.jo).post(f"{DELIVERIES}/{letter.pk}/send", follow=True)
        assert "tried at the next run" in text_of(answer)
    assert sent(later) == relay.Counts(sent=1)
    entry = Event.objects.get(action="rems.send_now")
    assert (entry.person_id, entry.patient_id) == (cast.jo.pk, letter.patient_id)


def test_what_was_taken_is_not_sent_again(ruth: Client, cast: Cast) -> None:
    sent(MORNING)
    letter = Message.objects.get(channel=Channel.EMAIL)
    answer = signed_in(cast.jo).post(f"{DELIVERIES}/{letter.pk}/send", follow=True)
    assert "was taken already" in text_of(answer)
    assert sent(MORNING + timedelta(days=1)) == relay.Counts()
    with pytest.raises(ValidationError, match="stands on the person"):
        send_now(message=Message.objects.get(channel=Channel.IN_APP), by=cast.jo)
    with pytest.raises(Forbidden):
        send_now(message=letter, by=cast.ruth)


def test_where_messages_go_to_a_console_the_page_says_so(cast: Cast, settings: Any) -> None:
    jo = signed_in(cast.jo)
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    settings.MESSAGE_SENDERS = {"email": "rems.senders.ByEmail"}
    shown = text_of(jo.get(DELIVERIES))
    assert "No mail server is set" in shown
    assert "No sender of text messages is set" in shown
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.MESSAGE_SENDERS = settings.MESSAGE_SENDERS | {"text": "house.sms.Sender"}
    assert "is set" not in text_of(jo.get(DELIVERIES))


def test_whoever_is_not_reached_is_told_on_the_page_from_the_third_try_until_one_is_taken(
    ruth: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told_of_it() -> bool:
        shown = text_of(ruth.get(NOTICES))
        assert ("bar-trouble" in shown) is ("Messages to you are not taken" in shown)
        return "Messages to you are not taken: E-mail, ruth@localhost" in shown

    with monkeypatch.context() as patch:
        patch.setattr(senders, "sender_of", lambda channel: Refusing())
        for minutes, said in ((0, False), (1, False), (3, True)):
            assert sent(MORNING + timedelta(minutes=minutes)) == relay.Counts(failed=1)
            assert told_of_it() is said
    assert "SMTPRecipientsRefused" in text_of(ruth.get(NOTICES))
    sent(MORNING + timedelta(minutes=7))
    assert told_of_it() is False


def test_a_channel_given_up_on_is_told_until_a_later_message_is_taken(
    ruth: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(senders, "sender_of", lambda channel: Refusing())
        Message.objects.filter(channel=Channel.EMAIL).update(tried=relay.TRIES - 1)
        sent(MORNING)
    assert [one.channel for one in queries.failing(cast.ruth)] == ["email"]
    passed(new_york(6, 27))
    sent(new_york(6, 27, 7))
    assert queries.failing(cast.ruth) == []


def test_a_channel_that_is_not_wanted_any_more_is_no_trouble(ruth: Client, cast: Cast) -> None:
    reached(cast.ruth, email=False)
    assert sent(MORNING) == relay.Counts(failed=1)
    assert queries.failing(cast.ruth) == []
