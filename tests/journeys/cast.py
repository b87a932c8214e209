"""Who is there before a journey begins. Everything after it is done on the pages."""

from dataclasses import dataclass
from datetime import date

from accounts.actions import create_person, set_password
from accounts.identifiers import ncpdp_check_digit, npi_check_digit
from accounts.models import Person
from accounts.people import system_person
from accounts.roles import Role
from pharmacies import actions as pharmacies

PROGRAM = "us-lenalidomide"
PASSWORD = "correct horse battery staple"


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Jo decides on applications. Alice and Boris dispense, each at a certified site of their own.

    Wanda, who prescribes, is new; Tom assists her. Iris prescribes elsewhere.
    """

    jo: Person
    alice: Person
    boris: Person
    wanda: Person
    tom: Person
    iris: Person


def gather() -> Cast:
    """Accounts for all of them, and the sites with their certification; by the application's own acts."""
    jo = _account("Jo Lindgren", Role.ADMINISTRATOR, by=system_person("journeys"))
    rita = _account("Rita Moss", Role.REPRESENTATIVE, by=jo)
    cast = Cast(
        jo=jo,
        alice=_account("Alice Ferro", Role.PHARMACIST, by=jo),
        boris=_account("Boris Hahn", Role.PHARMACIST, by=jo),
        wanda=_account("Wanda Okafor", Role.PRESCRIBER, by=jo),
        tom=_account("Tom Weller", Role.DELEGATE, by=jo),
        iris=_account("Iris Holt", Role.PRESCRIBER, by=jo),
    )
    _certify_site("Cedar Street Pharmacy", 1, pharmacist=cast.alice, representative=rita, administrator=jo)
    _certify_site("Birch Road Pharmacy", 2, pharmacist=cast.boris, representative=rita, administrator=jo)
    return cast


def _account(name: str, role: Role, *, by: Person) -> Person:
    """Somebody who has changed the first password to one of their own already."""
    made = create_person(email=f"{name.split()[0].lower()}@example.org", name=name, roles=[role], by=by)
    return set_password(person=made, password=PASSWORD, by=made)


def _certify_site(name: str, serial: int, *, pharmacist: Person, representative: Person, administrator: Person) -> None:
    ncpdp = f"{315126 + serial}"
    site = pharmacies.register(
        name=name,
        ncpdp_id=ncpdp + ncpdp_check_digit(ncpdp),
        npi=with_check_digit(f"{123456000 + serial}"),
        zone="America/New_York",
        address_line_1=f"{serial} Main Street",
        city="Portland",
        state="ME",
        zip_code="04101",
        phone="207-555-0142",
        representative=representative,
        by=representative,
    )
    learned = date(2026, 1, 15)
    pharmacies.name_pharmacist(pharmacy=site, person=pharmacist, by=representative)
    pharmacies.record_training(person=pharmacist, program=PROGRAM, completed_on=learned, by=representative)
    application = pharmacies.apply_for_certification(
        pharmacy=site,
        program=PROGRAM,
        education_completed_on=learned,
        printed_name=representative.name,
        by=representative,
    )
    pharmacies.approve(application=application, by=administrator)


def with_check_digit(nine: str) -> str:
    """The NPI that begins with nine digits."""
    return nine + npi_check_digit(nine)
