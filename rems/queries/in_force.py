"""The numbers and lists of the editions in force, for what forms ask and say. The gate reads the edition itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from eligibility.edition import Edition
from eligibility.editions import edition_in_force, programs
from eligibility.moments import count_words
from eligibility.requirements import Requirement
from eligibility.requirements.care import ContraceptionLongEnough, ContraceptionSufficient
from eligibility.requirements.category import CategorySupported
from eligibility.requirements.results import Sensitivity
from eligibility.requirements.standing import AgeFitsForm, ReEnrolled
from eligibility.requirements.supply import SupplyWithin
from eligibility.requirements.testing import TestCurrent

RequirementT = TypeVar("RequirementT", bound=Requirement)


@dataclass(frozen=True, kw_only=True)
class Values:
    """What the editions ask. Where a patient's programs differ, the stricter value."""

    adult_from_years: int
    menopause_months: int
    max_miu_ml: int
    regular_days: int
    irregular_days: int
    protected_days: int
    highly_effective: frozenset[str]
    max_days_supply: int
    re_enroll_months: int


def values_at(at: datetime, program_codes: Iterable[str] = ()) -> Values:
    """The values in force at ``at`` for these programs, or for all. Without an edition in force, the newest ones."""
    codes = [code for code in program_codes if code in programs()] or list(programs())
    in_force = [edition for code in codes if (edition := edition_in_force(code, at))]
    return _values([edition for edition in in_force if not edition.ended] or [_last_with_rules(code) for code in codes])


def _last_with_rules(code: str) -> Edition:
    editions = programs()[code]
    return next((edition for edition in reversed(editions) if not edition.ended), editions[-1])


def _values(editions: list[Edition]) -> Values:
    calendars = _kind(editions, TestCurrent)
    methods = _kind(editions, ContraceptionSufficient)
    return Values(
        adult_from_years=max(rule.adult_from_years for rule in _kind(editions, AgeFitsForm)),
        menopause_months=max(rule.menopause_months for rule in _kind(editions, CategorySupported)),
        max_miu_ml=min(rule.max_miu_ml for rule in _kind(editions, Sensitivity)),
        regular_days=min(rule.regular_days for rule in calendars),
        irregular_days=min(rule.irregular_days for rule in calendars),
        protected_days=max(rule.min_days for rule in _kind(editions, ContraceptionLongEnough)),
        highly_effective=frozenset.intersection(*(frozenset(rule.highly_effective) for rule in methods)),
        max_days_supply=min(rule.max_days for rule in _kind(editions, SupplyWithin)),
        re_enroll_months=min(rule.after_months for rule in _kind(editions, ReEnrolled)),
    )


def _kind(editions: list[Edition], kind: type[RequirementT]) -> list[RequirementT]:
    """The requirements of a kind. Every edition with rules has each kind once; a test holds it to that."""
    return [rule for edition in editions for rule in edition.requirements if isinstance(rule, kind)]


def weeks_words(days: int) -> str:
    """Days as a text says them: ``4 weeks``, or ``10 days`` where they are no whole weeks."""
    weeks, rest = divmod(days, 7)
    return count_words(days, "day") if rest else count_words(weeks, "week")
