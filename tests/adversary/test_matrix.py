"""Role × route × own, foreign and missing row × method: what the table of rights says is what each address answers.

What to expect is computed from the policy of the view, the scope of the role's permission and the
methods that the view names. The few cells that differ stand in EXCEPT, each with its reason.

``make soak`` asks every cell. Every other run asks one of those that prove the same (`proves`), the same one each
time: each address and method once from within, once by a role that has no business there, once by nobody, once about
no row, and about a foreign row by every role that it lets in.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from accounts.models import RoleGrant
from accounts.roles import Role
from audit.models import Event
from patients.models import Patient
from tests.adversary.headers import faults_of
from tests.adversary.routes import GUARDED, ROUTES, ROWS, Route, address, address_of_nothing
from tests.adversary.routes import OPEN as OPEN_TO_ALL
from tests.adversary.world import Side, World, world
from tests.database import Laid
from tests.soak import turn

OPEN = frozenset({200, 302, 409, 422})
"""Shown, done and redirected, refused by the gate, or wrong in what was typed: all of them behind the policy."""
AT_THE_DOOR = {frozenset({302}), frozenset({403}), frozenset({405})}
"""To sign in first, none of this role's business, not a method of this address."""
OWN, FOREIGN, MISSING = "own", "foreign", "missing"
ANYWHERE = "an authorization belongs to the patient, who takes it to any site; whoever holds the number may ask"
UNDECIDED = "the report of a side has no outcome yet that could be put right"
NOBODYS = "nobody here has another session, an app or a passkey"
PREPARES = "a delegate sees the form and prepares it; the prescriber signs and sends it"


class Differs(NamedTuple):
    """A cell that answers otherwise than the tables say, and why it may. None: whichever role or method."""

    name: str
    row: str
    statuses: frozenset[int]
    why: str
    role: Role | None = None
    method: str | None = None


EXCEPT = (
    Differs("pharmacy:verify", FOREIGN, OPEN, ANYWHERE),
    Differs("pharmacy:confirm", FOREIGN, OPEN, ANYWHERE),
    Differs("pharmacy:report", FOREIGN, OPEN, ANYWHERE),
    Differs("administration:correct_outcome", OWN, frozenset({404}), UNDECIDED),
    Differs("administration:correct_outcome", FOREIGN, frozenset({404}), UNDECIDED),
    *(
        Differs(name, row, frozenset({404}), NOBODYS)
        for name in ("accounts:end_session", "mfa_remove_webauthn")
        for row in (OWN, FOREIGN)
    ),
    Differs("mfa_deactivate_totp", OWN, frozenset({404}), NOBODYS),
    Differs("prescriber:enroll_in", OWN, frozenset({403}), PREPARES, role=Role.DELEGATE, method="POST"),
)
TRICKS = {"role": "administrator", "roles": "administrator", "is_active": "1", "is_superuser": "1", "acting_as": "x"}
"""What somebody might add to a form to become more than they are."""


