"""Moving a patient into another prescriber's care: who may, to whom, and what the old one can do after it."""

from datetime import timedelta

import pytest

from accounts.models import Person
from accounts.roles import Role
from audit.facts import InvalidFact
from audit.models import Event
from prescribers.models import Certification, Deactivation, Prescriber
from rems.actions.enrollment import transfer
from rems.actions.gate import authorize
from rems.actions.standing import Forbidden
from rems.models import Authorization, Decision, Enrollment, Prescription, Transfer
from tests.rems.program_cast import (
    LONG_AGO,
    NOW,
    PROGRAM,
    Cast,
    cast,
    enrolled,
    person,
    prescriber,
    standing_clock,
)

__all__ = ["cast", "standing_clock"]


@pytest.fixture
def leila(cast: Cast) -> Enrollment:
    """In Ruth's care."""
    return enrolled("Leila Haddad", cast.prescriber)


@pytest.fixture
def iris(cast: Cast) -> Prescriber:
    """Another prescriber, certified for the program."""
    made = prescriber(person("Iris Holt", Role.PRESCRIBER), 223456789)
    Certification.objects.create(prescriber=made, program=PROGRAM, certified_at=LONG_AGO, by=cast.jo)
    return made


def written_by(someone: Prescriber, enrollment: Enrollment) -> Prescription:
    """A prescription without a number."""
    return Prescription.objects.create(
        enrollment=enrollment,
        prescriber=someone,
        written_at=NOW,
        days_supply=28,
        category="adult_female_rp",
        recorded_at=NOW,
        recorded_by=enrollment.enrolled_by,
    )


@pytest.mark.parametrize("who", ["jo", "ruth"])
def test_the_program_and_the_present_prescriber_may_move_a_patient(
    cast: Cast, leila: Enrollment, iris: Prescriber, who: str
) -> None:
    by: Person = getattr(cast, who)
    moved = transfer(enrollment=leila, prescriber=iris, reason="Moved to Bangor.", by=by, key="k-1")
    leila.refresh_from_db()
    assert (leila.prescriber, moved.prescriber, moved.at) == (iris, iris, NOW)
    event = Event.objects.get(action="rems.transfer")
    assert (event.person_id, event.patient_id, event.reason) == (by.pk, leila.patient_id, "Moved to Bangor.")
    assert transfer(enrollment=leila, prescriber=iris, reason="Moved to Bangor.", by=by, key="k-1") == moved
    assert Transfer.objects.count() == 1


@pytest.mark.parametrize("who", ["per", "rita", "stranger"])
def test_a_stranger_moves_nobody(cast: Cast, leila: Enrollment, iris: Prescriber, who: str) -> None:
    by: Person = iris.person if who == "stranger" else getattr(cast, who)  # type: ignore[assignment]
    with pytest.raises(Forbidden):
        transfer(enrollment=leila, prescriber=iris, reason="Mine.", by=by)
    leila.refresh_from_db()
    assert leila.prescriber == cast.prescriber


def test_a_reason_is_needed_and_another_prescriber(cast: Cast, leila: Enrollment, iris: Prescriber) -> None:
    with pytest.raises(InvalidFact) as caught:
        transfer(enrollment=leila, prescriber=iris, reason=" ", by=cast.jo)
    assert caught.value.field == "reason"
    with pytest.raises(InvalidFact, match="already") as caught:
        transfer(enrollment=leila, prescriber=cast.prescriber, reason="Moved.", by=cast.jo)
    assert caught.value.field == "prescriber"


@pytest.mark.parametrize("ended", [False, True])
def test_nobody_moves_to_who_is_not_certified(cast: Cast, leila: Enrollment, iris: Prescriber, ended: bool) -> None:
    other = prescriber(person("Otto Brandt", Role.PRESCRIBER), 133456789)
    if ended:
        Certification.objects.create(prescriber=other, program=PROGRAM, certified_at=LONG_AGO, by=cast.jo)
        at = LONG_AGO + timedelta(days=1)
        Deactivation.objects.create(prescriber=other, program=PROGRAM, deactivated_at=at, by=cast.jo, reason="Retired.")
    with pytest.raises(InvalidFact, match="not certified"):
        transfer(enrollment=leila, prescriber=other, reason="Moved.", by=cast.jo)
    assert not Transfer.objects.exists()


def test_after_it_the_old_prescriber_gets_no_number_and_the_new_one_not_for_the_old_paper(
    cast: Cast, leila: Enrollment, iris: Prescriber
) -> None:
    old = written_by(cast.prescriber, leila)
    transfer(enrollment=leila, prescriber=iris, reason="Moved.", by=cast.jo)
    assert iris.person is not None
    for by in (cast.ruth, iris.person):
        with pytest.raises(Forbidden):
            authorize(prescription=old, by=by)
    assert (Decision.objects.count(), Authorization.objects.count()) == (0, 0)
    new = authorize(prescription=written_by(iris, leila), by=iris.person)
    assert "prescriber_not_certified" not in {finding["reason"] for finding in new.findings}
