"""The audit list: every event, narrowed and turned over page by page."""

import re
from collections import Counter

import pytest
from django.urls import reverse

from audit import acts
from audit.denials import record_denial, record_view
from audit.models import Event
from patients.actions import open_report
from rems import trail_words
from rems.models import Enrollment
from rems.queries import audit
from rems.services import places
from tests.rems.program_cast import Cast, enrolled, signed_in


@pytest.fixture
def leila(cast: Cast) -> Enrollment:
    """Ruth reported about her, Rita was denied, Jo looked at a list with her on it."""
    made = enrolled("Leila Haddad", cast.prescriber)
    open_report(patient=made.patient, kind="missed_period", by=cast.ruth)
    record_denial(action="accounts.denied", by=cast.rita, reason="The role does not allow it.")
    record_view(action="rems.view_patients", by=cast.jo, patient_ids=[made.patient_id, 10**9])
    return made


@pytest.mark.parametrize(
    ("query", "actions"),
    [
        ("", ["rems.view_patients", "accounts.denied", "patients.open_report"]),
        ("person=ruth", ["patients.open_report"]),
        ("person=rita@localhost", ["accounts.denied"]),
        ("person=nobody", []),
        ("patient=haddad", ["rems.view_patients", "patients.open_report"]),
        ("patient=nobody", []),
        ("kind=changes", ["patients.open_report"]),
        ("kind=views", ["rems.view_patients"]),
        ("kind=denials", ["accounts.denied"]),
        ("action=patients.open_report", ["patients.open_report"]),
        ("since=2026-06-16T09:13", []),
        ("until=2026-06-16T09:13", ["rems.view_patients", "accounts.denied", "patients.open_report"]),
        ("before=nonsense", ["rems.view_patients", "accounts.denied", "patients.open_report"]),
    ],
)
def test_the_list_is_narrowed(cast: Cast, leila: Enrollment, query: str, actions: list[str]) -> None:
    page = signed_in(cast.jo).get(f"{reverse('administration:trail')}?{query}")
    assert [event.action for event, _, _ in page.context["rows"]] == actions


def test_the_view_of_the_list_is_in_the_list(cast: Cast, leila: Enrollment) -> None:
    browser = signed_in(cast.jo)
    browser.get(f"{reverse('administration:trail')}?patient=haddad")
    event = Event.objects.get(action="audit.view_trail")
    assert event.patient_id == leila.patient_id
    assert event.details["filters"] == {"patient": "haddad"}


def test_an_auditor_reads_numbers_and_finds_by_number(cast: Cast, leila: Enrollment) -> None:
    browser, url = signed_in(cast.per), reverse("administration:trail")
    page = browser.get(url)
    assert leila.patient.number in page.content.decode()
    assert "Haddad" not in page.content.decode()
    assert len(browser.get(f"{url}?patient={leila.patient.number}&kind=changes").context["rows"]) == 1
    assert len(browser.get(f"{url}?patient=haddad").context["rows"]) == 0


def test_one_event_in_full(cast: Cast, leila: Enrollment) -> None:
    event = Event.objects.get(action="patients.open_report")
    text = signed_in(cast.per).get(reverse("administration:event", args=[event.pk])).content.decode()
    for shown in ("Opened a report", "Ruth Abara", "patients.open_report", "patients_report"):
        assert shown in text


def test_pages_are_turned_by_the_events_themselves(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PAGE", 2)
    ids = [record_denial(action="accounts.denied", by=cast.rita, reason=str(n)).pk for n in range(5)][::-1]
    browser, url = signed_in(cast.jo), f"{reverse('administration:trail')}?kind=denials"

    def shown(query: str = "") -> tuple[list[int], int | None, int | None]:
        page = browser.get(url + query).context["page"]
        return [event.pk for event in page.events], page.older, page.newer

    assert shown() == (ids[:2], ids[1], None)
    assert shown(f"&before={ids[1]}") == (ids[2:4], ids[3], ids[2])
    assert shown(f"&before={ids[3]}") == (ids[4:], None, ids[4])
    assert shown(f"&after={ids[4]}") == (ids[2:4], ids[3], ids[2])
    assert shown(f"&after={ids[2]}") == (ids[:2], ids[1], None)


def test_every_act_has_words() -> None:
    for action in acts.names():
        if action.startswith("tests."):
            continue
        verb = action.rpartition(".")[2].partition("_")[0]
        assert action in trail_words.WORDS or verb in trail_words.VERBS, action


def test_no_two_actions_have_the_same_words() -> None:
    said = Counter(words for _, words in trail_words.known())
    assert [words for words, times in said.items() if times > 1] == []


def test_every_action_written_in_code_can_be_chosen() -> None:
    """What is denied or viewed is no act: its name stands where it is written."""
    written = {
        name
        for folder in ("rems", "accounts")
        for path in (places.ROOT / folder).rglob("*.py")
        for name in re.findall(r'action="(\w+\.\w+)"', path.read_text())
    }
    assert len(written) > 5
    assert written - {action for action, _ in trail_words.known()} == set()


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("patients.record_test", "Recorded a test"),
        ("patients.open_report", "Opened a report"),
        ("rems.raise_flag", "Raised a flag"),
        ("prescribers.apply_for_certification", "Applied as a prescriber"),
        ("pharmacies.correct_details", "Corrected a site’s details"),
        ("rems.view_patients", "Viewed the patients"),
        ("prescribers.approve", "Approved a prescriber"),
        ("unheard.of", "Of"),
    ],
)
def test_actions_in_words(action: str, words: str) -> None:
    assert trail_words.words(action) == words


def test_an_event_names_whom_a_list_showed(cast: Cast, leila: Enrollment) -> None:
    event = Event.objects.get(action="rems.view_patients")
    url = reverse("administration:event", args=[event.pk])
    assert f"{leila.patient.number} Leila Haddad" in signed_in(cast.jo).get(url).content.decode()
    text = signed_in(cast.per).get(url).content.decode()
    assert leila.patient.number in text
    assert "Haddad" not in text
