"""The page of an item for prescriber, delegate and administrator, and the requests to waive."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from audit.models import Event
from rems.actions.work_lists import ask_to_waive
from rems.models import Acknowledgment, Waiver
from tests.rems.lists.conftest import Listed
from tests.rems.program_cast import person, prescriber, signed_in


def page_of(listed: Listed, space: str) -> str:
    name = {"prescriber": "prescriber:due_item", "administration": "administration:item"}[space]
    return reverse(name, args=listed.item.args)


def send(someone: Person, to: str, **typed: str) -> Any:
    return signed_in(someone).post(to, {"key": "one"} | typed)


def test_tom_acknowledges_for_ruth_and_the_page_says_so(listed: Listed) -> None:
    to = page_of(listed, "prescriber")
    answer = send(listed.tom, to, do="acknowledge", until="2026-06-19", reason="Test booked")
    assert (answer.status_code, answer["Location"]) == (302, reverse("prescriber:home"))
    made = Acknowledgment.objects.get()
    assert (made.by, made.on_behalf_of) == (listed.tom, listed.cast.ruth)
    assert made.until.isoformat() == "2026-06-20T03:59:59.999999+00:00"
    shown = signed_in(listed.cast.ruth).get(to).content.decode()
    assert "Quiet" in shown
    assert "Tom Weller" in shown
    assert "Test booked" in shown


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"do": "acknowledge", "reason": "Why"}, "until"),
        ({"do": "acknowledge", "reason": "Why", "until": "2026-06-15"}, "until"),
        ({"do": "acknowledge", "until": "2026-06-19"}, "reason"),
        ({"do": "other", "reason": "Why"}, "do"),
        ({"reason": "Why"}, "do"),
        ({"do": "waive"}, "reason"),
    ],
)
def test_what_is_missing_is_said_at_its_field(listed: Listed, typed: dict[str, str], field: str) -> None:
    answer = send(listed.cast.ruth, page_of(listed, "prescriber"), **typed)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Acknowledgment.objects.exists()


def test_a_form_that_is_sent_twice_is_done_once(listed: Listed) -> None:
    typed = {"do": "waive", "reason": "The patient died"}
    for _ in range(2):
        assert send(listed.cast.jo, page_of(listed, "administration"), **typed).status_code == 302
    assert Waiver.objects.count() == 1
    again = send(listed.cast.jo, page_of(listed, "administration"), **typed | {"reason": "Another"})
    assert again.status_code == 409


def test_the_item_of_another_prescribers_patient_does_not_exist(listed: Listed) -> None:
    iris = person("Iris Holt", Role.PRESCRIBER)
    prescriber(iris, 223456789)
    assert signed_in(iris).get(page_of(listed, "prescriber")).status_code == 404
    assert signed_in(listed.cast.ruth).get(page_of(listed, "administration")).status_code == 403


@pytest.mark.parametrize(
    ("subject", "period"),
    [
        ("enrollment:2000000000", "2026-06-13T03:59:59.999999+00:00"),
        ("enrollment:x", "2026-06-13T03:59:59.999999+00:00"),
        ("patient:1", "2026-06-13T03:59:59.999999+00:00"),
        ("own", "2026-06-13"),
        ("own", "yesterday"),
        ("own", "9999-12-31T23:59:59-23:00"),
    ],
)
def test_an_address_that_names_no_item(listed: Listed, subject: str, period: str) -> None:
    args = ["test", listed.item.subject if subject == "own" else subject, period]
    assert signed_in(listed.cast.jo).get(reverse("administration:item", args=args)).status_code == 404


def test_who_looks_at_an_item_leaves_a_line(listed: Listed) -> None:
    signed_in(listed.tom).get(page_of(listed, "prescriber"))
    entry = Event.objects.get(action="rems.view_due_item")
    assert (entry.person_id, entry.patient_id) == (listed.tom.pk, listed.leila.patient_id)


def test_kai_waives_what_ruth_asked_for_and_both_stand_beside_it(listed: Listed) -> None:
    asked = ask_to_waive(item=listed.item, reason="Moved abroad", by=listed.cast.ruth)
    kai, to = signed_in(listed.kai), reverse("administration:waiver", args=[asked.pk])
    assert "Moved abroad" in kai.get(reverse("administration:waivers")).content.decode()
    assert kai.post(to, {"key": "k", "ruling": "approved"}).status_code == 302
    for page in (to, page_of(listed, "administration"), f"{reverse('administration:waivers')}?state=approved"):
        shown = kai.get(page).content.decode()
        assert "Ruth Abara" in shown
        assert "Kai Brandt" in shown
    assert "Nothing waits" in kai.get(reverse("administration:waivers")).content.decode()


def test_jo_does_not_approve_what_jo_asked_for(listed: Listed) -> None:
    asked = ask_to_waive(item=listed.item, reason="Why", by=listed.cast.jo)
    to = reverse("administration:waiver", args=[asked.pk])
    assert "Another administrator rules on it" in signed_in(listed.cast.jo).get(to).content.decode()
    assert send(listed.cast.jo, to, ruling="approved").status_code == 422
    assert Waiver.objects.get().ruling == ""
    assert send(listed.kai, to, ruling="refused").status_code == 422


NOBODYS = {"?q=nobody", "?program=us-thalidomide", "?state=refused"}


@pytest.mark.parametrize("query", ["", "?sort=-patient", "?sort=who", "?q=haddad", "?state=all", *sorted(NOBODYS)])
def test_the_waivers_are_narrowed_and_sorted(listed: Listed, query: str) -> None:
    ask_to_waive(item=listed.item, reason="Why", by=listed.cast.jo)
    page = signed_in(listed.kai).get(f"{reverse('administration:waivers')}{query}")
    assert ("Leila Haddad" in page.content.decode()) is (query not in NOBODYS)
