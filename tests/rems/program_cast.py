"""A small cast of the program: Jo administers, Per audits, Rita represents Cedar Street, Ruth prescribes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts import proofs
from accounts.identifiers import ncpdp_check_digit, npi_check_digit
from accounts.models import Person, RoleGrant
from accounts.roles import Role
from audit import clock
from patients.models import Patient, PregnancyTest, TherapyDate
from pharmacies.models import Pharmacy
from prescribers.models import Certification, Prescriber
from rems import models, numbers
from rems.actions.openings import open_record

NOW = datetime(2026, 6, 16, 13, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)
PROGRAM = "us-lenalidomide"
PASSWORD = "a long enough phrase"


@dataclass(kw_only=True)
class Cast:
    """Who and what a test of the program can name."""

    jo: Person
    per: Person
    rita: Person
    ruth: Person
    prescriber: Prescriber
    cedar: Pharmacy
    birch: Pharmacy


@pytest.fixture(autouse=True)
def standing_clock(db: None) -> Iterator[None]:
    """It is Tuesday, June 16, 2026, 09:12 in New York."""
    with clock.stand_at(NOW):
        yield


@pytest.fixture
def cast() -> Cast:
    """Everybody, with Ruth certified and two sites that are not."""
    return gather()


def gather() -> Cast:
    """The cast's rows."""
    ruth = person("Ruth Abara", Role.PRESCRIBER)
    rita = person("Rita Moss", Role.REPRESENTATIVE)
    other = person("Olga Stern", Role.REPRESENTATIVE)
    made = prescriber(ruth)
    Certification.objects.create(prescriber=made, program=PROGRAM, certified_at=LONG_AGO, by=ruth)
    return Cast(
        jo=person("Jo Lindgren", Role.ADMINISTRATOR),
        per=person("Per Halvorsen", Role.AUDITOR),
        rita=rita,
        ruth=ruth,
        prescriber=made,
        cedar=site("Cedar Street Pharmacy", 1, rita),
        birch=site("Birch Road Pharmacy", 2, other),
    )


def person(name: str, role: Role) -> Person:
    """Somebody with one role, who signs with a password."""
    made = Person(email=f"{name.split()[0].lower()}@localhost", name=name, created_at=LONG_AGO)
    made.set_password(PASSWORD)
    made.save()
    RoleGrant.objects.create(person=made, role=role, granted_at=LONG_AGO, granted_by=made)
    return made


def signed_in(someone: Person) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(someone)
    return client


def prescriber(someone: Person, number: int = 123456789) -> Prescriber:
    """A prescriber on record."""
    return Prescriber.objects.create(
        person=someone,
        first_name=someone.name.split()[0],
        last_name=someone.name.split()[1],
        credential="MD",
        specialty="Hematology",
        npi=f"{number}{npi_check_digit(str(number))}",
        state_license="X1",
        registered_at=LONG_AGO,
        registered_by=someone,
    )


def site(name: str, number: int, representative: Person) -> Pharmacy:
    """A site on record, not certified."""
    ncpdp, npi = f"{100000 + number}", f"{100000000 + number}"
    return Pharmacy.objects.create(
        name=name,
        address_line_1="1 Main Street",
        city="Portland",
        state="ME",
        zip_code="04101",
        phone="555-0100",
        ncpdp_id=ncpdp + ncpdp_check_digit(ncpdp),
        npi=npi + npi_check_digit(npi),
        zone="America/New_York",
        representative=representative,
        registered_at=LONG_AGO,
        registered_by=representative,
    )


