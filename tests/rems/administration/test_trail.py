"""The audit list: every event, narrowed and turned over page by page."""

import re
from collections import Counter

import pytest
from django.db import connection
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from accounts.roles import Role
from audit import acts
from audit.denials import record_denial, record_view
from audit.models import Event, Kind
from patients.actions import correct, open_report
from patients.models import Patient
from rems import trail_words
from rems.forms.trail import TrailFilters
from rems.models import Enrollment
from rems.queries import audit, trail_state
from rems.services import places
from tests.adversary.world import world
from tests.rems.program_cast import Cast, collect, enrolled, signed_in


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
        ("kind=acts", ["patients.open_report"]),
        ("kind=views", ["rems.view_patients"]),
        ("kind=denials", ["accounts.denied"]),
        ("kind=sign_ins", []),
        ("action=patients.open_report", ["patients.open_report"]),
        ("kind=changes&person=ruth", ["row.insert"]),
        ("table=patients_report", ["patients.open_report", "row.insert"]),
        ("table=patients_report&row=0", []),
        ("since=2999-01-01T00:00", []),
        ("until=2000-01-01T00:00", []),
        ("since=2000-01-01T00:00&person=ruth", ["patients.open_report"]),
        ("before=nonsense", ["rems.view_patients", "accounts.denied", "patients.open_report"]),
    ],
)
def test_the_list_is_narrowed(cast: Cast, leila: Enrollment, query: str, actions: list[str]) -> None:
    page = signed_in(cast.jo).get(f"{reverse('administration:trail')}?{query}")
    said = [row.event for row in page.context["rows"] if not row.event.out_of_band and row.event.kind != Kind.SYSTEM]
    assert [event.action for event in said] == actions
    assert page.context["count"] == len(page.context["rows"])


def test_changes_from_outside_stand_in_the_list_and_on_top_until_they_are_reviewed(cast: Cast) -> None:
    """The tests' own rows are written past any act, as by somebody at the database."""
    page = signed_in(cast.per).get(f"{reverse('administration:trail')}?kind=out_of_band")
    text = page.content.decode()
    assert {row.event.out_of_band for row in page.context["rows"]} == {True}
    assert "changes came from outside the application" in " ".join(text.split())
    assert "database user rems_app" in text
    assert 'class="oob"' in text
    assert "Added a pharmacy row" in text


def test_what_is_not_sealed_yet_says_so_and_the_list_says_when_the_sealer_stands(cast: Cast, leila: Enrollment) -> None:
    page = signed_in(cast.jo).get(reverse("administration:trail"))
    assert not any(row.sealed for row in page.context["rows"])
    text = page.content.decode()
    assert "Sealing" in text
    assert "Nothing is sealed yet." in text
    assert "E2." in text
    assert page.context["state"].level is trail_state.Level.E2


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
    assert len(browser.get(f"{url}?patient={leila.patient.number}&kind=acts").context["rows"]) == 1
    assert len(browser.get(f"{url}?patient=haddad").context["rows"]) == 0


def test_one_event_in_full(cast: Cast, leila: Enrollment) -> None:
    event = Event.objects.get(action="patients.open_report")
    text = signed_in(cast.per).get(reverse("administration:event", args=[event.pk])).content.decode()
    for shown in ("Opened a report", "Ruth Abara", "patients.open_report", "patients_report", event.leaf_hex):
        assert shown in text
    assert "in the application’s clock" in text, "the clock of this test stands in June"


def test_an_act_shows_the_changes_of_rows_that_belong_to_it(cast: Cast, leila: Enrollment) -> None:
    act = Event.objects.get(action="patients.open_report")
    page = signed_in(cast.jo).get(reverse("administration:event", args=[act.pk]))
    change = next(change for change in page.context["changes"] if change.event.table == "patients_report")
    assert change.what == "Added a report row"
    assert ("kind", "none", "Missed period", True) in change.fields
    back = signed_in(cast.jo).get(reverse("administration:event", args=[change.event.pk]))
    assert back.context["act"] == act


