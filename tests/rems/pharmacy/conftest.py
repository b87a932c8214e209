"""A small cast at the counter. Alice works at Cedar Street, Bob at Birch Road, Dora at both; Charlie at none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from accounts.identifiers import ncpdp_check_digit, npi_check_digit
from accounts.models import Person, RoleGrant
from accounts.roles import Role
from audit import clock
from patients.models import ContraceptionAttestation, Patient, PatientSurvey, PregnancyTest
from pharmacies.models import Certification, Pharmacist, Pharmacy
from prescribers.models import Certification as PrescriberCertification
from prescribers.models import Prescriber
from rems import models
from rems.actions import gate
from rems.checklists import required_points

NOW = datetime(2026, 6, 16, 13, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)
PROGRAM = "us-lenalidomide"


@dataclass(kw_only=True)
class Cast:
    """Who and what a test at the counter can name."""

    alice: Person
    bob: Person
    charlie: Person
    dora: Person
    ruth: Person
    prescriber: Prescriber
    cedar: Pharmacy
    birch: Pharmacy
    walter: models.Enrollment
    elena: models.Enrollment

    def authorize(self, enrollment: models.Enrollment, *, days: int = 28) -> models.Authorization:
        """An authorization by the gate itself."""
        return authorize(enrollment, by=self.ruth, days=days)

    def confirm(self, authorization: models.Authorization, *, at: Pharmacy, by: Person) -> models.Confirmation:
        """A confirmation by the gate itself."""
        row = gate.confirm(
            authorization=authorization,
            pharmacy=at,
            category=authorization.category,
            points=list(required_points(authorization.category)),
            days_counted=0,
            by=by,
        )
        assert row.outcome == "allowed", row.findings
        return row.issued_confirmation

    def hand_over(self, confirmation: models.Confirmation, *, by: Person) -> models.Dispensing:
        """A hand-over by the gate itself."""
        row = gate.hand_over(confirmation=confirmation, method="hand", medication_guide=True, by=by)
        assert row.outcome == "allowed", row.findings
        return row.dispensing


@pytest.fixture(autouse=True)
def standing_clock(db: None) -> Iterator[None]:
    """It is Tuesday, June 16, 2026, 09:12 in New York."""
    with clock.stand_at(NOW):
        yield


def person(name: str, role: Role) -> Person:
    """Somebody with one role."""
    made = Person.objects.create(email=f"{name.split()[0].lower()}@localhost", name=name, created_at=LONG_AGO)
    RoleGrant.objects.create(person=made, role=role, granted_at=LONG_AGO, granted_by=made)
    return made


def site(name: str, number: int, *, by: Person, staff: list[Person], zone: str = "America/New_York") -> Pharmacy:
    """A certified site with its pharmacists."""
    ncpdp, npi = f"{100000 + number}", f"{100000000 + number}"
    made = Pharmacy.objects.create(
        name=name,
        city="Portland",
        ncpdp_id=ncpdp + ncpdp_check_digit(ncpdp),
        npi=npi + npi_check_digit(npi),
        zone=zone,
        registered_at=LONG_AGO,
        registered_by=by,
    )
    Certification.objects.create(pharmacy=made, program=PROGRAM, certified_at=LONG_AGO, by=by)
    for one in staff:
        Pharmacist.objects.create(person=one, pharmacy=made, from_at=LONG_AGO, from_by=by)
    return made


def prescriber_of(someone: Person) -> Prescriber:
    """A certified prescriber who signs in."""
    made = Prescriber.objects.create(
        person=someone,
        first_name="Ruth",
        last_name="Abara",
        credential="MD",
        specialty="Hematology",
        npi="123456789" + npi_check_digit("123456789"),
        state_license="X1",
        phone="555-0142",
        registered_at=LONG_AGO,
        registered_by=someone,
    )
    PrescriberCertification.objects.create(prescriber=made, program=PROGRAM, certified_at=LONG_AGO, by=someone)
    return made


def enroll(first: str, last: str, category: str, *, prescriber: Prescriber, by: Person) -> models.Enrollment:
    """An enrolled patient with agreement, category and survey."""
    patient = Patient.objects.create(
        first_name=first, last_name=last, born=date(1985, 4, 2), created_at=LONG_AGO, created_by=by
    )
    enrolled = models.Enrollment.objects.create(
        patient=patient, program=PROGRAM, prescriber=prescriber, enrolled_at=LONG_AGO, enrolled_by=by
    )
    agreement = models.Agreement.objects.create(
        enrollment=enrolled,
        category=category,
        prescriber=prescriber,
        diagnosis="C90.00",
        signed_on=LONG_AGO.date(),
        recorded_at=LONG_AGO,
        recorded_by=by,
    )
    models.CategoryAssignment.objects.create(
        enrollment=enrolled,
        category=category,
        since=LONG_AGO,
        agreement=agreement,
        recorded_at=LONG_AGO,
        recorded_by=by,
    )
    survey(patient, at=NOW - timedelta(days=1), by=by)
    return enrolled


def survey(patient: Patient, *, at: datetime, by: Person) -> PatientSurvey:
    """The patient's survey."""
    return PatientSurvey.objects.create(
        patient=patient,
        program=PROGRAM,
        completed_at=at,
        answered_by=patient.name,
        recorded_at=at,
        recorded_by=by,
    )


