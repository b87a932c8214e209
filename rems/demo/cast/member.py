"""One of the cast: name, program, what happened to them, and what a visitor should see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from eligibility import Category, Outcome, Reason, Stage
from eligibility.calendar import add_months
from rems.demo.chronicle import Story
from rems.demo.company import Company
from rems.demo.course import Course
from rems.demo.moments import Moments
from rems.demo.person import Person
from rems.demo.registry import HARBOR, Place
from rems.models.choices import Basis, FlagKind

MALE, BOY = Category.ADULT_MALE, Category.MALE_CHILD
FEMALE, GIRL = Category.ADULT_FEMALE_RP, Category.FEMALE_CHILD_RP
POSTMENOPAUSAL, PREMENARCHAL = Category.ADULT_FEMALE_NRP, Category.FEMALE_CHILD_NRP

STREETS = ("Maple Avenue", "Grand Concourse", "Ocean Parkway", "Willow Street", "Bedford Avenue", "Elm Place")
CITIES = (("New York", "10025"), ("Brooklyn", "11215"), ("Queens", "11375"), ("Bronx", "10463"), ("Yonkers", "10701"))


@dataclass(frozen=True, kw_only=True)
class Expected:
    """The gate's answer at a stage, at the moment of the load: exactly these reasons and notes.

    Asked about the newest prescription and its newest numbers, at ``site``.
    """

    stage: Stage
    reasons: frozenset[Reason] = frozenset()
    warnings: frozenset[Reason] = frozenset()
    site: str = HARBOR

    @property
    def outcome(self) -> Outcome:
        """Refused by any reason."""
        return Outcome.REFUSED if self.reasons else Outcome.ALLOWED


def may(stage: Stage, *warnings: Reason, site: str = HARBOR) -> Expected:
    """Allowed, with these notes."""
    return Expected(stage=stage, warnings=frozenset(warnings), site=site)


def may_not(stage: Stage, *reasons: Reason, site: str = HARBOR) -> Expected:
    """Refused, for exactly these reasons."""
    return Expected(stage=stage, reasons=frozenset(reasons), site=site)


@dataclass(frozen=True, kw_only=True)
class Member:
    """One of the cast. ``birthday``: how many days ago it was; ``flag``: on the lists of what is due.

    ``email`` and ``language``: of those who have pages of their own (``rems.demo.own_pages``).
    """

    name: str
    age: int
    program: str
    category: Category
    sees: str
    expects: tuple[Expected, ...]
    story: Callable[[Course], Story]
    birthday: int = 0
    prescriber: str = "prescriber"
    basis: str = ""
    menopause_months: int = 0
    guardian: str = ""
    email: str = ""
    language: str = ""
    site: str = HARBOR
    second_pharmacist: bool = False
    flag: FlagKind | None = None

    def told(self, company: Company) -> Story:
        """The member's story, to be told."""
        return self.story(self.course(company))

    def course(self, company: Company) -> Course:
        """The member before anything happened."""
        when = company.when
        months = self.menopause_months
        return Course(
            company=company,
            person=self.person(when),
            program=self.program,
            category=self.category,
            prescriber=self.prescriber,
            basis=self.basis or _usual_basis(self.category),
            last_menses=add_months(when.today, -months) if months else None,
            site=self.site,
            second_pharmacist=self.second_pharmacist,
            later=timedelta(minutes=self._seed % 40),
        )

    def person(self, when: Moments) -> Person:
        """Who it is. Street and birthday follow from the name."""
        seed = self._seed
        city, zip_code = CITIES[seed % len(CITIES)]
        street = f"{seed % 880 + 12} {STREETS[seed % len(STREETS)]}"
        return Person(
            name=self.name,
            born=when.birthday(self.age, days=self.birthday or seed % 300 + 30),
            place=Place(street, city, "NY", zip_code, f"718-555-{seed % 100 + 100:04d}"),
            guardian=self.guardian,
            email=self.email,
            language=self.language,
        )

    @property
    def _seed(self) -> int:
        return sum(ord(letter) * place for place, letter in enumerate(self.name, 1))


def _usual_basis(category: Category) -> str:
    usual: dict[Category, Any] = {POSTMENOPAUSAL: Basis.HYSTERECTOMY, PREMENARCHAL: Basis.PREMENARCHAL}
    return usual[category].value if category in usual else ""
