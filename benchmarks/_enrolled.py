"""A database of its own with any number of enrolled patients, written by SQL; a known number come due at midnight."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from accounts.identifiers import ncpdp_check_digit, npi_check_digit
from rems.services import postgres, roles

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "rems_benchmark"
DUE = 2_000
EVERY = 33
"""One in so many others is on treatment and can get pregnant, too: 3 in 100, as published figures say."""
MIDNIGHT = "timestamptz '2026-06-16 00:00 America/New_York'"
LONG_AGO = f"({MIDNIGHT} - interval '400 days')"
FILL = {
    "text": "''",
    "character varying": "''",
    "boolean": "false",
    "jsonb": "'{}'::jsonb",
    "ARRAY": "'{}'",
    "timestamp with time zone": LONG_AGO,
    "bigint": "1",
}
"""What a column holds that no question here looks at."""
TREATED = f"(g <= {DUE} OR g % {EVERY} = 0)"
PROGRAM = "'us-lenalidomide'"

NPIS = [f"1{g:08d}{npi_check_digit(f'1{g:08d}')}" for g in range(1, 101)]
NCPDP = "100001" + ncpdp_check_digit("100001")

Tables = Mapping[str, tuple[str, dict[str, str]]]
"""Of each table which rows ``g`` there are, and what stands in their columns."""

TABLES: Tables = {
    "accounts_person": (
        "g <= 100",
        {"email": "'p' || g || '@localhost'", "name": "'Person ' || g", "is_active": "true"},
    ),
    "prescribers_prescriber": (
        "g <= 100",
        {"person_id": "g", "first_name": "'Ana'", "last_name": "'Ruiz ' || g", "npi": f"(ARRAY{NPIS})[g]"},
    ),
    "prescribers_certification": (
        "g <= 100",
        {"prescriber_id": "g", "program": PROGRAM, "certified_at": LONG_AGO},
    ),
    "pharmacies_pharmacy": (
        "g = 1",
        {"name": "'Cedar'", "ncpdp_id": f"'{NCPDP}'", "npi": f"'{NPIS[0]}'", "zone": "'America/New_York'"},
    ),
    "patients_patient": (
        "true",
        {"first_name": "'Mary'", "last_name": "'Major ' || g", "born": "date '1980-01-01' + (g % 5000)::int"},
    ),
    "rems_enrollment": ("true", {"patient_id": "g", "program": PROGRAM, "prescriber_id": "1 + g % 100"}),
    "rems_agreement": (
        "true",
        {
            "enrollment_id": "g",
            "category": f"CASE WHEN {TREATED} THEN 'adult_female_rp' ELSE 'adult_male' END",
            "diagnosis": "'C90.00'",
            "signed_on": "date '2025-05-01'",
            "prescriber_id": "1 + g % 100",
        },
    ),
    "rems_categoryassignment": (
        "true",
        {
            "enrollment_id": "g",
            "category": f"CASE WHEN {TREATED} THEN 'adult_female_rp' ELSE 'adult_male' END",
            "since": LONG_AGO,
            "agreement_id": "g",
        },
    ),
    "patients_patientsurvey": (
        "true",
        {"patient_id": "g", "program": PROGRAM, "completed_at": f"{MIDNIGHT} - interval '5 days'"},
    ),
    "patients_therapydate": (
        TREATED,
        {"patient_id": "g", "program": PROGRAM, "kind": "'first_dose'", "starts_on": "date '2026-01-05'"},
    ),
    "patients_pregnancytest": (
        TREATED,
        {
            "patient_id": "g",
            # Cycles unknown: the next is due 14 days later, for the first ones on the day that ends at MIDNIGHT.
            "collected_at": f"{MIDNIGHT} - interval '14 days' - interval '12 hours'"
            f" + CASE WHEN g <= {DUE} THEN interval '0' ELSE interval '10 days' END",
            "result": "'negative'",
            "method": "'serum'",
            "sensitivity_miu_ml": "25",
            "laboratory": "'Hill Laboratory'",
        },
    ),
    "patients_contraceptionattestation": (
        TREATED,
        {"patient_id": "g", "methods": "'{iud,male_condom}'", "since": "date '2025-05-01'"},
    ),
    "rems_prescription": (
        TREATED,
        {"id": "g", "enrollment_id": "g", "prescriber_id": "1 + g % 100", "days_supply": "28"},
    ),
    "rems_decision": (
        TREATED,
        {"id": "g", "stage": "'authorize'", "outcome": "'allowed'", "program": PROGRAM, "patient_id": "g"},
    ),
    "rems_authorization": (
        TREATED,
        {"id": "g", "number": "'A' || lpad(g::text, 11, '0')", "program": PROGRAM, "patient_id": "g",
         "decision_id": "g", "prescription_id": "g", "closes_at": f"{MIDNIGHT} - interval '9 days'"},
    ),
    "rems_confirmation": (
        TREATED,
        {"id": "g", "number": "'C' || lpad(g::text, 11, '0')", "authorization_id": "g", "decision_id": "g"},
    ),
    "rems_dispensing": (
        TREATED,
        {"program": PROGRAM, "handed_over_at": f"{MIDNIGHT} - interval '10 days'", "days_supply": "28",
         "authorization_id": "g", "confirmation_id": "g", "decision_id": "g", "patient_id": "g"},
    ),
    "rems_horizon": (
        f"g > {DUE}",
        {"patient_id": "g", "enrollment_id": "g", "program": PROGRAM, "edition": "'2021-05-21'",
         "until": f"{MIDNIGHT} + interval '1 day' * (1 + g % 30)",
         "wakes_at": f"{MIDNIGHT} + interval '1 day' * (1 + g % 30)", "ends": "'[]'::jsonb",
         "deadlines": "'[{\"kind\": \"survey\", \"requirement\": \"patient-survey\"}]'::jsonb"},
    ),
}  # fmt: skip
"""The rows of patient ``g``: which patients have one, and what stands in it."""


@contextmanager
def database(patients: int, *, more: Tables | None = None, rows: int = 0) -> Iterator[None]:
    """Django's database, as the application's role, with so many enrolled patients; it is dropped at the end.

    ``more``: further rows, ``g`` from 1 to ``rows``.
    """
    tenancy = postgres.TEST.start()
    superuser = postgres.TEST.superuser_url()
    try:
        _drop(superuser)
        addresses = roles.install(superuser_url=superuser, database=DATABASE)
        environment = {**os.environ, "REMS_ENV": "test", "DATABASE_URL": addresses.owner}
        words = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
        subprocess.run(words, cwd=ROOT, env=environment, check=True)
        with psycopg.connect(addresses.superuser, autocommit=True) as connection:
            _write(connection, TABLES, max(patients, 100))
            _write(connection, more or {}, rows)
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")
        _point_django_at(addresses.app)
        yield
        _point_django_at(addresses.app)
    finally:
        _drop(superuser)
        postgres.TEST.stop(tenancy)


def _point_django_at(address: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"], os.environ["REMS_ENV"] = "rems.settings", "test"
    import django

    django.setup()
    from django.db import connections

    from rems import configuration

    described = configuration.read_database(address, statement_seconds=60)
    connections.close_all()
    connections["default"].settings_dict.update(described)


def _write(connection: psycopg.Connection[Any], tables: Tables, many: int) -> None:
    """All rows. The triggers rest meanwhile: this is no recording of facts."""
    for table, (who, values) in tables.items():
        name = sql.Identifier(table)
        connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER ALL").format(name))
        columns = values | _filled(connection, table, values)
        statement = (
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())}"  # noqa: S608 - own words
            f" FROM generate_series(1, {many}) AS g WHERE {who}"
        )
        connection.execute(statement.encode())
        _wake_triggers(connection, table)


def _filled(connection: psycopg.Connection[Any], table: str, given: dict[str, str]) -> dict[str, str]:
    query = (
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s"
        " AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO' AND is_generated = 'NEVER'"
    )
    found = connection.execute(query, [table]).fetchall()
    # No constraint of the records is loosened: what a check asks for stands in TABLES, or here.
    special = {
        "recorded_at": f"({MIDNIGHT} - interval '4 days')",
        "rems_authorization.category": "'adult_female_rp'",
        "rems_prescription.category": "'adult_female_rp'",
        "patients_patientsurvey.answered_by": "'Mary Major'",
        "patients_contraceptionattestation.attested_by_name": "'Mary Major'",
        "prescribers_prescriber.credential": "'MD'",
        "prescribers_prescriber.specialty": "'Hematology'",
        "prescribers_prescriber.state_license": "'X1'",
        "rems_confirmation.lapses_at": f"({LONG_AGO} + interval '1 day')",
        "rems_dispensing.medication_guide": "true",
        "rems_dispensing.method": "'hand'",
    }
    special |= {f"{table}.recorded_at": special["recorded_at"]}
    fill = {column: special.get(f"{table}.{column}", FILL.get(kind, "NULL")) for column, kind in found}
    return {column: value for column, value in fill.items() if column not in given}


def _wake_triggers(connection: psycopg.Connection[Any], table: str) -> None:
    name = sql.Identifier(table)
    connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER ALL").format(name))
    query = "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE 'record%%'"
    for (trigger,) in connection.execute(query, [table]).fetchall():
        statement = sql.SQL("ALTER TABLE {} ENABLE ALWAYS TRIGGER {}")
        connection.execute(statement.format(name, sql.Identifier(trigger)))
    query = "SELECT pg_get_serial_sequence(%s, 'id')"
    sequence = connection.execute(query, [table]).fetchone()
    if sequence and sequence[0]:
        statement = sql.SQL("SELECT setval({}, (SELECT coalesce(max(id), 1) FROM {}))")
        connection.execute(statement.format(sql.Literal(sequence[0]), name))


def _drop(superuser: str) -> None:
    with psycopg.connect(superuser, dbname="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
