"""Certification of a pharmacy, for each program, and its end."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import Person
from accounts.roles import Role
from accounts.standing import Forbidden
from audit import clock
from audit.acts import Busy
from audit.facts import InvalidFact
from audit.models import Event
from pharmacies.actions import apply_for_certification, approve, deactivate, refuse
from pharmacies.lock import hold, lock
from pharmacies.models import Certification, CertificationApplication, Deactivation, Pharmacy
from pharmacies.queries import certified_programs, is_certified, standing
from tests.registry_cast import LENALIDOMIDE, NOON, a_person, a_person_from_before, a_pharmacy, an_administrator

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
POMALIDOMIDE = "us-pomalidomide"


def applied(pharmacy: Pharmacy, *, by: Person | None = None, program: str = LENALIDOMIDE) -> CertificationApplication:
    return apply_for_certification(
        pharmacy=pharmacy,
        program=program,
        education_completed_on=date(2026, 3, 1),
        printed_name="Ana Ruiz",
        by=by or an_administrator(),
    )


def certified_at_noon() -> Pharmacy:
    with clock.stand_at(NOON):
        pharmacy = a_pharmacy()
        approve(application=applied(pharmacy), by=an_administrator())
    return pharmacy


def test_an_application_is_signed_by_the_one_who_is_signed_in() -> None:
    ana = a_person(Role.REPRESENTATIVE, name="Ana Ruiz")
    pharmacy = a_pharmacy(representative=ana)
    application = applied(pharmacy, by=ana)
    assert application.signature.person == ana
    assert application.signature.content["says"]["stated"]["npi"] == pharmacy.npi
    assert application.signature.content["says"]["education_completed_on"] == "2026-03-01"


def test_an_application_on_paper_is_entered_by_somebody_else() -> None:
    application = applied(a_pharmacy(), by=an_administrator(name="Bob"))
    assert (application.signature.person, application.submitted_by.name) == (None, "Bob")


def test_one_application_for_a_program_waits_at_a_time() -> None:
    pharmacy = a_pharmacy()
    applied(pharmacy)
    with pytest.raises(InvalidFact, match="open already"):
        applied(pharmacy)
    applied(pharmacy, program=POMALIDOMIDE)
    assert CertificationApplication.objects.count() == 2


def test_education_cannot_be_completed_tomorrow() -> None:
    with clock.stand_at(NOON - timedelta(days=2)), pytest.raises(InvalidFact) as caught:
        applied(a_pharmacy())
    assert caught.value.field == "education_completed_on"


def test_an_approval_certifies_from_its_instant_for_that_program_only() -> None:
    pharmacy = certified_at_noon()
    assert standing(pharmacy.pk, LENALIDOMIDE, NOON - timedelta(microseconds=1)) == (None, None)
    assert standing(pharmacy.pk, LENALIDOMIDE, NOON) == (NOON, None)
    assert standing(pharmacy.pk, POMALIDOMIDE, NOON) == (None, None)
    assert certified_programs(pharmacy.pk, NOON) == [LENALIDOMIDE]
    event = Event.objects.get(action="pharmacies.approve")
    assert event.details["program"] == LENALIDOMIDE


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMINISTRATOR, Role.SYSTEM)])
def test_only_the_program_decides_and_deactivates(role: Role) -> None:
    stranger, certified = a_person(role), certified_at_noon()
    waiting = applied(certified, program=POMALIDOMIDE)
    for attempt in (
        lambda: approve(application=waiting, by=stranger),
        lambda: refuse(application=waiting, reason="No education", by=stranger),
        lambda: deactivate(pharmacy=certified, program=LENALIDOMIDE, reason="Left", by=stranger),
    ):
        with pytest.raises(Forbidden, match="may not approve, refuse and end"):
            attempt()
    waiting.refresh_from_db()
    assert waiting.outcome == ""
    assert not Deactivation.objects.exists()


def test_nobody_decides_on_an_application_that_they_signed_entered_or_that_is_theirs() -> None:
    both = a_person_from_before(Role.ADMINISTRATOR, Role.REPRESENTATIVE, name="Ana Ruiz")
    own = a_pharmacy(representative=both)
    waiting = [
        applied(own, by=both),
        applied(own, program=POMALIDOMIDE, by=an_administrator()),
        applied(a_pharmacy(), by=both),
    ]
    for application in waiting:
        with pytest.raises(InvalidFact, match="Somebody else decides"):
            approve(application=application, by=both)
        with pytest.raises(InvalidFact, match="Somebody else decides"):
            refuse(application=application, reason="None", by=both)
    assert not Certification.objects.exists()


def test_only_the_applicant_and_the_program_apply() -> None:
    own = a_pharmacy(representative=a_person(Role.REPRESENTATIVE))
    for stranger in (a_person(Role.REPRESENTATIVE), a_person(Role.PHARMACIST), a_person(Role.DELEGATE)):
        with pytest.raises(Forbidden):
            applied(own, by=stranger)


def test_an_application_is_decided_once() -> None:
    application = applied(a_pharmacy())
    approve(application=application, by=an_administrator())
    for decide in (lambda: approve(application=application, by=an_administrator()), lambda: refused(application)):
        with pytest.raises(InvalidFact, match="already decided"):
            decide()
    assert Certification.objects.count() == 1


def refused(application: CertificationApplication, reason: str = "No education") -> CertificationApplication:
    return refuse(application=application, reason=reason, by=an_administrator())


def test_a_refusal_says_why_and_a_new_application_may_follow() -> None:
    pharmacy = a_pharmacy()
    application = applied(pharmacy)
    with pytest.raises(InvalidFact) as caught:
        refused(application, reason=" ")
    assert caught.value.field == "reason"
    assert refused(application).outcome == "refused"
    assert not Certification.objects.exists()
    applied(pharmacy)


def test_a_deactivation_ends_it_from_its_instant_and_a_new_certification_lifts_it() -> None:
    pharmacy = certified_at_noon()
    with clock.stand_at(NOON + HOUR):
        deactivate(pharmacy=pharmacy, program=LENALIDOMIDE, reason="Repeated deviations", by=an_administrator())
    assert is_certified(pharmacy.pk, LENALIDOMIDE, NOON + HOUR - timedelta(microseconds=1))
    assert not is_certified(pharmacy.pk, LENALIDOMIDE, NOON + HOUR)
    assert certified_programs(pharmacy.pk, NOON + HOUR) == []
    with clock.stand_at(NOON + 2 * HOUR):
        approve(application=applied(pharmacy), by=an_administrator())
    assert standing(pharmacy.pk, LENALIDOMIDE, NOON + 2 * HOUR) == (NOON + 2 * HOUR, NOON + HOUR)
    assert is_certified(pharmacy.pk, LENALIDOMIDE, NOON + 2 * HOUR)


@pytest.mark.parametrize(("program", "reason", "field"), [(LENALIDOMIDE, "", "reason"), (POMALIDOMIDE, "x", "program")])
def test_a_deactivation_needs_a_reason_and_a_certification(program: str, reason: str, field: str) -> None:
    pharmacy = certified_at_noon()
    with pytest.raises(InvalidFact) as caught:
        deactivate(pharmacy=pharmacy, program=program, reason=reason, by=an_administrator())
    assert caught.value.field == field
    assert not Deactivation.objects.exists()


def test_certifications_and_decisions_stay_as_they_were_written() -> None:
    certified_at_noon()
    changes: list[tuple[Any, dict[str, str]]] = [
        (Certification, {"program": POMALIDOMIDE}),
        (CertificationApplication, {"reason": "Something else", "outcome": "refused"}),
        (CertificationApplication, {"program": POMALIDOMIDE}),
    ]
    for model, values in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(**values)
    with pytest.raises(DatabaseError), transaction.atomic():
        CertificationApplication.objects.all()._raw_delete("default")


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"outcome": "approved"}, "decided_together"),
        ({"decided_at": NOON}, "decided_together"),
        ({"decided_at": NOON, "decided_by": True, "outcome": "refused"}, "refusal_says_why"),
        ({"decided_at": NOON - HOUR, "decided_by": True, "outcome": "approved"}, "decided_after"),
        ({"decided_at": NOON, "decided_by": True, "outcome": "perhaps"}, "outcome_known"),
        ({"program": " "}, "program_given"),
        ({}, "one_open"),
    ],
)
def test_the_database_refuses_by_itself(values: dict[str, object], constraint: str) -> None:
    with clock.stand_at(NOON):
        first = applied(a_pharmacy())
    if "decided_by" in values:
        values = values | {"decided_by": first.submitted_by}
    row = {name: getattr(first, name) for name in ("pharmacy", "program", "education_completed_on", "signature")}
    row |= {"submitted_at": NOON, "submitted_by": first.submitted_by}
    with pytest.raises(IntegrityError, match=constraint):
        CertificationApplication.objects.create(**(row | values))


@pytest.mark.django_db(transaction=True)
def test_while_the_gate_holds_the_row_nobody_is_deactivated(together) -> None:  # type: ignore[no-untyped-def]
    pharmacy, bob = certified_at_noon(), an_administrator()

    def gate() -> object:
        with transaction.atomic():
            hold(pharmacy.pk)
            with pytest.raises(Busy):
                run_elsewhere(lambda: deactivate(pharmacy=pharmacy, program=LENALIDOMIDE, reason="x", by=bob))
        return "held"

    def run_elsewhere(call) -> None:  # type: ignore[no-untyped-def]
        [answer] = together([call])
        raise answer

    assert gate() == "held"
    deactivate(pharmacy=pharmacy, program=LENALIDOMIDE, reason="x", by=bob)


def test_the_lock_reads_the_row_anew() -> None:
    pharmacy = a_pharmacy()
    Pharmacy.objects.filter(pk=pharmacy.pk).update(city="Albany")
    assert lock(pharmacy.pk).city == hold(pharmacy.pk).city == "Albany"
