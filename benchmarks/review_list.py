"""How long the audit list takes with a million entries: the first page, and with each filter. The target is 1 s."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from time import perf_counter
from typing import Any

import psycopg

from rems.services import places, postgres, roles
from rems.services.roles import Addresses

CLUSTER = postgres.Cluster(home=places.VAR / "bench-postgres", settings={"max_wal_size": "4GB"})
DATABASE = "bench_review_list"
EVENTS = int(os.environ.get("BENCH_EVENTS", "1000000"))
PEOPLE, PATIENTS = 300, 20_000
ROUNDS = 3
TARGET = 1.0
SINCE = "2026-01-01T00:00:00Z"

# A tenth of a second apart; of ten entries three are acts, each with one or two changes of rows, and two are views,
# every second of them of a list of 25 patients. One in 100 is refused, one in 100,000 came from outside.
FILL = """
INSERT INTO audit.event (id, epoch, txid, at, payload, leaf)
SELECT n, 1, n / 3 + 10, at, payload, sha256('\\x00'::bytea || convert_to(payload, 'UTF8'))
  FROM (SELECT n, at, (jsonb_strip_nulls(jsonb_build_object(
            'id', n, 'uuid', md5(n::text), 'epoch', 1, 'txid', n / 3 + 10, 'at', at,
            'kind', kind, 'source', CASE kind WHEN 'change' THEN 'database' ELSE 'application' END,
            'action', CASE kind WHEN 'change' THEN (ARRAY['row.insert', 'row.update'])[1 + n %% 2]
                                WHEN 'view' THEN (ARRAY['rems.view_patient', 'rems.view_patients'])[1 + n %% 2]
                                WHEN 'denial' THEN 'accounts.denied'
                                ELSE (ARRAY['patients.record_test', 'gate.confirm', 'rems.prescribe'])[1 + n %% 3] END,
            'act', CASE WHEN kind = 'change' AND n %% 100000 <> 7 THEN 'patients.record_test' END,
            'person_id', CASE WHEN kind <> 'change' OR n %% 100000 <> 7 THEN 1000 + n %% %(people)s END,
            'person_name', 'Person ' || n %% %(people)s, 'role', 'prescriber', 'address', '10.2.8.40',
            'request_id', md5('request ' || n), 'database_user', 'rems_app', 'application', 'rems',
            'patient_id', CASE WHEN kind <> 'view' OR n %% 2 = 0 THEN 1000 + (n * 7919) %% %(patients)s END,
            'table', CASE kind WHEN 'change' THEN 'patients_pregnancytest' END,
            'row_id', CASE kind WHEN 'change' THEN n::text END,
            'allowed', CASE WHEN n %% 100 = 9 THEN false END))
            || CASE WHEN kind = 'view' AND n %% 2 = 1 THEN jsonb_build_object('details', jsonb_build_object(
                   'patients', (SELECT jsonb_agg(1000 + (n * 31 + i * 97) %% %(patients)s)
                                  FROM generate_series(1, 25) i)))
               ELSE jsonb_build_object('details', jsonb_build_object('note', repeat('x', 200))) END)::text AS payload
          FROM (SELECT n, %(since)s::timestamptz + n * interval '100 ms' AS at,
                       (ARRAY['act', 'change', 'change', 'act', 'change', 'view', 'act', 'change', 'view', 'denial'])
                       [1 + n %% 10] AS kind
                  FROM generate_series(100000::bigint, 99999 + %(events)s) n) made) written
"""
FILTERS = {
    "everything": "",
    "acts": "?kind=acts",
    "row changes": "?kind=changes",
    "views": "?kind=views",
    "denials": "?kind=denials",
    "out of band": "?kind=out_of_band",
    "sign-ins, of which there are none": "?kind=sign_ins",
    "an action": "?action=gate.confirm",
    "a person": "?person=person-17@",
    "a patient": "?patient=P-0001234",
    "a table": "?table=patients_pregnancytest",
    "a record": "?table=patients_pregnancytest&row=150001",
    "an hour in the middle": "?since=2026-01-01T12:00&until=2026-01-01T13:00",
    "until the first hour": "?until=2025-12-31T20:00",
    "since the last hour": "?since=2026-01-01T21:00",
    "a person's denials": "?person=person-17@&kind=denials",
    "a patient's views in an hour": "?patient=P-0001234&kind=views&since=2026-01-01T12:00&until=2026-01-01T13:00",
    "an old page": "?before=200000",
}


CAST = """
INSERT INTO accounts_person (id, email, name, password, is_active, created_at, password_set_by_other)
SELECT n, 'person-' || n - 1000 || '@example.org', 'Person ' || n - 1000, '!', true, now(), false
  FROM generate_series(1000, 999 + %(people)s) n;
