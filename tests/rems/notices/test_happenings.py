"""What happened is told at once: to whom it concerns, at any hour where it holds the gate, and never to who did it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from accounts.models import Person
from accounts.roles import Role
from audit import acts, clock
from audit.models import Event
from patients.actions import close_report, open_report, record_test
from rems import happenings, relay
from rems.horizon.making import once_at_the_end
from rems.models import Confirmation, Enrollment, Message, Notice
from rems.models.choices import NoticeKind
from tests.rems.horizon.people import new_york
from tests.rems.horizons import renewed
from tests.rems.notices.people import confirmed, passed, sent, told, works_at
from tests.rems.program_cast import NOW, Cast, opened, person

AT_NIGHT = new_york(6, 16, 23)


@pytest.fixture
def kim(cast: Cast) -> Person:
    """A pharmacist at Cedar Street."""
    made = person("Kim Osei", Role.PHARMACIST)
    works_at(made, cast.cedar)
    return made


def examined(enrollment: Enrollment, result: str, *, by: Person) -> Any:
    now = clock.now()
    return record_test(
        patient=enrollment.patient,
        collected_at=now,
        resulted_at=now,
        result=result,
        method="serum",
        sensitivity_miu_ml=25,
        laboratory="Hill Laboratory",
        by=by,
    )


def test_a_positive_test_is_told_at_night_to_the_prescriber_and_the_report_to_the_program(
    leila: Enrollment, cast: Cast, dee: Person
) -> None:
    with clock.stand_at(AT_NIGHT):
        examined(leila, "positive", by=dee)
    assert told("positive_test") == {"Ruth Abara"}
    assert told("pregnancy_report") == {"Jo Lindgren"}
    assert sent(AT_NIGHT) == relay.Counts(sent=2)
    assert sorted(letter.to for letter in mail.outbox) == [["jo@localhost"], ["ruth@localhost"]]


def test_a_negative_test_is_no_news(leila: Enrollment, cast: Cast, dee: Person) -> None:
    examined(leila, "negative", by=dee)
    assert not Notice.objects.exists()


def test_who_did_it_is_not_told_of_it(leila: Enrollment, cast: Cast, dee: Person) -> None:
    examined(leila, "positive", by=cast.ruth)
    assert told("positive_test") == {"Dee Marsh"}


@pytest.mark.parametrize("kind", ["missed_period", "abnormal_bleeding"])
def test_an_evaluation_is_told_at_night_to_those_who_close_it(
    leila: Enrollment, cast: Cast, dee: Person, kind: str
) -> None:
    with clock.stand_at(AT_NIGHT):
        open_report(patient=leila.patient, kind=kind, by=dee)
    assert told("evaluation") == {"Ruth Abara"}
    assert set(Message.objects.values_list("try_at", flat=True)) == {AT_NIGHT}


def test_a_partners_pregnancy_goes_to_prescriber_and_program_and_holds_no_number(
    leila: Enrollment, cast: Cast, kim: Person, dee: Person
) -> None:
    confirmed(leila, cast, by=kim)
    open_report(patient=leila.patient, kind="pregnancy", subject="partner", by=dee)
    assert told("pregnancy_report") == {"Ruth Abara", "Jo Lindgren"}
    assert told("confirmation_held") == set()


def test_whoever_has_a_parcel_ready_learns_at_once_that_it_must_not_go(
    leila: Enrollment, cast: Cast, kim: Person, dee: Person
) -> None:
    number = confirmed(leila, cast, by=kim)
    examined(leila, "positive", by=dee)
    notice = Notice.objects.get(kind="confirmation_held")
    assert (notice.subject, told("confirmation_held")) == (f"confirmation:{number.pk}", {"Kim Osei"})


def test_where_the_pharmacist_left_the_others_of_the_site_are_told(
    leila: Enrollment, cast: Cast, kim: Person, dee: Person
) -> None:
    confirmed(leila, cast, by=kim)
    kim.pharmacist_at.update(ended_at=clock.now(), ended_by=cast.rita)
    for name in ("Lars Falk", "Mina Roth"):
        works_at(person(name, Role.PHARMACIST), cast.cedar)
    works_at(person("Nils Berg", Role.PHARMACIST), cast.birch)
    examined(leila, "positive", by=dee)
    assert told("confirmation_held") == {"Lars Falk", "Mina Roth"}


@pytest.mark.parametrize(
    ("hours_ago", "moved", "held"), [(24, -1, {"Kim Osei"}), (24, 0, {"Kim Osei"}), (24, 1, set())]
)
def test_a_number_that_has_lapsed_concerns_nobody(
    leila: Enrollment, cast: Cast, kim: Person, dee: Person, hours_ago: int, moved: int, held: set[str]
) -> None:
    confirmed(leila, cast, by=kim, hours_ago=hours_ago)
    with clock.stand_at(NOW + timedelta(seconds=moved)):
        examined(leila, "positive", by=dee)
    assert told("confirmation_held") == held


def test_a_number_that_was_cancelled_concerns_nobody(leila: Enrollment, cast: Cast, kim: Person, dee: Person) -> None:
    number = confirmed(leila, cast, by=kim)
    Confirmation.objects.filter(pk=number.pk).update(
        cancelled_at=clock.now(), cancelled_by=kim, cancel_reason="Not fetched"
    )
    examined(leila, "positive", by=dee)
    assert told("confirmation_held") == set()


def test_an_opened_record_is_told_to_the_other_administrators_in_the_morning(leila: Enrollment, cast: Cast) -> None:
    ben = person("Ben Okafor", Role.ADMINISTRATOR)
    with clock.stand_at(AT_NIGHT):
        opened(leila.patient, cast.jo)
    assert told("record_opened") == {ben.name}
    letter = Message.objects.get(channel="email")
    assert (letter.to, letter.try_at) == (ben, new_york(6, 17, 7))


def test_closing_a_report_or_correcting_a_positive_test_makes_no_second_notice(
    leila: Enrollment, cast: Cast, dee: Person
) -> None:
    report = open_report(patient=leila.patient, kind="missed_period", by=dee)
    before = Notice.objects.count()
    with clock.stand_at(clock.now() + timedelta(hours=1)):
        close_report(report=report, outcome="evaluated", by=cast.ruth)
    assert Notice.objects.count() == before == 1


def test_a_load_of_what_happened_before_is_no_news(leila: Enrollment, cast: Cast, dee: Person) -> None:
    with once_at_the_end():
        examined(leila, "positive", by=dee)
    assert not Notice.objects.exists()


def test_a_test_is_kept_though_nobody_could_be_told_and_the_trail_says_so(
    leila: Enrollment, cast: Cast, dee: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise LookupError("somebody by name")

    with monkeypatch.context() as patch:
        patch.setattr(happenings, "put", broken)
        test = examined(leila, "positive", by=dee)
    assert test.pk is not None
    assert not Notice.objects.exists()
    entry = Event.objects.get(action="rems.notice_failed")
    assert (entry.patient_id, entry.allowed, entry.reason) == (
        leila.patient_id,
        False,
        "Nobody could be told: LookupError.",
    )


def test_an_act_that_fails_at_its_very_end_tells_nobody(
    leila: Enrollment, cast: Cast, dee: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(frame: acts.Act) -> None:
        assert told("positive_test") == {"Ruth Abara"}
        raise ValueError("after all")

    with monkeypatch.context() as patch:
        patch.setattr(acts, "_closing", [*acts._closing, fails])
        with pytest.raises(ValueError, match="after all"):
            examined(leila, "positive", by=dee)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("kind", list(NoticeKind))
@pytest.mark.parametrize("step", ["2_before", "on_the_day", "1_after", "administrator", "at_once"])
def test_what_is_urgent_holds_the_gate_or_is_told_by_a_patient_or_lapses_today(kind: NoticeKind, step: str) -> None:
    holds = {"positive_test", "pregnancy_report", "evaluation", "confirmation_held", "told"}
    lapses = kind.value in {"authorization", "confirmation"} and step == "on_the_day"
    assert kind.is_urgent(step) is (kind.value in holds or lapses)


def test_a_confirmation_that_lapses_today_is_told_at_midnight(leila: Enrollment, cast: Cast, kim: Person) -> None:
    confirmed(leila, cast, by=kim)
    renewed()
    passed(new_york(6, 17))
    letter = Message.objects.get(notice__kind="confirmation", channel="email")
    assert (letter.to, letter.try_at, letter.notice.step) == (kim, new_york(6, 17), "on_the_day")
    assert sent(new_york(6, 17)) == relay.Counts(sent=1)


def test_what_only_who_did_it_would_be_told_of_is_not_kept(leila: Enrollment, cast: Cast) -> None:
    open_report(patient=leila.patient, kind="abnormal_bleeding", by=cast.ruth)
    assert not Notice.objects.exists()
