"""The words of each scope, held against the queries: own rows are there, foreign ones are not, others see none."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from django.db.models import Model, QuerySet
from pytest_django import DjangoDbBlocker

from accounts.models import Person
from accounts.roles import RIGHTS, Role, Scope
from audit import clock
from audit.models import Event
from pharmacies.queries import sites_of
from rems.queries import administration, audit, decisions, openings, people, pharmacy, prescriber, site, work_lists
from tests.adversary.test_matrix import undone
from tests.adversary.world import Side, World, world

Rows = Callable[[Person], "QuerySet[Any]"]


class Reach(NamedTuple):
    """A scope, a query that implements it, and the row of a side that it must or must not give."""

    scope: Scope
    name: str
    rows: Rows
    row: Callable[[Side], Model]


def at_the_site(rows: Callable[[Any], "QuerySet[Any]"]) -> Rows:
    """What a pharmacist sees at the site where they work; for others, without one."""

    def visible(person: Person) -> "QuerySet[Any]":
        return rows(sites_of(person, at=clock.now()).first())

    return visible


IN_CARE = [
    ("patients", prescriber.patients_visible_to, lambda side: side.rows.patient),
    ("enrollments", prescriber.enrollments_visible_to, lambda side: side.rows.enrollment),
    ("prescriptions", prescriber.prescriptions_visible_to, lambda side: side.rows.prescription),
    ("authorizations", prescriber.authorizations_visible_to, lambda side: side.rows.number),
]
REACHES = [
    *(Reach(scope, *each) for scope in (Scope.OWN_PATIENTS, Scope.PATIENTS_SERVED) for each in IN_CARE),
    Reach(
        Scope.PRESENTED,
        "confirmations",
        at_the_site(pharmacy.confirmations_visible_to),
        lambda side: side.rows.confirmed,
    ),
    Reach(Scope.PRESENTED, "patients", at_the_site(pharmacy.patients_visible_to), lambda side: side.rows.patient),
    Reach(Scope.OWN_SITE, "sites", site.sites_visible_to, lambda side: side.site),
    Reach(
        Scope.OWN_SITE,
        "staff",
        lambda person: site.staff_visible_to(person, person_site(person)),
        lambda side: side.member,
    ),
    Reach(Scope.IDENTITY, "patients", administration.patients_visible_to, lambda side: side.rows.patient),
    Reach(Scope.IDENTITY, "reports", administration.reports_visible_to, lambda side: side.report),
    Reach(Scope.IDENTITY, "decisions", decisions.decisions_visible_to, lambda side: side.rows.number.decision),
    Reach(Scope.IDENTITY, "waivers", work_lists.waivers_visible_to, lambda side: side.waiver),
    Reach(Scope.IDENTITY, "items", work_lists.enrollments_in_lists, lambda side: side.rows.enrollment),
    Reach(Scope.OTHERS, "accounts", people.people_visible_to, lambda side: side.rows.pharmacist),
    Reach(
        Scope.OTHERS,
        "applications",
        lambda person: administration.applications_visible_to(person, "site"),
        lambda side: side.application,
    ),
    Reach(Scope.PROGRAM, "openings", openings.openings_visible_to, lambda side: side.opening),
    Reach(Scope.PROGRAM, "trail", audit.events_visible_to, lambda side: Event.objects.latest("pk")),
    Reach(Scope.BY_NUMBER, "decisions", decisions.decisions_visible_to, lambda side: side.rows.number.decision),
    Reach(Scope.BY_NUMBER, "openings", openings.openings_visible_to, lambda side: side.opening),
    Reach(Scope.BY_NUMBER, "trail", audit.events_visible_to, lambda side: Event.objects.latest("pk")),
]
ASKED_ELSEWHERE = {
    Scope.ONESELF: "a prescriber's own certification and delegates have no list of others: the matrix asks their pages",
    Scope.ONE_RECORD: "tests of the openings ask one patient, one hour, one person",
    Scope.EDITIONS: "editions are files",
    Scope.OWN_RECORD: "the patient's pages come with a later issue",
    Scope.OWN_JOB: "jobs have no pages",
}


def person_site(person: Person) -> Any:
    return site.sites_visible_to(person).first()


@pytest.fixture(scope="module")
def everybody(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The world, built once."""
    with django_db_blocker.unblock(), undone():
        yield world()


@pytest.mark.parametrize("reach", REACHES, ids=lambda reach: f"{reach.scope.name}-{reach.name}".lower())
def test_who_holds_the_scope_sees_what_it_says(everybody: World, reach: Reach) -> None:
    holders = [role for role in Role if reach.scope in RIGHTS[role].values()]
    assert holders
    for role in holders:
        seen = reach.rows(everybody.people[role])
        assert seen.filter(pk=reach.row(everybody.ours).pk).exists(), role
        assert seen.filter(pk=reach.row(everybody.theirs).pk).exists() is reach.scope.whole, role
        assert not seen.filter(pk=-1).exists()


@pytest.mark.parametrize("reach", REACHES, ids=lambda reach: f"{reach.scope.name}-{reach.name}".lower())
def test_who_holds_no_scope_over_such_rows_sees_none(everybody: World, reach: Reach) -> None:
    asked = {each.scope for each in REACHES if each.rows is reach.rows}
    for role in Role:
        if not asked & set(RIGHTS[role].values()):
            assert not reach.rows(everybody.people[role]).exists(), role


def test_an_auditor_sees_patients_by_number_alone(everybody: World) -> None:
    patient, per = everybody.ours.rows.patient, everybody.people[Role.AUDITOR]
    assert audit.names_of_patients({patient.pk}, by=per) == {patient.pk: patient.number}
    assert audit.patients_named(patient.last_name, by=per) == []
    assert audit.patients_named(patient.number, by=per) == [patient.pk]


def test_every_scope_is_held_against_a_query_or_says_where_it_is() -> None:
    assert {reach.scope for reach in REACHES} | set(ASKED_ELSEWHERE) == set(Scope)
    assert not {reach.scope for reach in REACHES} & set(ASKED_ELSEWHERE)
