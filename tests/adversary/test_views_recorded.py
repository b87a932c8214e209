"""Whoever sees a patient leaves a line in the trail, by whatever page; and without the line nothing is seen."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import psycopg
import pytest
from django.db.models import Q
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event, Kind
from eligibility.moments import day_words
from patients.models import Patient
from tests.adversary.routes import ROUTES, address
from tests.adversary.world import Side, World, world
from tests.database import Laid

OURS, THEIRS = ("Quillfeather", date(1983, 3, 19)), ("Ostrowhisk", date(1984, 7, 23))


def with_canaries() -> World:
    """The world, with names and birthdays that stand nowhere else."""
    everybody = world()
    for side, (name, born) in zip((everybody.ours, everybody.theirs), (OURS, THEIRS), strict=True):
        Patient.objects.filter(pk=side.rows.patient.pk).update(first_name=f"{name}a", last_name=name, born=born)
        side.rows.patient.refresh_from_db()
    return everybody


def canaries(side: Side) -> list[str]:
    """How a patient can be told on a page: by name, by number, by birthday."""
    patient = side.rows.patient
    born = patient.born
    return [patient.last_name, patient.number, born.isoformat(), day_words(born), day_words(born, weekday=False)]


def content_of(answer: HttpResponseBase) -> str:
    chunks: Any = getattr(answer, "streaming_content", None)
    return (b"".join(chunks) if chunks is not None else answer.content).decode()  # type: ignore[attr-defined]


def seen_in(answer: HttpResponseBase, everybody: World) -> list[Side]:
    """The sides whose patient can be told from an answer."""
    text = content_of(answer)
    return [side for side in (everybody.ours, everybody.theirs) if any(word in text for word in canaries(side))]


def has_line(answer: HttpResponseBase, side: Side) -> bool:
    """Whether this request wrote an entry that names the patient: of a view, or of the act itself."""
    patient = side.rows.patient.pk
    written = Event.objects.filter(request_id=answer["X-Request-ID"]).exclude(kind=Kind.CHANGE)
    return written.filter(Q(patient_id=patient) | Q(patients__contains=[patient])).exists()


def addresses(everybody: World, role: Role) -> Iterator[tuple[str, str]]:
    """Every page that the role may open, about either side."""
    for name, route in ROUTES.items():
        if role in route.roles:
            for where in {address(name, side) for side in (everybody.ours, everybody.theirs)}:
                yield name, where


class Seen(NamedTuple):
    """A page on which a patient can be told."""

    role: Role
    name: str
    where: str
    client: Client


def opened(everybody: World) -> list[Seen]:
    """Every page on which somebody sees a patient, each opened by each role that may."""
    found = []
    for role in Role:
        client = everybody.browser(role)
        for name, where in addresses(everybody, role):
            if not ROUTES[name].looks:
                continue
            answer = client.get(where)
            assert answer.status_code < 500, (name, answer.status_code)
            for side in seen_in(answer, everybody):
                assert has_line(answer, side), f"{name} shows {side.rows.patient} to a {role} and leaves no line"
                found.append(Seen(role, name, where, client))
    return found


# So many addresses show a patient to the role; a crawl that sees nobody proves nothing.
SEES = {
    Role.PRESCRIBER: 18,
    Role.DELEGATE: 12,
    Role.PHARMACIST: 6,
    Role.ADMINISTRATOR: 9,
    Role.AUDITOR: 4,
    Role.PATIENT: 5,
}


def test_whoever_sees_a_patient_leaves_a_line_and_where_none_can_be_written_nobody_is_shown(committed_db: Laid) -> None:
    """In the second half the application has lost the right to append, as when the trail is broken."""
    everybody = with_canaries()
    seen = opened(everybody)
    for role in Role:
        assert len({page.name for page in seen if page.role == role}) >= SEES.get(role, 0), role
    assert {page.role for page in seen} == set(SEES)
    with psycopg.connect(committed_db.addresses.superuser) as superuser:
        superuser.execute("REVOKE EXECUTE ON FUNCTION audit.append(jsonb) FROM rems_app")
    for page in seen:
        answer = page.client.get(page.where)
        assert answer.status_code == 503, (page.name, answer.status_code)
        assert seen_in(answer, everybody) == [], page.name
        assert "could not be recorded" in content_of(answer), page.name
    assert Client().get(reverse("accounts:sign_in")).status_code == 200, "a page that shows nobody still opens"


@pytest.mark.django_db
def test_a_form_that_comes_back_with_a_patient_on_it_leaves_a_line() -> None:
    everybody = with_canaries()
    seen = set()
    for role in Role:
        client = everybody.browser(role)
        for name, where in addresses(everybody, role):
            answer = client.post(where, {"key": f"{role}-{name}"})
            assert answer.status_code < 500, (name, answer.status_code)
            for side in seen_in(answer, everybody):
                seen.add(name)
                assert has_line(answer, side), f"{name} comes back with {side.rows.patient} and leaves no line"
    assert len(seen) >= 18, seen


@pytest.mark.django_db
def test_a_line_of_another_request_does_not_count() -> None:
    everybody = with_canaries()
    client = everybody.browser(Role.ADMINISTRATOR)
    answer = client.get(address("administration:patient", everybody.ours))
    assert seen_in(answer, everybody) == [everybody.ours]
    assert has_line(answer, everybody.ours)
    assert not has_line(answer, everybody.theirs)
    answer["X-Request-ID"] = "another-one"
    assert not has_line(answer, everybody.ours)


SEARCHES = [
    (Role.PRESCRIBER, "prescriber:patients", "q"),
    (Role.ADMINISTRATOR, "administration:patients", "q"),
    (Role.ADMINISTRATOR, "administration:overdue", "q"),
    (Role.ADMINISTRATOR, "administration:decisions", "patient"),
    (Role.ADMINISTRATOR, "administration:deviations", "patient"),
    (Role.ADMINISTRATOR, "administration:trail", "patient"),
    (Role.AUDITOR, "administration:trail", "patient"),
    (Role.PHARMACIST, "pharmacy:home", "n"),
]


@pytest.mark.django_db
def test_a_search_is_recorded_with_its_words_also_one_that_finds_nobody() -> None:
    everybody = with_canaries()
    for role, name, field in SEARCHES:
        answer = everybody.browser(role).get(reverse(name), {field: "Nobodykins"})
        assert seen_in(answer, everybody) == [], name
        entry = Event.objects.get(request_id=answer["X-Request-ID"], kind=Kind.VIEW)
        assert "Nobodykins" in str(entry.details), name


@pytest.mark.django_db
def test_a_number_that_is_unknown_is_recorded_as_a_denial() -> None:
    everybody = with_canaries()
    number = everybody.theirs.rows.confirmed.number
    answer = everybody.browser(Role.PHARMACIST).get(reverse("pharmacy:confirmation", args=[number]))
    entry = Event.objects.get(request_id=answer["X-Request-ID"], kind=Kind.DENIAL)
    assert (entry.details["number"], entry.patient_id) == (number, everybody.theirs.rows.patient.pk)