def test_a_correction_stands_beside_what_it_supersedes(cast: Cast) -> None:
    leila = enrolled("Leila Haddad", cast.prescriber)
    first = collect(leila, days_ago=3)
    laboratory = {"laboratory": "Lake Laboratory"}
    second = correct(fact=first, changes=laboratory, reason="The report says so.", void=False, by=cast.ruth)
    added = Event.objects.get(table="patients_pregnancytest", row_id=str(second.pk), action="row.insert")
    page = signed_in(cast.jo).get(reverse("administration:event", args=[added.pk]))
    text = page.content.decode()
    assert "<del>Hill Laboratory</del>" in text
    assert "<ins>Lake Laboratory</ins>" in text
    fields = {field.name: field for field in page.context["changes"][0].fields}
    assert not fields["result"].changed
    assert fields["recorded by"].new == f"Ruth Abara ({cast.ruth.pk})"


def test_secrets_are_kept_and_shown_as_digests(cast: Cast) -> None:
    change = Event.objects.filter(table="accounts_person", row_id=str(cast.ruth.pk)).latest("id")
    text = signed_in(cast.per).get(reverse("administration:event", args=[change.pk])).content.decode()
    assert "kept as a digest" in text
    assert cast.ruth.password not in text


def test_the_life_of_a_record(cast: Cast, leila: Enrollment) -> None:
    Patient.objects.filter(pk=leila.patient_id).update(city="Portland")
    url = reverse("administration:life", args=["patients_patient", leila.patient_id])
    page = signed_in(cast.jo).get(url)
    assert [line.event.action for line, _ in page.context["rows"]] == ["row.update", "row.insert"]
    assert "<ins>Portland</ins>" in page.content.decode()
    assert Event.objects.latest("id").patient_id == leila.patient_id
    assert signed_in(cast.jo).get(url.replace(str(leila.patient_id), "0")).status_code == 404


def test_the_life_of_a_patient_is_withheld_from_an_auditor(cast: Cast, leila: Enrollment) -> None:
    url = reverse("administration:life", args=["patients_patient", leila.patient_id])
    text = signed_in(cast.per).get(url).content.decode()
    assert "withheld" in text
    assert "Haddad" not in text


def test_an_auditor_reads_no_name_in_any_event() -> None:
    """Names, also of those who signed on paper, are for who may see every patient."""
    everybody = world()
    auditor = everybody.browser(Role.AUDITOR)
    about = Event.objects.filter(Q(patient_id__isnull=False) | Q(table="accounts_signature"))
    for pk in about.values_list("pk", flat=True):
        text = auditor.get(reverse("administration:event", args=[pk])).content.decode()
        assert "Major" not in text, Event.objects.get(pk=pk)


@pytest.mark.parametrize("narrowed", ["", "&since=2000-01-01T00:00", "&until=2999-01-01T00:00"])
def test_pages_are_turned_by_the_events_themselves(cast: Cast, monkeypatch: pytest.MonkeyPatch, narrowed: str) -> None:
    monkeypatch.setattr(audit, "PAGE", 2)
    ids = [record_denial(action="accounts.denied", by=cast.rita, reason=str(n)).pk for n in range(5)][::-1]
    browser, url = signed_in(cast.jo), f"{reverse('administration:trail')}?kind=denials{narrowed}"

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


FILTERS = [
    "",
    "kind=acts",
    "kind=changes",
    "kind=views",
    "kind=denials",
    "kind=out_of_band",
    "kind=sign_ins",
    "action=accounts.denied",
    "person=ruth",
    "patient=haddad",
    "table=patients_report",
    "table=patients_report&row=1",
    "since=2026-01-01T12:00&until=2026-01-01T13:00",
]


@pytest.mark.parametrize("query", FILTERS)
def test_no_filter_reads_the_whole_trail(cast: Cast, leila: Enrollment, query: str) -> None:
    """Each one has an index to go by, for its page and for its count; with a million entries that is what counts."""
    chosen = TrailFilters(QueryDict(query)).chosen()
    found = audit.narrow(audit.events_visible_to(cast.jo), chosen, by=cast.jo)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        page = found[:51].explain()
        counted = found.order_by().values("pk")[:10_001].explain()
    assert "Seq Scan on event" not in page + counted
    assert "Limit" in page
    assert "Limit" in counted


def test_acts_that_share_a_transaction_show_each_its_own_changes(cast: Cast, leila: Enrollment) -> None:
    """As while the demonstration is loaded, and in a test that is rolled back."""
    for reason in ("First.", "Second."):
        report = open_report(patient=leila.patient, kind="abnormal_bleeding", note=reason, by=cast.ruth)
    act = Event.objects.filter(action="patients.open_report").latest("pk")
    changes = audit.changes_with(act, by=cast.per)
    assert [(change.table, change.row_id) for change in changes] == [("patients_report", str(report.pk))]
