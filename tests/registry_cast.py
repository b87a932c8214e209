"""People for the tests of the registries, made as the application makes them."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from accounts.actions import create_person
from accounts.identifiers import ncpdp_check_digit, npi_check_digit
from accounts.models import Person, RoleGrant
from accounts.people import system_person
from accounts.roles import Role
from patients.actions import register_patient
from patients.models import Patient
from pharmacies.actions import register as register_pharmacy
from pharmacies.models import Pharmacy
from prescribers.actions import register as register_prescriber
from prescribers.models import Prescriber

LENALIDOMIDE = "us-lenalidomide"
NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
"""Noon in New York, on a Monday in winter."""
_next = count(1)


def npi(first_nine: int) -> str:
    """A valid NPI out of nine digits."""
    text = f"{first_nine:09}"
    return text + npi_check_digit(text)


def ncpdp_id(first_six: int) -> str:
    """A valid NCPDP Provider ID out of six digits."""
    text = f"{first_six:06}"
    return text + ncpdp_check_digit(text)


def a_person(*roles: Role, name: str = "Alice Owner", **more: Any) -> Person:
    """Somebody with an account."""
    more = {"email": f"person{next(_next)}@example.com"} | more
    return create_person(name=name, roles=roles, by=system_person("tests"), **more)


def a_person_from_before(*roles: Role, name: str = "Alice Owner", **more: Any) -> Person:
    """Somebody with roles that nobody is granted together any more."""
    made = a_person(roles[0], name=name, **more)
    for role in roles[1:]:
        RoleGrant.objects.create(person=made, role=role, granted_at=made.created_at, granted_by=made)
    return made


def an_administrator(name: str = "Jo Administrator") -> Person:
    """Somebody who keeps the registries of the program."""
    return a_person(Role.ADMINISTRATOR, name=name)


def somebody() -> Person:
    """Somebody who may enter, attest and close: for what does not depend on who does it."""
    return a_person_from_before(Role.PRESCRIBER, Role.ADMINISTRATOR)


def a_prescriber(**more: Any) -> Prescriber:
    """A prescriber who is on record and certified for nothing."""
    details: dict[str, Any] = {
        "by": an_administrator(),
        "first_name": "Ana",
        "last_name": "Ruiz",
        "credential": "MD",
        "specialty": "Hematology",
        "npi": npi(100_000_000 + next(_next)),
        "state_license": "NY-1234",
    }
    return register_prescriber(**(details | more))


def a_pharmacy(**more: Any) -> Pharmacy:
    """A site that is on record and certified for nothing."""
    details: dict[str, Any] = {
        "by": an_administrator(),
        "name": "Main Street Pharmacy",
        "ncpdp_id": ncpdp_id(310_000 + next(_next)),
        "npi": npi(200_000_000 + next(_next)),
        "zone": "America/Chicago",
    }
    return register_pharmacy(**(details | more))


def a_patient(**more: Any) -> Patient:
    """A patient who is on record and enrolled in nothing."""
    details: dict[str, Any] = {"first_name": "Maria", "last_name": "Gomez", "born": date(1985, 4, 2)}
    return register_patient(**(details | more), by=somebody())
