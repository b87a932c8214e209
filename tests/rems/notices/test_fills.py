"""A fill that opens is told to the site that handed the last one over. Leila's 28 days began on May 27."""

from datetime import timedelta

import pytest

from accounts.models import Person
from accounts.roles import Role
from audit import clock
from patients.models import TherapyDate
from rems.models import Dispensing, Enrollment, Message, Notice
from rems.models.choices import Channel
from tests.rems.horizon.people import new_york, treated
from tests.rems.horizons import renewed
from tests.rems.notices.people import passed, text_of, told, works_at
from tests.rems.program_cast import NOW, Cast, dispensed, person, signed_in

OPENS = new_york(6, 17)
"""21 days after the dispensing 7 days are left."""
SECOND = timedelta(seconds=1)


@pytest.fixture
def leila(cast: Cast) -> Enrollment:
    made = treated("Leila Haddad", cast, days_ago=1, filled=20)
    renewed()
    return made


@pytest.fixture
def kim(cast: Cast) -> Person:
    """A pharmacist at Cedar Street; another works at Birch Road."""
    works_at(person("Nils Berg", Role.PHARMACIST), cast.birch)
    made = person("Kim Osei", Role.PHARMACIST)
    works_at(made, cast.cedar)
    return made


@pytest.mark.parametrize(("moved", "count"), [(-1, 0), (0, 1), (1, 1)])
def test_the_site_is_told_on_the_day_and_once(leila: Enrollment, kim: Person, moved: int, count: int) -> None:
    passed(OPENS + moved * SECOND)
    assert Notice.objects.filter(kind="fill_opens").count() == count
    passed(OPENS + timedelta(days=1))
    notice = Notice.objects.get(kind="fill_opens")
    assert (notice.due_at, notice.at, notice.enrollment) == (OPENS, OPENS, leila)
    assert told("fill_opens") == {"Kim Osei"}
    letter = Message.objects.get(notice=notice, channel=Channel.EMAIL)
    assert letter.try_at == (new_york(6, 17, 7) if count else new_york(6, 18, 7))


def test_after_a_standstill_it_is_told_late_and_says_so(leila: Enrollment, kim: Person) -> None:
    passed(OPENS + timedelta(days=3))
    assert Notice.objects.get(kind="fill_opens").late is True


def test_a_fill_that_came_before_moves_the_day(leila: Enrollment, kim: Person, cast: Cast) -> None:
    with clock.stand_at(NOW + timedelta(hours=1)):
        dispensed(leila, cast.cedar, days_ago=0)
        renewed()
    passed(OPENS + timedelta(days=1))
    assert told("fill_opens") == set()
    passed(new_york(7, 7))
    assert Notice.objects.get(kind="fill_opens").due_at == new_york(7, 7)


def test_after_the_end_of_a_therapy_no_fill_opens(leila: Enrollment, kim: Person, cast: Cast) -> None:
    TherapyDate.objects.create(
        patient=leila.patient,
        program=leila.program,
        kind="end",
        starts_on=NOW.date(),
        recorded_at=NOW,
        recorded_by=cast.ruth,
    )
    renewed()
    passed(OPENS + timedelta(days=1))
    assert told("fill_opens") == set()


def test_a_site_without_a_pharmacist_is_told_nothing_and_nothing_is_kept(leila: Enrollment, cast: Cast) -> None:
    passed(OPENS)
    assert not Notice.objects.filter(kind="fill_opens").exists()


def test_who_handed_over_is_told_alone_while_they_work_there(leila: Enrollment, kim: Person, cast: Cast) -> None:
    works_at(cast.ruth, cast.cedar)
    assert Dispensing.objects.get().by == cast.ruth
    passed(OPENS)
    assert told("fill_opens") == {"Ruth Abara"}


def test_a_pharmacist_sees_whom_their_site_served_and_only_while_they_work_there(
    leila: Enrollment, kim: Person, cast: Cast
) -> None:
    passed(OPENS)
    shown = text_of(signed_in(kim).get("/notices/"))
    assert "Next fill opens" in shown
    assert "Leila Haddad" in shown
    kim.pharmacist_at.update(ended_at=clock.now(), ended_by=cast.rita)
    works_at(kim, cast.birch)
    assert "Leila" not in text_of(signed_in(kim).get("/notices/"))
