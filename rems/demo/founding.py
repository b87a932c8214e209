"""How the people and the sites came on record, were certified, and two of them deactivated."""

from datetime import date

from accounts import actions as accounts
from accounts.people import system_person
from audit import clock
from pharmacies import actions as pharmacies
from pharmacies.models import CertificationApplication as SiteApplication
from prescribers import actions as prescribers
from prescribers.models import CertificationApplication as PrescriberApplication
from rems.demo.accounts import ACCOUNTS, PASSWORD
from rems.demo.chronicle import Story
from rems.demo.company import DELEGATED, Company, signs
from rems.demo.registry import (
    APPLICANT,
    APPLYING_SITE,
    DEACTIVATED_PRESCRIBER,
    NEWARK,
    PRACTICES,
    SITES,
    Practice,
    Site,
    practice_of,
    site_of,
)

SITE_REASON = "Dispensed three times without a confirmation number; no corrective action followed."
JOB = "demo"
"""The system's job that begins and ends the load."""

PRESCRIBER_REASON = "The state license ended; prescribing stopped on the same day."


def founding(company: Company) -> list[Story]:
    """All of it. The accounts come first, before any other story needs them."""
    practices = [_practice(company, practice, day=700 - n) for n, practice in enumerate(PRACTICES)]
    sites = [_site(company, site, day=690 - n) for n, site in enumerate(SITES)]
    applying = [_applicant(company), _new_site(company)]
    return [_accounts(company), *practices, *sites, _deactivations(company), *applying]


def _accounts(company: Company) -> Story:
    """A job of the system makes the first account, and that person all others."""
    yield company.when.day(720)
    by = system_person(JOB)
    for account in sorted(ACCOUNTS, key=lambda account: account.key != "administrator"):
        made = accounts.create_person(email=account.email, name=account.name, roles=account.roles, by=by)
        if account.shows:
            # Chosen by themselves, so that a visitor is not asked to change it.
            made = accounts.set_password(person=made, password=PASSWORD, by=made)
        company.people[account.key] = made
        by = company.people["administrator"]


def _practice(company: Company, practice: Practice, *, day: int) -> Story:
    """A prescriber registers, applies for each program, and is certified the day after."""
    yield company.when.day(day, 10)
    applications = _register(company, practice)
    yield company.when.day(day - 1, 14)
    with company.administering() as by:
        for application in applications:
            prescribers.approve(application=application, by=by)
    if practice.key == DELEGATED:
        yield company.when.day(day - 2)
        with company.prescribing(practice.key) as by:
            doctor, delegate = company.prescribers[practice.key], company.people["delegate"]
            prescribers.name_delegate(prescriber=doctor, person=delegate, by=by)


def _register(company: Company, practice: Practice) -> list[PrescriberApplication]:
    """The prescriber's own data, and a signed form for each program."""
    with company.prescribing(practice.key) as by:
        first, last = by.name.split(" ", 1)
        place = practice.place
        made = company.prescribers[practice.key] = prescribers.register(
            first_name=first,
            last_name=last,
            credential="MD",
            specialty=practice.specialty,
            npi=practice.npi,
            state_license=practice.state_license,
            address_line_1=place.street,
            city=place.city,
            state=place.state,
            zip_code=place.zip_code,
            phone=place.phone,
            email=by.email,
            person=by,
            by=by,
        )
        today, apply = _today(), prescribers.apply_for_certification
        return [
            apply(
                prescriber=made,
                program=program,
                education_completed_on=today,
                printed_name=by.name,
                given=signs(by),
                by=by,
            )
            for program in practice.programs
        ]


def _site(company: Company, site: Site, *, day: int) -> Story:
    """A site registers and applies, its pharmacists are named and trained; then it is certified."""
    yield company.when.day(day, 11)
    applications = _register_site(company, site)
    yield company.when.day(day - 1, 15)
    with company.administering() as by:
        for application in applications:
            pharmacies.approve(application=application, by=by)


def _register_site(company: Company, site: Site) -> list[SiteApplication]:
    """The site's data, its staff, and a signed form for each program."""
    with company.representing(site.key) as by:
        place = site.place
        made = company.sites[site.key] = pharmacies.register(
            name=site.name,
            ncpdp_id=site.ncpdp_id,
            npi=site.npi,
            zone=site.zone,
            chain=site.chain,
            address_line_1=place.street,
            city=place.city,
            state=place.state,
            zip_code=place.zip_code,
            phone=place.phone,
            representative=by,
            by=by,
        )
        today, apply = _today(), pharmacies.apply_for_certification
        for person in (company.people[key] for key in site.staff):
            pharmacies.name_pharmacist(pharmacy=made, person=person, by=by)
            for program in site.programs:
                pharmacies.record_training(person=person, program=program, completed_on=today, by=by)
        return [
            apply(
                pharmacy=made,
                program=program,
                education_completed_on=today,
                printed_name=by.name,
                given=signs(by),
                by=by,
            )
            for program in site.programs
        ]


def _deactivations(company: Company) -> Story:
    """One site of a chain and one prescriber lose their certification."""
    yield company.when.day(21, 16)
    with company.administering() as by:
        for program in site_of(NEWARK).programs:
            pharmacies.deactivate(pharmacy=company.sites[NEWARK], program=program, reason=SITE_REASON, by=by)
    yield company.when.day(3, 16)
    with company.administering() as by:
        doctor = company.prescribers[DEACTIVATED_PRESCRIBER]
        for program in practice_of(DEACTIVATED_PRESCRIBER).programs:
            prescribers.deactivate(prescriber=doctor, program=program, reason=PRESCRIBER_REASON, by=by)


def _applicant(company: Company) -> Story:
    """A prescriber has applied, and nobody has decided yet."""
    yield company.when.day(2, 10)
    _register(company, APPLICANT)


def _new_site(company: Company) -> Story:
    """A further site of the chain has applied."""
    yield company.when.day(4, 11)
    _register_site(company, APPLYING_SITE)


def _today() -> date:
    return clock.local_date(clock.now())
