"""How long every page with a list takes at the server, and how large it is, with 10,000 patients enrolled.

The targets are 300 ms and 100 kB, before compression. The pages are those of the site that name no row, found from
the routes, as an administrator, an auditor, a pharmacist, and two prescribers: one of a hundred who share the
patients, and one who has them all. LIST_PATIENTS names another number.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any

import psycopg

from benchmarks._enrolled import DATABASE, database
from rems.services import postgres

MIDNIGHT = datetime(2026, 6, 16, 4, tzinfo=UTC)
PATIENTS = int(os.environ.get("LIST_PATIENTS", "10000"))
ROUNDS = 5
ALL = "a prescriber of all patients"


def run() -> dict[str, str]:
    """Medians of whole answers, the slowest first. RuntimeError where a page is not shown."""
    with database(PATIENTS):
        found = dict(_figures())
    return {name: f"{took * 1000:.0f} ms, {size / 1000:.0f} kB" for name, (took, size) in _slowest_first(found)}


def _slowest_first(found: dict[str, tuple[float, int]]) -> list[tuple[str, tuple[float, int]]]:
    return sorted(found.items(), key=lambda row: -row[1][0])


def _figures() -> Iterator[tuple[str, tuple[float, int]]]:
    from accounts.roles import Role
    from audit import clock
    from rems.horizon import making, passing
    from rems.models import Horizon

    with clock.stand_at(MIDNIGHT - timedelta(hours=1)):
        Horizon.objects.all().delete()
        making.make_missing()
    with clock.stand_at(MIDNIGHT + timedelta(seconds=1)):
        passing.run()
        _let_the_application_read_the_trail()
        cast = _cast()
        for who in (Role.ADMINISTRATOR, Role.AUDITOR, Role.PHARMACIST, Role.PRESCRIBER):
            yield from _pages(who, cast[who], called=who.value)
        _give_all_patients_to(cast[Role.PRESCRIBER])
        yield from _pages(Role.PRESCRIBER, cast[Role.PRESCRIBER], called=ALL)


def _pages(role: Any, person: Any, *, called: str) -> Iterator[tuple[str, tuple[float, int]]]:
    """Every page of the role that is about no single row. A file is no page."""
    from django.urls import reverse

    from tests.adversary.routes import OPEN, ROUTES

    browser = _signed_in(person)
    for name, route in ROUTES.items():
        page = route.looks and not route.names_row and not name.endswith("_file")
        if page and route.policy not in OPEN and route.scopes(role):
            yield f"{name}, {called}", _measured(browser, reverse(name))


def _measured(browser: Any, address: str) -> tuple[float, int]:
    taken = []
    for _ in range(ROUNDS):
        start = perf_counter()
        answer = browser.get(address, follow=True)
        taken.append(perf_counter() - start)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
    return median(taken), len(answer.content)


def _cast() -> dict[Any, Any]:
    """Somebody of each role; the prescriber is the first of the hundred."""
    from accounts.models import Person, RoleGrant
    from accounts.roles import Role
    from pharmacies.models import Pharmacist, Pharmacy
    from tests.people import LONG_AGO, person

    cast: dict[Any, Any] = {
        role: person(f"Person as {role.value}", role, email=f"{role.value}@example.org")
        for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.PHARMACIST)
    }
    cast[Role.PRESCRIBER] = first = Person.objects.get(email="p1@localhost")
    RoleGrant.objects.create(person=first, role=Role.PRESCRIBER, granted_at=LONG_AGO, granted_by=first)
    site = Pharmacy.objects.get()
    Pharmacist.objects.create(
        person=cast[Role.PHARMACIST], pharmacy=site, from_at=LONG_AGO, from_by=cast[Role.PHARMACIST]
    )
    return cast


def _let_the_application_read_the_trail() -> None:
    """As the tests do: here the application has no second connection as the trail's reader."""
    from tests.database import READ_BY_TESTS

    with psycopg.connect(postgres.TEST.superuser_url(), dbname=DATABASE) as connection:
        connection.execute(f"GRANT SELECT ON {READ_BY_TESTS} TO rems_app".encode())


def _give_all_patients_to(person: Any) -> None:
    """Every enrollment to one prescriber, past the triggers: no transfer is recorded."""
    from prescribers.models import Prescriber

    own = Prescriber.objects.get(person=person).pk
    with psycopg.connect(postgres.TEST.superuser_url(), dbname=DATABASE, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("ALTER TABLE rems_enrollment DISABLE TRIGGER USER")
        connection.execute("UPDATE rems_enrollment SET prescriber_id = %s", [own])
        connection.execute("VACUUM ANALYZE rems_enrollment")


def _signed_in(person: Any) -> Any:
    """A browser with a session as signing in begins it."""
    from django.http import HttpRequest
    from django.test import Client

    from accounts import sessions
    from audit import clock

    browser, request = Client(headers={"host": "localhost"}), HttpRequest()
    browser.force_login(person)
    request.session = browser.session
    sessions.begin(request, person, at=clock.now())
    return browser
