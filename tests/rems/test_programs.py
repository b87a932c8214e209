"""The program pages: what an edition asks, with sources and marks."""

import pytest
from django.test import Client

from accounts.roles import Role
from eligibility.editions import programs
from rems.display import editions
from tests.people import person

pytestmark = pytest.mark.django_db
EVERY = [(program, edition.id) for program, held in programs().items() for edition in held]


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(person("Per Holm", Role.AUDITOR))
    return client


def test_every_program_is_listed_with_its_edition_in_force(auditor: Client) -> None:
    html = auditor.get("/programs/").content.decode()
    for program, held in programs().items():
        assert held[-1].name in html
        assert f"/programs/{program}/{held[-1].id}/" in html


@pytest.mark.parametrize(("program", "edition"), EVERY)
def test_an_edition_shows_every_rule_and_every_value_with_its_source(
    auditor: Client, program: str, edition: str
) -> None:
    html = auditor.get(f"/programs/{program}/{edition}/").content.decode()
    read = editions.edition_with(program, edition)
    assert read is not None
    for rule in read.requirements:
        assert f'<tr id="{rule.id}">' in html
    assert read.sha256 in html
    assert "Home tests accepted" in html


@pytest.mark.parametrize(("program", "edition"), EVERY)
def test_no_rule_is_left_out_of_the_topics_and_every_value_is_counted(program: str, edition: str) -> None:
    read = editions.edition_with(program, edition)
    assert read is not None
    shown = [rule for topic in editions.topics_of(read) for rule in topic.rules]
    assert sorted(rule.id for rule in shown) == sorted(r.id for r in read.requirements)
    values = len(read.header) + len(read.reminders) + sum(max(len(r.values), 1) for r in read.requirements)
    assert sum(mark.values for mark in editions.marks_of(read)) == values


def test_an_unknown_edition_is_not_found(auditor: Client) -> None:
    assert auditor.get("/programs/us-lenalidomide/1999-01-01/").status_code == 404
    assert auditor.get("/programs/us-aspirin/2021-05-21/").status_code == 404


def test_who_is_not_signed_in_is_asked_to(client: Client) -> None:
    assert client.get("/programs/")["Location"].startswith("/sign-in/")


def test_a_patient_does_not_read_editions(client: Client) -> None:
    client.force_login(person("Elena Marsh", Role.PATIENT))
    assert client.get("/programs/").status_code == 403


def test_pages_for_people_who_are_signed_in_are_kept_in_no_cache(auditor: Client) -> None:
    response = auditor.get("/programs/")
    assert "no-store" in response["Cache-Control"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
