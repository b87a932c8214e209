"""The people whom an attack can name, and everything of each side that an address can name.

``ours`` is Ana's patient at Kim's counter, on treatment; ``theirs`` is another prescriber's, at another site.
"""

import itertools
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client

from accounts import proofs
from accounts.models import Person
from accounts.roles import Role
from accounts.signatures import reserve_number, sign_record
from audit import clock
from eligibility import Stage
from patients.actions import open_report, record_first_dose
from patients.models import Report, TherapyDate
from pharmacies.actions import apply_for_certification, record_training
from pharmacies.models import CertificationApplication, Pharmacist, Pharmacy
from prescribers.models import Delegate
from rems.actions.openings import close_record, open_record
from rems.actions.prepared import prepare_renewal
from rems.actions.work_lists import ask_to_waive
from rems.models import (
    Deviation,
    ItemKey,
    Message,
    Opening,
    PreparedAgreement,
    Product,
    TrailReview,
    VerificationRun,
    Waiver,
)
from rems.models.choices import AT_ONCE, Channel, NoticeKind
from rems.outbox import News, put
from tests import people
from tests.rems import counter
from tests.rems.scenario_rows import Rows

PROGRAM, OTHER_PROGRAM = "us-lenalidomide", "us-pomalidomide"
_next = itertools.count(1)


@dataclass(kw_only=True)
class Side:
    """One prescriber's patient and one site, with a row of everything that has an address."""

    rows: Rows
    site: Pharmacy
    representative: Person
    delegate: Delegate
    member: Pharmacist
    report: Report
    dose: TherapyDate
    application: CertificationApplication
    prepared: PreparedAgreement
    opening: Opening
    review: TrailReview
    run: VerificationRun
    deviation: Deviation
    waiver: Waiver
    letter: Message

    @property
    def test_id(self) -> int:
        """The newest pregnancy test."""
        return self.rows.patient.pregnancy_tests.latest("collected_at").pk


@dataclass(kw_only=True)
class World:
    """Everybody: one person for each role, all of whom belong to ``ours`` where they belong anywhere."""

    ours: Side
    theirs: Side
    people: dict[Role, Person]

    def browser(self, role: Role, **options: Any) -> Client:
        """A browser in which this role's person is signed in."""
        return browser(self.people[role], **options)


def browser(person: Person, **options: Any) -> Client:
    """A browser in which a person is signed in; a fault of the program is an answer to be judged."""
    client = Client(raise_request_exception=False, **options)
    client.force_login(person)
    return client


def somebody(name: str, *roles: Role) -> Person:
    """A person with PASSWORD, whom no other has the address of."""
    return people.person(name, *roles, email=f"{name.split()[0].lower()}.{next(_next)}@example.org")


def side(described: Any = counter.on_treatment, stage: Stage = Stage.HAND_OVER) -> Side:
    """A patient at the counter, a site with its representative, and a row of each kind."""
    rows = counter.at_the_counter(described, stage)
    for person in (rows.doctor, rows.pharmacist):
        person.set_password(people.PASSWORD)
        person.save()
    representative, helper = somebody("Rita Moss", Role.REPRESENTATIVE), somebody("Tom Weller", Role.DELEGATE)
    Pharmacy.objects.filter(pk=rows.site.pk).update(representative=representative)
    rows.site.refresh_from_db()
    now = clock.now()
    record_training(
        person=rows.pharmacist, program=PROGRAM, completed_on=now.date() - timedelta(days=90), by=representative
    )
    return Side(
        rows=rows,
        site=rows.site,
        representative=representative,
        delegate=Delegate.objects.create(
            prescriber=rows.prescriber, person=helper, named_at=now - timedelta(days=9), named_by=rows.doctor
        ),
        member=Pharmacist.objects.get(person=rows.pharmacist),
        report=open_report(patient=rows.patient, kind="pregnancy", subject="partner", by=rows.doctor),
        dose=record_first_dose(
            patient=rows.patient, program=PROGRAM, starts_on=(now - timedelta(days=120)).date(), by=rows.doctor
        ),
        application=apply_for_certification(
            pharmacy=rows.site,
            program=OTHER_PROGRAM,
            education_completed_on=now.date() - timedelta(days=30),
            printed_name=representative.name,
            by=representative,
        ),
        prepared=prepare_renewal(enrollment=rows.enrollment, by=rows.doctor),
        opening=_opened(rows),
        review=reviewed(representative),
        run=VerificationRun.objects.create(
            started_at=now, started_by=representative, seen_at=now, ended_at=now, verdict="stopped"
        ),
        deviation=_departed(rows),
        waiver=ask_to_waive(
            item=ItemKey("test", f"enrollment:{rows.enrollment.pk}", now), reason="Why", by=rows.doctor
        ),
        letter=_letter(rows),
    )


def _letter(rows: Rows) -> Message:
    """An e-mail to the patient's prescriber that nobody took yet."""
    now = clock.now()
    news = News(
        kind=NoticeKind.EVALUATION,
        step=AT_ONCE,
        subject=f"report:{rows.patient.pk}",
        due_at=now,
        at=now,
        late=False,
        patient=rows.patient.pk,
    )
    put({news: [rows.doctor.pk]}, at=now)
    return Message.objects.get(to=rows.doctor, channel=Channel.EMAIL, notice__subject=news.subject)


def reviewed(signer: Person) -> TrailReview:
    """A review of the trail on record, as if this person had signed it."""
    until = clock.unshifted()
    review = TrailReview(
        pk=reserve_number(TrailReview),
        since=until - timedelta(days=1),
        until=until,
        events=1,
        out_of_band=0,
        denials=0,
        seals_sha256="0" * 64,
        sealed_entries=0,
        findings="None.",
    )
    review.signature = sign_record(review, meaning="I reviewed it.", by=signer)
    review.save(force_insert=True)
    return review


def _opened(rows: Rows) -> Opening:
    """An administrator who is not the world's has read the whole record, and closed it."""
    someone = somebody("Ida Quist", Role.ADMINISTRATOR)
    proof = proofs.proof(someone, how="password")
    return close_record(opening=open_record(patient=rows.patient, reason="A test", proof=proof, by=someone), by=someone)


def _departed(rows: Rows) -> Deviation:
    """A number that lapsed at the site, on record."""
    return Deviation.objects.create(
        patient=rows.patient,
        enrollment=rows.enrollment,
        program=PROGRAM,
        kind="confirmation_lapsed",
        subject=f"confirmation:{rows.confirmed.pk}",
        period="before",
        at=rows.confirmed.issued_at,
        found_at=clock.now(),
        prescriber=rows.prescriber,
        pharmacy=rows.site,
        caused_by=rows.pharmacist,
    )


def world() -> World:
    """Two sides, and one person of each role."""
    ours, theirs = side(), side(counter.male)
    return World(
        ours=ours,
        theirs=theirs,
        people={
            Role.PRESCRIBER: ours.rows.doctor,
            Role.DELEGATE: ours.delegate.person,
            Role.PHARMACIST: ours.rows.pharmacist,
            Role.REPRESENTATIVE: ours.representative,
            Role.ADMINISTRATOR: somebody("Jo Lindgren", Role.ADMINISTRATOR),
            Role.AUDITOR: somebody("Per Halvorsen", Role.AUDITOR),
            Role.PATIENT: somebody("Nell Ortiz", Role.PATIENT),
            Role.SYSTEM: somebody("Nightly Job", Role.SYSTEM),
        },
    )


def product(program: str = PROGRAM) -> Product:
    """Something that the program dispenses."""
    return Product.objects.filter(program=program)[0]
