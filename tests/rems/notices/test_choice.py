"""How one is told is one's own choice."""

from datetime import time
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.contact import choice_of, choose_contact
from accounts.models import ContactChoice, Person
from audit.models import Event
from rems.actions.standing import Forbidden
from tests.rems.notices.people import text_of
from tests.rems.program_cast import Cast, signed_in

CHOICE, MOBILE = "/account/notices/", "+12025550143"
CHOSEN = {
    "email": "on",
    "quiet_from": "22:30",
    "quiet_until": "06:15",
    "zone": "America/Denver",
    "language": "es",
}


def test_a_choice_is_kept_and_in_the_trail(cast: Cast) -> None:
    browser = signed_in(cast.ruth)
    answer = browser.post(CHOICE, CHOSEN | {"text": "on", "mobile": "(202) 555-0143"})
    assert answer.status_code == 302
    chosen = ContactChoice.objects.get()
    assert (chosen.person, chosen.chosen, chosen.mobile) == (cast.ruth, ["email", "text"], MOBILE)
    assert chosen.quiet is not None
    assert (chosen.quiet.begins, chosen.quiet.ends, chosen.zone) == (time(22, 30), time(6, 15), "America/Denver")
    entry = Event.objects.get(action="accounts.choose_contact")
    assert entry.details["quiet"] == "22:30 to 06:15"
    assert f'by text message to <span class="nowrap">{MOBILE}</span>' in text_of(browser.get("/account/"))
    assert 'value="22:30"' in text_of(browser.get(CHOICE))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text": "on", "mobile": ""}, "mobile"),
        ({"mobile": "12345"}, "mobile"),
        ({"mobile": "abc"}, "mobile"),
        ({"quiet_until": ""}, "quiet_until"),
        ({"quiet_from": ""}, "quiet_from"),
        ({"quiet_from": "06:15"}, "quiet_until"),
        ({"quiet_from": "25:00"}, "quiet_from"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"language": "xx"}, "language"),
        ({"language": ""}, "language"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_kept(cast: Cast, typed: dict[str, str], field: str) -> None:
    answer = signed_in(cast.ruth).post(CHOICE, CHOSEN | typed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not ContactChoice.objects.exists()


def test_without_quiet_hours_and_without_anything_but_the_page(cast: Cast) -> None:
    signed_in(cast.ruth).post(CHOICE, CHOSEN | {"email": "", "quiet_from": "", "quiet_until": ""} | {"language": "en"})
    del (chosen := dict(CHOSEN))["email"]
    signed_in(cast.ruth).post(CHOICE, chosen | {"quiet_from": "", "quiet_until": ""})
    choice = ContactChoice.objects.get()
    assert (choice.chosen, choice.quiet) == ([], None)


def test_where_no_text_messages_are_sent_nobody_is_asked_for_a_number(cast: Cast, settings: Any) -> None:
    settings.MESSAGE_SENDERS = {"email": "rems.senders.ByEmail"}
    browser = signed_in(cast.ruth)
    assert "text message" not in text_of(browser.get(CHOICE))
    assert browser.post(CHOICE, CHOSEN | {"text": "on", "mobile": MOBILE}).status_code == 302
    assert ContactChoice.objects.get().chosen == ["email"]
    with pytest.raises(ValidationError, match="sends no text messages"):
        choose(cast.ruth, text=True, mobile=MOBILE)


def choose(by: Person, **changed: Any) -> ContactChoice:
    given: dict[str, Any] = {"email": True, "text": False, "mobile": "", "quiet_from": None, "quiet_until": None}
    return choose_contact(**(given | {"zone": "America/New_York", "language": "en"} | changed), by=by)


@pytest.mark.parametrize(
    "changed",
    [{"mobile": "202"}, {"zone": "Nowhere"}, {"language": "fr"}, {"quiet_from": time(7)}, {"text": True}],
    ids=lambda changed: next(iter(changed)),
)
def test_the_act_refuses_what_the_page_does(cast: Cast, changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        choose(cast.ruth, **changed)
    assert not ContactChoice.objects.exists()


def test_an_account_that_ended_chooses_nothing(cast: Cast) -> None:
    Person.objects.filter(pk=cast.ruth.pk).update(is_active=False)
    with pytest.raises(Forbidden):
        choose(cast.ruth)


def test_who_chose_nothing_has_what_the_page_shows(cast: Cast) -> None:
    choice = choice_of(cast.ruth)
    assert (choice.chosen, choice.zone, choice.language) == (["email"], "America/New_York", "en")
    assert choice.quiet is not None
    assert (choice.quiet.begins, choice.quiet.ends) == (time(21), time(7))
    assert choice.address("email") == "ruth@localhost"
