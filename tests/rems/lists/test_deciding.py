"""Items of work lists are acknowledged until a day or waived by two people; the gate answers as before."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Person
from accounts.roles import Role
from accounts.standing import Forbidden
from audit import clock, context
from audit.facts import InvalidFact
from audit.models import Event
from eligibility import Stage
from rems import gate
from rems.actions import gate as counter_acts
from rems.actions.work_lists import LONGEST, acknowledge_item, ask_to_waive, rule_on_waiver
from rems.lists.attention import NOTHING, attention_to, history_of
from rems.lists.due import due_items, key_of
from rems.models import Acknowledgment, ItemKey, Notice, Waiver
from tests.adversary.world import somebody
from tests.rems import counter
from tests.rems.horizon.people import treated
from tests.rems.horizons import looked
from tests.rems.lists.conftest import Listed
from tests.rems.program_cast import NOW, dispensed, enrolled, person

SECOND = timedelta(seconds=1)
UNTIL = NOW + timedelta(days=3)


def acknowledged(listed: Listed, by: Person, until: datetime = UNTIL) -> Acknowledgment:
    return acknowledge_item(item=listed.item, until=until, reason="Travels; test booked", by=by)


def state(item: ItemKey, at: datetime = NOW) -> str:
    return attention_to([item], at=at).get(item, NOTHING).state


def test_the_key_of_an_item_is_that_of_the_notices_about_it(listed: Listed) -> None:
    maya = treated("Maya Haddad", listed.cast, days_ago=10)
    looked()
    with clock.stand_at(NOW + timedelta(days=3)):
        looked()
        item = key_of(due_items(at=clock.now()).get(item_kind="test", enrollment=maya))
    notices = Notice.objects.filter(enrollment=maya, kind="test")
    assert {(one.kind, one.subject, one.period) for one in notices} == {(item.kind, item.subject, item.period)}


@pytest.mark.parametrize(("after", "said"), [(-SECOND, "quiet"), (timedelta(0), "quiet"), (SECOND, "open")])
def test_an_item_is_quiet_through_the_instant_that_was_named(listed: Listed, after: timedelta, said: str) -> None:
    acknowledged(listed, listed.cast.ruth)
    assert state(listed.item, UNTIL + after) == said


def test_the_newest_acknowledgment_counts_and_all_are_kept(listed: Listed) -> None:
    acknowledged(listed, listed.cast.ruth)
    with clock.stand_at(NOW + timedelta(hours=1)):
        acknowledged(listed, listed.tom, until=NOW + timedelta(hours=2))
    assert state(listed.item, NOW + timedelta(hours=3)) == "open"
    assert [row.by for row in history_of(listed.item)[0]] == [listed.tom, listed.cast.ruth]


def test_it_is_kept_who_acknowledged_when_why_and_for_whom(listed: Listed) -> None:
    with context.acting(listed.tom, role="delegate"):
        context.identify(listed.tom, on_behalf_of=listed.cast.ruth)
        made = acknowledged(listed, listed.tom)
    assert (made.by, made.on_behalf_of, made.at, made.until) == (listed.tom, listed.cast.ruth, NOW, UNTIL)
    entry = Event.objects.get(
        action="rems.acknowledge_item", table="rems_acknowledgment", row_id=str(made.pk), kind="act"
    )
    assert (entry.reason, entry.patient_id) == ("Travels; test booked", listed.leila.patient_id)


@pytest.mark.parametrize(
    ("until", "reason", "field"),
    [
        (NOW, "Why", "until"),
        (NOW + LONGEST + SECOND, "Why", "until"),
        (UNTIL, "  ", "reason"),
    ],
)
def test_what_cannot_be_acknowledged(listed: Listed, until: datetime, reason: str, field: str) -> None:
    with pytest.raises(InvalidFact) as refused:
        acknowledge_item(item=listed.item, until=until, reason=reason, by=listed.cast.ruth)
    assert refused.value.field == field
    assert not Acknowledgment.objects.exists()


@pytest.mark.parametrize("until", [NOW + SECOND, NOW + LONGEST])
def test_the_ends_of_the_time_that_an_item_can_be_quiet(listed: Listed, until: datetime) -> None:
    assert acknowledged(listed, listed.cast.jo, until=until).until == until


def test_only_whom_an_item_concerns_decides_about_it(listed: Listed) -> None:
    stranger, counter_hand = person("Iris Holt", Role.PRESCRIBER), person("Kim Sato", Role.PHARMACIST)
    for someone in (stranger, counter_hand, listed.cast.rita, listed.cast.per):
        with pytest.raises(Forbidden):
            acknowledged(listed, someone)
        with pytest.raises(Forbidden):
            ask_to_waive(item=listed.item, reason="Why", by=someone)
    kind, subject, due_at = listed.item
    for nothing in (ItemKey(kind, "enrollment:2000000000", due_at), ItemKey("lunch", subject, due_at)):
        with pytest.raises(Forbidden):
            ask_to_waive(item=nothing, reason="Why", by=listed.cast.jo)


def test_the_pharmacist_of_a_site_that_served_the_patient_acknowledges(listed: Listed) -> None:
    kim = person("Kim Sato", Role.PHARMACIST)
    listed.cast.cedar.pharmacists.create(person=kim, from_at=NOW, from_by=listed.cast.rita)
    assert acknowledged(listed, kim).by == kim
    other = enrolled("Olga Marsh", listed.cast.prescriber)
    dispensed(other, listed.cast.birch, days_ago=3)
    with pytest.raises(Forbidden):
        acknowledge_item(item=listed.item._replace(subject=f"enrollment:{other.pk}"), until=UNTIL, reason="Why", by=kim)


def test_who_asks_to_waive_does_not_approve_and_another_does(listed: Listed) -> None:
    asked = ask_to_waive(item=listed.item, reason="The patient died", by=listed.cast.jo)
    assert state(listed.item) == "asked"
    with pytest.raises(InvalidFact, match="Another administrator"):
        rule_on_waiver(waiver=asked, ruling="approved", by=listed.cast.jo)
    ruled = rule_on_waiver(waiver=asked, ruling="approved", by=listed.kai)
    found = attention_to([listed.item], at=NOW)[listed.item]
    assert (found.state, found.waiver) == ("waived", ruled)
    assert (ruled.asked_by, ruled.ruled_by) == (listed.cast.jo, listed.kai)


def test_for_whom_a_waiver_was_asked_does_not_approve_it_either(listed: Listed) -> None:
    with context.acting(listed.tom, role="delegate"):
        context.identify(listed.tom, on_behalf_of=listed.kai)
        asked = ask_to_waive(item=listed.item, reason="Why", by=listed.tom)
    with pytest.raises(InvalidFact):
        rule_on_waiver(waiver=asked, ruling="approved", by=listed.kai)


def test_the_database_itself_keeps_the_two_apart(listed: Listed) -> None:
    asked = ask_to_waive(item=listed.item, reason="Why", by=listed.cast.jo)
    with pytest.raises(DatabaseError), transaction.atomic():
        Waiver.objects.filter(pk=asked.pk).update(ruled_at=NOW, ruled_by=listed.cast.jo, ruling="approved")


def test_only_administrators_rule(listed: Listed) -> None:
    asked = ask_to_waive(item=listed.item, reason="Why", by=listed.tom)
    for someone in (listed.cast.ruth, listed.cast.per, listed.cast.rita):
        with pytest.raises(Forbidden):
            rule_on_waiver(waiver=asked, ruling="approved", by=someone)


def test_a_refusal_says_why_and_the_item_may_be_asked_for_again(listed: Listed) -> None:
    asked = ask_to_waive(item=listed.item, reason="Why", by=listed.cast.ruth)
    with pytest.raises(InvalidFact):
        ask_to_waive(item=listed.item, reason="Again", by=listed.tom)
    with pytest.raises(InvalidFact):
        rule_on_waiver(waiver=asked, ruling="refused", by=listed.kai)
    rule_on_waiver(waiver=asked, ruling="refused", reason="A test can be taken", by=listed.kai)
    with pytest.raises(InvalidFact):
        rule_on_waiver(waiver=asked, ruling="approved", by=listed.kai)
    assert state(listed.item) == "open"
    again = ask_to_waive(item=listed.item, reason="Moved away", by=listed.tom)
    assert [row.pk for row in history_of(listed.item)[1]] == [again.pk, asked.pk]


def test_a_waived_item_is_not_acknowledged_nor_asked_for_again(listed: Listed) -> None:
    rule_on_waiver(waiver=ask_to_waive(item=listed.item, reason="Why", by=listed.tom), ruling="approved", by=listed.kai)
    with pytest.raises(InvalidFact):
        acknowledged(listed, listed.cast.ruth)
    with pytest.raises(InvalidFact):
        ask_to_waive(item=listed.item, reason="Why", by=listed.cast.ruth)


def test_another_period_of_the_same_is_another_item(listed: Listed) -> None:
    rule_on_waiver(waiver=ask_to_waive(item=listed.item, reason="Why", by=listed.tom), ruling="approved", by=listed.kai)
    assert state(listed.item._replace(due_at=listed.item.due_at + timedelta(days=14))) == "open"


@pytest.mark.parametrize("table", ["rems_acknowledgment", "rems_waiver"])
def test_what_was_decided_is_never_changed(listed: Listed, table: str) -> None:
    acknowledged(listed, listed.cast.ruth)
    ask_to_waive(item=listed.item, reason="Why", by=listed.tom)
    model = Acknowledgment if table == "rems_acknowledgment" else Waiver
    for change in (lambda: model.objects.update(reason="Another"), lambda: model.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_neither_changes_what_the_gate_answers() -> None:
    """Kim asks about a patient whose test is overdue, before and after the item was acknowledged and waived."""
    rows = counter.at_the_counter(counter.on_treatment, Stage.CONFIRM)
    jo, kai = somebody("Jo Lindgren", Role.ADMINISTRATOR), somebody("Kai Brandt", Role.ADMINISTRATOR)
    with clock.stand_at(rows.at + timedelta(days=60)):
        at = clock.now()
        before = gate.preview(stage=Stage.CONFIRM, authorization=rows.number, pharmacy=rows.site, at=at)
        assert not before.allowed
        due = [f.details["due"] for f in before.unmet if f.reason == "test_overdue"]
        assert due
        item = ItemKey("test", f"enrollment:{rows.enrollment.pk}", at - timedelta(days=30))
        acknowledge_item(item=item, until=at + timedelta(days=2), reason="Why", by=rows.doctor)
        rule_on_waiver(waiver=ask_to_waive(item=item, reason="Why", by=jo), ruling="approved", by=kai)
        after = gate.preview(stage=Stage.CONFIRM, authorization=rows.number, pharmacy=rows.site, at=at)
        asked = counter_acts.confirm(authorization=rows.number, pharmacy=rows.site, by=rows.pharmacist)
    assert after == before
    assert asked.outcome == "refused"


def test_the_rows_of_a_list_can_be_named(listed: Listed) -> None:
    assert {key_of(row).subject for row in due_items(at=NOW)} == {f"enrollment:{listed.leila.pk}"}