INSERT INTO accounts_rolegrant (person_id, role, granted_at, granted_by_id)
VALUES (1000, 'administrator', now(), 1000);
INSERT INTO patients_patient (id, first_name, middle_name, last_name, born, language, guardian_name,
    guardian_relationship, guardian_phone, created_at, created_by_id, address_line_1, address_line_2, city, state,
    zip_code, phone, email)
SELECT n, 'Maria', '', 'Gomez', '1985-04-02', 'English', '', '', '', now(), 1000, '12 Main Street', '', 'Albany', 'NY',
       '12207', '518-555-0100', 'maria@example.org'
  FROM generate_series(1000, 999 + %(patients)s) n;
"""


def run() -> dict[str, str]:
    """Medians of whole pages, as an administrator is given them."""
    tenancy = CLUSTER.start()
    try:
        _drop()
        addresses = roles.install(superuser_url=CLUSTER.superuser_url(), database=DATABASE)
        with _django_on(addresses) as browser:
            _fill(addresses)
            return {
                f"{name}, {EVENTS:,} events (target {TARGET:.0f} s)": f"{_seconds(browser, query):.3f} s"
                for name, query in FILTERS.items()
            }
    finally:
        _drop()
        CLUSTER.stop(tenancy)


@contextmanager
def _django_on(addresses: Addresses) -> Iterator[Any]:
    """The application on that database, migrated, with the reader's own connection; a browser for it."""
    os.environ |= {"REMS_ENV": "test", "DATABASE_URL": addresses.owner, "TRAIL_DATABASE_URL": addresses.reader}
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections
    from django.test import Client

    from rems import configuration

    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()
    settings.TRAIL_DATABASE = "trail"
    connections["default"].settings_dict.update(configuration.read_database(addresses.app, statement_seconds=15))
    yield Client(headers={"host": "localhost"})
    connections.close_all()


def _fill(addresses: Addresses) -> None:
    """People, patients and a million entries, past all triggers."""
    numbers = {"people": PEOPLE, "patients": PATIENTS, "events": EVENTS, "since": SINCE}
    with psycopg.connect(addresses.superuser) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in CAST.split(";")[:-1]:
            connection.execute(statement, numbers)
        connection.execute("ALTER TABLE audit.event DISABLE TRIGGER USER")
        connection.execute("ALTER TABLE accounts_person DISABLE TRIGGER USER")
        connection.execute("ALTER TABLE accounts_rolegrant DISABLE TRIGGER USER")
        connection.execute("ALTER TABLE patients_patient DISABLE TRIGGER USER")
        connection.execute(FILL, numbers)
        connection.execute("SELECT setval('audit.event_id', %s)", [EVENTS + 200_000])
    with psycopg.connect(addresses.superuser, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE audit.event, patients_patient, accounts_person")


def _seconds(browser: Any, query: str) -> float:
    """The median of a page."""
    _sign_in(browser)
    taken = []
    for _ in range(ROUNDS):
        start = perf_counter()
        answer = browser.get(f"/program/audit{query}")
        taken.append(perf_counter() - start)
        if answer.status_code != 200:
            raise RuntimeError(f"{query}: {answer.status_code}")
    return median(taken)


def _sign_in(browser: Any) -> None:
    """A session as signing in begins it."""
    from django.http import HttpRequest

    from accounts import sessions
    from accounts.models import Person
    from audit import clock

    person, request = Person.objects.get(pk=1000), HttpRequest()
    browser.force_login(person)
    request.session = browser.session
    sessions.begin(request, person, at=clock.now())


def _drop() -> None:
    with psycopg.connect(CLUSTER.superuser_url(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