def protect(patient: Patient, *, by: Person) -> None:
    """Two negative tests and two methods for long enough."""
    for ago in (timedelta(days=12), timedelta(hours=10)):
        test(patient, "negative", at=NOW - ago, by=by)
    ContraceptionAttestation.objects.create(
        patient=patient,
        attested_at=NOW - timedelta(days=60),
        since=(NOW - timedelta(days=60)).date(),
        methods=["hormonal", "male_condom"],
        attested_by_name=patient.name,
        recorded_at=NOW - timedelta(days=60),
        recorded_by=by,
    )


def test(patient: Patient, result: str, *, at: datetime, by: Person) -> PregnancyTest:
    """A laboratory test."""
    return PregnancyTest.objects.create(
        patient=patient,
        collected_at=at,
        result=result,
        method="serum",
        sensitivity_miu_ml=25,
        laboratory="City Laboratory",
        recorded_at=at,
        recorded_by=by,
    )


test.__test__ = False  # type: ignore[attr-defined]


def authorize(enrollment: models.Enrollment, *, by: Person, days: int = 28) -> models.Authorization:
    """A prescription that was counseled for and surveyed, and its number."""
    now = clock.now()
    prescription = models.Prescription.objects.create(
        enrollment=enrollment,
        prescriber=enrollment.prescriber,
        written_at=now,
        days_supply=days,
        category=enrollment.categories.get().category,
        recorded_at=now,
        recorded_by=by,
    )
    product = models.Product.objects.filter(program=PROGRAM)[0]
    models.PrescriptionItem.objects.create(prescription=prescription, product=product, capsules=21)
    models.Counseling.objects.create(prescription=prescription, counseled_at=now, recorded_at=now, recorded_by=by)
    models.PrescriberSurvey.objects.create(prescription=prescription, completed_at=now, recorded_at=now, recorded_by=by)
    row = gate.authorize(prescription=prescription, by=by)
    assert row.outcome == "allowed", row.findings
    return row.issued_authorization


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    ruth = person("Ruth Abara", Role.PRESCRIBER)
    alice, bob = person("Alice Lind", Role.PHARMACIST), person("Bob Stone", Role.PHARMACIST)
    dora = person("Dora Kent", Role.PHARMACIST)
    prescriber = prescriber_of(ruth)
    made = Cast(
        alice=alice,
        bob=bob,
        charlie=person("Charlie Moss", Role.PHARMACIST),
        dora=dora,
        ruth=ruth,
        prescriber=prescriber,
        cedar=site("Cedar Street Pharmacy", 1, by=ruth, staff=[alice, dora]),
        birch=site("Birch Road Pharmacy", 2, by=ruth, staff=[bob, dora]),
        walter=enroll("Walter", "Hale", "adult_male", prescriber=prescriber, by=ruth),
        elena=enroll("Elena", "Marsh", "adult_female_rp", prescriber=prescriber, by=ruth),
    )
    protect(made.elena.patient, by=ruth)
    return made


@pytest.fixture
def at_counter(client: Client, cast: Cast) -> Client:
    """Alice, signed in."""
    client.force_login(cast.alice)
    return client
