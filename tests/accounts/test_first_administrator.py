"""The command with which an empty installation begins."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.actions import deactivate_person
from accounts.management.commands import first_administrator
from accounts.models import Person
from accounts.people import person_with, system_person
from accounts.roles import Permission, Role
from audit.models import Event

pytestmark = pytest.mark.django_db
GOOD = "correct horse battery"


def run(monkeypatch: pytest.MonkeyPatch, *, email: str = "Jo@Example.org", password: str = GOOD) -> str:
    """Run it with a password from a pipe; what it says."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    said = io.StringIO()
    call_command("first_administrator", email, "Jo Lindgren", stdout=said)
    return said.getvalue()


def test_the_first_administrator_can_make_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    said = run(monkeypatch)
    jo = person_with(email="jo@example.org")
    assert jo is not None
    assert said == "Jo Lindgren administers the program and signs in with jo@example.org.\n"
    assert jo.check_password(GOOD)
    assert jo.may(Permission.GRANT_ROLES)
    assert Event.objects.get(action="accounts.create_person").person_name == "System: setup"


def test_there_is_only_one_first(monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch)
    with pytest.raises(CommandError, match="There is an administrator already"):
        run(monkeypatch, email="eve@example.org")
    assert person_with(email="eve@example.org") is None


def test_where_nobody_is_left_there_is_a_first_again(monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch)
    jo = Person.objects.get(email="jo@example.org")
    deactivate_person(person=jo, reason="Left.", by=system_person("tests"))
    run(monkeypatch, email="ada@example.org")
    assert Person.objects.get(email="ada@example.org").roles() == {Role.ADMINISTRATOR}


@pytest.mark.parametrize(("email", "password"), [("jo@example.org", "short"), ("no address", GOOD)])
def test_what_will_not_do_makes_nobody(monkeypatch: pytest.MonkeyPatch, email: str, password: str) -> None:
    with pytest.raises(CommandError):
        run(monkeypatch, email=email, password=password)
    assert not Person.objects.filter(name="Jo Lindgren").exists()


@pytest.mark.parametrize(("again", "differs"), [(GOOD, False), ("another phrase, longer", True)])
def test_whoever_types_types_it_twice(monkeypatch: pytest.MonkeyPatch, again: str, differs: bool) -> None:
    typed = iter([GOOD, again])
    monkeypatch.setattr(first_administrator, "getpass", lambda _: next(typed))

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def do() -> Any:
        monkeypatch.setattr("sys.stdin", Terminal())
        call_command("first_administrator", "jo@example.org", "Jo Lindgren", stdout=io.StringIO())

    if differs:
        with pytest.raises(CommandError, match="differ"):
            do()
    else:
        do()
    assert Person.objects.filter(name="Jo Lindgren").exists() is not differs
