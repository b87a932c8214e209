"""Which risk category follows from plain answers. What the category rests on, the gate judges each time."""

from datetime import date

from eligibility.calendar import add_months
from eligibility.requirements.category import MENOPAUSE
from eligibility.vocabulary import Category

__all__ = ["MENOPAUSE", "PREMENARCHAL", "category_from", "is_minor"]

PREMENARCHAL = "premenarchal"
"""What the category of a female child who cannot get pregnant rests on."""


def is_minor(born: date, *, today: date, adult_from_years: int) -> bool:
    """Whether the birthday from which on adults' forms serve lies ahead, as ``AgeFitsForm`` counts it."""
    return today < add_months(born, 12 * adult_from_years)


def category_from(*, female: bool, child: bool, menses: bool = False, basis: str = "") -> Category:
    """The category (rule book, "Risk categories"). ``menses``: a girl has had a period; ``basis``: why an
    adult female cannot get pregnant, '' where she can.
    """
    if not female:
        return Category.MALE_CHILD if child else Category.ADULT_MALE
    if child:
        return Category.FEMALE_CHILD_RP if menses else Category.FEMALE_CHILD_NRP
    return Category.ADULT_FEMALE_NRP if basis else Category.ADULT_FEMALE_RP