def enrolled(name: str, by: Prescriber, category: str = "adult_female_rp") -> models.Enrollment:
    """A patient on record, enrolled and with a category and an agreement."""
    first, last = name.split()
    someone = by.person
    assert someone is not None
    patient = Patient.objects.create(
        first_name=first, last_name=last, born=date(1990, 4, 2), created_at=LONG_AGO, created_by=someone
    )
    made = models.Enrollment.objects.create(
        patient=patient, program=PROGRAM, prescriber=by, enrolled_at=LONG_AGO, enrolled_by=someone
    )
    recorded: dict[str, Any] = {"recorded_at": LONG_AGO, "recorded_by": someone}
    agreement = models.Agreement.objects.create(
        enrollment=made,
        category=category,
        prescriber=by,
        diagnosis="C90.00",
        signed_on=LONG_AGO.date(),
        **recorded,
    )
    models.CategoryAssignment.objects.create(
        enrollment=made, category=category, since=LONG_AGO, agreement=agreement, **recorded
    )
    return made


def collect(enrollment: models.Enrollment, *, days_ago: int, result: str = "negative") -> PregnancyTest:
    """A serum test collected so many days before the clock's instant."""
    collected = clock.now() - timedelta(days=days_ago)
    return PregnancyTest.objects.create(
        patient=enrollment.patient,
        collected_at=collected,
        resulted_at=collected,
        result=result,
        method="serum",
        sensitivity_miu_ml=25,
        laboratory="Hill Laboratory",
        recorded_at=collected,
        recorded_by=enrollment.enrolled_by,
    )


def on_treatment(enrollment: models.Enrollment, *, days: int = 100) -> TherapyDate:
    """The first dose lies so many days back, so that the calendar of tests counts."""
    started = (clock.now() - timedelta(days=days)).date()
    return TherapyDate.objects.create(
        patient=enrollment.patient,
        program=PROGRAM,
        kind="first_dose",
        starts_on=started,
        recorded_at=clock.now() - timedelta(days=days),
        recorded_by=enrollment.enrolled_by,
    )


def dispensed(enrollment: models.Enrollment, at_site: Pharmacy, *, days_ago: int, days: int = 28) -> models.Dispensing:
    """A dispensing on record, with its prescription, numbers and decisions."""
    at, by = clock.now() - timedelta(days=days_ago), enrollment.enrolled_by
    category = enrollment.categories.current().latest("since").category
    written = models.Prescription.objects.create(
        enrollment=enrollment,
        prescriber=enrollment.prescriber,
        written_at=at,
        days_supply=days,
        category=category,
        recorded_at=at,
        recorded_by=by,
    )
    authorization = models.Authorization.objects.create(
        number=numbers.new_number(numbers.Kind.AUTHORIZATION).text,
        prescription=written,
        patient=enrollment.patient,
        program=enrollment.program,
        category=category,
        issued_at=at,
        closes_at=at + timedelta(days=7),
        decision=decided(enrollment, "authorize", at),
        by=by,
    )
    confirmation = models.Confirmation.objects.create(
        number=numbers.new_number(numbers.Kind.CONFIRMATION).text,
        authorization=authorization,
        pharmacy=at_site,
        issued_at=at,
        lapses_at=at + timedelta(hours=24),
        decision=decided(enrollment, "confirm", at),
        by=by,
    )
    return models.Dispensing.objects.create(
        authorization=authorization,
        confirmation=confirmation,
        patient=enrollment.patient,
        program=enrollment.program,
        pharmacy=at_site,
        handed_over_at=at,
        method="hand",
        medication_guide=True,
        days_supply=days,
        decision=decided(enrollment, "hand_over", at),
        by=by,
    )


def decided(enrollment: models.Enrollment, stage: str, at: datetime, outcome: str = "allowed") -> models.Decision:
    """A decision on record that rests on nothing."""
    return models.Decision.objects.create(
        stage=stage,
        outcome=outcome,
        program=enrollment.program,
        at=at,
        facts={},
        findings=[],
        patient=enrollment.patient,
        by=enrollment.enrolled_by,
        recorded_at=at,
    )


def opened(patient: Patient, by: Person, reason: str = "The prescriber cannot be reached.") -> models.Opening:
    """The patient's whole record, open to an administrator from the clock's instant on."""
    proof = proofs.proof(by, how="password")
    return open_record(patient=patient, reason=reason, proof=proof, by=by)
