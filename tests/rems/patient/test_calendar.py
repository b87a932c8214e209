"""The calendar file: the right days, and titles from which nobody learns anything."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from audit import clock
from rems.display.calendar_file import OCTETS, Entry, calendar_file
from rems.models import Enrollment
from tests.rems.patient.conftest import phone_of
from tests.rems.program_cast import NOW


def lines_of(text: str) -> list[str]:
    """The lines of a calendar file, unfolded."""
    return text.replace("\r\n ", "").split("\r\n")


def test_the_days_of_the_test_and_the_survey_are_in_the_file(leila: Enrollment) -> None:
    answer = phone_of(leila).get(reverse("my:calendar"))
    assert answer["Content-Type"].startswith("text/calendar")
    lines = lines_of(answer.content.decode())
    assert [line for line in lines if line.startswith("DTSTART")] == [
        "DTSTART;VALUE=DATE:20260629",
        "DTSTART;VALUE=DATE:20260716",
    ]
    assert {line for line in lines if line.startswith("SUMMARY")} == {"SUMMARY:You have something to do"}
    words = answer.content.decode().lower()
    assert not any(word in words for word in ("pregnan", "test", "survey", "lenalidomide", "leila", "capsule", "p-00"))


def test_each_thing_keeps_its_name_at_the_next_download(leila: Enrollment) -> None:
    phone = phone_of(leila)
    first, again = (phone.get(reverse("my:calendar")).content.decode() for _ in range(2))
    uids = [line for line in lines_of(first) if line.startswith("UID:")]
    assert len(set(uids)) == len(uids) == 2
    assert uids == [line for line in lines_of(again) if line.startswith("UID:")]


@pytest.mark.parametrize(("days", "listed"), [(12, True), (14, False)])
def test_what_is_late_is_in_no_calendar(leila: Enrollment, days: int, listed: bool) -> None:
    with clock.stand_at(NOW + timedelta(days=days)):
        text = phone_of(leila).get(reverse("my:calendar")).content.decode()
    assert ("VALUE=DATE:20260629" in text) is listed


def test_long_lines_are_folded_within_no_character_and_signs_are_escaped() -> None:
    entry = Entry("1@x", date(2026, 12, 31), "ñ" * 200, "a, b; c\\ d\ne")
    text = calendar_file([entry], at=NOW, name="Días")
    assert all(len(line.encode()) <= OCTETS for line in text.split("\r\n"))
    lines = lines_of(text)
    assert f"SUMMARY:{'ñ' * 200}" in lines
    assert "DESCRIPTION:a\\, b\\; c\\\\ d\\ne" in lines
    assert "DTEND;VALUE=DATE:20270101" in lines
    assert "DTSTAMP:20260616T131200Z" in lines
