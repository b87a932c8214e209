"""Prescribers and sites of the demonstration, as data. Everybody is fictional."""

from dataclasses import dataclass
from typing import NamedTuple

from accounts.identifiers import ncpdp_check_digit, npi_check_digit

LENALIDOMIDE, POMALIDOMIDE, THALIDOMIDE = "us-lenalidomide", "us-pomalidomide", "us-thalidomide"
ALL = (LENALIDOMIDE, POMALIDOMIDE, THALIDOMIDE)

DIAGNOSES = {LENALIDOMIDE: "C90.00", POMALIDOMIDE: "C90.02", THALIDOMIDE: "A30.5"}
"""Multiple myeloma; in relapse; erythema nodosum leprosum."""

STRENGTHS = {LENALIDOMIDE: (25, 21), POMALIDOMIDE: (4, 21), THALIDOMIDE: (100, 28)}
"""Strength in mg and capsules of 28 days."""


class Place(NamedTuple):
    """Where somebody is reached."""

    street: str
    city: str
    state: str
    zip_code: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class Practice:
    """A prescriber. ``key``: of the account; ``serial``: what the numbers are made of."""

    key: str
    serial: int
    place: Place
    specialty: str = "Hematology and oncology"
    programs: tuple[str, ...] = ALL

    @property
    def npi(self) -> str:
        """With its check digit."""
        return _npi(100300000 + self.serial * 7919)

    @property
    def state_license(self) -> str:
        """As the state gave it."""
        return f"{self.place.state}-{204000 + self.serial * 37}"


@dataclass(frozen=True, kw_only=True)
class Site:
    """A pharmacy's site. ``staff``: accounts of its pharmacists; ``representative``: its own account."""

    key: str
    serial: int
    name: str
    place: Place
    representative: str
    staff: tuple[str, ...]
    zone: str = "America/New_York"
    chain: str = ""
    programs: tuple[str, ...] = ALL

    @property
    def npi(self) -> str:
        """With its check digit."""
        return _npi(100600000 + self.serial * 6301)

    @property
    def ncpdp_id(self) -> str:
        """With its check digit."""
        digits = f"{330000 + self.serial * 457:06d}"
        return digits + ncpdp_check_digit(digits)


def _npi(number: int) -> str:
    return f"{number}{npi_check_digit(str(number))}"


PRACTICES = (
    Practice(
        key="prescriber", serial=1, place=Place("400 East 34th Street", "New York", "NY", "10016", "212-555-0142")
    ),
    Practice(
        key="prescriber2",
        serial=2,
        place=Place("88 Bergen Street", "Newark", "NJ", "07103", "973-555-0117"),
    ),
    Practice(
        key="prescriber3", serial=3, place=Place("19 Court Street", "White Plains", "NY", "10601", "914-555-0163")
    ),
    Practice(
        key="tran",
        serial=4,
        place=Place("1500 West Harrison Street", "Chicago", "IL", "60607", "312-555-0139"),
    ),
    Practice(
        key="larsen",
        serial=5,
        place=Place("2200 Peachtree Road", "Atlanta", "GA", "30309", "404-555-0188"),
    ),
    Practice(
        key="mehta", serial=6, place=Place("450 Parnassus Avenue", "San Francisco", "CA", "94117", "415-555-0126")
    ),
    Practice(
        key="odonnell",
        serial=7,
        specialty="Infectious diseases and dermatology",
        place=Place("77 Huntington Avenue", "Boston", "MA", "02116", "617-555-0154"),
    ),
)
APPLICANT = Practice(
    key="applicant", serial=8, place=Place("910 Franklin Avenue", "Garden City", "NY", "11530", "516-555-0171")
)
DEACTIVATED_PRESCRIBER = "prescriber3"

HARBOR, NEWARK, LAKESIDE = "harbor", "newark", "lakeside"
SITES = (
    Site(
        key=HARBOR,
        serial=11,
        name="Harbor Oncology Pharmacy",
        chain="Harbor Pharmacies",
        place=Place("560 First Avenue", "New York", "NY", "10016", "212-555-0190"),
        representative="representative",
        staff=("pharmacist", "olson"),
    ),
    Site(
        key=NEWARK,
        serial=12,
        name="Harbor Pharmacy Newark",
        chain="Harbor Pharmacies",
        place=Place("31 Mulberry Street", "Newark", "NJ", "07102", "973-555-0192"),
        representative="representative",
        staff=("pharmacist3",),
    ),
    Site(
        key=LAKESIDE,
        serial=13,
        name="Lakeside Specialty Pharmacy",
        place=Place("1200 South Michigan Avenue", "Chicago", "IL", "60605", "312-555-0195"),
        representative="lakeside",
        staff=("pharmacist2",),
        zone="America/Chicago",
    ),
    Site(
        key="piedmont",
        serial=14,
        name="Piedmont Cancer Center Pharmacy",
        place=Place("1968 Collier Road", "Atlanta", "GA", "30309", "404-555-0197"),
        representative="piedmont",
        staff=("piedmont",),
    ),
    Site(
        key="bayview",
        serial=15,
        name="Bayview Community Pharmacy",
        place=Place("3801 Third Street", "San Francisco", "CA", "94124", "415-555-0198"),
        representative="bayview",
        staff=("bayview",),
        zone="America/Los_Angeles",
    ),
)
APPLYING_SITE = Site(
    key="whiteplains",
    serial=16,
    name="Harbor Pharmacy White Plains",
    chain="Harbor Pharmacies",
    place=Place("120 Mamaroneck Avenue", "White Plains", "NY", "10601", "914-555-0199"),
    representative="representative",
    staff=(),
    programs=(LENALIDOMIDE,),
)


def practice_of(key: str) -> Practice:
    """The prescriber of an account."""
    return next(practice for practice in (*PRACTICES, APPLICANT) if practice.key == key)


def site_of(key: str) -> Site:
    """The site of a key."""
    return next(site for site in (*SITES, APPLYING_SITE) if site.key == key)
