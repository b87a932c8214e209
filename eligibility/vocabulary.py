"""The closed lists of the field: stages, risk categories, results."""

from enum import StrEnum
from functools import cached_property


class Stage(StrEnum):
    """The three moments at which the question is asked; each asks again what those before it asked."""

    AUTHORIZE = "authorize"
    CONFIRM = "confirm"
    HAND_OVER = "hand_over"

    @cached_property
    def rank(self) -> int:
        """0, 1, 2 in the order of one dispensing."""
        return list(Stage).index(self)


class Category(StrEnum):
    """Risk categories of the US programs (rule book, "Risk categories")."""

    ADULT_FEMALE_RP = "adult_female_rp"
    ADULT_FEMALE_NRP = "adult_female_nrp"
    FEMALE_CHILD_RP = "female_child_rp"
    FEMALE_CHILD_NRP = "female_child_nrp"
    ADULT_MALE = "adult_male"
    MALE_CHILD = "male_child"

    @cached_property
    def can_get_pregnant(self) -> bool:
        """Tests and contraception are asked."""
        return self in (Category.ADULT_FEMALE_RP, Category.FEMALE_CHILD_RP)

    @cached_property
    def male(self) -> bool:
        """Pregnancy tests say nothing about this patient."""
        return self in (Category.ADULT_MALE, Category.MALE_CHILD)

    @cached_property
    def child(self) -> bool:
        """Under 18: the child's form, signed by a guardian."""
        return self in (
            Category.FEMALE_CHILD_RP,
            Category.FEMALE_CHILD_NRP,
            Category.MALE_CHILD,
        )

    @cached_property
    def words(self) -> str:
        """As a person reads it."""
        return CATEGORY_WORDS[self]


CATEGORY_WORDS = {
    Category.ADULT_FEMALE_RP: "Adult female who can get pregnant",
    Category.ADULT_FEMALE_NRP: "Adult female who cannot get pregnant",
    Category.FEMALE_CHILD_RP: "Female child who can get pregnant",
    Category.FEMALE_CHILD_NRP: "Female child who cannot get pregnant",
    Category.ADULT_MALE: "Adult male",
    Category.MALE_CHILD: "Male child",
}


class Result(StrEnum):
    """What a pregnancy test said. Only ``negative`` can ever be a negative."""

    NEGATIVE = "negative"
    POSITIVE = "positive"
    INDETERMINATE = "indeterminate"
    INVALID = "invalid"
    HEMOLYSED = "hemolysed"


class Cycle(StrEnum):
    """Menstrual cycles; an unknown cycle is judged as irregular."""

    REGULAR = "regular"
    IRREGULAR = "irregular"
    NONE = "none"


class ReportKind(StrEnum):
    """What was reported about a patient or a partner."""

    MISSED_PERIOD = "missed_period"
    ABNORMAL_BLEEDING = "abnormal_bleeding"
    PREGNANCY = "pregnancy"


class Subject(StrEnum):
    """Whom a report is about."""

    PATIENT = "patient"
    PARTNER = "partner"


class Window(StrEnum):
    """The administrative windows that an outage can extend (convention D); a medical one is none of them."""

    AUTHORIZATION = "authorization"
    CONFIRMATION = "confirmation"


class Method(StrEnum):
    """How the medicine reaches the patient."""

    HAND = "hand"
    SHIP = "ship"


SWITCHES = ("home_tests", "verbal_prescriptions")
"""The flexibilities that a program may switch on for a span of days."""

FALSE_POSITIVE = "false_positive"
STILL_OPEN = (None, "", "ongoing", "unknown")
"""Outcomes that leave a pregnancy report open, whatever else says that it was closed."""