class Cell(NamedTuple):
    """One question: who asks which address about whose row, and how."""

    role: Role | None
    route: Route
    row: str
    method: str

    @property
    def expected(self) -> frozenset[int]:
        """The statuses that the code's own tables allow."""
        if self.method not in self.route.methods:
            return frozenset({405})
        if self.role is None:
            return frozenset({302})
        if self.role not in self.route.roles:
            return frozenset({403})
        for differs in EXCEPT:
            if self.is_of(differs):
                return differs.statuses
        if self.row == MISSING or (self.row == FOREIGN and not self._reaches_all):
            return frozenset({404})
        return OPEN

    @property
    def proves(self) -> Hashable:
        """What the cell has in common with those that would be answered alike for the same reason.

        Who is turned away at the door is turned away before a row is looked for. A foreign row is one
        question for each role: each has a scope of its own.
        """
        what = (self.route.name, self.method, self.expected)
        if any(self.is_of(differs) for differs in EXCEPT):
            return (*what, self.row, self.role)
        if self.expected in AT_THE_DOOR:
            return what
        return (*what, self.row, self.role if self.row == FOREIGN else None)

    def is_of(self, differs: Differs) -> bool:
        """Whether the cell is one of those that differ."""
        same = (differs.name, differs.row) == (self.route.name, self.row)
        return same and differs.role in (None, self.role) and differs.method in (None, self.method)

    @property
    def _reaches_all(self) -> bool:
        assert self.role is not None
        return any(scope.whole for scope in self.route.scopes(self.role))

    def __str__(self) -> str:
        return f"{self.role or 'nobody'} {self.method} {self.route.name} ({self.row})"


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside did not happen. As in Django's own tests, acts take it for no transaction."""
    with transaction.atomic():
        connection.atomic_blocks[-1]._from_testcase = True  # type: ignore[attr-defined]
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def everybody(django_db_setup: None, database: Laid, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The world, committed once for all cells: a transaction left open would hold up the sealers of other tests."""
    with django_db_blocker.unblock():
        yield world()
        database.lay()


def cells(role: Role | None) -> Iterator[Cell]:
    for route in GUARDED.values():
        for row in (OWN, FOREIGN, MISSING) if route.names_row else (OWN,):
            for method in ("GET", "POST"):
                yield Cell(role, route, row, method)


@cache
def asked() -> frozenset[Cell]:
    """The cells of this run: all in the soak, otherwise one of each kind."""
    kinds: dict[Hashable, list[Cell]] = defaultdict(list)
    for cell in every_cell():
        kinds[cell.proves].append(cell)
    return frozenset(cell for alike in kinds.values() for cell in turn(alike, str(alike[0])))


def every_cell() -> Iterator[Cell]:
    for role in (None, *Role):
        yield from cells(role)


def where(cell: Cell, everybody: World) -> str:
    name = cell.route.name
    if cell.row == MISSING:
        return address_of_nothing(name, everybody.ours)
    return address(name, everybody.theirs if cell.row == FOREIGN else everybody.ours)


def ask(client: Client, method: str, to: str, **headers: str) -> Any:
    typed = {"key": str(uuid4())} | TRICKS
    answer = client.post(to, typed, headers=headers) if method == "POST" else client.get(to, headers=headers)
    if answer.streaming:
        list(answer.streaming_content)  # type: ignore[attr-defined]  # read to its end, it is closed
    return answer


@pytest.mark.soak
@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.value if role else "nobody")
def test_every_cell_answers_as_the_table_of_rights_says(everybody: World, role: Role | None) -> None:
    client = everybody.browser(role) if role else Client(raise_request_exception=False)
    wrong = []
    for cell in cells(role):
        if cell not in asked():
            continue
        with undone():
            wrong += [f"{cell}: {fault}" for fault in faults(cell, client, everybody)]
    assert wrong == []


def faults(cell: Cell, client: Client, everybody: World) -> Iterator[str]:
    """What is wrong with one cell's answer: the status, what it shows, its line in the trail, its headers."""
    newest = Event.objects.latest("pk").pk
    answer = ask(client, cell.method, where(cell, everybody))
    if answer.status_code not in cell.expected:
        yield f"answered {answer.status_code}, expected {sorted(cell.expected)}"
    if (
        cell.role is None
        and answer.status_code == 302
        and not answer["Location"].startswith(reverse("accounts:sign_in"))
    ):
        yield f"sent to {answer['Location']}"
    if answer.status_code in {302, 403, 404, 405} and b"Major" in answer.content:
        yield "names the patient"
    written = Event.objects.filter(pk__gt=newest)
    if cell.role is not None:
        yield from faults_of_trail(cell, answer.status_code, list(written), everybody)
    if answer.status_code != 405:
        yield from faults_of(answer)


def faults_of_trail(cell: Cell, status: int, written: list[Event], everybody: World) -> Iterator[str]:
    """A denial leaves exactly one line, by this person; nobody's roles change by what a form was given."""
    assert cell.role is not None
    person = everybody.people[cell.role]
    denials = [event for event in written if event.allowed is False and not event.action.startswith("gate.")]
    if status in {403, 404} and [event.person_id for event in denials] != [person.pk]:
        yield f"{len(denials)} lines of the denial"
    if RoleGrant.objects.filter(person=person, withdrawn_at__isnull=True).count() != 1:
        yield "changed the own roles"


def test_no_address_is_left_out_of_the_matrix() -> None:
    assert {name for name, route in ROUTES.items() if route.names_row} == set(ROWS), "say what a new address names"
    assert len(GUARDED) + sum(route.policy in OPEN_TO_ALL for route in ROUTES.values()) == len(ROUTES)
    assert sum(1 for _ in every_cell()) > 3000


def test_every_run_asks_each_address_from_within_from_outside_and_about_what_is_not_ones_own() -> None:
    answers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for cell in asked():
        status = min(cell.expected)
        answers[cell.route.name, cell.method].add(f"{cell.row} {status}" if status in {200, 404} else str(status))
    for cell in every_cell():
        told = answers[cell.route.name, cell.method]
        if cell.method not in cell.route.methods:
            assert told == {"405"}, cell
        elif cell.role is None or cell.role not in cell.route.roles:
            assert min(map(str, cell.expected)) in told, cell
        elif cell.row == FOREIGN:
            assert cell in asked(), cell
        else:
            assert f"{cell.row} {min(cell.expected)}" in told or cell in asked(), cell
    assert {cell.role for cell in asked() if cell.expected == OPEN} == set(Role)


@pytest.mark.parametrize("differs", EXCEPT, ids=lambda differs: f"{differs.name}-{differs.row}")
def test_a_cell_that_differs_is_still_there(differs: Differs) -> None:
    assert any(cell.is_of(differs) for role in Role for cell in cells(role))


@pytest.mark.soak
def test_other_methods_are_refused_and_do_nothing(everybody: World) -> None:
    wrong = []
    for name, route in GUARDED.items():
        with undone():
            client = everybody.browser(min(route.roles))
            events = Event.objects.count()
            for method in turn(("put", "patch", "delete", "options", "trace"), name):
                answer = getattr(client, method)(address(name, everybody.ours))
                refused = answer.status_code == 405 or method.upper() in route.methods
                wrong += [] if refused else [f"{method} {name}: {answer.status_code}"]
            wrong += [f"{name} left a line"] if Event.objects.count() != events else []
    assert wrong == []


OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")


@pytest.mark.soak
def test_a_header_or_a_field_does_not_turn_one_method_into_another(everybody: World) -> None:
    wrong = []
    for name, route in GUARDED.items():
        client, to = everybody.browser(min(route.roles)), address(name, everybody.ours)
        headers = turn(OVERRIDES, name)
        with undone():
            if not route.looks:
                answers = [client.get(to, {"_method": "POST"}, headers={header: "POST"}) for header in headers]
                wrong += [f"GET {name}: {a.status_code}" for a in answers if a.status_code != 405]
            if "POST" not in route.methods:
                answers = [client.post(to, {"_method": "GET"}, headers={header: "GET"}) for header in headers]
                wrong += [f"POST {name}: {a.status_code}" for a in answers if a.status_code != 405]
    assert wrong == []


@pytest.mark.soak
def test_head_tells_no_more_than_get(everybody: World) -> None:
    wrong = []
    for name, route in GUARDED.items():
        outside = sorted(set(Role) - route.roles)[:1]
        for role in turn((None, min(route.roles), *outside), name):
            client = everybody.browser(role) if role else Client(raise_request_exception=False)
            with undone():
                answer = client.head(address(name, everybody.ours))
            expected = Cell(role, route, OWN, "HEAD").expected
            wrong += [f"{role} {name}: {answer.status_code}"] if answer.status_code not in expected else []
            wrong += [f"{role} {name} has a body"] if answer.content else []
    assert wrong == []


def of_another(side: Side) -> dict[str, Any]:
    """The rows of a side by every name under which a form or a query could take one."""
    rows = side.rows
    named = {"patient": rows.patient.pk, "patient_id": rows.patient.pk, "number": rows.patient.number}
    named |= {"prescriber": rows.prescriber.pk, "prescription": rows.prescription.pk, "enrollment": rows.enrollment.pk}
    named |= {"site": side.site.pk, "pharmacy": side.site.pk, "member": side.member.pk, "person": rows.doctor.pk}
    return named | {"pk": rows.patient.pk, "id": rows.patient.pk, "by": rows.doctor.pk, "on_behalf_of": rows.doctor.pk}


SCOPED = (Role.PRESCRIBER, Role.DELEGATE, Role.PHARMACIST, Role.REPRESENTATIVE, Role.PATIENT)


@pytest.mark.soak
@pytest.mark.parametrize("role", SCOPED, ids=lambda role: role.value)
def test_ids_in_the_query_or_the_body_reach_no_row_of_another(everybody: World, role: Role) -> None:
    client, wrong = everybody.browser(role), []
    theirs, named = everybody.theirs, of_another(everybody.theirs)
    for name, route in GUARDED.items():
        within = [each for each in SCOPED if each in route.roles]
        for method in ("GET", "POST"):
            if role not in turn(within, f"{method} {name}"):
                continue
            with undone():
                newest = Event.objects.latest("pk").pk
                to = address(name, everybody.ours)
                typed = {"key": str(uuid4())} | named
                answer = client.post(f"{to}?n=1", typed) if method == "POST" else client.get(to, named)
                about = Event.objects.filter(pk__gt=newest, patient_id=theirs.rows.patient.pk)
                told = b"".join(answer) if answer.streaming else answer.content
                shown = theirs.rows.patient.number.encode() in told.replace(str(named["number"]).encode(), b"")
                wrong += [f"{method} {name}"] if about.exists() or shown else []
    assert wrong == []


def test_a_form_from_another_site_is_refused(everybody: World) -> None:
    wrong = []
    for name, route in GUARDED.items():
        client = everybody.browser(min(route.roles), enforce_csrf_checks=True)
        with undone():
            events = Event.objects.count()
            answer = client.post(address(name, everybody.ours), {"key": "k"})
            wrong += [f"{name}: {answer.status_code}"] if answer.status_code != 403 else []
            wrong += [f"{name} left a line"] if Event.objects.count() != events else []
    assert wrong == []


def test_the_matrix_would_see_a_hole(everybody: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that forgets whose rows it gives is found by the cell of the foreign row."""
    monkeypatch.setattr("rems.queries.prescriber.patients_visible_to", lambda person: Patient.objects.all())
    cell = Cell(Role.PRESCRIBER, GUARDED["prescriber:patient"], FOREIGN, "GET")
    with undone():
        assert list(faults(cell, everybody.browser(Role.PRESCRIBER), everybody))
